import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { predictUplift, readModel, recipe } from '../../../models/coupon-response/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { findTrials, readTrial, responseFeatures, selectResponse } from '../../../src/outcomes/index.ts';
import type { TrainingRequest, TrainingRun } from '../../../src/training/index.ts';
import { story } from '../../support/jest/story.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { keepResponses, learnResponses } from '../../support/shops/learn-responses.ts';
import { fillShop, unsearched } from '../../support/shops/training-shop.ts';

const customers = 2_400;
const assignedAt = new Date('2026-03-10T12:00:00Z');
const asOf = new Date('2026-04-15T00:00:00Z');
let service: TestService;
let trainingRunId: number;

beforeAll(async () => {
  service = await createTestService({ clock: () => asOf });
  const { database: db, stations } = service;
  await fillShop(stations.intake, 200);
  await db.query(`insert into customers (customer_id) select 'c' || n from generate_series(1, $1::int) as n`, [
    customers,
  ]);
  await stations.intake.upsertItems([{ item_id: 'goods', title: 'Goods' }]);
  const [run] = await db.query<{ training_run_id: number }>(
    `insert into training_runs (models, as_of, seed, recipes, code_version) values ('{}', $1, 1, '{}', 'test')
     returning training_run_id`,
    [asOf],
  );
  trainingRunId = run.training_run_id;
  for (const campaign_id of ['moves', 'leaves-cold', 'small']) {
    await stations.coupons.createCampaign({
      campaign_id,
      name: campaign_id,
      discount: { type: 'amount', amount: '3.00' },
      valid_from: '2026-03-01T00:00:00Z',
      valid_until: campaign_id === 'leaves-cold' ? '2026-03-20T00:00:00Z' : '2026-04-10T00:00:00Z',
      control_share: 0.5,
    });
  }
  const random = seededRandom(3);
  const orders: [customer: number, at: string][] = [];
  const arms: [customer: number, arm: string][] = [];
  for (let customer = 1; customer <= customers; customer++) {
    const isRegular = random() < 0.5;
    const arm = random() < 0.5 ? 'treatment' : 'control';
    arms.push([customer, arm]);
    if (isRegular) orders.push([customer, '2026-01-10T12:00:00Z'], [customer, '2026-02-20T12:00:00Z']);
    // Who came before comes because of the coupon; the others come more, and as likely without it.
    const chance = isRegular ? (arm === 'treatment' ? 0.45 : 0.1) : 0.6;
    if (random() < chance) orders.push([customer, '2026-03-25T12:00:00Z']);
    // Before the second campaign's end, by chance alone.
    if (random() < 0.1) orders.push([customer, '2026-03-15T12:00:00Z']);
  }
  const named = orders.map(([customer, occurred_at], index) => ({
    order_id: `o${index}`,
    customer_id: `c${customer}`,
    occurred_at,
    lines: [{ item_id: 'goods', quantity: 1, unit_price: '20.00' }],
  }));
  for (let from = 0; from < named.length; from += 1_000)
    await stations.intake.recordOrders(named.slice(from, from + 1_000));
  await db.query(
    `insert into experiment_assignments (experiment_key, customer_key, arm, control_share, holdout_share, decision_id, assigned_at)
     select experiment_key, customer_key, arm, 0.5, 0, 1, $3
     from unnest($1::text[], $2::text[]) as given (customer_id, arm) join customers using (customer_id), campaigns
     where campaign_id <> 'small' or customer_key % 10 = 0`,
    [arms.map(([customer]) => `c${customer}`), arms.map(([, arm]) => arm), assignedAt],
  );
});
afterAll(() => service.stop());

const reportOf = async (campaign_id: string) => {
  const answer = await call(service.url, 'reportCampaign', { path: { campaign_id }, headers: service.as('coupons') });
  return answer.json;
};

