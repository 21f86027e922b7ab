import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { takeLease } from '../../../src/db/index.ts';
import { selectPairCount } from '../../../src/intake/index.ts';
import type { Engine } from '../../../src/training/engines/engine.ts';
import { createLocalEngine } from '../../../src/training/engines/local/engine.ts';
import { chooseRecipes } from '../../../src/training/index.ts';
import type { LearnerKind } from '../../../src/training/learners/learner.ts';
import type { Job } from '../../../src/training/runs/run.ts';
import { runTraining } from '../../../src/training/runs/run-training.ts';
import { insertRun, selectRun } from '../../../src/training/runs/store.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { getVersion, kinds, type ModelKind } from '../../../src/versions/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd, unsearched } from '../../support/shops/training-shop.ts';

let service: TestService;

beforeAll(async () => {
  service = await createTestService();
  await fillShop(service.stations.intake, 150);
});
afterAll(() => service.stop());

/** Trains by this engine, in the test's own process. @returns the checksum of what each kind has learnt */
async function trainBy(
  engine: Engine,
  publish: Job['publish'] = 'never',
  memoryMb?: number,
): Promise<Partial<Record<ModelKind, string>>> {
  const db = service.database;
  const recipes = chooseRecipes(kinds, {
    ...unsearched,
    'association-rules': { contexts: { season: 'quarter', segment: 'group', minimumBaskets: 50 } },
  });
  const run = { models: [...kinds], asOf: shopEnd, seed: 1, recipes, codeVersion: 'test' };
  const { trainingRunId } = await insertRun(db, run);
  const lease = { name: 'training', holder: 'test', seconds: 600 };
  expect(await takeLease(db, lease.name, lease.holder, lease.seconds)).toBe(true);
  const job: Job = {
    ...{
      connectionString: service.connectionString,
      schema: db.schema,
      trainingRunId,
      models: run.models,
      recipes,
      lease,
    },
    ...{ asOf: shopEnd.toISOString(), seed: 1, publish, reason: 'publish', evaluationDays: 28 },
    ...{ minorDigits: 2, timeZone: 'UTC' },
    ...(memoryMb !== undefined && { memoryMb }),
  };
  await runTraining(db, job, engine);
  const ended = (await selectRun(db, trainingRunId))!;
  expect(ended).toMatchObject({ status: 'succeeded', error: null });
  const versions = Object.entries(ended.versions) as [ModelKind, number][];
  const made = await Promise.all(versions.map(([kind, version]) => getVersion(db, kind, version)));
  return Object.fromEntries(made.map(({ kind, checksum }) => [kind, checksum]));
}

/** A copy of data; functions are none. (`structuredClone` gives dates of another realm in a test.) */
function copyOf<Value>(value: Value): Value {
  const copy = (of: unknown): unknown => {
    if (typeof of === 'function') throw new Error('a function cannot be sent to another machine');
    if (typeof of !== 'object' || of === null) return of;
    if (ArrayBuffer.isView(of)) return (of as Float64Array).slice();
    if (of instanceof Date) return new Date(of);
    if (of instanceof Map) return new Map(Array.from(of, ([key, held]) => [copy(key), copy(held)]));
    if (Array.isArray(of)) return of.map(copy);
    return Object.fromEntries(Object.entries(of).map(([name, held]) => [name, copy(held)]));
  };
  return copy(value) as Value;
}

test('an engine that learns on a copy of the task, as one elsewhere would, learns the same', async () => {
  // Both continue what is published, so that they need it beside the snapshot.
  const localEngine = createLocalEngine();
  await trainBy(localEngine, 'gate');
  const here = await trainBy(localEngine);
  const learnt: LearnerKind[] = [];
  const elsewhere = await trainBy({
    ...localEngine,
    async learn(learner, task) {
      learnt.push(learner.kind);
      return learner.learn(copyOf(task));
    },
  });
  expect(learnt).toEqual([...kinds]);
  expect(elsewhere).toEqual(here);
  expect(Object.keys(here)).toEqual(expect.arrayContaining(['association-rules', 'segmentation', 'customer-tags']));
});

test('a run that would not fit says so before it reads anything, and nothing is learnt', async () => {
  const idle: Engine = {
    ...createLocalEngine(),
    learn: () => Promise.reject(new Error('something was learnt')),
  };
  await expect(trainBy(idle, 'gate', 0.1)).rejects.toThrow(
    /^This run would not fit: [\d,]+ order lines and [\d,]+ events of 150 customers take at least \d+ MB of memory, and the trainer may have 0\.1\./,
  );
});

test('pairs of customer and item are counted as the snapshot has them', async () => {
  const { sold, events, watermark } = await readSnapshot(service.database, shopEnd);
  const pairs = new Set<string>();
  for (const { customers, items } of [sold, events]) {
    for (const [place, customer] of customers.entries()) if (customer >= 0) pairs.add(`${customer} ${items[place]}`);
  }
  expect(pairs.size).toBeGreaterThan(1_000);
  expect(await selectPairCount(service.database, shopEnd, watermark)).toBe(pairs.size);
});
