import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { createLocalEngine } from '../../../src/training/engines/local/engine.ts';
import { createSparkEngine, type SparkPatience } from '../../../src/training/engines/spark/engine.ts';
import { chooseRecipes } from '../../../src/training/index.ts';
import type { Job } from '../../../src/training/runs/run.ts';
import { finishRun, insertRun, selectRun } from '../../../src/training/runs/store.ts';
import { type ModelKind, readPublishedRelease } from '../../../src/versions/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd } from '../../support/shops/training-shop.ts';
import { type PretendedGateway, startPretendedGateway } from '../../support/spark/pretended-gateway.ts';
import { type SparkRun, trainHere } from '../../support/spark/train-here.ts';

let service: TestService;
let gateway: PretendedGateway;

beforeAll(async () => {
  service = await createTestService();
  await fillShop(service.stations.intake, 220);
});
afterAll(() => service.stop());
beforeEach(async () => {
  gateway = await startPretendedGateway();
});
afterEach(() => gateway.close());

const patience: SparkPatience = {
  ...{ pollMs: 10, answerMs: 1_000, takeSeconds: 20, workerSeconds: 20 },
  ...{ doubtSeconds: 20, silentSeconds: 20, gatewaySeconds: 0.3 },
};
const rules: Pick<SparkRun, 'models' | 'recipes'> = {
  models: ['association-rules'],
  recipes: { 'association-rules': { minimumCount: 3, minimumSupport: 0, itemsetsPerItem: 0 } },
};

const train = (more: Partial<SparkPatience> = {}, learnt = rules) =>
  trainHere(service, {
    settings: { gateway: gateway.url, properties: { 'spark.jars': '/postgresql.jar' } },
    patience: { ...patience, ...more },
    program: '/learn.py',
    ...learnt,
  });

/** As the job's driver does. */
const drive = {
  take: (driver = 'one') =>
    service.database.query<{ plan: any }>(
      'update engine_jobs set driver = $1, heartbeat_at = clock_timestamp() where driver is null returning plan',
      [driver],
    ),
  tell: (stage: string) => service.database.query('update engine_jobs set stage = $1', [stage]),
  fail: (error: string) => service.database.query('update engine_jobs set error = $1', [error]),
  leave: (run: number, part: string, rows: [number[], number[]][]) =>
    service.database.query(
      `insert into engine_results (training_run_id, part, keys, numbers)
       select $1, $2, (select array_agg(key::int) from jsonb_array_elements_text(row->0) as key),
              (select array_agg(number::float8) from jsonb_array_elements_text(row->1) as number)
       from jsonb_array_elements($3::jsonb) as row`,
      [run, part, JSON.stringify(rows)],
    ),
};

const runOf = () => Number(gateway.submitted.at(-1)!.args.at(-1));

/** Itemsets that are not those of the shop, so that it is seen where they came from. */
async function workItOut(): Promise<void> {
  const [taken] = await drive.take();
  if (!taken) return;
  const items = await service.database.query<{ key: number }>(
    'select item_key as key from items where is_product order by item_key limit 2',
  );
  const [first, second] = items.map(({ key }) => key);
  await drive.tell('itemsets');
  await drive.leave(runOf(), 'itemsets', [
    [[first, second], [40]],
    [[second], [50]],
    [[first], [41]],
  ]);
  await drive.leave(runOf(), 'itemsets-found', [[[0], [40, 300]]]);
  await drive.tell('done');
}

async function expectNothingOfIt(before: unknown): Promise<void> {
  expect(await service.database.query('select 1 from engine_jobs')).toEqual([]);
  expect(await service.database.query('select 1 from engine_results')).toEqual([]);
  expect(await readPublishedRelease(service.database)).toEqual(before);
}

async function expectNextRunToWork(): Promise<void> {
  gateway.answers = 'well';
  gateway.onSubmit = () => void workItOut();
  const { trainingRunId, failure } = await train();
  expect(failure).toBeUndefined();
  const run = await selectRun(service.database, trainingRunId);
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  expect((await readPublishedRelease(service.database))?.releaseId).toBe(run!.releaseId);
}

