import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OperationId } from '../../src/http/index.ts';
import type { SampleShop } from '../../src/sample-shop/index.ts';
import type { TrainingRun } from '../../src/training/index.ts';
import { call, figuresIn, operations } from '../support/service/contract.ts';
import { createTestService, type TestService } from '../support/service/service.ts';
import { fillShop, shopEnd, unsearched } from '../support/shops/training-shop.ts';

let service: TestService;
let shop: SampleShop;
let run: TrainingRun;
/** twice the same models, so that there is something to compare */
let again: TrainingRun;

beforeAll(async () => {
  service = await createTestService();
  const { intake, training, recommendations } = service.stations;
  shop = await fillShop(intake, 400);
  const train = async (seed: number) => {
    const { trainingRunId } = await training.startRun({ asOf: shopEnd, seed, recipes: unsearched });
    return training.waitForRun(trainingRunId);
  };
  again = await train(2);
  run = await train(1);
  await recommendations.refresh();
});
afterAll(() => service.stop());

/** `call` fails where a figure of the answer has more than six significant digits. */
async function ask(id: OperationId, request: Parameters<typeof call>[2] = {}) {
  const { scopes } = operations.find((operation) => operation.id === id)!;
  const headers = { ...service.as((scopes[0] ?? 'admin') as never), ...request.headers };
  const answer = await call(service.url, id, { ...request, headers });
  expect([id, answer.status < 300]).toEqual([id, true]);
  return answer.json;
}

const customer = () => [...shop.customers()].find((one) => one.profiling_allowed)!.customer_id;

// That there are figures at all is looked at too: of an empty answer nothing would be known.
test.each<[OperationId, () => Parameters<typeof call>[2]]>([
  ['listAssociationRules', () => ({})],
  ['getCustomerRecommendations', () => ({ path: { customer_id: customer() } })],
  ['explainCustomerRecommendations', () => ({ path: { customer_id: customer() } })],
  ['getRelatedItems', () => ({ path: { item_id: shop.items[0].item_id } })],
  ['listSegments', () => ({})],
  ['getTrainingRun', () => ({ path: { training_run_id: run.trainingRunId } })],
  ['listTrainingRuns', () => ({})],
  ['listModelVersions', () => ({ path: { kind: 'segmentation' } })],
  [
    'compareModelVersions',
    () => ({
      path: { kind: 'segmentation', version: run.versions['segmentation']! },
      query: `with=${again.versions['segmentation']}`,
    }),
  ],
])('the figures of %s have six significant digits', async (id, request) => {
  expect(figuresIn(await ask(id, request())).length).toBeGreaterThan(0);
});

test('what customers are told of has six significant digits: profiles, tags, decisions, reasons by rules', async () => {
  const all = [...shop.customers()].filter((one) => one.profiling_allowed).slice(0, 100);
  const figures = { profile: 0, decision: 0, reason: 0 };
  for (const { customer_id } of all) {
    const path = { customer_id };
    figures.profile += figuresIn((await ask('getCustomerProfile', { path })).tags).length;
    const headers = { 'Idempotency-Key': customer_id };
    figures.decision += figuresIn((await ask('decideCoupon', { headers, body: { customer_id } })).evidence).length;
  }
  for (const { item_id } of shop.items) {
    const { items } = await ask('getBoughtTogether', { path: { item_id } });
    figures.reason += figuresIn(items.map(({ reason }: any) => reason)).length;
  }
  for (const [what, count] of Object.entries(figures)) expect([what, count > 0]).toEqual([what, true]);
});

test('a bound on rules that is taken out of an answer finds the rule that it was told of', async () => {
  const { items: rules, next_cursor } = await ask('listAssociationRules', { query: 'limit=1000' });
  expect(next_cursor).toBeNull();
  for (const name of ['support', 'confidence', 'lift']) {
    const values = [...new Set<number>(rules.map((rule: any) => rule[name]))].sort((a, b) => b - a);
    for (const bound of values.slice(0, 40)) {
      const found = await ask('listAssociationRules', { query: `limit=1000&min_${name}=${bound}` });
      const expected = rules.filter((rule: any) => rule[name] >= bound).map((rule: any) => rule.rule_id);
      expect([name, bound, found.items.map((rule: any) => rule.rule_id)]).toEqual([name, bound, expected]);
    }
  }
});

test('what is kept is whole: the database has the figures as they were computed', async () => {
  const [{ digits }] = (await service.database.query<{ digits: number }>(
    `select max(length(ltrim(replace(confidence::text, '.', ''), '0'))) as digits from association_rules`,
  )) as [{ digits: number }];
  expect(digits).toBeGreaterThan(6);
});
