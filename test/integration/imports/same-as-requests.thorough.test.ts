import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventElement, OrderElement } from '../../../src/intake/request-elements.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, testNow } from '../../support/shops/intake.ts';

/** Whoever does more in a minute is a robot: few, so that small files have some. */
const fewForRobots = { robotEventsPerMinute: 6 } as object;

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const csv = (columns: readonly string[], rows: readonly Record<string, unknown>[]) =>
  [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => `${cells.join()}\n`)
    .join('');

/** What is known afterwards, by the shop's own names. */
const known = {
  events: `select concat_ws(' ', event_id, type, visitor_id, customer_id, item_id, occurred_at, session_id) from events
    left join visitors using (visitor_key) left join customers using (customer_key) left join items using (item_key) order by 1`,
  ids: `select concat_ws(' ', event_id, occurred_at) from event_keys order by 1`,
  links: `select concat_ws(' ', visitor_id, customer_id, appeared_at, valid_from, valid_until) from identity_links
    join visitors using (visitor_key) join customers using (customer_key) order by 1`,
  orders: `select concat_ws(' ', order_id, customer_id, occurred_at, total_minor, encode(content_hash, 'hex')) from orders
    left join customers using (customer_key) order by 1`,
  lines: `select concat_ws(' ', order_id, line_number, item_id, quantity, unit_price, amount_minor) from order_lines
    join orders using (order_key) join items using (item_key) order by 1`,
  items: `select concat_ws(' ', item_id, provisional) from items order by 1`,
  quarantine: `select concat_ws(' ', kind, rules::text, raw::text, customer_id, visitor_id) from quarantine order by 1`,
  days: `select distinct concat_ws(' ', kind, day) from touched_days order by 1`,
};

async function readKnown(): Promise<Record<string, string[]>> {
  const parts = Object.entries(known);
  return Object.fromEntries(
    await Promise.all(parts.map(async ([name, sql]) => [name, await readColumn<string>(shop.database, sql)] as const)),
  );
}

const times = [
  '2026-05-01T10:00:01.000Z',
  '2026-05-01T10:00:02.500Z',
  '2026-05-20T21:59:59.999Z',
  '2026-06-30T22:00:00.000Z',
];
const event = fc.record(
  {
    event_id: fc.nat({ max: 40 }).map((n) => `E${n}`),
    type: fc.constantFrom('view' as const, 'cart_add' as const, 'impression' as const, 'page_view' as const),
    visitor_id: fc.constantFrom('V1', 'V2', 'V3'),
    customer_id: fc.constantFrom('C1', 'C2', 'C3'),
    // The last one is not known.
    item_id: fc.constantFrom('I1', 'I2', 'I3', 'I4'),
    // The last one has not come.
    occurred_at: fc.constantFrom(...times, '2027-01-01T00:00:00.000Z'),
    session_id: fc.constantFrom('S1', 'Säule 2'),
  },
  { requiredKeys: ['event_id', 'type', 'visitor_id', 'occurred_at'] },
);

/** On a slow machine fewer files are looked at. */
const interruptAfterTimeLimit = 120_000;

// Would see: rows that a file makes otherwise than a request, in either direction.
test('a file of events is what a request with the same events is', async () => {
  const columns = ['session_id', 'event_id', 'type', 'visitor_id', 'customer_id', 'item_id', 'occurred_at'];
  const instance = shop.anew(fewForRobots);
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 60 }), async (events) => {
      const catalogue = ['I1', 'I2', 'I3'].map((item_id) => ({ item_id }));
      await shop.clear();
      await instance.upsertItems(catalogue);
      const file = await shop.write(csv(columns, events));
      const { report } = await instance.importFile({ kind: 'events', file, format: 'csv', force: true });
      const imported = await readKnown();
      await shop.clear();
      await instance.upsertItems(catalogue);
      const { counts } = await instance.recordEvents(events as EventElement[]);
      expect(imported).toEqual(await readKnown());
      // A row that equals an earlier one is merged with it, also where that one was refused.
      expect({ in: report.rows.in, facts: report.rows.facts }).toEqual({ in: counts.in, facts: counts.facts });
    }),
    { numRuns: 40, interruptAfterTimeLimit },
  );
});

const order = fc.record({
  customer_id: fc.constantFrom('C1', 'C2', 'C3'),
  occurred_at: fc.constantFrom(...times),
  lines: fc.uniqueArray(
    fc.record({
      item_id: fc.constantFrom('I1', 'I2', 'I3', 'new'),
      quantity: fc.integer({ min: 1, max: 5 }),
      unit_price: fc.constantFrom('0.05', '9.99', '12.50'),
    }),
    { minLength: 1, maxLength: 4, selector: ({ item_id, quantity }) => `${item_id} ${quantity}` },
  ),
});

test('a file of orders, a line a row or an order a row, is what a request with the same orders is', async () => {
  const columns = ['order_id', 'customer_id', 'occurred_at', 'item_id', 'quantity', 'unit_price'];
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 5, maxLength: 20 }), async (told) => {
      const orders: OrderElement[] = told.map((one, n) => ({ order_id: `O${n}`, ...one }));
      const catalogue = ['I1', 'I2', 'I3'].map((item_id) => ({ item_id }));
      const begin = async () => {
        await shop.clear();
        await shop.recording.upsertItems(catalogue);
      };
      await begin();
      await shop.recording.recordOrders(orders);
      const sent = await readKnown();
      const files = [
        csv(
          columns,
          orders.flatMap(({ lines, ...of }) => lines.map((line) => ({ ...of, ...line }))),
        ),
        orders.map((one) => `${JSON.stringify(one)}\n`).join(''),
      ];
      for (const file of files) {
        await begin();
        const { report } = await shop.take(file, { kind: 'orders', force: true });
        expect(report.output).toMatchObject({ orders: orders.length });
        expect(await readKnown()).toEqual(sent);
      }
    }),
    { numRuns: 15, interruptAfterTimeLimit },
  );
});
