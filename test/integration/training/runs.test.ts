import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SampleShop } from '../../../src/sample-shop/index.ts';
import type { Evaluation } from '../../../src/training/evaluation/evaluate-lists.ts';
import type { TrainingRequest, TrainingRun } from '../../../src/training/index.ts';
import { getVersion, kinds, type ModelKind, readPublishedRelease } from '../../../src/versions/index.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, hardlySearched, shopEnd } from '../../support/shops/training-shop.ts';

let service: TestService;
let shop: SampleShop;
let first: TrainingRun;

async function train(request: TrainingRequest = {}): Promise<TrainingRun> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, ...request });
  return training.waitForRun(trainingRunId);
}

async function checksums(run: TrainingRun): Promise<Partial<Record<ModelKind, string>>> {
  const versions = Object.entries(run.versions) as [ModelKind, number][];
  const found = await Promise.all(versions.map(([kind, version]) => getVersion(service.database, kind, version)));
  return Object.fromEntries(found.map(({ kind, checksum }) => [kind, checksum]));
}

beforeAll(async () => {
  service = await createTestService();
  shop = await fillShop(service.stations.intake, 400);
  first = await train({ recipes: hardlySearched });
});
afterAll(() => service.stop());

usually.describe('a run over all models', () => {
  test('succeeds, tells what it saw and publishes a version of every kind that was not refused', async () => {
    expect(first).toMatchObject({ status: 'succeeded', error: null, seed: 1, asOf: shopEnd });
    // On so short a shop customer value is worth less than what needs no model; that fails nothing.
    expect(Object.keys(first.versions).sort()).toEqual(kinds.filter((kind) => kind !== 'customer-value').sort());
    expect(first.metrics['customer-value']).toMatchObject({
      refusal: expect.stringMatching(/^on the last days/),
      holdout: { days: 59 },
    });
    expect(first.counts).toMatchObject({ orders: [...shop.orders()].length, items: 120 });
    expect(first.watermark!.getTime()).toBeLessThanOrEqual(Date.now());
    expect(first.finishedAt!.getTime()).toBeGreaterThan(first.startedAt.getTime());
    const published = await readPublishedRelease(service.database);
    expect(published).toMatchObject({ releaseId: first.releaseId, versions: first.versions });
  });

  test('its progress ends complete, with the time of every stage', () => {
    const { stage, done, total, stages } = first.progress;
    expect({ stage, done }).toEqual({ stage: null, done: total });
    expect(stages.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'snapshot',
        'association-rules',
        'collaborative-filtering',
        'segmentation',
        'evaluation',
      ]),
    );
    expect(stages.every(({ seconds }) => seconds >= 0)).toBe(true);
  });

  test('the list that is served beats popularity on the shop with planted tastes', () => {
    const evaluation = first.metrics['evaluation'] as Evaluation;
    expect(evaluation).toMatchObject({
      as_of: '2026-03-01T00:00:00.000Z',
      cut: '2026-02-01T00:00:00.000Z',
      window_days: 28,
    });
    expect(evaluation.customers).toBeGreaterThan(50);
    const ndcg = Object.fromEntries(evaluation.rows.map((row) => [row.name, row.ndcg_at_10]));
    expect(ndcg['served-list']).toBeGreaterThan(ndcg['popularity'] + 0.05);
    expect(first.verdict).toMatchObject({ passed: true });
  });

  test('planted pairs are found with their exact counts, what was given back left out', async () => {
    await service.stations.recommendations.refresh();
    const pairs = shop.truth.pairs().filter(({ kept }) => kept.withBoth >= 30);
    expect(pairs.length).toBeGreaterThan(3);
    for (const { first: antecedent, second: consequent, kept } of pairs) {
      const { json } = await call(service.url, 'listAssociationRules', {
        headers: service.as('recommend'),
        query: `item_id=${antecedent}&limit=1000`,
      });
      const rule = json.items.find(
        (found: any) => found.antecedent.join() === antecedent && found.consequent === consequent,
      );
      expect(rule).toMatchObject({ count: kept.withBoth });
      // Answers tell figures with six significant digits.
      const told = (figure: number) => Number(figure.toPrecision(6));
      expect(rule.support).toBe(told(kept.withBoth / kept.orders));
      expect(rule.confidence).toBe(told(kept.withBoth / kept.withFirst));
      expect(rule.lift).toBe(told((kept.withBoth * kept.orders) / (kept.withFirst * kept.withSecond)));
    }
  });

  test('customers who may not be profiled are in no list and no segment', async () => {
    const forbidden = [...shop.customers()].filter((customer) => !customer.profiling_allowed);
    expect(forbidden.length).toBeGreaterThan(0);
    for (const { customer_id } of forbidden) {
      const { json } = await call(service.url, 'getCustomerProfile', {
        headers: service.as('segments'),
        path: { customer_id },
      });
      expect(json).toMatchObject({ profiling_allowed: false, group: null, recency_days: null });
    }
    const [{ lists }] = (await service.database.query<{ lists: number }>(
      `select count(*)::int as lists from customer_lists join customers using (customer_key)
       where version = $1 and not profiling_allowed`,
      [first.versions['collaborative-filtering']],
    )) as [{ lists: number }];
    expect(lists).toBe(0);
  });
});

