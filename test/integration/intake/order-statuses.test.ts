import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { OrderElement } from '../../../src/intake/request-elements.ts';
import { takeTouches } from '../../../src/intake/touches/store.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
beforeEach(() => shop.clear());
afterAll(() => shop.drop());

type Told = [status: 'placed' | 'paid' | 'shipped' | 'delivered' | 'cancelled', day: string][];
const order = (told?: Told, more: Partial<OrderElement> = {}): OrderElement => ({
  order_id: 'O1',
  customer_id: 'C1',
  occurred_at: '2026-06-01T10:00:00Z',
  lines: [{ item_id: 'A', quantity: 2, unit_price: '3.00' }],
  ...(told && { statuses: told.map(([status, day]) => ({ status, occurred_at: `2026-06-${day}T10:00:00Z` })) }),
  ...more,
});
const send = async (...orders: OrderElement[]) =>
  (await shop.recording.recordOrders(orders)).verdicts.map(({ status }) => status);

async function state() {
  const [row] = await shop.database.query(
    `select status, to_char(paid_at at time zone 'UTC', 'MM-DD') as paid, to_char(cancelled_at at time zone 'UTC', 'MM-DD') as cancelled
     from orders where order_id = 'O1'`,
  );
  return row;
}
const history = () =>
  readColumn(
    shop.database,
    `select to_char(occurred_at at time zone 'UTC', 'MM-DD ') || status from order_statuses order by occurred_at, status`,
  );
async function touched(): Promise<string[]> {
  const { days } = await shop.database.transaction(takeTouches);
  return [...new Set(days.map(({ kind, day }) => `${kind} ${day.slice(5)}`))];
}

test('an order is paid at the earliest `paid`, else when it is shipped or delivered; cancelled while that is the latest', async () => {
  expect(await send(order([['placed', '01']]))).toEqual(['accepted']);
  expect(await state()).toEqual({ status: 'placed', paid: null, cancelled: null });
  await send(
    order([
      ['delivered', '05'],
      ['shipped', '04'],
    ]),
  );
  expect(await state()).toEqual({ status: 'delivered', paid: '06-04', cancelled: null });
  await send(order([['paid', '06']]));
  expect(await state()).toEqual({ status: 'paid', paid: '06-06', cancelled: null });
  await send(order([['cancelled', '07']]));
  expect(await state()).toEqual({ status: 'cancelled', paid: '06-06', cancelled: '06-07' });
  // Told late, of before: it is history, and changes nothing of what is.
  expect(await send(order([['paid', '02']]))).toEqual(['accepted']);
  expect(await state()).toEqual({ status: 'cancelled', paid: '06-02', cancelled: '06-07' });
  await send(order([['paid', '08']]));
  expect(await state()).toEqual({ status: 'paid', paid: '06-02', cancelled: null });
  expect(await history()).toEqual([
    '06-01 placed',
    '06-02 paid',
    '06-04 shipped',
    '06-05 delivered',
    '06-06 paid',
    '06-07 cancelled',
    '06-08 paid',
  ]);
});

test('one that came without a status was placed and paid then, also when only later steps are told', async () => {
  await send(order());
  expect([await state(), await history()]).toEqual([{ status: null, paid: null, cancelled: null }, []]);
  await send(order([['shipped', '03']]));
  expect(await state()).toEqual({ status: 'shipped', paid: '06-01', cancelled: null });
  expect(await history()).toEqual(['06-01 paid', '06-01 placed', '06-03 shipped']);
});

test('what is known tells nothing new; another content is a conflict and adds nothing', async () => {
  await send(order([['placed', '01']]));
  expect(await send(order([['placed', '01']]), order())).toEqual(['merged', 'merged']);
  const other = order([['paid', '02']], { lines: [{ item_id: 'A', quantity: 1, unit_price: '3.00' }] });
  const dearer = order([['paid', '02']], { shipping: '2.00' });
  expect(await send(other, dearer, order([['paid', '03']]), order([['paid', '03']]))).toEqual([
    'quarantined',
    'quarantined',
    'accepted',
    'merged',
  ]);
  expect(await history()).toEqual(['06-01 placed', '06-03 paid']);
});

test('a status of tomorrow is refused by its field', async () => {
  const { verdicts } = await shop.recording.recordOrders([
    order([['placed', '01']], { statuses: [{ status: 'paid', occurred_at: '2026-07-02T12:00:00Z' }] }),
  ]);
  expect(verdicts[0].faults).toEqual([
    { rule: 'time_in_future', field: '/statuses/0/occurred_at', message: 'must not lie in the future' },
  ]);
});

