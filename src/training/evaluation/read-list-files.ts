import { type FieldFault, PannierError } from '../../errors.ts';
import { openRows } from '../../intake/index.ts';

/** Numbers of the shop's ids in a snapshot; undefined: it is not in the snapshot. */
export interface SnapshotIds {
  customerOf(customerId: string): number | undefined;
  itemOf(itemId: string): number | undefined;
}

/** What was held out to judge by: entry `n` is one item to be found for one customer. */
export interface HeldOutPairs {
  customers: Uint32Array;
  items: Uint32Array;
  /** rows of customers who are not in the snapshot, or have objected to profiling */
  skipped: number;
}

/** Lists made elsewhere: items best first by customer. */
export interface FileLists {
  lists: ReadonlyMap<number, readonly number[]>;
  skipped: number;
}

interface Row {
  number: number;
  customer: number;
  item: number;
  fields: Record<string, unknown>;
}

const mostFaults = 20;

/**
 * Reads `customer_id, item_id` from CSV or NDJSON, plain or gzip.
 * @throws PannierError `invalid_request` naming the rows and fields that are wrong
 */
export async function readHeldOutPairs(file: string, ids: SnapshotIds): Promise<HeldOutPairs> {
  const { rows, skipped } = await readRows(file, ['customer_id', 'item_id'], ids, () => undefined);
  if (rows.length === 0) throw faulty(file, [{ field: 'file', message: 'holds nothing of a customer of this shop' }]);
  return {
    customers: Uint32Array.from(rows, ({ customer }) => customer),
    items: Uint32Array.from(rows, ({ item }) => item),
    skipped,
  };
}

/**
 * Reads `customer_id, item_id, rank` from CSV or NDJSON, plain or gzip; rank 1 is the best, and ranks may have gaps.
 * @throws PannierError `invalid_request` naming the rows and fields that are wrong
 */
export async function readListFile(file: string, ids: SnapshotIds): Promise<FileLists> {
  const seen = new Map<number, { items: Set<number>; ranks: Set<number> }>();
  const columns = ['customer_id', 'item_id', 'rank'];
  const { rows, skipped } = await readRows(file, columns, ids, ({ customer, item, fields }) => {
    const rank = Number(fields['rank']);
    if (!(Number.isInteger(rank) && rank > 0)) return { field: 'rank', message: 'must be a whole number above 0' };
    const taken = seen.get(customer) ?? { items: new Set(), ranks: new Set() };
    seen.set(customer, taken);
    if (taken.items.has(item)) return { field: 'item_id', message: 'is on this list already' };
    if (taken.ranks.has(rank)) return { field: 'rank', message: 'is taken on this list already' };
    taken.items.add(item);
    taken.ranks.add(rank);
    return undefined;
  });
  const ranked = new Map<number, Row[]>();
  for (const row of rows) ranked.set(row.customer, [...(ranked.get(row.customer) ?? []), row]);
  const lists = new Map<number, number[]>();
  for (const [customer, own] of ranked) {
    own.sort((a, b) => Number(a.fields['rank']) - Number(b.fields['rank']));
    lists.set(
      customer,
      own.map(({ item }) => item),
    );
  }
  return { lists, skipped };
}

async function readRows(
  file: string,
  columns: readonly string[],
  { customerOf, itemOf }: SnapshotIds,
  check: (row: Row) => FieldFault | undefined,
): Promise<{ rows: Row[]; skipped: number }> {
  const { rows: read } = await openRows(
    {
      file,
      format: undefined,
      delimiter: undefined,
      columns: {},
      isField: (name) => columns.includes(name),
      required: columns,
    },
    () => {},
  );
  const rows: Row[] = [];
  const faults: FieldFault[] = [];
  let skipped = 0;
  for await (const { number, fields } of read) {
    const fault = (field: string, message: string) => faults.push({ field, message: `row ${number}: ${message}` });
    const missing = fields ? columns.find((column) => !isText(fields[column])) : 'row';
    if (!fields || missing !== undefined) fault(missing!, 'is missing or broken');
    else {
      const customer = customerOf(String(fields['customer_id']));
      const item = itemOf(String(fields['item_id']));
      if (item === undefined) fault('item_id', `${fields['item_id']} is no item of this shop`);
      else if (customer === undefined) skipped++;
      else {
        const row = { number, customer, item, fields };
        const wrong = check(row);
        if (wrong) fault(wrong.field, wrong.message);
        else rows.push(row);
      }
    }
    if (faults.length === mostFaults) break;
  }
  if (faults.length > 0) throw faulty(file, faults);
  return { rows, skipped };
}

function isText(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function faulty(file: string, faults: FieldFault[]): PannierError {
  return new PannierError('invalid_request', `${file} cannot be used`, faults);
}