test('a job is submitted with what it needs and no secret among its arguments, and rules are made of what it leaves', async () => {
  gateway.onSubmit = () => void workItOut();
  const { trainingRunId, failure } = await train();
  expect(failure).toBeUndefined();
  const { args, properties, environment } = gateway.submitted[0];
  expect(args).toEqual([
    ...['--master', 'spark://127.0.0.1:7077', '--deploy-mode', 'client'],
    ...['--conf', 'spark.app.name=pannier', '--conf', 'spark.driver.defaultJavaOptions=-Xss16m'],
    ...['--conf', 'spark.executor.defaultJavaOptions=-Xss16m', '--conf', 'spark.jars=/postgresql.jar'],
    ...['/learn.py', String(trainingRunId)],
  ]);
  expect(properties).toMatchObject({ 'spark.master': 'spark://127.0.0.1:7077' });
  const { pathname, port } = new URL(service.connectionString);
  expect(JSON.parse(environment['PANNIER_SPARK_DATABASE']).url).toBe(
    `jdbc:postgresql://127.0.0.1:${port}${pathname}?currentSchema=pannier`,
  );
  const run = (await selectRun(service.database, trainingRunId))!;
  expect(run).toMatchObject({ status: 'succeeded', metrics: { itemsets_by_length: [2, 1] }, counts: { itemsets: 3 } });
  expect(run.progress.stages.map(({ name }) => name)).toEqual([
    ...['snapshot', 'spark-submitting', 'spark-facts', 'spark-itemsets'],
    ...['association-rules', 'loading', 'publishing'],
  ]);
  expect(gateway.killed).toEqual([]);
});

test('a lake as the source: the job is told where it lies, who may be learnt from, and how many rows each day has', async () => {
  let plan: any;
  gateway.onSubmit = async () => {
    [{ plan }] = await drive.take();
    await drive.leave(runOf(), 'itemsets-found', [[[0], [40, 300]]]);
    await drive.tell('done');
  };
  const settings = { gateway: gateway.url, properties: {}, source: 's3a://lake/shop' };
  const { failure } = await trainHere(service, { settings, patience, program: '/learn.py', ...rules });
  expect(failure).toBeUndefined();
  expect(plan.sources).toBeUndefined();
  expect(plan.lake).toMatchObject({ path: 's3a://lake/shop', eventTypes: expect.arrayContaining(['view']) });
  const days = await service.database.query<{ day: string; rows: number }>(
    `select to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as rows
     from orders join order_lines using (order_key) where occurred_at < $1 group by 1`,
    [shopEnd],
  );
  expect(days.length).toBeGreaterThan(1);
  expect(plan.lake.rows.order_lines).toEqual(Object.fromEntries(days.map(({ day, rows }) => [day, rows])));
});

