import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { type Service, startService } from '../../../src/service.ts';
import type { TrainingRequest, TrainingRun } from '../../../src/training/index.ts';
import { getVersion } from '../../../src/versions/index.ts';
import { story } from '../../support/jest/story.ts';
import { call } from '../../support/service/contract.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { fillShop, shopEnd, unsearched, until } from '../../support/shops/training-shop.ts';

/** Lists without anything personal in them. */
const blind = {
  ...unsearched,
  'collaborative-filtering': {
    ...unsearched['collaborative-filtering'],
    blend: { collaborative: 0, popularityPower: 10, floor: 1 },
  },
};

let opened: TestDatabase;
let service: Service;
let headers: Record<string, string>;
let good: TrainingRun;
let bad: TrainingRun;

async function train(request: TrainingRequest = {}): Promise<TrainingRun> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched, ...request });
  return training.waitForRun(trainingRunId);
}

async function servedRelease(): Promise<number | null> {
  const { json } = await call(service.url, 'getPopularItems', { headers });
  return json.release_id;
}

const publish = (version: number) =>
  call(service.url, 'publishModelVersion', { headers, body: { kind: 'collaborative-filtering', version } });

beforeAll(async () => {
  opened = await createTestDatabase();
  const config = readConfig({ PANNIER_LOG_LEVEL: 'silent', PANNIER_PORT: '0', PANNIER_NIGHT: 'off' });
  const { token } = await createKey(opened.database, 'test', ['recommend', 'train']);
  headers = { Authorization: `Bearer ${token}` };
  service = await startService({ ...opened, config, log: createLogger('silent'), trainerEntry });
  await fillShop(service.stations.intake, 400);
  good = await train({ reason: 'night' });
  await until(async () => (await servedRelease()) === good.releaseId);
  bad = await train({ recipes: blind });
});
afterAll(async () => {
  await service.stop();
  await opened.drop();
});

test('the first run is compared with popularity and passes', () => {
  expect(good).toMatchObject({ status: 'succeeded', error: null, verdict: { passed: true } });
  const { comparisons } = good.verdict as { comparisons: { against: string; low: number }[] };
  expect(comparisons.map(({ against }) => against)).toEqual(['popularity']);
  expect(comparisons[0].low).toBeGreaterThan(0);
});

story('the gate, and a person above it', (step) => {
  step('a recipe that is worse than the published one is refused, with the figures that refused it', () => {
    expect(bad).toMatchObject({ status: 'refused', releaseId: null, verdict: { passed: false } });
    const { comparisons, reason } = bad.verdict as { comparisons: { against: string; high: number }[]; reason: string };
    expect(comparisons.find(({ against }) => against === 'published-recipe')!.high).toBeLessThan(0);
    expect(reason).toContain('published-recipe');
  });

  step('leaves what is served untouched; its versions are there to look at', async () => {
    expect(await servedRelease()).toBe(good.releaseId);
    const { json } = await call(service.url, 'listReleases', { headers });
    expect(json.items.map((release: any) => release.release_id)).toEqual([good.releaseId]);
    expect(json.items[0].reason).toBe('night');
    const version = await getVersion(
      opened.database,
      'collaborative-filtering',
      bad.versions['collaborative-filtering']!,
    );
    expect(version.recipe).toMatchObject({ blend: { collaborative: 0 } });
    expect(version.rowCount).toBeGreaterThan(0);
  });
  step('a person overrules the gate with one call; the very next answer is from the new release', async () => {
    const { status, json } = await publish(bad.versions['collaborative-filtering']!);
    expect(await servedRelease()).toBe(json.release_id);
    expect([status, json.reason]).toEqual([200, 'publish']);
    expect(json.versions).toEqual({
      ...good.versions,
      'collaborative-filtering': bad.versions['collaborative-filtering'],
    });
  });

  step('publishes what is published already: nothing changes', async () => {
    const before = await servedRelease();
    expect((await publish(bad.versions['collaborative-filtering']!)).json.release_id).toBe(before);
  });

  step('rolls back with one call, which makes a release of its own', async () => {
    const { json } = await publish(good.versions['collaborative-filtering']!);
    expect(await servedRelease()).toBe(json.release_id);
    expect(json).toMatchObject({ reason: 'rollback', versions: good.versions });
    expect(json.release_id).toBeGreaterThan(good.releaseId!);
  });
  step('the better recipe goes live again by itself over a worse one that a person published', async () => {
    await publish(bad.versions['collaborative-filtering']!);
    const run = await train();
    expect(run).toMatchObject({ status: 'succeeded', verdict: { passed: true } });
    const { comparisons } = run.verdict as { comparisons: { against: string; low: number }[] };
    expect(comparisons.find(({ against }) => against === 'published-recipe')!.low).toBeGreaterThan(0);
  });

  step("by night the better published recipe is fitted anew instead of tonight's", async () => {
    const run = await train({ reason: 'night', recipes: blind });
    expect(run).toMatchObject({ status: 'succeeded', verdict: { passed: true } });
    expect((run.verdict as { reason: string }).reason).toContain('fitted anew');
    const number = run.versions['collaborative-filtering']!;
    const version = await getVersion(opened.database, 'collaborative-filtering', number);
    expect(version.recipe).not.toMatchObject({ blend: { collaborative: 0 } });
    expect(await servedRelease()).toBe(run.releaseId);
    // The evaluation that is shown for it is of the recipe that it has, not of the one that lost.
    const { rows } = run.metrics['evaluation'] as { rows: { name: string }[] };
    const { evaluation } = version.metrics as { evaluation: { name: string; ndcg_at_10: number } };
    expect(evaluation).toEqual(rows.find(({ name }) => name === 'published-recipe'));
    expect(evaluation.ndcg_at_10).not.toBe((rows.find(({ name }) => name === 'served-list') as any).ndcg_at_10);
  });
});

test('models that learn no lists are not held to them', async () => {
  const run = await train({ models: ['association-rules', 'segmentation'], recipes: {} });
  expect(run).toMatchObject({ status: 'succeeded', verdict: { passed: true } });
  expect(run.metrics['evaluation']).toBeUndefined();
});

test('an as_of more than 30 days past the data is warned of, with the command; up to then nothing is said', async () => {
  const day = 86_400_000;
  const [{ latest }] = (await opened.database.query<{ latest: Date }>(
    'select greatest((select max(occurred_at) from orders), (select max(occurred_at) from events)) as latest',
  )) as [{ latest: Date }];
  const warningsOf = async (asOf: number) => {
    const run = await train({ models: ['segmentation'], recipes: {}, asOf: new Date(asOf), publish: 'never' });
    const { json } = await call(service.url, 'getTrainingRun', {
      headers,
      path: { training_run_id: String(run.trainingRunId) },
    });
    return json.warnings;
  };
  expect(await warningsOf(latest.getTime() + 30 * day)).toEqual([]);
  const [warning, ...others] = await warningsOf(latest.getTime() + 31 * day);
  expect(others).toEqual([]);
  expect(warning).toContain('31 days before as_of');
  expect(warning).toContain(`pannier train --as-of ${shopEnd.toISOString()}`);
});

test('rules that collapse are refused', async () => {
  const run = await train({ models: ['association-rules'], recipes: { 'association-rules': { minimumLift: 1_000 } } });
  expect(run).toMatchObject({ status: 'refused', releaseId: null });
  expect((run.verdict as { reason: string }).reason).toMatch(/0 rules/);
});
