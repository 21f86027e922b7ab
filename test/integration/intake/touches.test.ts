import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Changes } from '../../../src/intake/batch/recorded.ts';
import type { EventElement, OrderElement } from '../../../src/intake/request-elements.ts';
import { deleteDoubles, takeTouches } from '../../../src/intake/touches/store.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
beforeEach(() => shop.clear());
afterAll(() => shop.drop());

/** What was touched since it was asked last: days as `kind day`, items by id; the shop is in Berlin. */
async function touched(): Promise<string[]> {
  const { days } = await shop.database.transaction(takeTouches);
  return [...new Set(days.map(({ kind, day }) => `${kind} ${day}`))];
}

async function touchedItems(): Promise<string[]> {
  const { itemKeys } = await shop.database.transaction(takeTouches);
  return readColumn(shop.database, 'select item_id from items where item_key = any($1::int[]) order by 1', [itemKeys]);
}

const event = (
  event_id: string,
  occurred_at: string,
  who: Partial<EventElement> = { visitor_id: 'V1' },
): EventElement => ({
  event_id,
  type: 'search',
  occurred_at,
  ...who,
});
const order = (order_id: string, occurred_at: string, customer_id?: string): OrderElement => ({
  order_id,
  occurred_at,
  ...(customer_id === undefined ? { visitor_id: 'V9' } : { customer_id }),
  lines: [{ item_id: 'A', quantity: 2, unit_price: '3.00' }],
});

