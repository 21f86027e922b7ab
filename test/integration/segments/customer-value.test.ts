import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Covariate } from '../../../models/customer-value/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { type OrderElement, readCountries, readOrderDays } from '../../../src/intake/index.ts';
import { generateSampleShop, type SampleShop } from '../../../src/sample-shop/index.ts';
import type { TrainingRequest, TrainingRun } from '../../../src/training/index.ts';
import { tellCovariates } from '../../../src/training/snapshot/covariates.ts';
import { tabulateHistories } from '../../../src/training/snapshot/order-histories.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { getVersion, readPublishedRelease } from '../../../src/versions/index.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { shopEnd } from '../../support/shops/training-shop.ts';

let service: TestService;
let shop: SampleShop;
let run: TrainingRun;
/** ids of orders that came back whole */
const returned = new Set<string>();
const erased = new Set<string>();

async function train(request: TrainingRequest = {}): Promise<TrainingRun> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, models: ['customer-value'], ...request });
  return training.waitForRun(trainingRunId);
}

async function profileOf(customerId: string) {
  const { json } = await call(service.url, 'getCustomerProfile', {
    headers: service.as('segments'),
    path: { customer_id: customerId },
  });
  return json;
}

/** Who orders in the last quarter came by the app mostly: so told that the channel of the first order foretells it. */
function withPlantedChannels(orders: OrderElement[]): OrderElement[] {
  const last = new Map(orders.map(({ customer_id, occurred_at }) => [customer_id ?? '', Date.parse(occurred_at)]));
  const random = seededRandom(3);
  const staysLong = (at: number) => shopEnd.getTime() - at < 90 * 86_400_000;
  const cameByApp = new Map(Array.from(last, ([id, at]) => [id, random() < (staysLong(at) ? 0.9 : 0.1)]));
  return orders.map((order) => ({ ...order, channel: cameByApp.get(order.customer_id ?? '') ? 'app' : 'web' }));
}

/** Of every customer who may be profiled: the days with an order. */
function orderDays(): Map<string, Set<number>> {
  const allowed = new Set(
    [...shop.customers()].filter((customer) => customer.profiling_allowed).map(({ customer_id }) => customer_id),
  );
  const days = new Map<string, Set<number>>();
  for (const { order_id, customer_id, occurred_at } of shop.orders()) {
    if (customer_id === undefined || !allowed.has(customer_id) || returned.has(order_id)) continue;
    const day = Math.floor((shopEnd.getTime() - Date.parse(occurred_at)) / 86_400_000);
    days.set(customer_id, (days.get(customer_id) ?? new Set()).add(day));
  }
  return days;
}

beforeAll(async () => {
  service = await createTestService();
  // Over a year, so that a quarter of it can judge; no events, because nothing is learnt from them.
  shop = generateSampleShop({ seed: 7, customers: 700, items: 60, days: 400, end: shopEnd });
  const { intake } = service.stations;
  await intake.upsertItems([...shop.items]);
  await intake.upsertCustomers([...shop.customers()]);
  const orders = withPlantedChannels([...shop.orders()]);
  for (let from = 0; from < orders.length; from += 1_000) await intake.recordOrders(orders.slice(from, from + 1_000));
  // Some first orders come back whole, so that the next is the first.
  const seen = new Set<string>();
  const firsts = orders.filter(({ customer_id: id }) => id !== undefined && !seen.has(id) && seen.add(id)).slice(0, 40);
  for (const { order_id } of firsts) returned.add(order_id);
  await intake.recordRefunds(
    firsts.map(({ order_id, occurred_at }) => ({ refund_id: `back of ${order_id}`, order_id, occurred_at })),
  );
  run = await train();
});
afterAll(() => service.stop());

usually.test('the run tells how the model did on the hold-out, beside what needs no model', async () => {
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  expect(Object.keys(run.versions)).toEqual(['customer-value']);
  const { holdout, warnings } = run.metrics['customer-value'] as Record<string, any>;
  expect(warnings).toBeInstanceOf(Array);
  expect(holdout.days).toBe(90);
  expect(holdout.returned).toBeGreaterThan(50);
  expect(Object.keys(holdout.area_under_curve).sort()).toEqual([
    'alive_probability',
    'alive_probability_of_repeaters',
    'frequency-and-recency',
    'model',
    'recency',
  ]);
  expect(holdout.area_under_curve.model).toBeGreaterThan(0.9);
  const trials = holdout.order_models as { model: string; log_likelihood_of_a_customer: number }[];
  expect(trials.map(({ model }) => model).sort()).toEqual(['bg-nbd', 'mbg-nbd', 'pareto-nbd']);
  const likelihoods = trials.map((trial) => trial.log_likelihood_of_a_customer);
  expect(likelihoods).toEqual([...likelihoods].sort((one, other) => other - one));
  // Here customers leave after their first order too.
  expect(holdout.order_model).toBe('mbg-nbd');
  expect(trials[0].model).toBe('mbg-nbd');
  expect(holdout.order_model_lead.low).toBeGreaterThan(0);
  const { actual, expected, naive } = holdout.orders;
  expect(Math.abs(expected - actual)).toBeLessThan(Math.abs(naive - actual));
  const published = await readPublishedRelease(service.database);
  expect(published?.versions['customer-value']).toBe(run.versions['customer-value']);
});

