import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Answer, call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

const now = new Date('2026-03-26T10:00:00Z');
let service: TestService;
type Operation = Parameters<typeof call>[1];
const ask = (operation: Operation, request: Parameters<typeof call>[2] = {}): Promise<Answer> =>
  call(service.url, operation, {
    ...request,
    headers: { ...service.as('admin'), 'Idempotency-Key': randomUUID(), ...request.headers },
  });

beforeAll(async () => {
  service = await createTestService({ clock: () => now, env: { PANNIER_TIME_ZONE: 'UTC' } });
});
afterAll(() => service.stop());

const earlier = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
/** Customers with their orders, each its lines and how many hours ago, and whether they are thanked. */
const book: [customer: string, orders: [prices: string[], hours: number, more?: object][], thanked: boolean][] = [
  ['at the amount', [[['50.00'], 1]], true],
  ['of two lines', [[['25.00', '25.00'], 71]], true],
  ['a cent less', [[['49.99'], 1]], false],
  [
    'in two orders',
    [
      [['30.00'], 1],
      [['30.00'], 2],
    ],
    false,
  ],
  ['partly back', [[['60.00'], 3]], false],
  ['cancelled', [[['60.00'], 3, { statuses: [{ status: 'cancelled', occurred_at: earlier(2) }] }]], false],
  ['too long ago', [[['80.00'], 73]], false],
];

// Would see: the recipe of the documents giving to others than those who completed such an order, or more than one free piece.
test('whoever has completed an order of the amount is given the gift, once', async () => {
  const { intake, segments } = service.stations;
  const definition = { spend: 'net', within_days: 3, same: 'order', at_least: '50.00' };
  await ask('createSegment', { body: { segment_id: 'rule-thanks', name: 'Thanks', live: true, definition } });
  const made = await ask('createCampaign', {
    body: {
      ...{ campaign_id: 'thank-you', name: 'A free cup', target_segments: ['rule-thanks'], policy: 'everyone' },
      discount: { type: 'percent', percent: 100, maximum_discount: '2.37' },
      applies_to: { item_ids: ['cup'] },
      ...{ valid_from: '2026-01-01T00:00:00Z', valid_until: '2030-01-01T00:00:00Z', limit_per_customer: 1 },
    },
  });
  expect(made.status).toBe(201);
  for (const [customer_id, orders] of book) {
    for (const [place, [prices, hours, more]] of orders.entries()) {
      const lines = prices.map((unit_price) => ({ item_id: 'tea', quantity: 1, unit_price }));
      const order = { order_id: `${customer_id} ${place}`, customer_id, occurred_at: earlier(hours), lines };
      await intake.recordOrders([{ ...order, ...more } as never]);
    }
  }
  const refund = { refund_id: 'r', order_id: 'partly back 0', occurred_at: earlier(1), amount: '20.00' };
  await intake.recordRefunds([refund as never]);
  await segments.live.settled();

  const given = new Map<string, string>();
  for (const [customer_id, , isThanked] of book) {
    const body = { customer_id, campaign_ids: ['thank-you'] };
    const asked = () => ask('decideCoupon', { body, query: 'campaigns=true' });
    const { json } = await asked();
    const outcome = json.campaigns[0].outcome;
    expect([customer_id, outcome]).toEqual([customer_id, isThanked ? 'granted' : 'not-in-target-segment']);
    if (!isThanked) continue;
    given.set(customer_id, json.coupon.code);
    expect((await asked()).json.campaigns[0].outcome).toBe('customer-limit-reached');
  }
  const lines = [
    { item_id: 'cup', quantity: 2, unit_price: '2.37' },
    { item_id: 'tea', quantity: 1, unit_price: '9.00' },
  ];
  const body = { code: given.get('at the amount'), order_id: 'next', customer_id: 'at the amount', lines };
  const { json } = await ask('redeemCoupon', { body });
  expect([json.discount, json.lines.map(({ discount }: any) => discount)]).toEqual(['2.37', ['2.37', '0.00']]);
});
