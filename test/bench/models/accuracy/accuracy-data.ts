import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse';
import type { Facts } from '../../../../models/collaborative-filtering/index.ts';
import { splitByTime, splitPerCustomer, type TestSet, testSetOf } from '../../../../models/evaluation/index.ts';
import { seededRandom, shuffle } from '../../../../models/random.ts';

const dayMs = 86_400_000;

/** What may be learned from, and what is judged by. */
export interface Problem {
  name: string;
  facts: Facts;
  holdout: TestSet;
  repurchase: 'allow' | 'exclude';
}

interface Rows {
  customers: number[];
  items: number[];
  orders: number[];
  times: number[];
  quantities: number[];
}

/** Other problems from the same data, to see whether what is good for one is good for another. */
export interface Variation {
  seed: number;
  /** share of the customers who are kept, drawn by seed: a smaller shop (not of fixed files) */
  share: number;
  /** whether what was bought before is to be found again, where the data has times */
  repurchase: 'allow' | 'exclude';
  /** fixed files: train and test joined and split anew, one in five of each customer's items */
  resplit: boolean;
  /** ratings: so many of a user's likings are kept to learn from, drawn by seed */
  thin: number;
}

/** A folder with train.txt and test.txt (or .gz): a line is a user and then its items. */
export function readFixedFiles(folder: string, { seed, resplit }: Variation): Problem {
  const read = (name: string) => {
    const plain = join(folder, `${name}.txt`);
    const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`));
    const lines = text.toString('utf8').split('\n');
    const customers: number[] = [];
    const items: number[] = [];
    for (const line of lines) {
      const [customer, ...own] = line.trim().split(/\s+/).filter(Boolean).map(Number);
      for (const item of own) {
        customers.push(customer);
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
  if (resplit) {
    const customers = Uint32Array.from([...train.customers, ...test.customers]);
    return splitAnew(folder, { customers, items: Uint32Array.from([...train.items, ...test.items]) }, counts, seed);
  }
  return { name: folder, facts: timelessFacts(train, counts), holdout: testSetOf(test), repurchase: 'exclude' };
}

/** A CSV of ratings: 4 and more is a liking; of every user's likings one in five is held out at random. */
export async function readRatings(file: string, { seed, share, thin }: Variation): Promise<Problem> {
  const isDrawn = drawCustomers(share, seed);
  const customers = createNumbering();
  const items = createNumbering();
  const [likers, liked]: [number[], number[]] = [[], []];
  for await (const row of readCsv(file)) {
    const [user, item, rating] = ['user_id', 'book_id', 'rating'].map((name) => pickColumn(row, name));
    if (!(Number(rating) >= 4) || !isDrawn(user!)) continue;
    likers.push(customers.number(user!));
    liked.push(items.number(item!));
  }
  const likings = { customers: Uint32Array.from(likers), items: Uint32Array.from(liked) };
  const counts = { customerCount: customers.count(), itemCount: items.count() };
  return splitAnew(file, likings, counts, seed, thin);
}

/**
 * Order lines in UCI Online Retail's columns or The Complete Journey's: plain sale lines of goods, judged by the distinct
 * items bought from `cut` until `end`.
 */
export async function readOrders(
  file: string,
  { cut, end }: { cut: number; end: number },
  { seed, share, repurchase }: Variation,
): Promise<Problem> {
  const isDrawn = drawCustomers(share, seed);
  const [customers, items, orders] = [createNumbering(), createNumbering(), createNumbering()];
  const known: Rows = { customers: [], items: [], orders: [], times: [], quantities: [] };
  const sold: { items: number[]; times: number[]; prices: number[] } = { items: [], times: [], prices: [] };
  for await (const row of readCsv(file)) {
    const line = toSale(row);
    if (!line || !isDrawn(line.customer)) continue;
    const item = items.number(line.item);
    const time = Date.parse(`${line.time.replace(' ', 'T')}Z`);
    if (time < cut) {
      sold.items.push(item);
      sold.times.push(time);
      sold.prices.push(line.price);
    }
    if (line.customer === '') continue;
    known.customers.push(customers.number(line.customer));
    known.items.push(item);
    known.orders.push(orders.number(line.order));
    known.times.push(time);
    known.quantities.push(line.quantity);
  }
  const columns = {
    customers: Uint32Array.from(known.customers),
    items: Uint32Array.from(known.items),
    times: Float64Array.from(known.times),
  };
  const split = splitByTime(columns, { cut, end, repurchase });
  const rows = {
    customers: split.fitLines.map((line) => columns.customers[line]),
    items: split.fitLines.map((line) => columns.items[line]),
    ageDays: Float64Array.from(split.fitLines, (line) => (cut - columns.times[line]) / dayMs),
    customerCount: customers.count(),
    itemCount: items.count(),
  };
  const facts: Facts = {
    behaviours: {
      ...rows,
      weights: Float32Array.from(split.fitLines, (line) => 1 + Math.log(known.quantities[line])),
    },
    purchases: { ...rows, orders: split.fitLines.map((line) => known.orders[line]), orderCount: orders.count() },
    sales: {
      items: Uint32Array.from(sold.items),
      ageDays: Float64Array.from(sold.times, (time) => (cut - time) / dayMs),
      unitPrices: Float64Array.from(sold.prices),
    },
  };
  return { name: file, facts, holdout: split, repurchase };
}

/** A plain sale of goods; undefined for anything else. */
function toSale(row: Record<string, string>) {
  if (row['household_id'] !== undefined) {
    const { household_id, basket_id, product_id, quantity, transaction_timestamp } = row as Record<string, string>;
    if (!(Number(quantity) > 0)) return undefined;
    // Pieces of some goods are weighed in grams.
    const price = Number(row['sales_value']) / Number(quantity);
    const sale = { customer: household_id, order: basket_id, item: product_id, quantity: 1, price };
    return { ...sale, time: transaction_timestamp };
  }
  const { InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, CustomerID } = row as Record<string, string>;
  const isSale = !InvoiceNo.startsWith('C') && Number(Quantity) > 0 && Number(UnitPrice) > 0;
  if (!isSale || !/^(\d{5}|DCGS)/.test(StockCode)) return undefined;
  const [quantity, price] = [Number(Quantity), Number(UnitPrice)];
  const sale = { customer: CustomerID, order: InvoiceNo, item: StockCode, quantity, price };
  return { ...sale, time: InvoiceDate };
}

/** Whether a customer belongs to the drawn share, the same for every line of theirs. */
function drawCustomers(share: number, seed: number): (customer: string) => boolean {
  const random = seededRandom(seed);
  const drawn = new Map<string, boolean>();
  return (customer) => {
    if (!drawn.has(customer)) drawn.set(customer, random() < share);
    return drawn.get(customer)!;
  };
}

function splitAnew(
  name: string,
  pairs: { customers: Uint32Array; items: Uint32Array },
  counts: { customerCount: number; itemCount: number },
  seed: number,
  thin = Number.POSITIVE_INFINITY,
): Problem {
  const holdout = splitPerCustomer(pairs, { share: 0.2, seed });
  const known = new Uint32Array(counts.customerCount);
  const isKept = (line: number) => known[pairs.customers[line]]++ < thin;
  const lines =
    thin < Number.POSITIVE_INFINITY ? shuffle(holdout.fitLines.slice(), seededRandom(seed)) : holdout.fitLines;
  const fitLines = lines.filter(isKept).sort();
  const kept = {
    customers: fitLines.map((line) => pairs.customers[line]),
    items: fitLines.map((line) => pairs.items[line]),
  };
  return { name, facts: timelessFacts(kept, counts), holdout, repurchase: 'exclude' };
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
  return row[names.find((column) => (kind === 'book' ? isOther(column) : column.toLowerCase().startsWith(kind)))!];
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