describe('a change of facts touches their local days', () => {
  test('events: the day begins at the zone’s midnight, also on the days of 23 and 25 hours; known and refused ones touch nothing', async () => {
    const events = [
      event('E1', '2026-03-28T22:59:59Z'),
      event('E2', '2026-03-28T23:00:00Z'),
      event('E3', '2026-03-29T21:59:59Z'),
      event('E4', '2026-03-29T22:00:00Z'),
      event('E5', '2025-10-25T22:00:00Z'),
      event('E6', '2025-10-26T22:59:59Z'),
      event('E7', '2025-10-26T23:00:00Z'),
    ];
    await shop.recording.recordEvents(events.slice(1, 3));
    expect(await touched()).toEqual(['event 2026-03-29']);
    await shop.recording.recordEvents(events);
    expect(await touched()).toEqual(['event 2025-10-26', 'event 2025-10-27', 'event 2026-03-28', 'event 2026-03-30']);
    await shop.recording.recordEvents([
      ...events,
      event('E8', '2026-05-01T10:00:00Z', { visitor_id: 'V1', item_id: '?' }),
    ]);
    expect(await touched()).toEqual([]);
  });

  test('orders: also the day of the next order of the same customer, and of nobody else', async () => {
    await shop.recording.recordOrders([
      order('later', '2026-05-10T10:00:00Z', 'C1'),
      order('latest', '2026-05-20T10:00:00Z', 'C1'),
      order('other', '2026-05-05T10:00:00Z', 'C2'),
      order('nobody', '2026-05-06T10:00:00Z'),
    ]);
    expect(await touched()).toEqual(['order 2026-05-05', 'order 2026-05-06', 'order 2026-05-10', 'order 2026-05-20']);
    await shop.recording.recordOrders([
      order('late', '2026-05-01T10:00:00Z', 'C1'),
      order('alone', '2026-04-01T10:00:00Z'),
    ]);
    expect(await touched()).toEqual(['order 2026-04-01', 'order 2026-05-01', 'order 2026-05-10']);
    await shop.recording.recordOrders([order('late', '2026-05-01T10:00:00Z', 'C1')]);
    expect(await touched()).toEqual([]);
  });

  test('refunds: their own day and that of the sale', async () => {
    await shop.recording.recordOrders([order('O1', '2026-05-01T10:00:00Z', 'C1')]);
    await touched();
    await shop.recording.recordRefunds([{ refund_id: 'R1', order_id: 'O1', occurred_at: '2026-05-31T22:30:00Z' }]);
    expect(await touched()).toEqual(['order 2026-05-01', 'refund 2026-06-01']);
  });

  test('an erasure: every day on which there is a fact of the person, or of who they were before', async () => {
    await shop.recording.recordEvents([
      event('E1', '2026-05-01T10:00:00Z', { visitor_id: 'V1' }),
      event('E2', '2026-05-02T10:00:00Z', { visitor_id: 'V1', customer_id: 'C1' }),
      event('E3', '2026-05-03T10:00:00Z', { visitor_id: 'V2' }),
    ]);
    await shop.recording.recordOrders([
      order('O1', '2026-05-04T10:00:00Z', 'C1'),
      { ...order('O2', '2026-05-05T10:00:00Z'), visitor_id: 'V1' },
      order('O3', '2026-05-06T10:00:00Z', 'C2'),
    ]);
    await shop.recording.recordRefunds([{ refund_id: 'R1', order_id: 'O1', occurred_at: '2026-05-07T10:00:00Z' }]);
    await touched();
    const erasure = await shop.recording.eraseCustomer('C1');
    expect(erasure).toMatchObject({ erasedEvents: 2, anonymisedOrders: 2 });
    expect(await touched()).toEqual([
      'event 2026-05-01',
      'event 2026-05-02',
      'order 2026-05-04',
      'order 2026-05-05',
      'refund 2026-05-07',
    ]);
  });

  // Would see: a visitor who shared their device with the erased, and is still taken for one who had come before.
  test('an erasure: also the day on which a visitor of its events comes next, as a new one', async () => {
    await shop.recording.recordEvents([
      event('E1', '2026-05-01T10:00:00Z', { visitor_id: 'V1', customer_id: 'C1' }),
      event('E2', '2026-05-08T10:00:00Z', { visitor_id: 'V1', customer_id: 'C2' }),
      event('E3', '2026-05-09T10:00:00Z', { visitor_id: 'V1', customer_id: 'C2' }),
    ]);
    await touched();
    await shop.recording.eraseCustomer('C1');
    expect(await touched()).toEqual(['event 2026-05-01', 'event 2026-05-08']);
  });

  test('customers: the days on which they registered, before and after it is corrected, and when they are erased', async () => {
    const told = (registered_at: string | null | undefined) =>
      shop.recording.upsertCustomers([
        { customer_id: 'C1', attributes: { told: String(registered_at) }, registered_at },
      ]);
    await told('2026-05-01T22:30:00Z');
    expect(await touched()).toEqual(['customer 2026-05-02']);
    await told(undefined);
    expect(await touched()).toEqual([]);
    await told('2026-05-04T10:00:00Z');
    expect(await touched()).toEqual(['customer 2026-05-02', 'customer 2026-05-04']);
    await shop.recording.eraseCustomer('C1');
    expect(await touched()).toEqual(['customer 2026-05-04']);
  });

  test('items: only where something changed that figures are parted by or made of', async () => {
    await shop.recording.upsertItems([
      { item_id: 'A', category: 'Food', price: '1' },
      { item_id: 'B', brand: 'Alba' },
      { item_id: 'C' },
      { item_id: 'D' },
      { item_id: 'E' },
    ]);
    expect(await touchedItems()).toEqual([]);
    await shop.recording.upsertItems([
      { item_id: 'A', category: 'Drinks' },
      { item_id: 'B', brand: null },
      { item_id: 'C', is_product: false },
      { item_id: 'D', hidden: true },
      { item_id: 'E', title: 'Eggs', price: '2' },
    ]);
    expect(await touchedItems()).toEqual(['A', 'B', 'C', 'D']);
  });

  test('files and what is redriven, like everything else', async () => {
    await shop.recording.recordOrders([order('next', '2026-05-20T10:00:00Z', 'C1')]);
    await touched();
    const header = 'order_id,item_id,quantity,occurred_at,unit_price,customer_id\n';
    const rows = ['O1,A,2,2026-05-01 00:10:00,3.00,C1', 'CO2,A,-1,2026-05-03 23:50:00,3.00,C1'];
    await shop.take(`${header}${rows.join('\n')}\n`, { mapping: { cancellations: { order_prefix: 'C' } } });
    expect(await touched()).toEqual(['order 2026-05-01', 'order 2026-05-20', 'refund 2026-05-03']);

    await shop.recording.recordEvents([
      { event_id: 'E1', type: 'view', visitor_id: 'V1', item_id: 'X', occurred_at: '2026-05-05T10:00:00Z' },
    ]);
    expect(await touched()).toEqual([]);
    await shop.recording.upsertItems([{ item_id: 'X' }]);
    await shop.recording.redrive({});
    expect(await touched()).toEqual(['event 2026-05-05']);
  });
});

