import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ListReport } from '../../../../src/indicators/attribution/report/report-lists.ts';
import { reportLists } from '../../../../src/indicators/attribution/report/report-lists.ts';
import { replaceAttribution } from '../../../../src/indicators/attribution/touches/store.ts';
import { createTestIntake, type TestIntake, testNow } from '../../../support/shops/intake.ts';

/** A shop of some twenty facts in June; what each figure is, is worked out beside it. */
const config = { timeZone: 'Europe/Berlin', minorDigits: 2, listRetentionDays: 30 };
const june = (day: number, hour = 12) => new Date(Date.UTC(2026, 5, day, hour - 2)).toISOString();
const home = '00000000-0000-7000-8000-000000000001';
const cart = '00000000-0000-7000-8000-000000000002';

let shop: TestIntake;
beforeAll(async () => {
  shop = await createTestIntake();
  const { recording, database } = shop;
  const items = [{ item_id: 'tea', cost: '2.00' }, { item_id: 'cup' }, { item_id: 'pot', cost: '1.00' }];
  await recording.upsertItems(items as never);
  await recording.upsertCustomers([{ customer_id: 'ann' }, { customer_id: 'bob' }] as never);
  await database.query(
    `insert into releases (versions, reason) values ('{"popularity": 7, "association-rules": 3, "collaborative-filtering": 5}', 'night')`,
  );
  // On the home page tea (by taste) and a cup (by a rule), beside the cart tea (as a best seller).
  await database.query(
    `insert into served_lists (list_id, customer_key, release_id, item_keys, served_at, placement, sources, rule_ids)
     select list_id::uuid, (select customer_key from customers where customer_id = 'ann'), 1,
       (select array_agg(item_key order by place) from unnest(item_ids) with ordinality as of (item_id, place) join items using (item_id)), served_at::timestamptz, placement, sources::smallint[], rule_ids::text[]
     from (values ($1, array['tea', 'cup'], $3, 'home', '{1,4}', '{NULL,1-2}'), ($2, array['tea'], $4, 'cart', '{2}', null))
       as list (list_id, item_ids, served_at, placement, sources, rule_ids)`,
    [home, cart, june(2, 10), june(3, 12)],
  );
  const event = (type: string, item_id: string, list_id: string, at: string) => ({
    ...{ event_id: `${type} ${item_id} ${list_id}`, type, customer_id: 'ann', item_id, list_id, occurred_at: at },
  });
  await recording.recordEvents([
    event('impression', 'tea', home, june(2, 10)),
    event('impression', 'cup', home, june(2, 10)),
    event('click', 'tea', home, june(2, 11)),
    event('impression', 'tea', cart, june(3)),
    event('click', 'tea', cart, june(3, 13)),
    event('cart_add', 'tea', cart, june(3, 13)),
    { ...event('click', 'tea', home, june(12)), event_id: 'ten days after' },
  ] as never);
  const line = (item_id: string, quantity: number, unit_price: string, list_id?: string) => {
    return { item_id, quantity, unit_price, ...(list_id && { list_id }) };
  };
  const order = (order_id: string, customer_id: string, at: string, ...lines: object[]) => {
    return { order_id, customer_id, occurred_at: at, lines };
  };
  await recording.recordOrders([
    order('o1', 'ann', june(4), line('tea', 2, '5.00'), line('cup', 1, '3.00', home)),
    order('o2', 'ann', june(4), line('tea', 1, '5.00')),
    order('o3', 'bob', june(5), line('pot', 1, '4.00')),
    order('o4', 'ann', june(5), line('tea', 1, '5.00')),
  ] as never);
  await database.query(`update orders set status = 'cancelled', cancelled_at = $1 where order_id = 'o4'`, [june(6)]);
  await database.query(
    'update order_lines set unit_cost = items.cost from items where items.item_key = order_lines.item_key',
  );
  // o2 comes back whole.
  await recording.recordRefunds([
    {
      refund_id: 'r1',
      customer_id: 'ann',
      occurred_at: june(20),
      order_id: 'o2',
      lines: [{ item_id: 'tea', quantity: 1 }],
    },
  ] as never);
  const days = Array.from({ length: 13 }, (_, n) => `2026-06-${String(n + 1).padStart(2, '0')}`);
  await database.transaction((tx) => replaceAttribution(tx, days, { timeZone: config.timeZone, windowDays: 7 }));
});
afterAll(() => shop.drop());

