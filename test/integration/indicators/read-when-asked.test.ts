import { afterAll, beforeAll, expect } from '@jest/globals';
import { type Group, loadCustomerValues } from '../../../src/segments/index.ts';
import { publishVersion } from '../../../src/versions/index.ts';
import { story } from '../../support/jest/story.ts';
import {
  campaign,
  couponIsRight,
  makeSharedCode,
  publishSegments,
  redeem,
  refusalOf,
} from '../../support/shops/coupon-shop.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';
import { addVersion } from '../../support/shops/versions.ts';

/** What is not counted beforehand: figures by segments, what customers are expected to bring, medians, and codes tried in vain. */
let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop({ now: '2026-11-15T12:00:00+01:00' });
});
afterAll(() => shop.stop());

const months = 'from=2026-09-01&to=2026-11-15&grain=month';
const october = 'from=2026-10-01&to=2026-10-31&grain=month';
const november = 'from=2026-11-01&to=2026-11-15&grain=month';
const keys = new Map<string, number>();

let orders = 0;
const order = (customer_id: string | undefined, at: string, quantity: number, more: object = {}) => ({
  ...{ order_id: `o${++orders}`, customer_id, occurred_at: `2026-${at}` },
  ...{ lines: [{ item_id: 'cup', quantity, unit_price: '10.00', unit_cost: '4.00' }], ...more },
});

async function groupCustomers(groups: Record<string, Group>): Promise<void> {
  const members = Object.entries(groups).map(([name, group]) => ({
    ...couponIsRight,
    ...{ customerKey: keys.get(name)!, group },
  }));
  await publishSegments(
    shop.service.database,
    members.toSorted((a, b) => a.customerKey - b.customerKey),
  );
}