test('a trial knows nothing from after the first consideration but the outcome', async () => {
  const [moves] = await findTrials(service.database, asOf);
  const before = await readTrial(service.database, moves, { asOf, minorDigits: 2 });
  expect(before.features.columns).toBe(responseFeatures.length);
  const early = await readTrial(service.database, moves, { asOf: new Date('2026-03-11T00:00:00Z'), minorDigits: 2 });
  expect(early.features).toEqual(before.features);
  expect(early.outcomes.some(Boolean)).toBe(false);
  expect(before.outcomes.some(Boolean)).toBe(true);
});

async function train(request: TrainingRequest): Promise<TrainingRun> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf, ...request });
  return training.waitForRun(trainingRunId);
}

/** What decides about coupons. */
async function deciding(): Promise<unknown> {
  const { database: db } = service;
  return [
    await db.query('select * from campaign_responses order by campaign_key'),
    await db.query('select * from response_features order by customer_key'),
  ];
}

story('what campaigns teach, from the first verdict to a refused night', (step) => {
  step('a campaign that moves some customers teaches whom; the verdict and the figures are in its report', async () => {
    expect((await reportOf('moves')).response).toBeNull();
    const learnt = await learnResponses(service.database, recipe, { asOf });
    await keepResponses(service.database, trainingRunId, learnt);
    const { verdicts } = learnt;
    expect(verdicts['moves']).toMatch(/^The uplift model is used: /);
    const { response } = await reportOf('moves');
    expect(response).toMatchObject({ is_used: true, verdict: verdicts['moves'], as_of: asOf.toISOString() });
    expect(response.advantage.low).toBeGreaterThan(0);
    expect(response.policies.map(({ policy }: { policy: string }) => policy)).toEqual([
      'uplift',
      'response',
      'random',
      'treat-all',
      'treat-none',
    ]);

    const [campaign] = await findTrials(service.database, asOf);
    const { model } = (await selectResponse(service.database, campaign.campaignKey))!;
    const regular = [2, 41, 2, 41, 2, 41].map(Math.log1p);
    const uplift = predictUplift(readModel(model!), {
      values: Float64Array.from([0, 0, 0, 0, 0, 0, ...regular]),
      columns: responseFeatures.length,
    });
    expect(uplift[1] - uplift[0]).toBeGreaterThan(0.2);
  });

  step(
    'where the coupon moves nobody, or too few were considered, the simple policy stays and the report says so',
    async () => {
      for (const campaign of ['leaves-cold', 'small']) {
        const { response } = await reportOf(campaign);
        expect(response).toMatchObject({ is_used: false });
        expect(response.verdict).toMatch(/^The simple policy stays: /);
      }
      expect((await reportOf('small')).response).toMatchObject({ advantage: null, policies: [] });
    },
  );

  step('a whole night that publishes learns from campaigns too', async () => {
    const run = await train({ recipes: unsearched });
    expect(run).toMatchObject({ error: null, status: 'succeeded' });
    expect(run.progress.stages.map(({ name }) => name)).toContain('coupon-response');
    const verdicts = run.metrics['coupon-response'] as Record<string, string>;
    expect((await reportOf('moves')).response).toMatchObject({ is_used: true, verdict: verdicts['moves'] });
    const runs = await service.database.query('select distinct training_run_id from campaign_responses');
    expect(runs).toEqual([{ training_run_id: run.trainingRunId }]);
  });

  step('a refused night leaves what decides as it was', async () => {
    const before = await deciding();
    // Beside a thousand rules what is left tonight is a collapse.
    await service.database.query(
      `update model_versions set summary = jsonb_set(summary, '{contexts,0,rules}', '1000') where kind = 'association-rules'`,
    );
    const run = await train({ recipes: { ...unsearched, 'association-rules': { minimumLift: 1_000 } } });
    expect(run).toMatchObject({ error: null, status: 'refused', releaseId: null });
    const verdicts = run.metrics['coupon-response'] as Record<string, string>;
    expect(Object.keys(verdicts).sort()).toEqual(['leaves-cold', 'moves', 'small']);
    expect(await deciding()).toEqual(before);
  });
});
