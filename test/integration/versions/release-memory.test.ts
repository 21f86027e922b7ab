import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import type { Database } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { type CustomerSegment, loadCustomerSegments, type SegmentationSummary } from '../../../src/segments/index.ts';
import { type Service, startService } from '../../../src/service.ts';
import { createReleaseMemory, publishVersion, readPublishedRelease } from '../../../src/versions/index.ts';
import { type BreakableConnection, createBreakableConnection } from '../../support/service/breakable-connection.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { couponIsRight } from '../../support/shops/coupon-shop.ts';
import { until } from '../../support/shops/training-shop.ts';
import { addVersion } from '../../support/shops/versions.ts';

/** Two instances at one database; of the first each statement is seen, and its listening connection can be cut. */
let opened: TestDatabase;
let connection: BreakableConnection;
let port: number;
let first: Service;
let second: Service;
let headers: { Authorization: string };
let versions: number[];
let statements: string[];

beforeAll(async () => {
  opened = await createTestDatabase();
  const { database: db } = opened;
  await db.query(`insert into customers (customer_id) select 'c' || n from generate_series(1, 3) as n`);
  versions = [
    await makeVersion(['ordinary', 'ordinary', 'ordinary']),
    await makeVersion(['high-value', 'high-value', 'ordinary']),
  ];
  await publishVersion(db, 'segmentation', versions[0]);
  const address = new URL(opened.connectionString);
  port = Number(address.port);
  connection = await createBreakableConnection(port);
  address.port = String(connection.port);
  statements = [];
  first = await startInstance(watched(db, statements), address.href);
  second = await startInstance(db, opened.connectionString);
  const { token } = await createKey(db, 'test', ['segments', 'coupons', 'train', 'recommend']);
  headers = { Authorization: `Bearer ${token}` };
  await until(async () => (await fetch(`${first.url}/v1/segments`, { headers })).ok);
  await until(async () => statements.some((text) => text.includes(`update leases set expires_at = '-infinity'`)));
});
afterAll(async () => {
  await first.stop();
  await second.stop();
  await connection.close();
  await opened.drop();
});

function startInstance(database: Database, connectionString: string): Promise<Service> {
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', PANNIER_NIGHT: 'off' });
  // A round of tidying would be among the statements that are counted.
  const housekeepingMs = 3_600_000;
  return startService({
    database,
    connectionString,
    config,
    log: createLogger('silent'),
    trainerEntry,
    housekeepingMs,
  });
}

function watched(db: Database, seen: string[]): Database {
  return {
    ...db,
    for: (purpose) => watched(db.for(purpose), seen),
    query(text, values, name) {
      seen.push(text);
      return db.query(text, values, name);
    },
  };
}

async function makeVersion(groups: CustomerSegment['group'][]): Promise<number> {
  const figures = { customers: 1, mean_recency_days: 1, mean_frequency: 1, mean_monetary_minor: 1, revenue_share: 1 };
  const summary: SegmentationSummary = {
    thresholds: { recency: [], frequency: [], monetary: [] },
    customers: groups.length,
    revenue_minor: 1,
    average_unit_price: null,
    groups: [],
    clusters: [{ ...figures, cluster: 1, name: 'all', centroid: [0, 0, 0] }],
  };
  const segments = groups.map((group, index) => ({ ...couponIsRight, customerKey: index + 1, group }));
  const load = async (version: number) => [await loadCustomerSegments(opened.database, version, segments)];
  return addVersion(opened.database, 'segmentation', load, { summary: { ...summary } });
}

async function ask(service: Service, path: string, init: RequestInit = {}): Promise<any> {
  const response = await fetch(service.url + path, { ...init, headers: { ...headers, ...init.headers } });
  expect(response.status).toBe(200);
  return response.json();
}

const profileVersion = async (service: Service) => (await ask(service, '/v1/customers/c1/profile')).version;

/** Statements that the first instance makes for a request each time: what timers ask meanwhile is not always among them. */
async function statementsOf(path: string): Promise<string[]> {
  await ask(first, path);
  const attempts: string[][] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    statements.length = 0;
    await ask(first, path);
    attempts.push([...statements]);
  }
  return attempts.reduce((fewest, made) => (made.length < fewest.length ? made : fewest));
}

