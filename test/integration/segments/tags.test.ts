import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SampleShop } from '../../../src/sample-shop/index.ts';
import type { TrainingRequest, TrainingRun } from '../../../src/training/index.ts';
import { getVersion, readPublishedRelease } from '../../../src/versions/index.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd } from '../../support/shops/training-shop.ts';

let service: TestService;
let shop: SampleShop;
let run: TrainingRun;

async function train(request: TrainingRequest = {}): Promise<TrainingRun> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, models: ['customer-tags'], ...request });
  return training.waitForRun(trainingRunId);
}

async function tagsOf(customerId: string): Promise<any[]> {
  const { json } = await call(service.url, 'getCustomerProfile', {
    headers: service.as('segments'),
    path: { customer_id: customerId },
  });
  return json.tags;
}

/** Customers who may be profiled, with their orders, the busiest first. */
function busiest(): [string, SampleShop extends { orders(): Iterable<infer Order> } ? Order[] : never][] {
  const orders = new Map<string, any[]>();
  const allowed = new Set([...shop.customers()].filter((one) => one.profiling_allowed).map((one) => one.customer_id));
  for (const order of shop.orders()) {
    if (order.customer_id === undefined || !allowed.has(order.customer_id)) continue;
    orders.set(order.customer_id, [...(orders.get(order.customer_id) ?? []), order]);
  }
  return [...orders].sort((a, b) => b[1].length - a[1].length) as any;
}

beforeAll(async () => {
  service = await createTestService({ env: { PANNIER_TIME_ZONE: 'Europe/Berlin' } });
  shop = await fillShop(service.stations.intake, 250);
  const [[first]] = busiest() as [[string, unknown]];
  await service.stations.intake.recordEvents([
    ...Array.from({ length: 7 }, (_, index) => ({
      event_id: `app-${index}`,
      type: 'view' as const,
      item_id: shop.items[0].item_id,
      customer_id: first,
      occurred_at: new Date(shopEnd.getTime() - (index + 1) * 3_600_000).toISOString(),
      properties: { channel: index < 5 ? 'app' : 'web' },
    })),
    {
      event_id: 'odd',
      type: 'view' as const,
      item_id: shop.items[0].item_id,
      customer_id: first,
      occurred_at: new Date(shopEnd.getTime() - 3_600_000).toISOString(),
      properties: { channel: 'a\tb\\N' },
    },
  ]);
  run = await train();
});
afterAll(() => service.stop());

usually.test('a run learns tags and publishes them', async () => {
  expect(run).toMatchObject({ error: null, status: 'succeeded' });
  expect(Object.keys(run.versions)).toEqual(['customer-tags']);
  const published = await readPublishedRelease(service.database);
  expect(published?.versions['customer-tags']).toBe(run.versions['customer-tags']);
});

usually.test('the profile carries them with value, evidence, version and time', async () => {
  const [[customerId, orders]] = busiest() as [[string, any[]]];
  const tags = await tagsOf(customerId);
  const version = await getVersion(service.database, 'customer-tags', run.versions['customer-tags']!);
  for (const tag of tags) {
    expect(tag).toMatchObject({
      version: version.version,
      as_of: '2026-03-01T00:00:00.000Z',
      computed_at: version.createdAt.toISOString(),
    });
  }
  const named = (name: string) => tags.filter(({ tag }) => tag === name);
  const categories = new Map(shop.items.map(({ item_id, category }) => [item_id, category]));
  const [favourite] = named('preferred-category');
  const lines = orders.flatMap((order) => order.lines.map(({ item_id }: any) => categories.get(item_id)));
  const own = lines.filter((category) => category === favourite.value).length;
  // What came back whole is not counted.
  expect(favourite.evidence.lines).toBeLessThanOrEqual(own);
  expect(favourite.evidence.lines).toBeGreaterThan(0.7 * own);
  expect(favourite.evidence.share).toBeCloseTo(own / lines.length, 1);
  expect(named('price-band')).toHaveLength(1);
  expect(named('price-sensitivity')[0].evidence.lines_with_list_price).toBe(lines.length);
  // Nobody used a coupon: then not using one says nothing.
  expect(named('price-sensitivity')[0].evidence.coupon_share).toBeNull();
  expect(named('life-cycle-stage')[0].evidence.gaps).toBeGreaterThan(3);
  expect(named('channel')).toEqual([
    expect.objectContaining({ value: 'app', evidence: { share: expect.closeTo(5 / 7, 5), events: 7 } }),
  ]);
});