story('a shop of three customers, in groups', (step) => {
  step('before there is a snapshot nobody knows', async () => {
    await shop.orders([
      // A: three orders, 20 and 40 days apart; the last an hour before November in Berlin
      order('A', '09-01T23:59:59+02:00', 1),
      order('A', '09-21T23:59:59+02:00', 2),
      order('A', '10-31T22:59:59+01:00', 4),
      // B: two, 5 days apart; the second is paid in November, and a third was cancelled
      order('B', '10-10T12:00:00+02:00', 3),
      order('B', '10-15T12:00:00+02:00', 1, {
        statuses: [
          { status: 'placed', occurred_at: '2026-10-15T12:00:00+02:00' },
          { status: 'paid', occurred_at: '2026-11-01T00:00:00+01:00' },
        ],
      }),
      order('C', '10-20T12:00:00+02:00', 5, {
        statuses: [{ status: 'cancelled', occurred_at: '2026-10-21T12:00:00+02:00' }],
      }),
      // nobody's
      order(undefined, '10-20T12:00:00+02:00', 9),
    ]);
    await shop.rollUp();
    for (const { customer_id, customer_key } of await shop.service.database.query<{
      customer_id: string;
      customer_key: number;
    }>('select customer_id, customer_key from customers')) {
      keys.set(customer_id, customer_key);
    }
    expect(await shop.values('orders-placed', `${october}&by=segment`)).toEqual({});
    const { items } = await shop.ask('orders-placed', `${october}&by=segment&member=group-ordinary`);
    expect(items[0]).toMatchObject({ value: null, reason: 'No snapshot of the segment has been made.' });
    expect((await shop.ask('expected-value', november)).items[0]).toMatchObject({ value: null, status: 'unavailable' });
  });

  step('who is a member now is told of as one also where they bought before', async () => {
    await groupCustomers({ A: 'high-value', B: 'ordinary', C: 'ordinary' });
    const made = await shop.service.ask('segments', 'POST', '/v1/segments', {
      ...{ segment_id: 'list-friends', name: 'Friends' },
    });
    expect(made.status).toBe(201);
    await shop.service.ask('segments', 'PUT', '/v1/segments/list-friends/members', { customer_ids: ['A', 'B'] });
    expect(await shop.values('orders-placed', `${months}&by=segment`)).toEqual({
      ...{ '2026-09-01 list-friends': 2, '2026-10-01 list-friends': 3, '2026-11-01 list-friends': 0 },
      ...{ '2026-09-01 group-ordinary': 0, '2026-10-01 group-ordinary': 3, '2026-11-01 group-ordinary': 0 },
      ...{ '2026-09-01 group-high-value': 2, '2026-10-01 group-high-value': 1, '2026-11-01 group-high-value': 0 },
    });
    // B's 3 + 1 and C's 5 cups were placed; C's do not count as net.
    expect(await shop.values('turnover-placed', `${october}&by=segment&member=group-ordinary`)).toEqual({
      '2026-10-01 group-ordinary': '90.00',
    });
    expect(await shop.values('net-sales', `${october}&by=segment&member=group-ordinary`)).toEqual({
      '2026-10-01 group-ordinary': '40.00',
    });
    // By the time of payment, which for A is that of the order.
    expect(await shop.values('sales-paid', `${months}&by=segment&member=list-friends`)).toEqual({
      ...{ '2026-09-01 list-friends': '30.00', '2026-10-01 list-friends': '70.00' },
      '2026-11-01 list-friends': '10.00',
    });
    // 3 orders of B and C.
    expect(await shop.fractions('frequency', `${october}&by=segment&member=group-ordinary`)).toEqual({
      '2026-10-01 group-ordinary': [1.5, 3, 2],
    });
    // A gross profit of 6.00 a cup: 8 cups of 80.00.
    expect(await shop.fractions('gross-margin', `${october}&by=segment&member=list-friends`)).toEqual({
      '2026-10-01 list-friends': [0.6, '48.00', '80.00'],
    });
    // The last day of October by the shop's clock is A's.
    expect(await shop.values('customers', 'from=2026-10-31&to=2026-11-01&by=segment&member=group-high-value')).toEqual({
      ...{ '2026-10-31 group-high-value': 1, '2026-11-01 group-high-value': 0 },
    });
  });

  step('by segment there is no hour, and nothing of all time', async () => {
    const ask = async (id: string, query: string) =>
      (await shop.service.ask('indicators', 'GET', `/v1/indicators/${id}/values?${query}`)).json.errors[0].field;
    expect(await ask('orders-placed', 'grain=hour&by=segment')).toBe('grain');
    expect(await ask('lifetime-orders', 'by=segment')).toBe('by');
    expect(await ask('visitors', 'by=segment')).toBe('by');
  });

  step('who moves takes their past along, with the next snapshot', async () => {
    await groupCustomers({ A: 'ordinary', B: 'ordinary', C: 'low-contribution' });
    expect(await shop.values('turnover-placed', `${october}&by=segment&member=group-ordinary`)).toEqual({
      '2026-10-01 group-ordinary': '80.00',
    });
    // Of a group that there is, and in which nobody is, it is known that there is nothing.
    expect(await shop.values('turnover-placed', `${october}&by=segment&member=group-high-value`)).toEqual({
      '2026-10-01 group-high-value': '0.00',
    });
  });

  step('what customers are expected to bring, of the running period', async () => {
    const { database } = shop.service;
    const expected = { A: [2, 4_000], B: [1, 1_000], C: [0.25, null] } as const;
    const version = await addVersion(database, 'customer-value', async (version) => [
      await loadCustomerValues(
        database,
        version,
        Object.entries(expected).map(([name, [expectedOrders, revenueMinor]]) => ({
          ...{ customerKey: keys.get(name)!, expectedOrders, revenueMinor, orderValueMinor: revenueMinor },
          ...{ aliveProbability: null, nextOrderAt: null, likelierThan: 0.5 },
        })),
      ),
    ]);
    await publishVersion(database, 'customer-value', version);
    // (40.00 + 10.00) / 2: nobody says anything of C's money.
    expect(await shop.fractions('expected-value', months)).toEqual({
      ...{ '2026-09-01': [null, null, null], '2026-10-01': [null, null, null] },
      '2026-11-01': ['25.00', '50.00', 2],
    });
    expect(await shop.fractions('expected-orders', november)).toEqual({ '2026-11-01': [1.08333, 3.25, 3] });
    expect(await shop.fractions('expected-orders', `${november}&by=segment`)).toEqual({
      ...{ '2026-11-01 group-ordinary': [1.5, 3, 2], '2026-11-01 list-friends': [1.5, 3, 2] },
      '2026-11-01 group-low-contribution': [0.25, 0.25, 1],
    });
  });

  step('the median time between orders', async () => {
    // Until September 20 days; then 5, 20 and 40.
    expect(await shop.values('median-days-between-orders', months)).toEqual({
      ...{ '2026-09-01': 20, '2026-10-01': 20, '2026-11-01': 20 },
    });
    await shop.orders([order('C', '11-02T12:00:00+01:00', 1)]);
    // 5, 13 days and an hour, 20, 40: the mean of both in the middle.
    expect(await shop.values('median-days-between-orders', november)).toEqual({ '2026-11-01': 16.5208 });
    const august = 'from=2026-08-01&to=2026-08-31&grain=month';
    expect((await shop.ask('median-days-between-orders', august)).items[0]).toMatchObject({ status: 'unavailable' });
  });

  step('codes that are tried in vain are counted by day and reason, and nothing else of them', async () => {
    const { coupons } = shop.service.stations;
    expect((await shop.ask('failed-codes', november)).items[0]).toMatchObject({
      ...{ value: null, reason: 'No coupon code had been tried in vain by then, or nobody counted it.' },
    });
    const valid = { valid_from: '2026-11-01T00:00:00Z', valid_until: '2026-12-31T00:00:00Z' };
    await coupons.createCampaign(campaign('winter', valid));
    await makeSharedCode(coupons, 'winter', 'WINTER', { usage_limit: 1 });
    await redeem(coupons, { code: 'WINTER', order_id: 'w1' });
    for (const code of ['GUESS-1', 'GUESS-2', 'WINTER']) {
      await refusalOf(redeem(coupons, { code, order_id: `of ${code}` }));
    }
    // Asked about: of two one is unknown, and the other is spent, which is no try to redeem it.
    await coupons.qualify({ codes: ['WINTER', 'GUESS-3'] }, 1);
    // After ten unknown ones a customer is refused.
    for (let guess = 0; guess < 10; guess++) await coupons.qualify({ customer_id: 'A', codes: [`G${guess}`] }, 1);
    await refusalOf(coupons.qualify({ customer_id: 'A', codes: ['WINTER'] }, 1));
    await coupons.writeFailures();
    shop.time.now = new Date('2026-11-16T00:00:00+01:00');
    await refusalOf(redeem(coupons, { code: 'GUESS-4' }));
    await coupons.writeFailures();
    await shop.rollUp();
    // 2 + 1 + 10 unknown ones, the spent one and the refused request; and one a second after midnight.
    expect(await shop.values('failed-codes', 'from=2026-11-14&to=2026-11-16')).toEqual({
      ...{ '2026-11-14': null, '2026-11-15': 15, '2026-11-16': 1 },
    });
    const toNow = 'from=2026-11-01&to=2026-11-16&grain=month';
    expect(await shop.values('failed-codes', `${toNow}&by=reason`)).toEqual({
      ...{ '2026-11-01 unknown-code': 14, '2026-11-01 already-redeemed': 1, '2026-11-01 too-many-tries': 1 },
    });
    expect(await shop.fractions('failed-codes-per-redemption', toNow)).toEqual({ '2026-11-01': [16, 16, 1] });
    const rows = await shop.service.database.query<Record<string, unknown>>('select * from failed_code_days');
    expect(Object.keys(rows[0]).sort()).toEqual(['day', 'reason', 'tries']);
    expect(JSON.stringify(rows)).not.toMatch(/GUESS|WINTER/);
  });
});