const publish = (service: Service, version: number) =>
  ask(service, '/v1/releases', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind: 'segmentation', version }),
  });

test.each([
  // the customer, their segment, and the segments defined by people; no value and no tags are published
  ['/v1/customers/c1/profile', 3],
  // the members and their ids
  ['/v1/segments/group-ordinary/members', 2],
  ['/v1/segments/group-ordinary/members?limit=1', 2],
  // those defined by people
  ['/v1/segments', 1],
  // The customer is in memory.
  ['/v1/customers/c1/recommendations', 0],
  ['/v1/popular-items', 0],
])('%s reads no version from the database', async (path, count) => {
  const made = await statementsOf(path);
  expect(made.filter((text) => /model_versions|releases/.test(text))).toEqual([]);
  expect(made).toHaveLength(count);
});

// Would see: what is the same for all decisions of a moment read for each of them.
test('decisions read no version and, once campaigns are held, make two statements', async () => {
  const decide = (number: number) =>
    ask(first, '/v1/coupon-decisions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `decision-${number}` },
      body: JSON.stringify({ customer_id: 'c1' }),
    });
  const made: string[][] = [];
  for (let number = 0; number < 12; number++) {
    statements.length = 0;
    await decide(number);
    made.push([...statements]);
  }
  // A notice that another release is published may come late, and is followed by one look; every decision's own would be twelve.
  const looks = made.filter((texts) => texts.some((text) => /model_versions|releases/.test(text)));
  expect(looks.length).toBeLessThan(made.length / 2);
  // Campaigns are read anew four times a second; between that nothing else is asked.
  const least = Math.min(...made.map((texts) => texts.length));
  const fewest = made.find((texts) => texts.length === least)!;
  expect(fewest.map((text) => /nextval|write_decisions/.exec(text)?.[0])).toEqual(['nextval', 'write_decisions']);
});

test('profiles that are asked for in one turn are read together, and each is its own', async () => {
  const ids = ['c1', 'c2', 'c3', 'nobody'];
  const { segments } = first.stations;
  const apart = [];
  for (const id of ids) apart.push(await segments.profile(id).catch((error) => error.code));
  statements.length = 0;
  const together = await Promise.all(ids.map((id) => segments.profile(id).catch((error) => error.code)));
  const made = statements.filter((text) => text.includes('customer_'));
  expect(together).toEqual(apart);
  expect(together[3]).toBe('not_found');
  expect(made).toHaveLength(3);
});

test('the next page of members does not read its version either', async () => {
  const { next_cursor: cursor } = await ask(first, '/v1/segments/group-ordinary/members?limit=1');
  const made = await statementsOf(`/v1/segments/group-ordinary/members?limit=1&cursor=${cursor}`);
  expect(made.filter((text) => /model_versions|releases/.test(text))).toEqual([]);
});

test('what is published is in the next answer of the instance that published it, and within a second of the others', async () => {
  for (const [publisher, other] of [
    [first, second],
    [second, first],
  ] as const) {
    for (const version of [versions[1], versions[0]]) {
      expect(await profileVersion(other)).not.toBe(version);
      await publish(publisher, version);
      expect(await profileVersion(publisher)).toBe(version);
      expect((await ask(publisher, '/v1/segments/group-high-value/members')).version).toBe(version);
      await until(async () => (await profileVersion(other)) === version, 1_000);
    }
  }
});

test('a page goes on in the version it began in, also when another is published meanwhile', async () => {
  await publish(first, versions[0]);
  const page = await ask(first, '/v1/segments/group-ordinary/members?limit=1');
  expect([page.version, page.items[0].customer_id]).toEqual([versions[0], 'c1']);
  await publish(first, versions[1]);
  const next = await ask(first, `/v1/segments/group-ordinary/members?limit=1&cursor=${page.next_cursor}`);
  expect([next.version, next.items[0].customer_id]).toEqual([versions[0], 'c2']);
  await publish(first, versions[0]);
});