describe('runs beside one another', () => {
  thoroughly.test('the same data, seed and recipes give the same artefacts', async () => {
    const again = await train({ recipes: hardlySearched });
    expect(again.status).toBe('succeeded');
    expect(again.versions).not.toEqual(first.versions);
    expect(await checksums(again)).toEqual(await checksums(first));
    const [evaluation, before] = [again, first].map((run) => run.metrics['evaluation']);
    expect(evaluation).toEqual(before);
  });

  thoroughly.test(
    'another recipe gives another artefact of that kind alone, and a part run leaves the other kinds as they are',
    async () => {
      const before = (await readPublishedRelease(service.database))!;
      const run = await train({
        models: ['association-rules'],
        recipes: { 'association-rules': { minimumConfidence: 0.4 } },
      });
      expect(run).toMatchObject({ status: 'succeeded', models: ['association-rules'] });
      expect(Object.keys(run.versions)).toEqual(['association-rules']);
      expect(run.recipes['association-rules']).toMatchObject({ minimumConfidence: 0.4 });
      const after = (await readPublishedRelease(service.database))!;
      expect(after.releaseId).toBe(run.releaseId);
      expect(after.versions).toEqual({ ...before.versions, ...run.versions });
      expect((await checksums(run))['association-rules']).not.toBe((await checksums(first))['association-rules']);
    },
  );

  usually.test('what is not to be published is kept and compared, and nothing else is served', async () => {
    const before = await readPublishedRelease(service.database);
    const run = await train({ models: ['popularity'], publish: 'never' });
    expect(run).toMatchObject({ status: 'succeeded', releaseId: null });
    expect(await getVersion(service.database, 'popularity', run.versions.popularity!)).toMatchObject({
      trainingRunId: run.trainingRunId,
    });
    expect(await readPublishedRelease(service.database)).toEqual(before);
  });

  usually.test('of two started at once one is refused', async () => {
    const { training } = service.stations;
    const request = { asOf: shopEnd, models: ['popularity' as const] };
    const started = await Promise.allSettled([training.startRun(request), training.startRun(request)]);
    for (const result of started)
      if (result.status === 'fulfilled') await training.waitForRun(result.value.trainingRunId);
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = started.find((result) => result.status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'training_in_progress' });
  });

  // Would see: a lease that a run holds which never began, so that for half a minute no other one can.
  thoroughly.test('one that cannot be begun keeps nobody waiting', async () => {
    await expect(train({ seed: 2 ** 31 })).rejects.toThrow('cannot be stored');
    const run = await train({ models: ['popularity'], publish: 'never' });
    expect(run).toMatchObject({ status: 'succeeded' });
  });

  thoroughly.test('a run sees nothing from its moment on', async () => {
    const early = new Date('2026-01-01T00:00:00Z');
    const run = await train({ models: ['segmentation'], asOf: early, publish: 'never' });
    const orders = [...shop.orders()].filter(({ occurred_at }) => new Date(occurred_at) < early);
    expect(run).toMatchObject({ status: 'succeeded', error: null, counts: { orders: orders.length } });
    const [{ newest }] = (await service.database.query<{ newest: Date }>(
      'select max(group_since) as newest from customer_segments where version = $1',
      [run.versions.segmentation],
    )) as [{ newest: Date }];
    expect(newest.getTime()).toBeLessThanOrEqual(early.getTime());
  });
});