const report = (question: object = {}) =>
  reportLists(
    { db: shop.database, config, clock: () => testNow },
    { from: '2026-06-01', to: '2026-06-10', windowDays: 7, touch: 'last', ...question },
  );
/** Orders, revenue and margin by member. */
const earned = (parts: ListReport['parts'][keyof ListReport['parts']]) =>
  Object.fromEntries(
    parts.map(({ member, orders, revenueMinor, costedMinor, marginMinor }) => [
      member,
      [orders, revenueMinor, costedMinor > 0 ? marginMinor : null],
    ]),
  );

describe('what lists earned', () => {
  test('orders and money by the last list, less what came back or was cancelled, beside what was seen and clicked', async () => {
    const { parts, shopRevenueMinor } = await report();
    // o1 13.00, o2 5.00 less 5.00, o3 4.00, o4 cancelled.
    expect(shopRevenueMinor).toBe(1700);
    // Tea of o1 2 × 5.00 from beside the cart, at a cost of 2 × 2.00; the cup 3.00 from home, of unknown cost.
    expect(earned(parts.all)).toEqual({ '': [1, 1300, 600] });
    expect(earned(parts.placement)).toEqual({ home: [1, 300, null], cart: [1, 1000, 600] });
    expect(earned(parts.model)).toEqual({
      'association-rules 3': [1, 300, null],
      'popularity 7': [1, 1000, 600],
      'collaborative-filtering 5': [0, 0, null],
    });
    expect(earned(parts.source)).toMatchObject({ popularity: [1, 1000, 600], 'association-rules': [1, 300, null] });
    expect(earned(parts.rule)).toEqual({ '': [1, 1000, 600], '1-2': [1, 300, null] });
    expect(earned(parts.position)).toEqual({ 1: [1, 1000, 600], 2: [1, 300, null] });
    const [{ impressions, clicks, cartAdds }] = parts.all;
    expect({ impressions, clicks, cartAdds }).toEqual({ impressions: 3, clicks: 2, cartAdds: 1 });
    expect(parts.placement.map(({ member, impressions }) => [member, impressions])).toEqual([
      ['home', 2],
      ['cart', 1],
    ]);
  });

  test('by the first list, and to all in equal parts', async () => {
    expect(earned((await report({ touch: 'first' })).parts.placement)).toMatchObject({
      home: [1, 1300, 600],
      cart: [0, 0, null],
    });
    const linear = (await report({ touch: 'linear' })).parts;
    // Of the tea half each; of o1 home has the whole cup besides.
    expect(earned(linear.placement)).toEqual({ home: [1, 800, 300], cart: [0.5, 500, 300] });
    expect(earned(linear.all)).toEqual({ '': [1, 1300, 600] });
  });

  test('of one placement, and within another window as far back as the log of lists goes', async () => {
    const { parts } = await report({ placement: 'cart' });
    expect(earned(parts.all)).toEqual({ '': [1, 1000, 600] });
    expect(parts.placement.map(({ member }) => member)).toEqual(['cart']);
    // Within one day before the order there was only the click beside the cart; the cup's list had been served more than two before.
    const oneDay = await report({ from: '2026-06-04', windowDays: 1, touch: 'first' });
    expect(earned(oneDay.parts.placement)).toEqual({ cart: [1, 1000, 600] });
    await expect(report({ from: '2026-06-03', windowDays: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      faults: [{ field: 'window_days', message: expect.stringContaining('from 2026-06-04 on') }],
    });
    await expect(report({ from: '2026-06-11' })).rejects.toMatchObject({ faults: [{ field: 'from' }] });
  });

  // Would see: clicks of seven days in a report of thirty.
  test('what was seen and clicked is of the window that is asked for', async () => {
    const longer = { ...config, listRetentionDays: 90 };
    const clicks = async (windowDays: number) => {
      const question = { from: '2026-06-11', to: '2026-06-13', windowDays, touch: 'last' as const };
      const { parts } = await reportLists({ db: shop.database, config: longer, clock: () => testNow }, question);
      return parts.placement.map(({ member, clicks }) => [member, clicks]);
    };
    expect([await clicks(7), await clicks(30)]).toEqual([[], [['home', 1]]]);
  });

  test('without a holdout nothing is said to be added', async () => {
    expect((await report()).added).toEqual({
      holdout: null,
      measured: null,
      inBothArms: null,
      reason: expect.stringContaining('Nobody is held out of personal lists'),
    });
  });
});
