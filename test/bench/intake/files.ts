import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { FactKind } from '../../../src/intake/imports/kinds.ts';
import { madeUpEvent, shopSize } from './made-up-events.ts';

/** A kind of file, row by row; `n` counts from 0. */
export interface MadeUpFile {
  name: string;
  kind: FactKind;
  format: 'csv' | 'ndjson';
  header?: string;
  row(n: number, rows: number): string;
  /** The nth element that its rows are, as requests send it, and how many rows each has. */
  sent?: { at(n: number, rows: number): object; rowsEach: number };
}

const since = Date.UTC(2026, 0, 5);
const eventColumns = 'event_id,type,visitor_id,customer_id,item_id,occurred_at,session_id';

function eventRow(n: number, rows: number, change: (cells: (string | undefined)[]) => void = () => {}): string {
  // A year of events, however many they are.
  const event = madeUpEvent('file', n, 0);
  const occurredAt = new Date(since + Math.floor((n * 300 * 86_400_000) / rows)).toISOString();
  const { event_id, type, visitor_id, customer_id, item_id, session_id } = event;
  const cells = [event_id, type, visitor_id, customer_id, item_id, occurredAt, session_id];
  change(cells);
  return cells.map((cell) => cell ?? '').join();
}

/** The same as the file's rows, without its empty cells. */
function sentEvent(n: number, rows: number): object {
  const values = eventRow(n, rows).split(',');
  const named = eventColumns.split(',').map((name, index): [string, string] => [name, values[index]]);
  return Object.fromEntries(named.filter(([, value]) => value !== ''));
}

function orderOf(n: number, rows: number) {
  return {
    order_id: `order-${n}`,
    customer_id: `customer-${(n * 7) % 50_000}`,
    occurred_at: new Date(since + Math.floor((n * 300 * 86_400_000) / rows)).toISOString(),
    lines: [0, 1].map((line) => ({
      item_id: `item-${(n * 31 + line * 977) % shopSize.items}`,
      quantity: 1,
      unit_price: '9.99',
    })),
  };
}

function orderLine(n: number) {
  const order = Math.floor(n / 4);
  const item = (order * 31 + (n % 4) * 977) % shopSize.items;
  return { order, item_id: `item-${item}`, title: `Item ${item}`, quantity: 1 + (n % 3), unit_price: '9.99' };
}

/** The order that four lines of a file make. */
function orderOfLines(n: number, rows: number): object {
  const lines = [0, 1, 2, 3].map((line) => {
    const { order: _, title: __, ...sent } = orderLine(4 * n + line);
    return sent;
  });
  const occurred_at = lineTime(4 * n, rows);
  return { order_id: `order-${n}`, customer_id: `customer-${(n * 7) % 50_000}`, occurred_at, lines };
}

const lineTime = (n: number, rows: number) =>
  new Date(since + Math.floor((Math.floor(n / 4) * 300 * 86_400_000) / rows) * 4).toISOString();

export const files: readonly MadeUpFile[] = [
  {
    name: 'events',
    kind: 'events',
    format: 'csv',
    header: eventColumns,
    row: (n, rows) => eventRow(n, rows),
    sent: { at: sentEvent, rowsEach: 1 },
  },
  {
    name: 'events, newest first',
    kind: 'events',
    format: 'csv',
    header: eventColumns,
    row: (n, rows) => eventRow(rows - 1 - n, rows),
  },
  {
    name: 'events, a cell of each corrected',
    kind: 'events',
    format: 'csv',
    header: eventColumns,
    row: (n, rows) =>
      eventRow(n, rows, (cells) => {
        cells[6] = ` ${cells[6]}`;
      }),
  },
  {
    name: 'events, every row twice',
    kind: 'events',
    format: 'csv',
    header: eventColumns,
    row: (n, rows) => eventRow(n >> 1, rows >> 1),
  },
  {
    name: 'events of items that nobody knows',
    kind: 'events',
    format: 'csv',
    header: eventColumns,
    row: (n, rows) =>
      eventRow(n, rows, (cells) => {
        if (n % 5 === 1) cells[4] = `unknown-${n % 997}`;
      }),
  },
  {
    name: 'events of one shared device',
    kind: 'events',
    format: 'csv',
    header: eventColumns,
    row: (n, rows) =>
      eventRow(n, rows, (cells) => {
        cells[2] = `till-${n % 10}`;
        cells[3] = `customer-${Math.floor(n / 7) % 5_000}`;
      }),
  },
  {
    name: 'orders, a line a row',
    kind: 'orders',
    format: 'csv',
    header: 'order_id,customer_id,occurred_at,item_id,title,quantity,unit_price',
    row: (n, rows) => {
      const { order, item_id, title, quantity, unit_price } = orderLine(n);
      return `order-${order},customer-${(order * 7) % 50_000},${lineTime(n, rows)},${item_id},${title},${quantity},${unit_price}`;
    },
    sent: { at: orderOfLines, rowsEach: 4 },
  },
  {
    name: 'orders, an order a row',
    kind: 'orders',
    format: 'ndjson',
    row: (n, rows) => JSON.stringify(orderOf(n, rows)),
    sent: { at: orderOf, rowsEach: 1 },
  },
  {
    name: 'customers',
    kind: 'customers',
    format: 'csv',
    header: 'customer_id,profiling_allowed,registered_at,attributes.country',
    row: (n) => `c${n},yes,${new Date(since + n * 1_000).toISOString()},DE`,
  },
  {
    name: 'items',
    kind: 'items',
    format: 'csv',
    header: 'item_id,title,category,brand,price,stock',
    row: (n) => `i${n},Item ${n},Department ${n % 10} > Shelf ${n % 100},Brand ${n % 50},${1 + (n % 90)}.50,${n % 40}`,
  },
];

export async function writeFile(path: string, file: MadeUpFile, rows: number): Promise<void> {
  const stream = createWriteStream(path);
  let chunk = file.header === undefined ? '' : `${file.header}\n`;
  for (let n = 0; n < rows; n++) {
    chunk += `${file.row(n, rows)}\n`;
    if (chunk.length > 1_000_000) {
      if (!stream.write(chunk)) await once(stream, 'drain');
      chunk = '';
    }
  }
  stream.end(chunk);
  await finished(stream);
}
