import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { components } from '../../../src/http/contract.ts';
import type { SampleShop } from '../../../src/sample-shop/index.ts';
import type { TrainingRequest, TrainingRun } from '../../../src/training/index.ts';
import { keptBaskets } from '../../support/data/kept-baskets.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd } from '../../support/shops/training-shop.ts';

type Rule = components['schemas']['AssociationRule'];

const contexts = { season: 'quarter', segment: 'group', minimumBaskets: 200 };
let service: TestService;
let shop: SampleShop;

async function train(request: TrainingRequest): Promise<TrainingRun> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, ...request });
  const run = await training.waitForRun(trainingRunId);
  await service.stations.recommendations.refresh();
  return run;
}

const trainRules = () => train({ models: ['association-rules'], recipes: { 'association-rules': { contexts } } });

async function listRules(query: string): Promise<{ contexts: string[]; basket_count: number; items: Rule[] }> {
  const { status, json } = await call(service.url, 'listAssociationRules', {
    headers: service.as('recommend'),
    query,
  });
  expect(status).toBe(200);
  return json;
}

beforeAll(async () => {
  service = await createTestService();
  shop = await fillShop(service.stations.intake, 400);
  expect(await train({ models: ['segmentation'] })).toMatchObject({ status: 'succeeded' });
  expect(await trainRules()).toMatchObject({ status: 'succeeded' });
});
afterAll(() => service.stop());

test('rules are learnt within the quarters and the published groups that the recipe asks for, and listed by them', async () => {
  const baskets = keptBaskets([...shop.orders()], shop.refunds());
  const all = await listRules('');
  expect(all.basket_count).toBe(baskets.length);
  const inQuarter = (quarter: number) =>
    baskets.filter(({ order }) => Math.ceil(Number(order.occurred_at.slice(5, 7)) / 3) === quarter);
  for (const quarter of [1, 3, 4]) {
    const within = inQuarter(quarter);
    const { basket_count, items: rules } = await listRules(`context=quarter-${quarter}&limit=1000`);
    expect(basket_count).toBe(within.length);
    expect(rules.length).toBeGreaterThan(0);
    for (const { antecedent, consequent, count } of rules) {
      const holding = within.filter(({ items }) => [...antecedent, consequent].every((item) => items.includes(item)));
      expect(count).toBe(holding.length);
    }
  }
  const groups = all.contexts.filter((context) => context.startsWith('group-'));
  expect(groups).toContain('group-high-value');
  for (const group of groups) {
    const { basket_count } = await listRules(`context=${group}`);
    expect(basket_count).toBeGreaterThanOrEqual(200);
    expect(basket_count).toBeLessThan(baskets.length);
  }
});

test('every order of a known customer is in one group', async () => {
  const { contexts: known } = await listRules('');
  let inGroups = 0;
  for (const group of known.filter((context) => context.startsWith('group-'))) {
    inGroups += (await listRules(`context=${group}`)).basket_count;
  }
  const allowed = new Set([...shop.customers()].filter((one) => one.profiling_allowed).map((one) => one.customer_id));
  const baskets = keptBaskets([...shop.orders()], shop.refunds());
  const ofKnown = baskets.filter(({ order }) => order.customer_id && allowed.has(order.customer_id)).length;
  expect(inGroups).toBeLessThanOrEqual(ofKnown);
  expect(inGroups).toBeGreaterThan(0.8 * ofKnown);
});

test('what a person blocks stays away in every context when it is learnt again', async () => {
  const { items: rules } = await listRules('significant=true');
  const { rule_id, antecedent, consequent } = rules.find((rule) => rule.antecedent.length === 1)!;
  const blocked = await call(service.url, 'blockRule', { headers: service.as('train'), path: { rule_id } });
  expect(blocked).toMatchObject({ status: 200 });
  expect(await trainRules()).toMatchObject({ status: 'succeeded' });
  const { contexts: known } = await listRules('');
  for (const context of known) {
    const again = await listRules(`context=${context}&item_id=${consequent}&limit=1000`);
    expect(again.items.map((rule) => rule.rule_id)).not.toContain(rule_id);
  }
  const together = await call(service.url, 'getBoughtTogether', {
    headers: service.as('recommend'),
    path: { item_id: antecedent[0] },
  });
  expect(together.json.items.map(({ item_id }: { item_id: string }) => item_id)).not.toContain(consequent);
});