describe('by HTTP', () => {
  const as = () => ({ headers: service.as('train') });

  usually.test('a run is started, watched and listed', async () => {
    const started = await call(service.url, 'startTrainingRun', {
      ...as(),
      body: { models: ['popularity'], as_of: shopEnd.toISOString(), seed: 3, evaluation_days: 14 },
    });
    expect(started.status).toBe(202);
    const path = { training_run_id: started.json.training_run_id };
    expect(started.json).toMatchObject({ status: 'running', models: ['popularity'], seed: 3 });
    const busy = await call(service.url, 'startTrainingRun', { ...as(), body: {} });
    expect([busy.status, busy.json.code]).toEqual([409, 'training_in_progress']);
    await service.stations.training.waitForRun(Number(path.training_run_id));
    const { json } = await call(service.url, 'getTrainingRun', { ...as(), path });
    expect(json).toMatchObject({ status: 'succeeded', metrics: { evaluation: { window_days: 14 } } });
    const list = await call(service.url, 'listTrainingRuns', { ...as(), query: 'limit=1' });
    // What is told in words lies beside the list, and inside of the one.
    const { said, ...run } = json;
    expect([list.json.items, list.json.said]).toEqual([[run], said]);
    const next = await call(service.url, 'listTrainingRuns', {
      ...as(),
      query: `limit=1&cursor=${list.json.next_cursor}`,
    });
    expect(Number(next.json.items[0].training_run_id)).toBeLessThan(Number(json.training_run_id));
  });

  usually.test('a recipe that cannot be is refused before anything starts, by the name of its field', async () => {
    const answer = await call(service.url, 'startTrainingRun', {
      ...as(),
      body: { models: ['segmentation'], recipes: { segmentation: { clusters: 0, centers: 4 } } },
    });
    expect(answer.status).toBe(409);
    expect(answer.json.errors.map((fault: any) => fault.field).sort()).toEqual([
      '/recipes/segmentation/centers',
      '/recipes/segmentation/clusters',
    ]);
    const [newest] = await service.stations.training.listRuns(1);
    expect(newest.status).not.toBe('running');
  });

  thoroughly.test('versions page by page, one of a kind published', async () => {
    for (let times = 0; times < 3; times++) await train({ models: ['popularity'], publish: 'never' });
    const versions: any[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await call(service.url, 'listModelVersions', {
        ...as(),
        path: { kind: 'popularity' },
        query: `limit=2${cursor && `&cursor=${cursor}`}`,
      });
      versions.push(...page.json.items);
      cursor = page.json.next_cursor;
    }
    expect(versions.map(({ version }) => version)).toEqual(
      versions.map(({ version }) => version).sort((a, b) => b - a),
    );
    expect(versions.length).toBeGreaterThan(3);
    expect(versions.filter(({ published }) => published)).toHaveLength(1);
  });

  usually.test('what is not there is not found, and a foreign cursor is refused', async () => {
    const run = await call(service.url, 'getTrainingRun', { ...as(), path: { training_run_id: 999_999 } });
    const version = await call(service.url, 'publishModelVersion', {
      ...as(),
      body: { kind: 'popularity', version: 999_999 },
    });
    // A version of another kind is no version of this one.
    const foreign = await call(service.url, 'publishModelVersion', {
      ...as(),
      body: { kind: 'popularity', version: first.versions.segmentation! },
    });
    expect([run.status, version.status, foreign.status]).toEqual([404, 404, 404]);
    const cursor = await call(service.url, 'listReleases', { ...as(), query: 'cursor=bm9uc2Vuc2U' });
    expect([cursor.status, cursor.json.errors[0].field]).toEqual([400, 'cursor']);
  });
});