test('a status touches its day, the order’s, and the days it was paid and cancelled on before', async () => {
  await send(order([['shipped', '04']]));
  expect(await touched()).toEqual(['order 06-01', 'order 06-04']);
  await send(
    order([
      ['paid', '06'],
      ['cancelled', '07'],
    ]),
  );
  expect(await touched()).toEqual(['order 06-01', 'order 06-04', 'order 06-06', 'order 06-07']);
  await send({ ...order(undefined, { order_id: 'O2', occurred_at: '2026-06-20T10:00:00Z' }) });
  await touched();
  await send(order([['delivered', '09']]));
  expect(await touched()).toEqual(['order 06-01', 'order 06-06', 'order 06-07', 'order 06-09', 'order 06-20']);
});

test('many who tell different steps of one order at once leave it as the whole history says', async () => {
  await send(order());
  const steps: Told = [
    ['placed', '01'],
    ['paid', '02'],
    ['shipped', '03'],
    ['delivered', '04'],
    ['cancelled', '05'],
  ];
  await Promise.all(steps.map((step) => send(order([step]))));
  expect(await state()).toMatchObject({ status: 'cancelled', cancelled: '06-05' });
});

test('what is said of the whole order is kept, and what its goods cost: as sent, else as the catalogue says then', async () => {
  await shop.recording.upsertItems([{ item_id: 'A', cost: '1.25' }, { item_id: 'B', cost: '9' }, { item_id: 'C' }]);
  await send(
    order(undefined, {
      channel: 'marketplace',
      store: 'Bazaar',
      shipping: '3.905',
      tax: '1.9',
      payment_fee: '0',
      lines: [
        { item_id: 'A', quantity: 1, unit_price: '3.00' },
        { item_id: 'B', quantity: 1, unit_price: '3.00', unit_cost: '2.5' },
        { item_id: 'C', quantity: 1, unit_price: '3.00' },
      ],
    }),
  );
  await shop.recording.upsertItems([
    { item_id: 'A', cost: '7' },
    { item_id: 'C', cost: '7' },
  ]);
  expect(
    await shop.database.query('select channel, store, shipping_minor, tax_minor, payment_fee_minor from orders'),
  ).toEqual([{ channel: 'marketplace', store: 'Bazaar', shipping_minor: 391, tax_minor: 190, payment_fee_minor: 0 }]);
  expect(await readColumn(shop.database, 'select unit_cost::float8 from order_lines order by line_number')).toEqual([
    1.25,
    2.5,
    null,
  ]);
});

test('a file tells the same: its order is the API’s order, and its statuses are history', async () => {
  const header =
    'order_id,item_id,quantity,occurred_at,unit_price,customer_id,channel,store,shipping,tax,payment_fee,status,status_at,unit_cost\n';
  const row = (item: string, more: string) => `O1,${item},2,2026-06-01T10:00:00Z,3.00,C1,${more}\n`;
  const told = `${header}${row('A', 'Web,,3.90,1,0.2,shipped,2026-06-03T10:00:00Z,1.5')}${row('B', ',S1,,,,paid,2026-06-02T10:00:00Z,')}`;
  const taken = await shop.take(told);
  expect(taken.report.rows).toEqual({ in: 2, facts: 2, quarantined: 0, merged: 0 });
  expect(await state()).toEqual({ status: 'shipped', paid: '06-02', cancelled: null });
  expect(await touched()).toEqual(['order 06-01', 'order 06-02', 'order 06-03']);
  expect(await readColumn(shop.database, 'select unit_cost::float8 from order_lines order by line_number')).toEqual([
    1.5,
    null,
  ]);
  const same = order([['delivered', '05']], {
    channel: 'web',
    store: 'S1',
    shipping: '3.9',
    tax: '1.00',
    payment_fee: '0.20',
    lines: ['A', 'B'].map((item_id) => ({ item_id, quantity: 2, unit_price: '3.00' })),
  });
  expect(await send(same)).toEqual(['accepted']);
  await touched();
  const later = `${header}${row('A', 'web,S1,3.90,1.00,0.20,cancelled,2026-06-09T10:00:00Z,')}${row('B', ',,,,,,,')}`;
  expect((await shop.take(later)).report.rows).toEqual({ in: 2, facts: 0, quarantined: 0, merged: 2 });
  expect(await state()).toEqual({ status: 'cancelled', paid: '06-02', cancelled: '06-09' });
  expect(await touched()).toEqual(['order 06-01', 'order 06-02', 'order 06-09']);
  const bad = `${header}O2,A,2,2026-06-01T10:00:00Z,3.00,C1,fax,,-1,,,lost,tomorrow,\n`.replace('\n', '\n');
  const refused = await shop.take(bad, { force: true });
  expect(refused.report.unreadable!.map(({ field, expected }) => [field, expected])).toEqual([
    ['channel', 'one of web, app, store, marketplace, phone'],
    ['shipping', expect.stringContaining('a number')],
    ['status', 'one of placed, paid, shipped, delivered, cancelled'],
    ['status_at', expect.any(String)],
  ]);
});