describe('a gateway that is guarded', () => {
  const secret = 'VmlzdWFsbHkgaW5zcGVjdCB0aGlzIGtleSwgcGxlYXNl';
  const isSigned = async (authorization: string | undefined): Promise<boolean> => {
    const [, token = ''] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    const [head, claims, signature] = token.split('.');
    if (!signature) return false;
    const key = await crypto.subtle.importKey(
      'raw',
      Buffer.from(secret, 'base64url'),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const isOf = await crypto.subtle.verify(
      'HMAC',
      key,
      Buffer.from(signature, 'base64url'),
      Buffer.from(`${head}.${claims}`),
    );
    return isOf && exp * 1_000 > Date.now();
  };
  const asked: (string | undefined)[] = [];
  beforeEach(() => {
    asked.length = 0;
    gateway.lets = (authorization) => {
      asked.push(authorization);
      return authorization !== undefined;
    };
  });
  const trainWith = (known: string | undefined) =>
    trainHere(service, {
      settings: { gateway: gateway.url, properties: {}, secret: known },
      patience,
      program: '/learn.py',
      ...rules,
    });

  test('each call bears a token that is signed with its secret, and the secret itself goes nowhere', async () => {
    gateway.onSubmit = async () => {
      await drive.take();
      await drive.fail('no more');
    };
    expect((await trainWith(secret)).failure).toBe('Spark failed: no more');
    expect(gateway.killed).toEqual(['driver-0']);
    expect(asked.length).toBeGreaterThan(1);
    expect(await Promise.all(asked.map(isSigned))).toEqual(asked.map(() => true));
    expect(JSON.stringify([asked, gateway.submitted])).not.toContain(secret);
  });

  test('who does not know it is told which setting is missing', async () => {
    const { failure } = await trainWith(undefined);
    expect(failure).toMatch(/lets nobody ask without its secret \(403\): PANNIER_SPARK_GATEWAY_SECRET/);
    expect(gateway.submitted).toEqual([]);
  });
});

test('what Spark cannot learn is left out of the recipe, and the run says so', async () => {
  gateway.onSubmit = async () => {
    await drive.take();
    await drive.tell('done');
  };
  const db = service.database;
  const recipes = chooseRecipes(['collaborative-filtering'], {
    'collaborative-filtering': { tuning: { trials: 0 }, methods: { ease: { weight: 1 } } },
  });
  const run = await insertRun(db, {
    models: ['collaborative-filtering'],
    asOf: shopEnd,
    seed: 1,
    recipes,
    codeVersion: '',
  });
  const job = { trainingRunId: run.trainingRunId } as Job;
  const { ahead } = createSparkEngine(
    { db, job, program: '', runner: createLocalEngine().runner },
    { gateway: gateway.url, properties: {} },
  );
  const { recipes: left, reasons } = ahead!.restrict(recipes);
  expect(left['collaborative-filtering']!.methods.ease.weight).toBe(0);
  expect(left['collaborative-filtering']!.methods.ials.regularisedBy).toBe('cells');
  expect(reasons).toEqual(['Spark has nothing that learns ease: the method is left out of this run.']);
  const searched = ahead!.restrict(chooseRecipes(['collaborative-filtering']));
  expect(searched.recipes['collaborative-filtering']!.tuning.methods).toEqual(['rp3beta', 'item-knn', 'ials']);
  expect(searched.recipes['collaborative-filtering']!.methods.ials.regularisedBy).toBe('cells');
  expect(searched.reasons).toHaveLength(2);
  await finishRun(db, run.trainingRunId, { status: 'failed', error: 'not run' });
});

test('epochs that would fill its stack are not submitted without a folder for what is worked out on the way', async () => {
  const methods = { rp3beta: { weight: 0 }, ials: { weight: 1, dimensions: 8, epochs: 101 } };
  const learnt: Pick<SparkRun, 'models' | 'recipes'> = {
    models: ['popularity', 'collaborative-filtering'],
    recipes: { 'collaborative-filtering': { tuning: { trials: 0 }, methods } },
  };
  gateway.answers = 'refusing';
  expect((await train({}, learnt)).failure).toMatch(
    /^methods\.ials\.epochs of 101 are more than 100.*: name one as spark\.checkpoint\.dir in PANNIER_SPARK_PROPERTIES$/,
  );
  const properties = { 'spark.checkpoint.dir': 'hdfs:///tmp' };
  const settings = { gateway: gateway.url, properties };
  const { failure } = await trainHere(service, { settings, patience, program: '/learn.py', ...learnt });
  expect(failure).toMatch(/refused the job/);
});

describe('a job that comes to nothing fails its run, publishes nothing, and the next run works:', () => {
  const failures: [string, () => void, RegExp, Partial<SparkPatience>][] = [
    ['the gateway never answers', () => (gateway.answers = 'never'), /does not answer/, {}],
    ['refused by the gateway', () => (gateway.answers = 'refusing'), /refused the job: Malformed request/, {}],
    [
      'no driver takes it in time',
      () => {},
      /no Spark driver has taken the job within 0.2 seconds/,
      { takeSeconds: 0.2 },
    ],
    [
      'the driver dies before it takes it',
      () => (gateway.onSubmit = ({ id }) => gateway.states.set(id, 'FAILED')),
      /driver is FAILED/,
      {},
    ],
    [
      'killed by somebody',
      () => (gateway.onSubmit = ({ id }) => gateway.states.set(id, 'KILLED')),
      /driver is KILLED/,
      {},
    ],
    [
      'the master has lost its states',
      () => (gateway.onSubmit = () => gateway.states.clear()),
      /master knows nothing of the driver any more/,
      {},
    ],
    ['the master answers no more', () => (gateway.onSubmit = () => void gateway.close()), /does not answer/, {}],
    [
      'the cluster gives its driver no worker in time',
      () =>
        (gateway.onSubmit = () =>
          void drive
            .take()
            .then(([{ plan }]) => drive.fail(`the cluster has given no worker within ${plan.workerSeconds} seconds`))),
      /Spark failed: the cluster has given no worker within 0.2 seconds/,
      { workerSeconds: 0.2 },
    ],
    [
      'the driver falls silent at its work',
      () => (gateway.onSubmit = () => void drive.take().then(() => drive.tell('facts'))),
      /has not been heard for/,
      { silentSeconds: 0.3 },
    ],
    [
      'the driver dies at its work, as its gateway knows',
      () =>
        (gateway.onSubmit = ({ id }) =>
          void drive
            .take()
            .then(() => drive.tell('facts'))
            .then(() => gateway.states.set(id, 'ERROR'))),
      /the Spark driver is ERROR/,
      { doubtSeconds: 0.1 },
    ],
    [
      'the job fails',
      () => (gateway.onSubmit = () => void drive.take().then(() => drive.fail('out of memory'))),
      /Spark failed: out of memory/,
      {},
    ],
  ];
  test.each(failures)('%s', async (_, pretend, reason, more) => {
    const before = await readPublishedRelease(service.database);
    pretend();
    const { failure } = await train(more);
    expect(failure).toMatch(reason);
    await expectNothingOfIt(before);
    // What was submitted is asked to end.
    if (gateway.submitted.length > 0 && !/does not answer/.test(failure!)) expect(gateway.killed).toEqual(['driver-0']);
    if (/does not answer/.test(failure!)) {
      await gateway.close();
      gateway = await startPretendedGateway();
    }
    await expectNextRunToWork();
  });

  test('nobody listens at the address', async () => {
    await gateway.close();
    const before = await readPublishedRelease(service.database);
    const { failure } = await train();
    expect(failure).toMatch(/does not answer: connect ECONNREFUSED/);
    await expectNothingOfIt(before);
    gateway = await startPretendedGateway();
    await expectNextRunToWork();
  });
});

test('a run that is ended from outside has its job killed within a moment', async () => {
  gateway.onSubmit = async () => {
    await drive.take();
    await finishRun(service.database, runOf(), { status: 'failed', error: 'given up' });
  };
  const before = await readPublishedRelease(service.database);
  const { trainingRunId, failure } = await train();
  expect(failure).toBe('the run was ended from outside');
  expect(gateway.killed).toEqual(['driver-0']);
  expect(await selectRun(service.database, trainingRunId)).toMatchObject({ status: 'failed', error: 'given up' });
  await expectNothingOfIt(before);
});

test('a job that was submitted twice is worked on by one driver, and what a retried task writes again is refused', async () => {
  gateway.onSubmit = async () => {
    const [first, second] = await Promise.all([drive.take('one'), drive.take('two')]);
    expect([first.length, second.length].sort()).toEqual([0, 1]);
    await drive.leave(runOf(), 'itemsets-found', [[[0], [40, 300]]]);
    await expect(drive.leave(runOf(), 'itemsets-found', [[[0], [40, 300]]])).rejects.toThrow(/duplicate key/);
    await drive.tell('done');
  };
  expect((await train()).failure).toBeUndefined();
  expect(gateway.submitted).toHaveLength(1);
});

test('a driver that works is not given up for a gateway that answers no more', async () => {
  gateway.onSubmit = async () => {
    await drive.take();
    await gateway.close();
    await service.database.query("update engine_jobs set heartbeat_at = clock_timestamp() - interval '1 second'");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await drive.leave(runOf(), 'itemsets-found', [[[0], [40, 300]]]);
    await drive.tell('done');
  };
  expect((await train({ doubtSeconds: 0.1 })).failure).toBeUndefined();
});

test('the gate refuses what Spark has learnt worse; a person may publish it, and goes back', async () => {
  const learner = {
    ...{ tuning: { trials: 0 }, repurchase: 'exclude' },
    blend: { collaborative: 10, popularityPower: 0, floor: 0.000_001 },
  };
  const models: ModelKind[] = ['popularity', 'collaborative-filtering'];
  const local = service.stations.training;
  const { trainingRunId } = await local.startRun({
    asOf: shopEnd,
    models,
    recipes: { 'collaborative-filtering': learner },
  });
  const good = await local.waitForRun(trainingRunId);
  expect(good).toMatchObject({ status: 'succeeded', verdict: { passed: true } });

  // Factors by which every item is like every other.
  gateway.onSubmit = async () => {
    const [{ plan }] = await drive.take();
    const items = await service.database.query<{ key: number }>('select item_key as key from items order by 1');
    for (const [place, { ials }] of plan.factors.entries()) {
      const rows = items.map(({ key }): [number[], number[]] => [
        [key],
        Array.from({ length: ials.dimensions }, () => 1),
      ]);
      await drive.leave(runOf(), `factors-${place}`, rows);
    }
    await drive.tell('done');
  };
  const methods = { rp3beta: { weight: 0 }, ials: { weight: 1, dimensions: 8 } };
  const there = await train({}, { models, recipes: { 'collaborative-filtering': { ...learner, methods } } });
  expect(there.failure).toBeUndefined();
  const bad = (await selectRun(service.database, there.trainingRunId))!;
  expect(bad).toMatchObject({ status: 'refused', releaseId: null });
  const { comparisons } = bad.verdict as { comparisons: { against: string; high: number }[] };
  expect(comparisons.find(({ against }) => against === 'published-recipe')!.high).toBeLessThan(0);
  expect((bad.verdict as { reason: string }).reason).toContain('published');
  expect((await readPublishedRelease(service.database))?.releaseId).toBe(good.releaseId);

  const published = async () => (await readPublishedRelease(service.database))?.versions;
  const publish = (run: { versions: Partial<Record<ModelKind, number>> }) =>
    local.publish('collaborative-filtering', run.versions['collaborative-filtering']!);
  await publish(bad);
  expect(await published()).toMatchObject({ 'collaborative-filtering': bad.versions['collaborative-filtering'] });
  await publish(good);
  expect(await published()).toMatchObject(good.versions);
});

describe('settings', () => {
  const read = (env: Record<string, string>) => readConfig({ PANNIER_ENGINE: 'spark', ...env });

  test('one way of submitting is needed, and properties are read whatever commas they have', () => {
    expect(readConfig({}).spark).toBeUndefined();
    expect(
      read({ PANNIER_SPARK_SUBMIT: 'spark-submit --master  yarn', PANNIER_SPARK_PROPERTIES: 'spark.jars=a,b; x=y=z' })
        .spark,
    ).toMatchObject({
      submit: ['spark-submit', '--master', 'yarn'],
      properties: { 'spark.jars': 'a,b', x: 'y=z' },
    });
    const unclear: Record<string, string>[] = [
      {},
      { PANNIER_SPARK_SUBMIT: 'a', PANNIER_SPARK_GATEWAY: 'http://a:6066' },
    ];
    for (const env of unclear) {
      expect(() => read(env)).toThrow(
        'PANNIER_ENGINE: spark needs one of PANNIER_SPARK_GATEWAY and PANNIER_SPARK_SUBMIT',
      );
    }
    expect(() => read({ PANNIER_SPARK_GATEWAY: 'spark://a' })).toThrow('PANNIER_SPARK_GATEWAY');
    for (const secret of ['c2hvcnQ', 'not base64url: ä'.repeat(9)])
      expect(() => read({ PANNIER_SPARK_GATEWAY: 'http://a:6066', PANNIER_SPARK_GATEWAY_SECRET: secret })).toThrow(
        'PANNIER_SPARK_GATEWAY_SECRET: must be',
      );
    expect(() => read({ PANNIER_SPARK_GATEWAY: 'http://a:6066', PANNIER_SPARK_PROPERTIES: 'spark.jars' })).toThrow(
      'PANNIER_SPARK_PROPERTIES: must be properties as `name=value`, by semicolon',
    );
  });
});
