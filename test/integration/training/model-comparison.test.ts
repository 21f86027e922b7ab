import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  loadAssociationRules,
  loadCustomerLists,
  loadItemNeighbours,
  loadPopularityVersion,
  type RuleRow,
} from '../../../src/recommendations/index.ts';
import { type CustomerSegment, loadCustomerSegments, loadCustomerValues } from '../../../src/segments/index.ts';
import { type ModelKind, publishVersion } from '../../../src/versions/index.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { addVersion } from '../../support/shops/versions.ts';

let service: TestService;
let items: Map<string, number>;
let customers: Map<string, number>;

beforeAll(async () => {
  service = await createTestService();
  const { intake } = service.stations;
  await intake.upsertItems(['A', 'B', 'C', 'D', 'E'].map((item_id) => ({ item_id, title: item_id, price: '1.00' })));
  await intake.upsertCustomers(
    ['C1', 'C2', 'C3', 'C4', 'C5'].map((customer_id) => ({ customer_id, profiling_allowed: customer_id !== 'C5' })),
  );
  const keysOf = async (query: string) =>
    new Map((await service.database.query<{ id: string; key: number }>(query)).map(({ id, key }) => [id, key]));
  items = await keysOf('select item_id as id, item_key as key from items');
  customers = await keysOf('select customer_id as id, customer_key as key from customers');
});
afterAll(() => service.stop());

const compare = (kind: ModelKind, version: number, other: number) =>
  call(service.url, 'compareModelVersions', {
    headers: service.as('train'),
    path: { kind, version },
    query: `with=${other}`,
  });