// Would see: effects that the profile reads otherwise than the night, a covariate that is told of nobody.
usually.test(
  'by the channel of the first order, the country and the first category, where they foretell orders',
  async () => {
    const { holdout } = run.metrics['customer-value'] as Record<string, any>;
    const tried = holdout.covariates as { covariate: string; low: number; taken: boolean }[];
    expect(tried.some(({ covariate, taken, low }) => covariate === 'first-channel' && taken && low > 0)).toBe(true);
    expect(new Set(tried.map(({ covariate }) => covariate))).toEqual(
      new Set(['first-category', 'first-channel', 'country']),
    );
    const { summary } = await getVersion(service.database, 'customer-value', run.versions['customer-value']!);
    const effects = summary['covariates'] as { covariate: string; value: string; leaving: number }[];
    const leavingBy = (value: string) => effects.find((effect) => effect.value === value)!.leaving;
    expect(leavingBy('web')).toBeGreaterThan(1.3 * leavingBy('app'));
  },
);

// Would see: a profile that reads of the first order something else than the night, which finds it in its own memory.
usually.test('what is known of first orders is the same by night and in a profile', async () => {
  const snapshot = await readSnapshot(service.database, shopEnd);
  const histories = tabulateHistories(snapshot, snapshot.asOf, 1);
  const told = tellCovariates(snapshot, histories, new Map());
  const byNight = ({ values, numbers }: Covariate, row: number) => values[numbers[row]] ?? null;
  const categories = new Set<string | null>();
  for (const [row, customer] of histories.customers.entries()) {
    if (row % 4 > 0) continue;
    const known = await readOrderDays(service.database, snapshot.customerKeys[customer], shopEnd);
    expect(known).toMatchObject({
      days: histories.histories.repeats[row] + 1,
      category: byNight(told['first-category'], row),
      channel: byNight(told['first-channel'], row),
    });
    categories.add(known!.category);
  }
  expect(categories.size).toBeGreaterThan(2);
});

// Would see: a country that is learnt from though the shop has barred it, or of somebody who does not allow it.
usually.test('countries are of those who allow it, and of nobody where they are barred', async () => {
  const { database } = service;
  const allowed = [...shop.customers()].filter(
    ({ customer_id, profiling_allowed }) => profiling_allowed && !erased.has(customer_id),
  );
  const countries = await readCountries(database, []);
  expect(countries.size).toBe(allowed.length);
  const [key] = countries.keys();
  expect([...(await readCountries(database, [], [key]))]).toEqual([[key, countries.get(key)]]);
  expect((await readCountries(database, ['country'])).size).toBe(0);
});

usually.test(
  'every customer with an order has a value in the profile, and who ordered once has likely left',
  async () => {
    const days = orderDays();
    const version = await getVersion(service.database, 'customer-value', run.versions['customer-value']!);
    expect(version.rowCount).toBe(days.size);
    const of = (count: (orders: number) => boolean) =>
      [...days].filter(([, { size }]) => count(size)).map(([id]) => id);
    const [often] = of((orders) => orders >= 4);
    const [once] = of((orders) => orders === 1);
    const { value } = await profileOf(often);
    expect(value).toMatchObject({
      version: version.version,
      as_of: '2026-03-01T00:00:00.000Z',
      horizon_days: 90,
      why_not_alive: null,
    });
    expect(value.alive_probability).toBeGreaterThan(0);
    expect(value.alive_probability).toBeLessThanOrEqual(1);
    expect(value.expected_orders).toBeGreaterThan(0);
    expect(Number(value.expected_revenue)).toBeCloseTo(value.expected_orders * Number(value.expected_order_value), 0);
    if (value.next_order_at) expect(Date.parse(value.next_order_at)).toBeGreaterThan(shopEnd.getTime());
    const { value: single } = await profileOf(once);
    expect(single.why_not_alive).toBeNull();
    expect(single.alive_probability).toBeLessThan(value.alive_probability);
  },
);