test('who changes facts and does not say what is touched, does not compile', () => {
  // @ts-expect-error touches are missing
  const forgotten: Changes = { itemKeys: [], customerKeys: [] };
  expect(forgotten).toBeDefined();
});

// Would see: a file of a year's events by customer, whose every thousand rows are written down once more for each day of the year.
test('facts of very many days: their days are touched, and are counted as a whole', async () => {
  const firstDay = Date.parse('2025-06-01T10:00:00Z');
  const events = Array.from({ length: 300 }, (_, n) =>
    event(`E${n}`, new Date(firstDay + n * 86_400_000).toISOString()),
  );
  await shop.recording.recordEvents(events.slice(0, 2));
  await shop.recording.recordEvents(events.slice(2));
  const { days } = await shop.database.transaction(takeTouches);
  expect(days).toHaveLength(300);
  expect(days.filter(({ cameIn }) => cameIn !== null).map(({ day }) => day)).toEqual(['2025-06-01', '2025-06-02']);
});

// Would see: a day whose facts came in while nobody counted, and all of whose keys are read at once.
test('a day to which very many facts came in is counted as a whole, beside others of which each is told once', async () => {
  await shop.database.query(
    `insert into touched_days (kind, day, facts, keys)
     select 'event', '2026-05-01', 'event', array(select generate_series(part * 1000, part * 1000 + 999)) from generate_series(1, 6) as part
     union all values ('event', '2026-05-02'::date, 'event', '{7,8}'::bigint[]), ('event', '2026-05-02', 'event', '{8,9}'),
       ('order', '2026-05-02', 'event', '{}')`,
  );
  const { days } = await shop.database.transaction(takeTouches);
  const told = days.map(({ kind, day, cameIn }) => [kind, day, cameIn?.keys.map(Number)]);
  expect(told).toEqual([
    ['event', '2026-05-01', undefined],
    ['event', '2026-05-02', [7, 8, 9]],
    ['order', '2026-05-02', []],
  ]);
});

test('where nobody counts, of each day one touch is kept, and of each item', async () => {
  for (const at of ['2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z', '2026-05-02T10:00:00Z'])
    await shop.recording.recordEvents([event(at, at)]);
  await shop.recording.recordOrders([order('O1', '2026-05-01T10:00:00Z', 'C1')]);
  for (const category of ['Food', 'Drinks', 'Sweets']) await shop.recording.upsertItems([{ item_id: 'A', category }]);
  // Would see: days of which something else has changed, which have no keys.
  await shop.database.query(
    `insert into touched_days (kind, day) values ('event', '2026-05-03'), ('event', '2026-05-03')`,
  );
  expect(await deleteDoubles(shop.database)).toBe(4);
  const { days, itemKeys } = await shop.database.transaction(takeTouches);
  expect(days.map(({ kind, day }) => `${kind} ${day}`)).toEqual([
    'event 2026-05-01',
    'event 2026-05-02',
    'event 2026-05-03',
    'order 2026-05-01',
  ]);
  expect(itemKeys).toHaveLength(1);
});