/** The instance whose notices do not come shows it, and so do its lists, which follow what was found. */
async function expectSoon(version: number): Promise<void> {
  await until(async () => (await profileVersion(first)) === version);
  const published = await readPublishedRelease(opened.database);
  await until(async () => first.stations.recommendations.isServing().releaseId === published!.releaseId);
}

// Would see: a release that stays as it is until the connection is back.
test.each(['cut', 'hang'] as const)(
  'what others publish is served also while the connection of notices is %s',
  async (how) => {
    const before = await profileVersion(first);
    const other = versions.find((version) => version !== before)!;
    connection[how]();
    await publishVersion(opened.database, 'segmentation', other);
    await expectSoon(other);
    expect(await statementsOf('/v1/customers/c1/profile')).toHaveLength(3);
    await publishVersion(opened.database, 'segmentation', before);
    await expectSoon(before);
    connection.mend(port);
  },
);

/** Answers by statement, and a clock that stands. */
function createPuppet() {
  const waiting: { text: string; answer(releaseId: number): void }[] = [];
  const clock = { now: 0 };
  const query = (text: string) =>
    new Promise<any>((resolve) => {
      waiting.push({ text, answer: (releaseId) => resolve([{ release_id: releaseId, kind: null }]) });
    });
  const memory = createReleaseMemory({ query }, () => clock.now);
  const answerNext = (releaseId: number) => waiting.shift()!.answer(releaseId);
  return { memory, clock, waiting, answerNext };
}

test('what was being read when another was published is not held', async () => {
  const { memory, waiting } = createPuppet();
  const early = memory.read();
  memory.forget();
  const late = memory.read();
  waiting[0].answer(1);
  waiting[1].answer(2);
  expect([(await early)?.releaseId, (await late)?.releaseId]).toEqual([1, 2]);
  expect([(await memory.read())?.releaseId, waiting.length]).toEqual([2, 2]);
});

// Would see: an age that counts from the answer of the database instead of from the question.
test('what is held is answered for less than a second after the question that found it, and then looked at first', async () => {
  const { memory, clock, waiting, answerNext } = createPuppet();
  const reading = memory.read();
  clock.now = 600;
  answerNext(1);
  expect((await reading)?.releaseId).toBe(1);
  clock.now = 899;
  expect([(await memory.read())?.releaseId, waiting.length]).toEqual([1, 0]);
  clock.now = 1_000;
  const asked = [memory.read(), memory.read()];
  expect(waiting.map(({ text }) => text.includes('model_versions'))).toEqual([false]);
  answerNext(2);
  await until(async () => waiting.length === 1);
  expect(waiting[0].text).toContain('model_versions');
  answerNext(2);
  expect((await Promise.all(asked)).map((release) => release?.releaseId)).toEqual([2, 2]);
});

test('who looks in time keeps it held, and hears once that another is published', async () => {
  const { memory, clock, waiting, answerNext } = createPuppet();
  const reading = memory.read();
  answerNext(1);
  await reading;
  for (clock.now = 300; clock.now < 3_000; clock.now += 300) {
    const checking = memory.check();
    answerNext(1);
    expect(await checking).toBe(false);
  }
  expect([(await memory.read())?.releaseId, waiting.length]).toEqual([1, 0]);
  const checking = memory.check();
  answerNext(2);
  await until(async () => waiting.length === 1);
  answerNext(2);
  expect([await checking, (await memory.read())?.releaseId]).toEqual([true, 2]);
});

// Would see: a failure that is held, and told to everybody who asks until another release is published.
test('a reading that failed is not held, and a look that failed is nobody’s fault', async () => {
  let asked = 0;
  const query = async (): Promise<any> => {
    asked++;
    if (asked <= 2) throw new Error('the database is away');
    return [{ release_id: 3, kind: null }];
  };
  const memory = createReleaseMemory({ query });
  await expect(memory.read()).rejects.toThrow('the database is away');
  expect(await memory.check()).toBe(false);
  expect([(await memory.read())?.releaseId, (await memory.read())?.releaseId, asked]).toEqual([3, 3, 3]);
});
