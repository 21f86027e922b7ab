import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse';
import type { Facts } from '../../models/collaborative-filtering/index.ts';
import { type Holdout, holdOut, splitByTime, splitPerCustomer } from '../../models/evaluation/index.ts';

const dayMs = 86_400_000;

/** What may be learned from, and what is judged by. */
export interface Problem {
  name: string;
  facts: Facts;
  holdout: Holdout;
  repurchase: 'allow' | 'exclude';
}

interface Rows {
  customers: number[];
  items: number[];
  orders: number[];
  times: number[];
  quantities: number[];
}

/** A folder with train.txt and test.txt (or .gz): a line is a user and then its items. */
export function readFixedFiles(folder: string): Problem {
  const read = (name: string) => {
    const plain = join(folder, `${name}.txt`);
    const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`));
    const lines = text.toString('utf8').split('\n');
    const customers: number[] = [];
    const items: number[] = [];
    for (const line of lines) {
      const [customer, ...own] = line.trim().split(/\s+/).filter(Boolean).map(Number);
      for (const item of own) {
        customers.push(customer!);
        items.push(item);
      }
    }
    return { customers: Uint32Array.from(customers), items: Uint32Array.from(items) };
  };
  const [train, test] = [read('train'), read('test')];
  const greatest = (values: Uint32Array) => values.reduce((most, value) => Math.max(most, value), 0);
  const counts = {
    customerCount: 1 + Math.max(greatest(train.customers), greatest(test.customers)),
    itemCount: 1 + Math.max(greatest(train.items), greatest(test.items)),
  };
  return { name: folder, facts: timelessFacts(train, counts), holdout: holdOut(test), repurchase: 'exclude' };
}

/** A CSV of ratings: 4 and more is a liking; of every user's likings one in five is held out at random. */
export async function readRatings(file: string, seed: number): Promise<Problem> {
  const customers = createNumbering();
  const items = createNumbering();
  const [likers, liked]: [number[], number[]] = [[], []];
  for await (const row of readCsv(file)) {
    const [user, item, rating] = ['user_id', 'book_id', 'rating'].map((name) => pickColumn(row, name));
    if (!(Number(rating) >= 4)) continue;
    likers.push(customers.number(user!));
    liked.push(items.number(item!));
  }
  const likings = { customers: Uint32Array.from(likers), items: Uint32Array.from(liked) };
  const split = splitPerCustomer(likings, { share: 0.2, seed });
  const kept = {
    customers: split.fitLines.map((line) => likings.customers[line]!),
    items: split.fitLines.map((line) => likings.items[line]!),
  };
  const counts = { customerCount: customers.count(), itemCount: items.count() };
  return { name: file, facts: timelessFacts(kept, counts), holdout: split, repurchase: 'exclude' };
}

/** UCI Online Retail's columns: plain sale lines of goods, judged by the distinct items bought from `cut` until `end`. */
export async function readOrders(file: string, { cut, end }: { cut: number; end: number }): Promise<Problem> {
  const [customers, items, orders] = [createNumbering(), createNumbering(), createNumbering()];
  const known: Rows = { customers: [], items: [], orders: [], times: [], quantities: [] };
  const sold: { items: number[]; times: number[] } = { items: [], times: [] };
  for await (const row of readCsv(file)) {
    const { InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, CustomerID } = row as Record<string, string>;
    const isSale = !InvoiceNo!.startsWith('C') && Number(Quantity) > 0 && Number(UnitPrice) > 0;
    if (!isSale || !/^(\d{5}|DCGS)/.test(StockCode!)) continue;
    const item = items.number(StockCode!);
    const time = Date.parse(`${InvoiceDate!.replace(' ', 'T')}Z`);
    if (time < cut) {
      sold.items.push(item);
      sold.times.push(time);
    }
    if (CustomerID === '') continue;
    known.customers.push(customers.number(CustomerID!));
    known.items.push(item);
    known.orders.push(orders.number(InvoiceNo!));
    known.times.push(time);
    known.quantities.push(Number(Quantity));
  }
  const columns = {
    customers: Uint32Array.from(known.customers),
    items: Uint32Array.from(known.items),
    times: Float64Array.from(known.times),
  };
  const split = splitByTime(columns, { cut, end, repurchase: 'allow' });
  const rows = {
    customers: split.fitLines.map((line) => columns.customers[line]!),
    items: split.fitLines.map((line) => columns.items[line]!),
    ageDays: Float64Array.from(split.fitLines, (line) => (cut - columns.times[line]!) / dayMs),
    customerCount: customers.count(),
    itemCount: items.count(),
  };
  const facts: Facts = {
    behaviours: {
      ...rows,
      weights: Float32Array.from(split.fitLines, (line) => 1 + Math.log(known.quantities[line]!)),
    },
    purchases: { ...rows, orders: split.fitLines.map((line) => known.orders[line]!), orderCount: orders.count() },
    sales: {
      items: Uint32Array.from(sold.items),
      ageDays: Float64Array.from(sold.times, (time) => (cut - time) / dayMs),
    },
  };
  return { name: file, facts, holdout: split, repurchase: 'allow' };
}

function timelessFacts(
  { customers, items }: { customers: Uint32Array; items: Uint32Array },
  counts: { customerCount: number; itemCount: number },
): Facts {
  const ageDays = new Float64Array(items.length);
  const rows = { customers, items, ageDays, ...counts };
  return {
    behaviours: { ...rows, weights: new Float32Array(items.length).fill(1) },
    purchases: { ...rows, orders: customers, orderCount: counts.customerCount },
    sales: { items, ageDays },
  };
}

function readCsv(file: string) {
  const raw = createReadStream(file);
  return (file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw).pipe(parse({ columns: true }));
}

/** The column of that name, or the one of its kind: user…, rating…, anything else ending in id. */
function pickColumn(row: Record<string, string>, name: string): string | undefined {
  if (row[name] !== undefined) return row[name];
  const [kind] = name.split('_');
  const names = Object.keys(row);
  const isOther = (column: string) => !/user|rating/i.test(column) && /id$/i.test(column);
  return row[names.find((column) => (kind === 'book' ? isOther(column) : column.toLowerCase().startsWith(kind!)))!];
}

function createNumbering() {
  const numbers = new Map<string, number>();
  return {
    number(id: string): number {
      if (!numbers.has(id)) numbers.set(id, numbers.size);
      return numbers.get(id)!;
    },
    count: () => numbers.size,
  };
}
