import { openFile } from './containers/open-file.ts';
import type { OutputKind } from './understanding/plan.ts';

const needed: Readonly<Record<OutputKind, readonly string[]>> = {
  orders: ['order_id', 'occurred_at'],
  refunds: ['refund_id'],
  items: ['item_id'],
  customers: ['customer_id'],
  events: ['event_id', 'type'],
};
/** Columns that ours have beside: those of a platform may be called order_id or item_id too. */
const telling: Partial<Record<OutputKind, readonly string[]>> = {
  orders: ['item_id', 'lines', 'quantity', 'unit_price', 'line_amount'],
};

/**
 * Has a text of rows our own names as its columns, so that nothing has to be found out? Also of one that cannot be read: the import
 * says why.
 */
export async function hasOwnColumns(path: string, kind: OutputKind): Promise<boolean> {
  const file = await openFile(path).catch(() => undefined);
  if (!file) return true;
  try {
    const [table] = file.tables;
    if (file.tables.length !== 1 || !['csv', 'ndjson'].includes(table.format) || file.packing.includes('zip'))
      return false;
    if ((table.titles ?? 0) > 0 || !['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'].includes(table.encoding ?? ''))
      return false;
    const names = new Set(table.columns ?? (await namesOf(table.rows())));
    const others = telling[kind];
    return (
      needed[kind].every((name) => names.has(name)) &&
      (others === undefined || others.filter((name) => names.has(name)).length >= (names.has('lines') ? 1 : 2))
    );
  } finally {
    await file.close();
  }
}

async function namesOf(rows: AsyncIterable<{ values: object }>): Promise<string[]> {
  const names = new Set<string>();
  let seen = 0;
  for await (const { values } of rows) {
    for (const name of Object.keys(values)) names.add(name);
    if (++seen >= 100) break;
  }
  return [...names];
}
