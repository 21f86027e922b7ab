import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readNumber } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(new Date('2026-07-01T12:00:00Z'));
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const header = 'order_id,item_id,quantity,occurred_at,unit_price,customer_id,coupon_code,shipping,updated_at';
const csv = (...lines: string[]) => `${[header, ...lines].join('\n')}\n`;
const row = (order: string, item: string, quantity: number, price: string, updated = '', more = 'C1,,') =>
  `${order},${item},${quantity},2026-03-01T10:00:00Z,${price},${more},${updated}`;
const take = async (...lines: string[]) => (await shop.take(csv(...lines))).report;
const linesOf = async (order: string) =>
  (
    await shop.database.query<{ line: string }>(
      `select item_id || ' ' || l.quantity::float || ' ' || l.amount_minor as line from order_lines l
       join orders using (order_key) join items using (item_key) where order_id = $1 order by line_number`,
      [order],
    )
  ).map(({ line }) => line);
const count = (sql: string) => readNumber(shop.database, sql);

const [first, second] = ['2026-03-02T00:00:00Z', '2026-03-06T00:00:00Z'];
const before = [
  row('O1', 'cup', 2, '10.00', first, 'C1,SPRING,4.90'),
  row('O1', 'lamp', 1, '50.00', first),
  row('O2', 'tea', 3, '2.00', first, 'C2,,'),
];
const after = [
  row('O1', 'lamp', 1, '45.00', second, 'C1,,0.00'),
  row('O1', 'mug', 1, '8.00', second),
  row('O1', 'cup', 1, '10.00', second),
  row('O2', 'tea', 3, '2.00', second, 'C2,,'),
];

// Would see: contents of two times mixed or added up, an older one that wins, money of a refund lost, a known order doubled.
test('a later state takes the place of what is known, which stays as a version; earlier ones are ignored', async () => {
  expect((await take(...before)).rows).toEqual({ in: 3, facts: 3, quarantined: 0, merged: 0 });
  await shop.recording.recordRefunds([
    { refund_id: 'R1', order_id: 'O1', occurred_at: '2026-03-05T00:00:00Z', lines: [{ item_id: 'cup', quantity: 1 }] },
  ]);
  const edit = await take(...after);
  expect(edit.rows).toEqual({ in: 4, facts: 3, quarantined: 0, merged: 1 });
  expect(edit.output).toMatchObject({ orders: 0, orders_edited: 1, order_lines: 3 });
  expect(edit.detected).toMatchObject({ coupon_without_line: 1 });
  expect(await linesOf('O1')).toEqual(['lamp 1 4500', 'mug 1 800', 'cup 1 1000']);
  const [order] = await shop.database.query(
    `select total_minor, shipping_minor, updated_at, (select sum(amount_minor)::int from refund_links g where g.order_key = o.order_key) as back
     from orders o where order_id = 'O1'`,
  );
  expect(order).toEqual({ total_minor: 6300, shipping_minor: 0, updated_at: new Date(second), back: 1000 });
  const versions = `select content ->> 'total_minor' as total, updated_at from order_versions`;
  expect(await shop.database.query(versions)).toEqual([{ total: '7000', updated_at: new Date(first) }]);
  expect(await linesOf('O2')).toEqual(['tea 3 600']);

  const again = await take(...before);
  expect(again.rows).toEqual({ in: 3, facts: 0, quarantined: 0, merged: 3 });
  expect(again.detected).toMatchObject({ order_outdated: 3 });
  expect((await take(...after)).rows).toEqual({ in: 4, facts: 0, quarantined: 0, merged: 4 });
  // Of the same time, or of none, but with another content.
  expect((await take(row('O1', 'lamp', 2, '45.00', second))).rows.quarantined).toBe(1);
  expect((await take(row('O1', 'lamp', 2, '45.00'))).rows.quarantined).toBe(1);
  expect(await count('select count(*) from order_versions')).toBe(1);
  expect(await linesOf('O1')).toHaveLength(3);
});

