import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseBaskets } from '../../../models/association-rules/index.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { sharedData, sharedLines } from './shared-data.ts';

export interface Baskets {
  readonly matrix: SparseMatrix;
  /** the name of each column, in order of first appearance */
  readonly items: readonly string[];
}

/** Presence of named items in baskets; an item named twice in a basket counts once. */
export function toBaskets(lists: Iterable<Iterable<string>>): Baskets {
  const columns = new Map<string, number>();
  const offsets = [0];
  const indices: number[] = [];
  for (const list of lists) {
    const basket = new Set<number>();
    for (const item of list) {
      const column = columns.get(item) ?? columns.size;
      columns.set(item, column);
      basket.add(column);
    }
    indices.push(...[...basket].sort((a, b) => a - b));
    offsets.push(indices.length);
  }
  const matrix = {
    rows: offsets.length - 1,
    columns: columns.size,
    offsets: Uint32Array.from(offsets),
    indices: Uint32Array.from(indices),
  };
  return { matrix, items: [...columns.keys()] };
}

function parse(name: string): Baskets {
  const { matrix, itemNumbers } = parseBaskets(gunzipSync(readFileSync(sharedData(name))));
  return { matrix, items: Array.from(itemNumbers, String) };
}

/** The Groceries baskets of the R package arules. */
export function readGroceries(): Baskets {
  return toBaskets(sharedLines('groceries-baskets.csv.gz').map((line) => line.split(',')));
}

/** Online Retail's baskets out of the project's own fixture: the stock codes that are in 2 % of them and more. */
export function readOnlineRetailFixture(): Baskets {
  const file = readFileSync(new URL('../../fixtures/online-retail-baskets.txt.gz', import.meta.url));
  const lines = gunzipSync(file).toString('utf8').slice(0, -1).split('\n');
  return toBaskets(lines.map((line) => (line === '' ? [] : line.split(' '))));
}

/** The Belgian supermarket of Brijs et al. 1999. */
export function readRetail(): Baskets {
  return parse('retail.dat.gz');
}

/** The synthetic baskets of Agrawal & Srikant 1994. */
export function readT10I4D100K(): Baskets {
  return parse('t10i4d100k.dat.gz');
}

/**
 * Online Retail's plain sale lines (no cancellation, quantity and price above zero, with or without a customer), one
 * basket an invoice.
 */
export function readOnlineRetail(): Baskets {
  const invoices = new Map<string, string[]>();
  for (const line of sharedLines('online-retail.csv.gz').slice(1)) {
    // Only the description is ever quoted or holds a comma, so the others are safe to read from either end.
    const fields = line.split(',');
    const [invoice, stockCode] = fields;
    const [quantity, , price] = fields.slice(-5);
    if (invoice.startsWith('C') || !(Number(quantity) > 0) || !(Number(price) > 0)) continue;
    const stockCodes = invoices.get(invoice) ?? [];
    invoices.set(invoice, stockCodes);
    stockCodes.push(stockCode);
  }
  return toBaskets(invoices.values());
}