usually.test('who may not be profiled has none, nor who never ordered', async () => {
  const days = orderDays();
  const customers = [...shop.customers()];
  const forbidden = customers.find((customer) => !customer.profiling_allowed)!;
  expect((await profileOf(forbidden.customer_id)).value).toBeNull();
  const idle = customers.find((customer) => customer.profiling_allowed && !days.has(customer.customer_id));
  if (idle) expect((await profileOf(idle.customer_id)).value).toBeNull();
  const [objector] = days.keys();
  await service.stations.intake.upsertCustomers([{ customer_id: objector, profiling_allowed: false }]);
  expect((await profileOf(objector)).value).toBeNull();
  await service.stations.intake.upsertCustomers([{ customer_id: objector, profiling_allowed: true }]);
  expect((await profileOf(objector)).value).not.toBeNull();
});

thoroughly.test('the same data and recipe give the same rows', async () => {
  const twice = [await train({ publish: 'never' }), await train({ publish: 'never' })];
  const checksums = await Promise.all(
    twice.map(({ versions }) => getVersion(service.database, 'customer-value', versions['customer-value']!)),
  );
  expect(checksums[1].checksum).toBe(checksums[0].checksum);
});

usually.test('a recipe that cannot be is refused by the name of its field', async () => {
  const started = service.stations.training.startRun({
    models: ['customer-value'],
    recipes: { 'customer-value': { horizonDays: 0 } },
  });
  await expect(started).rejects.toMatchObject({ faults: [{ field: '/recipes/customer-value/horizonDays' }] });
});

thoroughly.describe('too thin data', () => {
  test('is refused with a reason; the night goes on, and what was published stays', async () => {
    const refused = await train({ recipes: { 'customer-value': { minimumRepeatCustomers: 5_000 } } });
    expect(refused).toMatchObject({ status: 'succeeded', versions: {} });
    expect(refused.metrics['customer-value']).toEqual({
      refusal: expect.stringMatching(/customers ordered again, 5000 are needed$/),
    });
    const published = await readPublishedRelease(service.database);
    expect(published?.versions['customer-value']).toBe(run.versions['customer-value']);
  });

  test('of three weeks nothing is learnt', async () => {
    const asOf = new Date(Date.parse([...shop.orders()][0].occurred_at) + 21 * 86_400_000);
    const early = await train({ asOf, publish: 'never' });
    expect(early).toMatchObject({ status: 'succeeded', versions: {} });
    expect(early.metrics['customer-value']).toEqual({
      refusal: expect.stringMatching(/^a third of the time observed, \d+ days, is too short/),
    });
  });
});

usually.test('an erased person leaves no value behind', async () => {
  const customerId = [...orderDays().keys()].at(-1);
  const rows = async () => {
    const [row] = await service.database.query<{ rows: number }>('select count(*)::int as rows from customer_values');
    return row.rows;
  };
  const before = await rows();
  const versions = await service.database.query(`select from model_versions where kind = 'customer-value'`);
  await service.stations.intake.eraseCustomer(customerId!);
  erased.add(customerId!);
  expect(await rows()).toBe(before - versions.length);
});

// Would see: a history that is counted otherwise than by night, a unit that is mistaken, the horizon of the night kept.
thoroughly.test('within a horizon that is asked for, by the model of the night', async () => {
  const days = [...orderDays()].filter(([, own]) => own.size > 1).slice(0, 12);
  const version = await getVersion(service.database, 'customer-value', run.versions['customer-value']!);
  const { horizon_days: nightly } = version.summary as { horizon_days: number };
  const ask = async (customer_id: string, query: string) =>
    (await call(service.url, 'getCustomerProfile', { headers: service.as('segments'), path: { customer_id }, query }))
      .json.value;
  for (const [customer] of days) {
    const [usual, shorter, barely, longer] = await Promise.all(
      ['', nightly - 1, nightly + 1, 4 * nightly].map((horizon) =>
        ask(customer, horizon === '' ? '' : `horizon_days=${horizon}`),
      ),
    );
    // A day less and a day more are about as far from what the night itself has said.
    expect((shorter.expected_orders + barely.expected_orders) / 2 / usual.expected_orders).toBeCloseTo(1, 3);
    expect(longer.horizon_days).toBe(4 * nightly);
    expect(longer.expected_orders).toBeGreaterThan(barely.expected_orders);
    // Who may leave orders less in each later quarter.
    expect(longer.expected_orders).toBeLessThanOrEqual(4.001 * usual.expected_orders);
    const revenue = longer.expected_orders * Number(usual.expected_order_value);
    expect(Math.abs(Number(longer.expected_revenue) - revenue)).toBeLessThan(0.01 + 0.01 * longer.expected_orders);
  }
  const { status } = await call(service.url, 'getCustomerProfile', {
    ...{ headers: service.as('segments'), path: { customer_id: days[0][0] }, query: 'horizon_days=0' },
  });
  expect(status).toBe(400);
});
