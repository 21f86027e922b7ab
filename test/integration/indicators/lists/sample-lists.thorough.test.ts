import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openFacts } from '../../../../src/cli/sample-shop/dated-facts.ts';
import { createPlayedClock } from '../../../../src/cli/sample-shop/played-clock.ts';
import { recordLists } from '../../../../src/cli/sample-shop/record-lists.ts';
import { recordSales } from '../../../../src/cli/sample-shop/record-shop.ts';
import { generateSampleShop, type ShopOrder } from '../../../../src/sample-shop/index.ts';
import { call } from '../../../support/service/contract.ts';
import { createTestService, type TestService } from '../../../support/service/service.ts';
import { shopEnd, unsearched } from '../../../support/shops/training-shop.ts';

/** A month of lists of the sample shop, served by the service itself: what was planted is in what it reports. */
const shop = generateSampleShop({ seed: 5, customers: 1_400, items: 120, days: 84, end: shopEnd, indicators: true });
const lists = shop.lists();
const truth = new Map([...shop.truth.lists!.customers()].map(({ customerId, ...counts }) => [customerId, counts]));
const time = createPlayedClock(shopEnd);
let service: TestService;
let added: ShopOrder[];
let report: Awaited<ReturnType<typeof call>>['json'];
const none = () => [];
const days = 'from=2026-02-01&to=2026-02-28';

beforeAll(async () => {
  service = await createTestService({ clock: time.clock, env: { PANNIER_LIST_RETENTION_DAYS: '60' } });
  const { database, stations } = service;
  await database.query(`insert into holdouts (share, exploration_share, salt) values (0, 0, 'salt of this test')`);
  // What was looked at beside lists is not asked for here, nor what nobody in particular bought over the counter.
  const visited = [...shop.orders()].filter(({ customer_id, visitor_id }) => customer_id ?? visitor_id);
  const facts = openFacts({ orders: () => visited, refunds: shop.refunds, events: none });
  const before = {
    ...{ items: shop.items, customers: shop.customers, changes: none, costs: none, marketFigures: none },
    orders: () => facts.orders(lists.from),
    refunds: () => facts.refunds(lists.from),
  };
  await recordSales(stations.intake, before, () => {});
  const { trainingRunId } = await stations.training.startRun({
    ...{ models: ['popularity', 'association-rules', 'collaborative-filtering'], asOf: new Date(lists.from) },
    recipes: { 'collaborative-filtering': unsearched['collaborative-filtering'] },
  });
  expect(await stations.training.waitForRun(trainingRunId)).toMatchObject({ status: 'succeeded', error: null });
  added = await recordLists(stations, { lists, facts, time, onBatch: () => {} });
  await stations.recommendations.stop();
  await stations.indicators.rollUp({ atOnce: true });
  report = (await call(service.url, 'reportRecommendations', { query: days, headers: service.as('indicators') })).json;
}, 120_000);
afterAll(() => service.stop());

const rows = <Row>(sql: string) => service.database.query<Row>(sql);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test('all that was told is taken, and each list counts where it was shown', async () => {
  expect(await rows('select kind, rules, raw from quarantine limit 3')).toEqual([]);
  const told = await rows<{ placement: string; type: string; count: number }>(
    `select placement, type, count(*)::int as count from events join served_lists using (list_id) group by 1, 2`,
  );
  const countOf = (placement: string, type: string) =>
    told.find((row) => row.placement === placement && row.type === type)!.count;
  expect(report.placements.map(({ member }: { member: string }) => member).sort()).toEqual(['cart', 'home', 'item']);
  for (const { member, impressions, clicks, cart_adds } of report.placements) {
    const counts = ['impression', 'click', 'cart_add'].map((type) => countOf(member, type));
    expect([member, impressions, clicks, cart_adds]).toEqual([member, ...counts]);
  }
});

test('nobody who is held out has an order added, and of the others so many as were planted', async () => {
  const arms = new Map(
    (
      await rows<{ customer_id: string; arm: string }>(
        'select customer_id, arm from holdout_considerations join customers using (customer_key)',
      )
    ).map(({ customer_id, arm }) => [customer_id, arm]),
  );
  expect(added.filter(({ customer_id }) => arms.get(customer_id!) !== 'treatment')).toEqual([]);
  const treated = [...truth].filter(([id]) => arms.get(id) === 'treatment').map(([, counts]) => counts);
  const planted = sum(treated.map((counts) => counts.added));
  // A list of somebody who is new holds what is popular.
  expect([added.length <= planted, added.length > 0.8 * planted]).toEqual([true, true]);
  const orders = sum(treated.map((counts) => counts.orders));
  const expected = shop.truth.lists!.addedShare * orders;
  expect(Math.abs(planted - expected)).toBeLessThan(3 * Math.sqrt(expected));
});

test('the report tells what lists earned, which is more than they added, and an interval that holds that', () => {
  const { all, personal_lists: personal } = report;
  expect(all.orders).toBeGreaterThan(added.length);
  expect(personal).toMatchObject({ reason: null, share: lists.holdoutShare, since: lists.from.replace('Z', '.000Z') });
  const { sample_ratio: ratio, added: told } = personal;
  expect(ratio.alarm).toBe(false);
  expect(ratio.treated + ratio.control).toBeLessThanOrEqual(truth.size);
  // Who may not be profiled is not drawn, nor who was known by no name.
  expect(ratio.treated + ratio.control).toBeGreaterThan(0.9 * truth.size);
  expect(personal.statement.includes('the other arm')).toBe(personal.in_both_arms > 0);
  const stayed = added.filter(({ statuses }) => statuses!.at(-1)!.status !== 'cancelled').length;
  const { low, high } = told.orders.total;
  expect([low <= stayed, stayed <= high]).toEqual([true, true]);
});

test('the indicators say the same, by placement and by model', async () => {
  const ask = async (query: string) => {
    const path = `/v1/indicators/list-revenue/values?${days}&grain=month&${query}`;
    const { items } = (await service.ask('indicators', 'GET', path)).json;
    return items as { member: string; value: string }[];
  };
  for (const [by, part] of [
    ['placement', report.placements],
    ['model', report.models],
  ]) {
    const values = (await ask(`by=${by}`)).map(({ member, value }) => [member, value]);
    const told = part.map(({ member, revenue }: Record<string, string>) => [member, revenue]);
    expect(values.sort()).toEqual(told.filter(([, revenue]: string[]) => revenue !== '0.00').sort());
  }
  const versions = await rows<{ kind: string; version: number }>('select kind, version from model_versions');
  const learnt = versions.map(({ kind, version }) => `${kind} ${version}`).sort();
  expect(report.models.map(({ member }: { member: string }) => member).sort()).toEqual(expect.arrayContaining(learnt));
});