test('of an order that a file has as of several times the latest counts, and rows without a time go with the row above', async () => {
  const report = await take(
    row('O1', 'A', 1, '5.00', first),
    row('O1', 'B', 1, '3.00'),
    row('O1', 'A', 2, '5.00', second),
    row('O1', 'B', 1, '3.00'),
    row('O2', 'B', 1, '3.00', second, 'C2,,'),
    row('O2', 'B', 9, '3.00', first, 'C2,,'),
  );
  expect(report.rows).toEqual({ in: 6, facts: 3, quarantined: 0, merged: 3 });
  expect(await linesOf('O1')).toEqual(['A 2 1000', 'B 1 300']);
  expect(await linesOf('O2')).toEqual(['B 1 300']);
});

// Would see: a row that was held back and grows an order which has changed since, or that is kept out of its own state.
test('a row that was held back joins its own state of the order, and none that came later', async () => {
  shop.setNow(new Date('2026-03-03T00:00:00Z'));
  const late = (order: string) => row(order, 'lamp', 1, '50.00', first).replace('03-01T10', '03-04T10');
  expect((await take(row('O1', 'cup', 2, '10.00', first), late('O1'))).rows).toMatchObject({
    facts: 1,
    quarantined: 1,
  });
  expect((await take(row('O2', 'cup', 2, '10.00', first), late('O2'))).rows).toMatchObject({
    facts: 1,
    quarantined: 1,
  });
  shop.setNow(new Date('2026-07-01T12:00:00Z'));
  await take(row('O2', 'cup', 1, '10.00', second));
  expect(await shop.imports.redrive({})).toEqual({ in: 2, facts: 1, quarantined: 0, merged: 1 });
  expect(await linesOf('O1')).toEqual(['cup 2 2000', 'lamp 1 5000']);
  expect(await linesOf('O2')).toEqual(['cup 1 1000']);
  expect(await count('select count(*) from quarantine')).toBe(0);
});

test('whoever was erased is not named again by a later state', async () => {
  await take(...before);
  await shop.recording.eraseCustomer('C1');
  expect((await take(row('O1', 'cup', 9, '10.00', second))).rows).toEqual({
    in: 1,
    facts: 0,
    quarantined: 1,
    merged: 0,
  });
  expect(await linesOf('O1')).toEqual(['cup 2 2000', 'lamp 1 5000']);
});

const exported = (...lines: string[]) =>
  `${['Order Number,Status,Order Date,Updated at,SKU,Quantity,Unit Price,Email', ...lines].join('\n')}\n`;
async function takeExport(content: string) {
  const understood = await shop.imports.understand(await shop.write(content));
  const done = await shop.imports.importUnderstood(understood);
  await understood.close();
  return done.map(({ report }) => report);
}

// Would see: a sale that stays although its shop cancelled it, an order made only to be cancelled, a paid one cancelled by an old file.
test('an order that an export calls cancelled later is none any more where it is known', async () => {
  await takeExport(
    exported(
      '1,paid,2026-03-01 10:00,2026-03-01 10:00,A,1,10.00,a@x.com',
      '2,paid,2026-03-01 10:00,2026-03-09 10:00,A,1,10.00,b@x.com',
    ),
  );
  const [report] = await takeExport(
    exported(
      '1,cancelled,2026-03-01 10:00,2026-03-05 10:00,A,1,10.00,a@x.com',
      '2,cancelled,2026-03-01 10:00,2026-03-05 10:00,A,1,10.00,b@x.com',
      '3,cancelled,2026-03-01 10:00,2026-03-05 10:00,A,1,10.00,c@x.com',
      '4,paid,2026-03-02 10:00,2026-03-02 10:00,B,1,10.00,c@x.com',
      '4,paid,2026-03-02 10:00,2026-03-03 10:00,B,2,10.00,c@x.com',
    ),
  );
  expect(report.output).toMatchObject({ orders: 1, orders_cancelled: 1 });
  const orders = await shop.database.query(
    'select order_id, status, cancelled_at, total_minor from orders order by order_id',
  );
  expect(orders).toEqual([
    { order_id: '1', status: 'cancelled', cancelled_at: new Date('2026-03-05T09:00:00Z'), total_minor: 1000 },
    { order_id: '2', status: null, cancelled_at: null, total_minor: 1000 },
    { order_id: '4', status: null, cancelled_at: null, total_minor: 2000 },
  ]);
  const statuses = `select status from order_statuses order by occurred_at, status desc`;
  expect(await shop.database.query(statuses)).toEqual([
    { status: 'placed' },
    { status: 'paid' },
    { status: 'cancelled' },
  ]);
});

