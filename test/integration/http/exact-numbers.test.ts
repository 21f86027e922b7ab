import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { components } from '../../../src/client/contract.ts';
import { readDocument } from '../../../src/http/index.ts';
import { createExactNumbers } from '../../../src/http/requests/numbers.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

const occurred_at = new Date(Date.now() - 3_600_000).toISOString();
const verdictsOf = ({ json }: { json: any }) => json.verdicts.map(({ status }: { status: string }) => status);
const get = async (path: string) => (await service.ask('admin', 'GET', path)).json;

type Sent = components['schemas'];

describe('ids and money as JSON numbers', () => {
  // The client's types take both.
  const item: Sent['Item'] = { item_id: 42, title: 'Tea', price: 7.5, list_price: '8.00', parent_id: 7 };
  const order: Sent['Order'] = {
    order_id: 5,
    customer_id: 9007199254740991,
    occurred_at,
    shipping: 4.9,
    lines: [{ item_id: 42, quantity: 2, unit_price: 7.5 }],
  };

  test('are taken where they are exact, and answered as text', async () => {
    expect(verdictsOf(await service.ask('ingest', 'PUT', '/v1/items', { items: [item] }))).toEqual(['accepted']);
    expect(await get('/v1/items/42')).toMatchObject({
      item_id: '42',
      price: '7.50',
      list_price: '8.00',
      parent_id: '7',
    });
    const customers = [{ customer_id: 9007199254740991 }];
    expect(verdictsOf(await service.ask('ingest', 'PUT', '/v1/customers', { customers }))).toEqual(['accepted']);
    const events = [{ event_id: 1, type: 'view', visitor_id: 0, item_id: 42, occurred_at }];
    expect(verdictsOf(await service.ask('ingest', 'POST', '/v1/events', { events }))).toEqual(['accepted']);
    expect(verdictsOf(await service.ask('ingest', 'POST', '/v1/orders', { orders: [order] }))).toEqual(['accepted']);
    expect(await get('/v1/orders/5')).toMatchObject({
      order_id: '5',
      customer_id: '9007199254740991',
      shipping: '4.90',
      lines: [{ item_id: '42', unit_price: '7.50' }],
    });
    const refunds = [{ refund_id: 6, order_id: 5, occurred_at, lines: [{ item_id: 42, quantity: 1 }] }];
    expect(verdictsOf(await service.ask('ingest', 'POST', '/v1/refunds', { refunds }))).toEqual(['accepted']);
    const body = { recent_item_ids: [42], filter: { any: [{ price: { max: 7.5 } }] } };
    const list = await service.ask('recommend', 'POST', '/v1/recommendations', body);
    expect([list.status, list.json.items[0].item_id]).toEqual([200, '42']);
  });

  // Would see: one order counted twice, because its id was a number here and a text there.
  test('are the same as their texts', async () => {
    const same = [{ ...order, order_id: '5', shipping: '4.9', customer_id: '9007199254740991' }];
    expect(verdictsOf(await service.ask('ingest', 'POST', '/v1/orders', { orders: same }))).toEqual(['merged']);
    const event = { event_id: '1', type: 'view', visitor_id: '0', item_id: '42', occurred_at };
    expect(verdictsOf(await service.ask('ingest', 'POST', '/v1/events', { events: [event] }))).toEqual(['merged']);
  });

  test('are refused by their field where they are not exact, and the others are stored', async () => {
    const lines = (unit_price: number) => [{ item_id: 42, quantity: 1, unit_price }];
    const orders = [
      { order_id: 2 ** 53, occurred_at, lines: lines(1) },
      { order_id: 10, occurred_at, lines: lines(0.1 + 0.2) },
      { order_id: 11.5, occurred_at, lines: lines(7.499) },
      { order_id: -12, occurred_at, lines: lines(1) },
      { order_id: 13, occurred_at, lines: lines(0.1) },
      { order_id: 14, occurred_at, lines: lines(1e20) },
    ];
    const { json } = await service.ask('ingest', 'POST', '/v1/orders', { orders });
    const faults = json.verdicts.map(({ status, faults: told = [] }: any) => [
      status,
      told.map((one: any) => one.field),
    ]);
    expect(faults).toEqual([
      ['quarantined', ['/order_id']],
      ['quarantined', ['/lines/0/unit_price']],
      ['quarantined', ['/order_id', '/lines/0/unit_price']],
      ['quarantined', ['/order_id']],
      ['accepted', []],
      ['quarantined', ['/lines/0/unit_price']],
    ]);
    const list = await service.ask('recommend', 'POST', '/v1/recommendations', { recent_item_ids: [1, 1.5] });
    expect([list.status, list.json.errors[0].field]).toEqual([400, '/recent_item_ids/1']);
    const query = `filter=${encodeURIComponent('{"min_price":1.005}')}`;
    const filtered = await service.ask('recommend', 'GET', `/v1/popular-items?${query}`);
    expect([filtered.status, filtered.json.errors[0].field]).toEqual([400, 'filter/min_price']);
  });

  // Would see: terms whose money must be text though all else may be a number, a figure of a rule that was made text.
  test('are taken in the terms of campaigns and in the rules of segments, by the form that a value has', async () => {
    const terms: Sent['SentCampaignTerms'] = {
      ...{ name: 'Five', valid_from: occurred_at, valid_until: '2099-01-01T00:00:00Z', minimum_spend: 30 },
      ...{ discount: { type: 'amount', amount: 5.5 }, budget: { money: 1000, coupons: 200 } },
    };
    const made = await service.ask('coupons', 'POST', '/v1/campaigns', { ...terms, campaign_id: 77 });
    expect([made.status, made.json.campaign_id]).toEqual([201, '77']);
    expect((await service.ask('coupons', 'GET', '/v1/campaigns/77')).json).toMatchObject({
      ...{
        minimum_spend: '30.00',
        discount: { type: 'amount', amount: '5.50' },
        budget: { money: '1000.00', coupons: 200 },
      },
    });
    const changed = await service.ask('coupons', 'PUT', '/v1/campaigns/77', { ...terms, minimum_spend: 30.005 });
    expect([changed.status, changed.json.errors[0].field]).toEqual([400, '/minimum_spend']);
    const any = [
      { rfm: 'monetary', at_least: 100.5 },
      { rfm: 'frequency', at_least: 3 },
      { behaviour: 'purchase', item_id: 42, within_days: 30, at_least: 2 },
    ];
    const segment = { segment_id: 'rule-good', name: 'Good', definition: { any } };
    const defined = await service.ask('segments', 'POST', '/v1/segments', segment);
    expect([defined.status, defined.json.definition]).toEqual([
      201,
      { any: [{ ...any[0], at_least: '100.5' }, any[1], { ...any[2], item_id: '42' }] },
    ]);
    const wrong = { ...segment, segment_id: 'rule-wrong', definition: { rfm: 'monetary', at_least: 100.555 } };
    const refused = await service.ask('segments', 'POST', '/v1/segments', wrong);
    expect([refused.status, refused.json.errors[0].field]).toEqual([400, '/definition/at_least']);
  });

  // Would see: a retry of a client in another language that is taken for another request.
  test('are one content with an idempotency key, however the body is written', async () => {
    const campaign = { name: 'A tenth', discount: { type: 'percent', percent: 10 }, valid_from: occurred_at };
    const terms = { ...campaign, campaign_id: 'tenth', valid_until: '2099-01-01T00:00:00Z', coupon_valid_days: 30 };
    const made = await service.ask('coupons', 'POST', '/v1/campaigns', terms);
    expect(made.status).toBe(201);
    const decide = (body: string) =>
      fetch(`${service.url}/v1/coupon-decisions`, {
        method: 'POST',
        headers: { ...service.as('coupons'), 'Content-Type': 'application/json', 'Idempotency-Key': 'one' },
        body,
      });
    const first = await decide('{"customer_id":5,"campaign_ids":["tenth"]}');
    const again = await decide('{ "campaign_ids" : ["tenth"], "customer_id": "5" }');
    const other = await decide('{"customer_id":6,"campaign_ids":["tenth"]}');
    expect([first.status, again.status, other.status]).toEqual([200, 200, 409]);
    expect(await again.json()).toEqual(await first.json());
  });
});

describe('the digits of the currency', () => {
  const { json } = readDocument();
  const resolve = (reference: string) =>
    reference
      .slice(2)
      .split('/')
      .reduce((at: any, name) => at[name], json);
  test.each([
    [0, 7, '7'],
    [0, 7.5, undefined],
    [2, 7.5, '7.5'],
    [2, 7.555, undefined],
    [3, 7.555, '7.555'],
    [2, 1e-7, undefined],
    [2, -1, '-1'],
    [2, 999999999999.99, '999999999999.99'],
    [2, 1e12, undefined],
  ])('%i: %d is %s', (digits, amount, text) => {
    const exact = createExactNumbers({ $ref: '#/components/schemas/OrderLine' }, resolve, digits);
    const line = { unit_price: amount };
    const { faults } = exact(line, 10);
    expect(faults.map(({ field }) => field)).toEqual(text === undefined ? ['/unit_price'] : []);
    expect(line.unit_price).toBe(text ?? amount);
  });
});