describe('two versions of', () => {
  test('customer lists: figures beside each other, recipes where they differ, overlap and who changes most', async () => {
    const addLists = (lists: Record<string, string>, told: Parameters<typeof addVersion>[3]) =>
      addVersion(
        service.database,
        'collaborative-filtering',
        async (version) => [
          await loadItemNeighbours(service.database, version, []),
          await loadCustomerLists(
            service.database,
            version,
            Object.entries(lists).map(([id, listed]) => ({
              customerKey: customers.get(id)!,
              itemKeys: [...listed].map((item) => items.get(item)!),
              scores: [...listed].map((_, place) => 1 / (1 + place)),
              sources: [...listed].map(() => 1),
              because: [...listed].map(() => 0),
            })),
          ),
        ],
        told,
      );
    const first = await addLists(
      { C1: 'ABC', C2: 'AB', C3: 'AB', C5: 'AB' },
      {
        metrics: {
          evaluation: { name: 'served-list', ndcg_at_10: 0.2, interval: [0.1, 0.3] },
          trials: [{ ndcg: 0.1 }],
        },
        recipe: { halfLifeDays: 30, blend: { floor: 0.1 }, tuning: { methods: ['ials'] } },
      },
    );
    const second = await addLists(
      { C1: 'ABC', C2: 'BA', C4: 'AB', C5: 'CD' },
      {
        metrics: { evaluation: { name: 'served-list', ndcg_at_10: 0.25, interval: [0.2, 0.3] }, customers: 4 },
        recipe: { halfLifeDays: 30, blend: { floor: 0.2, collaborative: 1 }, tuning: { methods: ['ease', 'ials'] } },
      },
    );
    await publishVersion(service.database, 'collaborative-filtering', first);
    const { status, json } = await compare('collaborative-filtering', first, second);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      kind: 'collaborative-filtering',
      first: { version: first, published: true },
      second: { version: second, published: false },
    });
    expect(json.metrics).toEqual([
      { name: 'customers', first: null, second: 4 },
      { name: 'evaluation.interval.high', first: 0.3, second: 0.3 },
      { name: 'evaluation.interval.low', first: 0.1, second: 0.2 },
      { name: 'evaluation.ndcg_at_10', first: 0.2, second: 0.25 },
    ]);
    expect(json.recipe_changes).toEqual([
      { field: 'blend.collaborative', first: null, second: 1 },
      { field: 'blend.floor', first: 0.1, second: 0.2 },
      { field: 'tuning.methods', first: ['ials'], second: ['ease', 'ials'] },
    ]);
    // C1 has the same list, C2 the same items in another order, C5 none of them; C3 and C4 have no list to compare to.
    expect(json.difference).toEqual({
      customers: 3,
      only_first: 1,
      only_second: 1,
      places: 10,
      overlap: 0.666667,
      unchanged: 0.333333,
      // C5 has objected to profiling and is no example.
      examples: [{ customer_id: 'C2', overlap: 1, first: ['A', 'B'], second: ['B', 'A'] }],
    });
  });

  test('association rules: what both hold, what one holds, and how far confidence moved', async () => {
    const rule = (antecedent: string, consequent: string, confidence: number, context = 'all'): RuleRow => ({
      context,
      antecedent: [...antecedent].map((item) => items.get(item)!),
      consequent: items.get(consequent)!,
      count: 20,
      antecedentCount: 40,
      consequentCount: 50,
      support: 0.02,
      confidence,
      lift: 3,
      leverage: 0.01,
      conviction: Number.POSITIVE_INFINITY,
      pValue: 0.001,
      qValue: 0.01,
      significant: true,
    });
    const addRules = (rules: RuleRow[]) =>
      addVersion(service.database, 'association-rules', async (version) => [
        await loadAssociationRules(service.database, version, rules),
      ]);
    const first = await addRules([rule('A', 'B', 0.5), rule('AB', 'C', 0.6), rule('A', 'B', 0.9, 'quarter-1')]);
    const second = await addRules([
      rule('A', 'B', 0.7),
      rule('AB', 'C', 0.5),
      rule('C', 'D', 0.4),
      rule('D', 'C', 0.4),
    ]);
    const { json } = await compare('association-rules', first, second);
    expect(json.difference).toMatchObject({ both: 2, only_first: 1, only_second: 2 });
    expect(json.difference.confidence_difference).toBeCloseTo((0.2 + 0.1) / 2, 6);
    // Those of one alone by the ids of their items, the strongest first.
    const figures = { orders: 20, confidence: 0.4, lift: 3, context: 'all' };
    expect(json.difference.first_examples).toEqual([
      { ...figures, context: 'quarter-1', antecedent: ['A'], consequent: 'B', confidence: 0.9 },
    ]);
    expect(json.difference.second_examples).toEqual([
      { ...figures, antecedent: ['C'], consequent: 'D' },
      { ...figures, antecedent: ['D'], consequent: 'C' },
    ]);
    expect(json.named_items.map(({ item_id }: { item_id: string }) => item_id)).toEqual(['A', 'B', 'C', 'D']);
  });

  test('popularity: the share of the first items that both have, and which came and went', async () => {
    const addScores = (order: string) =>
      addVersion(service.database, 'popularity', async (version) => [
        await loadPopularityVersion(
          service.database,
          version,
          [...order].map((item, place) => ({ itemKey: items.get(item)!, score: 1 / (1 + place), purchases: 9 })),
        ),
      ]);
    const [first, second] = [await addScores('ABCD'), await addScores('BEA')];
    const { json } = await compare('popularity', first, second);
    expect(json.difference).toEqual({ places: 100, overlap: 2 / 4, entered: ['E'], left: ['C', 'D'] });
    const same = await compare('popularity', second, second);
    expect(same.json.difference).toEqual({ places: 100, overlap: 1, entered: [], left: [] });
  });

  test('segmentation: who stayed and who moved, among those whom both know', async () => {
    const segment = (id: string, group: CustomerSegment['group'], cluster: number): CustomerSegment => ({
      customerKey: customers.get(id)!,
      recencyDays: 3,
      frequency: 2,
      monetaryMinor: 500,
      recencyScore: 5,
      frequencyScore: 4,
      monetaryScore: 3,
      group,
      groupSince: new Date('2026-03-01T00:00:00Z'),
      previousGroup: null,
      klaviyoCode: null,
      klaviyoGroup: null,
      klaviyoSince: null,
      cluster,
      clusterSince: new Date('2026-03-01T00:00:00Z'),
      averageOrderMinor: 250,
      averageUnitPrice: '2.50',
      discountShare: null,
    });
    const add = (segments: CustomerSegment[]) =>
      addVersion(service.database, 'segmentation', async (version) => [
        await loadCustomerSegments(service.database, version, segments),
      ]);
    const first = await add([
      segment('C1', 'high-value', 1),
      segment('C2', 'ordinary', 2),
      segment('C3', 'ordinary', 2),
      segment('C4', 'ordinary', 2),
    ]);
    const second = await add([
      segment('C1', 'high-value', 1),
      segment('C2', 'high-quality', 1),
      segment('C3', 'high-quality', 2),
    ]);
    const { json } = await compare('segmentation', first, second);
    expect(json.difference).toEqual({
      customers: 3,
      same_group: 0.333333,
      same_cluster: 0.666667,
      moves: [{ from: 'ordinary', to: 'high-quality', customers: 2 }],
    });
  });

  test('customer value: correlation and means over those whom both know', async () => {
    const add = (orders: Record<string, number>) =>
      addVersion(service.database, 'customer-value', async (version) => [
        await loadCustomerValues(
          service.database,
          version,
          Object.entries(orders).map(([id, expectedOrders]) => ({
            customerKey: customers.get(id)!,
            expectedOrders,
            orderValueMinor: 500,
            revenueMinor: 500,
            aliveProbability: 0.5,
            nextOrderAt: null,
            likelierThan: 0.5,
          })),
        ),
      ]);
    const [first, second] = [await add({ C1: 1, C2: 2, C3: 3, C4: 9 }), await add({ C1: 2, C2: 4, C3: 6 })];
    const { json } = await compare('customer-value', first, second);
    expect(json.difference).toMatchObject({ customers: 3, expected_orders_mean: [2, 4] });
    expect(json.difference.expected_orders_correlation).toBeCloseTo(1, 12);
  });
});

describe('a comparison that cannot be', () => {
  test('with a version that is not there, or is of another kind, is not found', async () => {
    const kind = 'popularity';
    const version = await addVersion(service.database, kind, async () => []);
    const answers = await Promise.all([
      compare(kind, version, 999_999),
      compare(kind, 999_999, version),
      compare('segmentation', version, version),
    ]);
    expect(answers.map(({ status, json }) => [status, json.code])).toEqual(answers.map(() => [404, 'not_found']));
  });

  test('without a second version is refused by name, and another key may not ask', async () => {
    const path = { kind: 'popularity', version: 1 };
    const missing = await call(service.url, 'compareModelVersions', { headers: service.as('train'), path });
    expect([missing.status, missing.json.errors[0].field]).toEqual([400, 'with']);
    const broken = await compare('popularity', 1, 0);
    expect([broken.status, broken.json.errors[0].field]).toEqual([400, 'with']);
    const foreign = await call(service.url, 'compareModelVersions', {
      headers: service.as('recommend'),
      path,
      query: 'with=1',
    });
    expect(foreign.status).toBe(403);
  });
});