// Exports tell with an order all that came back of it so far: the merchant expects that sum, whatever came in between and whence.
const refunded = (...lines: string[]) =>
  `${['Order Number,Order Date,SKU,Quantity,Unit Price,Email,Shipping,Refunded Amount,Refund Status', ...lines].join('\n')}\n`;
const givenBack = async () =>
  Object.fromEntries(
    (
      await shop.database.query<{ id: string; goods: number; shipping: number; pieces: number; refunds: number }>(
        `select order_id as id, coalesce(sum(g.amount_minor), 0)::int as goods, coalesce(sum(g.quantity), 0)::float as pieces,
           (select coalesce(sum(shipping_minor), 0)::int from refund_charges c where c.order_key = o.order_key) as shipping,
           count(distinct refund_key)::int as refunds
         from orders o left join refund_links g using (order_key) group by o.order_key order by order_id`,
      )
    ).map(({ id, goods, shipping, pieces, refunds }) => [id, [goods, shipping, pieces, refunds]]),
  );
const order = (id: number, back: string, of = 'A,2,10.00') => `${id},2026-03-01 10:00,${of},${id}@x.com,4.90,${back},`;

// Would see: a refund that grows and is refused, one that is counted twice, one that shrinks because an older file came later.
test('what came back of an order is as much as its export tells, however often and in which steps it is told', async () => {
  const small = refunded(order(1, '5.00'), order(2, '5.00'), order(3, ''), order(4, '5.00'));
  await takeExport(small);
  expect(await givenBack()).toEqual({
    ...{ '1': [500, 0, 0, 1], '2': [500, 0, 0, 1], '3': [0, 0, 0, 0], '4': [500, 0, 0, 1] },
  });
  // Of the third a webhook has told before.
  const hook = { refund_id: 'hook', order_id: '3', occurred_at: '2026-03-02T09:00:00Z', amount: '8.00' };
  await shop.recording.recordRefunds([hook]);
  const grown = refunded(order(1, '12.00'), order(2, '24.90'), order(3, '8.00'), order(4, '5.00'));
  const [, report] = await takeExport(grown);
  expect(report.rows).toEqual({ in: 4, facts: 2, quarantined: 0, merged: 2 });
  const after = { '1': [1_200, 0, 0, 2], '2': [2_000, 490, 2, 2], '3': [800, 0, 0, 1], '4': [500, 0, 0, 1] };
  expect(await givenBack()).toEqual(after);
  for (const again of [grown, small, grown]) {
    const [, told] = await takeExport(again);
    expect(told.rows).toMatchObject({ facts: 0, quarantined: 0 });
  }
  expect(await givenBack()).toEqual(after);
  // Again more, twice within a file.
  const [, last] = await takeExport(refunded(order(1, '13.00'), order(3, '9.50'), order(1, '15.00')));
  expect(last.rows).toEqual({ in: 3, facts: 3, quarantined: 0, merged: 0 });
  expect(await givenBack()).toEqual({ ...after, '1': [1_500, 0, 0, 4], '3': [950, 0, 0, 2] });
});

test('pieces that came back are those that an export tells together, and refunds of the API are one each', async () => {
  const header = 'Order Number,Order Date,SKU,Quantity,Unit Price,Email,Line Refunded Quantity';
  const file = (back: string) => `${header}\n1,2026-03-01 10:00,A,4,10.00,a@x.com,${back}\n`;
  const understood = await shop.imports.understand(await shop.write(file('1')));
  expect(understood.tables[0].columns.at(-1)).toMatchObject({ field: 'line_refunded_quantity' });
  await understood.close();
  await takeExport(file('1'));
  const hook = {
    refund_id: 'hook',
    order_id: '1',
    occurred_at: '2026-03-02T09:00:00Z',
    lines: [{ item_id: 'A', quantity: 1 }],
  };
  await shop.recording.recordRefunds([hook]);
  await takeExport(file('2'));
  expect(await givenBack()).toEqual({ '1': [2_000, 0, 2, 2] });
  await takeExport(file('4'));
  expect(await givenBack()).toEqual({ '1': [4_000, 0, 4, 3] });
  const { counts } = await shop.recording.recordRefunds([{ ...hook, refund_id: '1-refund' }]);
  expect(counts).toMatchObject({ facts: 0, quarantined: 1 });
});