usually.test('below the minimum support a tag is absent, and of nobody is there more than can be said', async () => {
  const once = busiest().find(([, orders]) => orders.length === 1)!;
  const tags = (await tagsOf(once[0])).map(({ tag }) => tag);
  expect(tags).toContain('life-cycle-stage');
  expect(tags).not.toContain('expected-next-order');
  if (once[1][0].lines.length < 5) expect(tags).not.toContain('price-band');
});

usually.test('the expected next order is that of customer value where it says one', async () => {
  const again = await train({ models: ['customer-value', 'customer-tags'], publish: 'never' });
  expect(again.status).toBe('succeeded');
  const rows = await service.database.query<{ source: string | null; count: number }>(
    `select next_order_source as source, count(*)::int as count from customer_tags where version = $1 group by 1`,
    [again.versions['customer-tags']],
  );
  const bySource = new Map(rows.map(({ source, count }) => [source, count]));
  expect(bySource.get('own-gaps')).toBeGreaterThan(0);
  // On so short a shop the model of value is refused: then the gaps alone speak.
  expect(bySource.has('customer-value')).toBe(again.versions['customer-value'] !== undefined);
});

thoroughly.test(
  'the same data and recipe give the same rows; a recipe that cannot be is refused by the name of its field',
  async () => {
    const twice = [await train({ publish: 'never' }), await train({ publish: 'never' })];
    const versions = await Promise.all(
      twice.map((one) => getVersion(service.database, 'customer-tags', one.versions['customer-tags']!)),
    );
    expect(versions[1].checksum).toBe(versions[0].checksum);
    const started = service.stations.training.startRun({
      models: ['customer-tags'],
      recipes: { 'customer-tags': { priceBand: { low: 2 } } },
    });
    await expect(started).rejects.toMatchObject({ faults: [{ field: '/recipes/customer-tags/priceBand/low' }] });
  },
);

thoroughly.test('two versions are compared', async () => {
  const other = await train({
    publish: 'never',
    recipes: { 'customer-tags': { priceBand: { low: 0.45, high: 0.5 } } },
  });
  const { json } = await call(service.url, 'compareModelVersions', {
    headers: service.as('train'),
    path: { kind: 'customer-tags', version: other.versions['customer-tags']! },
    query: `with=${run.versions['customer-tags']}`,
  });
  expect(json.difference.same_life_cycle_stage).toBe(1);
  expect(json.difference.same_price_band).toBeLessThan(1);
});

usually.describe('who may not be profiled', () => {
  test('has no tags, from the next request on', async () => {
    const forbidden = [...shop.customers()].find((customer) => !customer.profiling_allowed)!;
    expect(await tagsOf(forbidden.customer_id)).toEqual([]);
    const [customerId] = busiest()[1];
    expect(await tagsOf(customerId)).not.toEqual([]);
    await service.stations.intake.upsertCustomers([{ customer_id: customerId, profiling_allowed: false }]);
    expect(await tagsOf(customerId)).toEqual([]);
  });

  test('an erased person leaves none behind', async () => {
    const [customerId] = busiest()[2];
    const rows = async () => (await service.database.query('select from customer_tags')).length;
    const before = await rows();
    const versions = (await service.database.query(`select from model_versions where kind = 'customer-tags'`)).length;
    await service.stations.intake.eraseCustomer(customerId);
    expect(await rows()).toBe(before - versions);
  });
});
