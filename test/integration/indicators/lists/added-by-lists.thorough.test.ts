import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { measureCampaign, metrics, recipe } from '../../../../models/campaign-effect/index.ts';
import { call } from '../../../support/service/contract.ts';
import { createTestService, type TestService } from '../../../support/service/service.ts';
import { until } from '../../../support/shops/training-shop.ts';
import { type PlayedShop, planted, plantedTruth, playLists } from '../../../support/simulated/simulated-lists.ts';

/**
 * One of the simulated shops lived through: everybody asks for a list by HTTP, is drawn by the hash, and buys as planted for the arm
 * that they got. What the report says is what the pure estimator makes of the same figures.
 */
const people = 2_400;
const seed = 11;
const share = 0.05;
const start = Date.UTC(2026, 5, 1, 8);
const dayMs = 86_400_000;

let service: TestService;
let now = start;
const clock = () => new Date(now);
const ids = Array.from({ length: people }, (_, n) => `c${String(n).padStart(5, '0')}`);

beforeAll(async () => {
  service = await createTestService({ clock });
  await service.database.query(
    `insert into holdouts (share, exploration_share, salt) values (0, 0, 'salt of this test')`,
  );
  await service.ask('ingest', 'PUT', '/v1/items', { items: [{ item_id: 'tea', cost: '0.01' }] });
  for (let from = 0; from < people; from += 1_000) {
    const customers = ids.slice(from, from + 1_000).map((customer_id) => ({ customer_id }));
    await service.ask('ingest', 'PUT', '/v1/customers', { customers });
  }
}, 60_000);
afterAll(() => service.stop());

/** Orders of a customer at equal prices that come to what was played. */
async function buy(figuresOf: (customer: number) => { orders: number; revenue: number }, from: number, name: string) {
  let orders: object[] = [];
  const send = async () => {
    const { status, json } = await service.ask('ingest', 'POST', '/v1/orders', { orders });
    expect({ status, quarantined: json.counts.quarantined }).toEqual({ status: 200, quarantined: 0 });
    orders = [];
  };
  for (const [customer, customer_id] of ids.entries()) {
    const { orders: count, revenue } = figuresOf(customer);
    for (let n = 0; n < count; n++) {
      const unit_price = (revenue / count).toFixed(2);
      const occurred_at = new Date(from + (n + 1) * 3_600_000).toISOString();
      const lines = [{ item_id: 'tea', quantity: 1, unit_price }];
      orders.push({ order_id: `${name}-${customer}-${n}`, customer_id, occurred_at, lines });
      if (orders.length === 1_000) await send();
    }
  }
  await send();
}

test('a shop lived through by HTTP: the arms of the hash, the figures of the estimator, the truth in the interval', async () => {
  const { before } = playLists(seed, { customers: people });
  const bought = (of: PlayedShop['before']) => (customer: number) => ({
    orders: of.orders[customer],
    revenue: of.revenue[customer],
  });
  await buy(bought(before), start - 50 * dayMs, 'before');
  expect((await service.ask('train', 'PUT', '/v1/recommendation-holdouts', { share })).status).toBe(200);
  // Of fifty at once some may be sent away on a busy machine.
  const ask = (id: string) =>
    until(
      async () => (await service.ask('recommend', 'GET', `/v1/customers/${id}/recommendations?limit=1`)).status === 200,
    );
  for (let from = 0; from < people; from += 50) await Promise.all(ids.slice(from, from + 50).map(ask));
  const considered = () =>
    service.database.query<{ customer_id: string; arm: string }>(
      'select customer_id, arm from holdout_considerations join customers using (customer_key) order by customer_id',
    );
  const rows = await until(async () => (await considered()).length === people && considered());
  expect(rows.map(({ customer_id }) => customer_id)).toEqual(ids);
  const treated = Uint8Array.from(rows, ({ arm }) => Number(arm === 'treatment'));
  const during = bought(playLists(seed, { customers: people, arms: treated }).metrics);
  now = start + 29 * dayMs;
  await buy(during, start + dayMs, 'during');

  const query = 'from=2026-06-01&to=2026-06-30';
  const { json } = await call(service.url, 'reportRecommendations', { query, headers: service.as('indicators') });
  const { sample_ratio, added, reason, statement } = json.personal_lists;
  expect([reason, json.personal_lists.share]).toEqual([null, share]);
  expect(sample_ratio).toMatchObject({
    treated: treated.reduce((sum, arm) => sum + arm, 0),
    control: treated.reduce((sum, arm) => sum + 1 - arm, 0),
    alarm: false,
  });
  const truth = plantedTruth(planted.lift);
  const { low, high } = added.orders.per_customer;
  expect([low <= truth.orders, truth.orders <= high]).toEqual([true, true]);
  expect(statement).toMatch(
    /^Over popular lists, personal ones added -?\d+\.\d orders \(95 % interval .*That may well be chance\.$/,
  );

  const column = (of: (customer: number) => number) => Float64Array.from(ids, (_, customer) => of(customer));
  const pure = measureCampaign(
    {
      treated,
      metrics: {
        orders: column((customer) => during(customer).orders),
        revenue: column((customer) => during(customer).revenue),
        margin: column((customer) => during(customer).revenue),
      },
      before,
      discounts: new Float64Array(people),
      expectedShare: 1 - share,
    },
    recipe,
  );
  if ('refusal' in pure) throw new Error(pure.refusal);
  for (const metric of metrics) {
    const [told, plain] = [added[metric].per_customer, pure.effects[metric].perCustomer];
    // Figures have six digits, prices are in cents, and every piece costs one.
    const tolerance = metric === 'orders' ? 1e-5 : 0.02;
    for (const end of ['value', 'low', 'high'] as const)
      expect(Math.abs(told[end] - plain[end])).toBeLessThan(tolerance);
    expect(added[metric].winsorised === null).toBe(metric === 'orders');
  }

  // Before anybody was held out, and of less time, what was added is of that time alone.
  const early = await call(service.url, 'reportRecommendations', {
    query: 'from=2026-05-01&to=2026-05-31',
    headers: service.as('indicators'),
  });
  expect(early.json.personal_lists).toMatchObject({
    added: null,
    reason: 'Nobody was held out of personal lists in this time.',
  });
}, 120_000);
