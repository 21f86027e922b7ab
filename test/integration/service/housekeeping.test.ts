import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { type Database, openDatabase } from '../../../src/db/index.ts';
import { type Chore, createHousekeeping } from '../../../src/housekeeping.ts';
import { createLogger } from '../../../src/log.ts';
import { loadAssociationRules, loadPopularityVersion } from '../../../src/recommendations/index.ts';
import { type Service, type ServiceOptions, startService } from '../../../src/service.ts';
import { createStations } from '../../../src/stations.ts';
import { servedTables } from '../../../src/training/learners/index.ts';
import { pruneVersions, publishVersion } from '../../../src/versions/index.ts';
import { holdIntervals } from '../../support/jest/fake-time.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { campaign, couponIsRight, decide, publishSegments } from '../../support/shops/coupon-shop.ts';
import { until } from '../../support/shops/training-shop.ts';
import { addVersion } from '../../support/shops/versions.ts';

/** The service as it is put together for `serve`: what is seen here is that each chore is done by it, not only that it could be. */
let opened: TestDatabase;
let db: Database;
let services: Service[];
const log = createLogger('silent');

beforeEach(async () => {
  opened = await createTestDatabase();
  db = opened.database;
  services = [];
});
afterEach(async () => {
  for (const service of services) await service.stop();
  await opened.drop();
});

function optionsOf(env: Record<string, string> = {}, told: Partial<ServiceOptions> = {}): ServiceOptions {
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', PANNIER_NIGHT: 'off', ...env });
  return { database: db, connectionString: opened.connectionString, config, log, trainerEntry, ...told };
}

async function start(env: Record<string, string> = {}, told: Partial<ServiceOptions> = {}): Promise<Service> {
  const service = await startService(optionsOf(env, told));
  services.push(service);
  return service;
}

const day = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * day);

async function countOf(table: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(`select count(*)::int as count from ${table}`);
  return row.count;
}

async function valuesOf(statement: string): Promise<unknown[]> {
  return (await db.query<{ value: unknown }>(statement)).map(({ value }) => value);
}

const retentions = {
  PANNIER_EVENT_RETENTION_DAYS: '100',
  PANNIER_LIST_RETENTION_DAYS: '10',
  PANNIER_SEGMENT_CHANGE_RETENTION_DAYS: '20',
  PANNIER_QUARANTINE_RETENTION_DAYS: '30',
  PANNIER_ANSWER_RETENTION_DAYS: '40',
  PANNIER_CORRECTION_RETENTION_DAYS: '50',
  PANNIER_RUN_RETENTION_DAYS: '60',
  PANNIER_KEPT_VERSIONS: '2',
};

/** Of each kind what is a day too old, called `old`, and what has a day left, called `young`. */
async function fill(): Promise<void> {
  const ages = (days: number) => [daysAgo(days + 1), daysAgo(days - 1)];
  const { intake } = createStations(optionsOf());
  const events = [daysAgo(170), daysAgo(99)].map((at, index) => ({
    event_id: ['old', 'young'][index],
    type: 'search' as const,
    visitor_id: 'v',
    query: 'tea',
    occurred_at: at.toISOString(),
  }));
  expect((await intake.recordEvents(events)).counts.facts).toBe(2);
  await db.query('update events set received_at = occurred_at');
  await db.query(
    `insert into served_lists (list_id, item_keys, served_at, release_id)
     select gen_random_uuid(), '{1}', at, number from unnest($1::timestamptz[]) with ordinality as age (at, number)`,
    [ages(10)],
  );
  await db.query(
    `insert into segment_changes (segment_id, customer_key, change, changed_at, version)
     select 'group-ordinary', number, 'entered', at, 1 from unnest($1::timestamptz[]) with ordinality as age (at, number)`,
    [ages(20)],
  );
  await db.query(
    `insert into quarantine (kind, rules, raw, raw_hash, customer_id, received_at)
     select 'order', '{robot}', '{}', number::text::bytea, 'c' || number, at
     from unnest($1::timestamptz[]) with ordinality as age (at, number)`,
    [ages(30)],
  );
  await db.query(
    `insert into idempotent_answers (operation, key_id, idempotency_key, body_hash, answer, created_at)
     select 'decideCoupon', 1, 'k' || number, '\\x00', '{}', at from unnest($1::timestamptz[]) with ordinality as age (at, number)`,
    [ages(40)],
  );
  await db.query(
    `with import as (insert into imports (kind, file, options, status, started_at, finished_at)
       select 'orders', 'f' || number, '{}', 'finished', at, at from unnest($1::timestamptz[]) with ordinality as age (at, number)
       returning import_id)
     insert into corrections (import_id, row_number, field, rule) select import_id, 7, 'title', 'trimmed' from import`,
    [ages(50)],
  );
  await db.query(
    `insert into training_runs (status, models, as_of, seed, recipes, code_version, started_at)
     select 'failed', '{popularity}', at, 1, '{}', 'v', at from unnest($1::timestamptz[]) as at`,
    [ages(60)],
  );
  // The oldest of all versions, and the newest of its kind.
  await addVersion(db, 'association-rules', async (version) => [await loadAssociationRules(db, version, [])]);
  for (let made = 0; made < 4; made++) {
    await addVersion(db, 'popularity', async (version) => [await loadPopularityVersion(db, version, [])]);
  }
}

const popularityTables = `select relname as value from pg_class where relname ~ '^popularity_scores_v[0-9]+$' order by relname`;

async function readLeft(): Promise<Record<string, unknown[]>> {
  return {
    events: await valuesOf('select event_id as value from events'),
    eventIds: await valuesOf('select event_id as value from event_keys'),
    lists: await valuesOf('select release_id as value from served_lists'),
    changes: await valuesOf('select customer_key as value from segment_changes'),
    quarantine: await valuesOf('select customer_id as value from quarantine'),
    answers: await valuesOf('select idempotency_key as value from idempotent_answers'),
    corrections: await valuesOf('select import_id as value from corrections'),
    runs: await valuesOf('select training_run_id as value from training_runs'),
    versions: await valuesOf('select version as value from model_versions order by version'),
    versionTables: await valuesOf(popularityTables),
  };
}

const young = {
  events: ['young'],
  eventIds: ['young'],
  lists: [2],
  changes: [2],
  quarantine: ['c2'],
  answers: ['k2'],
  corrections: [2],
  runs: [2],
  versions: [1, 4, 5],
  versionTables: ['popularity_scores_v4', 'popularity_scores_v5'],
};

async function expectOnlyYoung(): Promise<void> {
  await until(async () => isDeepStrictEqual(await readLeft(), young)).catch(() => {});
  expect(await readLeft()).toEqual(young);
}

describe('retention', () => {
  usually.test('needs no night: with nights off each kind goes when its own time is over, and not before', async () => {
    await fill();
    await start(retentions);
    await expectOnlyYoung();
  });

  usually.test('needs no training that succeeds: nor one that may begin', async () => {
    await fill();
    await db.query(`insert into leases (name, holder, expires_at) values ('training', 'somebody', 'infinity')`);
    await start({ ...retentions, PANNIER_NIGHT: 'on' }, { trainerEntry: new URL('file:///nowhere/trainer.js') });
    await expectOnlyYoung();
  });

  usually.test('comes to what grows old while the service runs', async () => {
    const time = { now: new Date() };
    await start(retentions, { clock: () => time.now, housekeepingMs: 50 });
    await fill();
    await expectOnlyYoung();
    time.now = new Date(Date.now() + 70 * day);
    for (const table of [
      'idempotent_answers',
      'served_lists',
      'segment_changes',
      'quarantine',
      'corrections',
      'training_runs',
    ])
      await until(async () => (await countOf(table)) === 0);
  });

  // Would see: a history that grows by a run and a release a night for ever, and one that loses what is still served.
  usually.test(
    'runs stay with what was learnt in them: with a version, with a response, and with a release that can be gone back to',
    async () => {
      const runOf = async (status = 'succeeded') => {
        const [run] = await db.query<{ id: number }>(
          `insert into training_runs (status, models, as_of, seed, recipes, code_version, started_at)
         values ($1, '{popularity}', now(), 1, '{}', 'v', $2) returning training_run_id as id`,
          [status, daysAgo(70)],
        );
        return run.id;
      };
      const releaseOf = (run: number | null, version: number, at: Date) =>
        db.query(
          `insert into releases (versions, reason, training_run_id, created_at)
         values (jsonb_build_object('popularity', $2::int), 'night', $1, $3)`,
          [run, version, at],
        );
      await runOf();
      for (let version = 1; version <= 5; version++) {
        const run = await runOf();
        await addVersion(db, 'popularity', async (number) => [await loadPopularityVersion(db, number, [])]);
        await db.query('update model_versions set training_run_id = $1 where version = $2', [run, version]);
        await releaseOf(run, version, daysAgo(70));
      }
      await runOf('running');
      await createStations(optionsOf()).coupons.createCampaign(campaign('learnt'));
      await db.query(
        `with run as (insert into training_runs (status, models, as_of, seed, recipes, code_version, started_at)
         values ('succeeded', '{popularity}', now(), 1, '{}', 'v', $1) returning training_run_id)
       insert into campaign_responses (campaign_key, training_run_id, as_of, verdict) select campaign_key, training_run_id, now(), 'v' from run, campaigns`,
        [daysAgo(70)],
      );
      // The one that is served is neither new nor among the newest.
      await db.query('insert into published_release (release_id) values (3)');
      await releaseOf(await runOf(), 1, daysAgo(59));
      await start(retentions);
      await until(async () => (await countOf('training_runs')) === 7);
      // Of versions the two newest, and those of the two newest releases; version 3 is served.
      expect(await valuesOf('select version as value from model_versions order by version')).toEqual([1, 3, 4, 5]);
      expect(await valuesOf('select release_id as value from releases order by 1')).toEqual([3, 5, 6]);
      expect(await valuesOf('select training_run_id as value from training_runs order by 1')).toEqual([
        2, 4, 5, 6, 7, 8, 9,
      ]);
    },
  );

  thoroughly.test('takes many rows in portions that each are short', async () => {
    await db.query(
      `insert into served_lists (list_id, item_keys, served_at) select gen_random_uuid(), '{1}', $1 from generate_series(1, 5001)`,
      [daysAgo(40)],
    );
    await db.query(
      `create table portions (size int);
       create function note_portion() returns trigger language plpgsql as
         'begin insert into portions select count(*) from gone; return null; end';
       create trigger note after delete on served_lists referencing old table as gone
         for each statement execute function note_portion()`,
    );
    await start();
    await until(async () => (await countOf('served_lists')) === 0);
    expect(Math.max(...((await valuesOf('select size as value from portions')) as number[]))).toBeLessThanOrEqual(
      2_000,
    );
  });

  thoroughly.test(
    'ids of events are forgotten where an earlier round was cut off between partition and ids',
    async () => {
      const old = ['2019-03-01', '2021-05-01', '2021-06-01'].map((date) => `${date}T00:00:00Z`);
      await db.query(`insert into event_keys select 'orphan ' || at, at from unnest($1::timestamptz[]) as at`, [old]);
      await db.query(`insert into event_keys values ('young', now())`);
      await start();
      await until(async () => (await countOf('event_keys')) === 1);
      expect(await valuesOf('select event_id as value from event_keys')).toEqual(['young']);
    },
  );

  thoroughly.test('rows of a version that a reader held go in the next round', async () => {
    for (let made = 0; made < 3; made++) {
      await addVersion(db, 'popularity', async (version) => [await loadPopularityVersion(db, version, [])]);
    }
    const reader = openDatabase({ connectionString: opened.connectionString, schema: 'pannier', poolSize: 1 });
    try {
      await reader.transaction(async (tx) => {
        await tx.query('select from popularity_scores where version = 1');
        await start({ PANNIER_KEPT_VERSIONS: '2' }, { housekeepingMs: 100 });
        await until(async () => (await countOf('model_versions')) === 2);
        // longer than a drop waits for a reader
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        expect(await valuesOf(popularityTables)).toHaveLength(3);
      });
      await until(async () => (await valuesOf(popularityTables)).length === 2);
    } finally {
      await reader.close();
    }
  });

  usually.test('a version that is published while old ones are looked for stays', async () => {
    for (let made = 0; made < 3; made++) {
      await addVersion(db, 'popularity', async (version) => [await loadPopularityVersion(db, version, [])]);
    }
    const beside: Database = {
      ...db,
      async transaction(work) {
        await publishVersion(db, 'popularity', 1);
        return db.transaction(work);
      },
    };
    expect(await pruneVersions(beside, servedTables, 2)).toEqual([]);
    expect(await valuesOf(popularityTables)).toHaveLength(3);
    expect(await valuesOf('select version as value from model_versions order by version')).toEqual([1, 2, 3]);
  });

  usually.test(
    'of a segment that people defined the last snapshot stays however old it is, with who is in it',
    async () => {
      await db.query(
        `with segment as (insert into defined_segments (segment_id, name, created_at) values ('list-a', 'a', now()) returning segment_key)
       insert into segment_refreshes (segment_key, as_of, versions, refreshed_at)
       select segment_key, at, '{}', at from segment, unnest($1::timestamptz[]) as at order by at`,
        [[daysAgo(60), daysAgo(50), daysAgo(40)]],
      );
      await db.query(
        `insert into segment_memberships (segment_key, customer_key, entered_refresh, entered_at, left_refresh)
       values (1, 1, 1, now(), null), (1, 2, 1, now(), 2), (1, 3, 1, now(), 3), (1, 4, 3, now(), null)`,
      );
      await start(retentions);
      await until(async () => (await countOf('segment_memberships')) === 2);
      expect(await valuesOf('select refresh_id as value from segment_refreshes')).toEqual([3]);
      expect(await valuesOf('select customer_key as value from segment_memberships order by customer_key')).toEqual([
        1, 4,
      ]);
    },
  );

  usually.test('a coupon whose time is over gives back what it held, while the service runs', async () => {
    const time = { now: new Date('2026-03-10T12:00:00Z') };
    await db.query(`insert into customers (customer_id) values ('c1')`);
    await publishSegments(db, [{ ...couponIsRight, customerKey: 1 }]);
    const { stations } = await start({}, { clock: () => time.now, housekeepingMs: 50 });
    await stations.coupons.createCampaign(campaign('held', { budget: { coupons: 1 } }));
    const { coupon } = await decide(stations.coupons, {
      customer_id: 'c1',
      campaign_ids: ['held'],
      reserve_seconds: 60,
    });
    expect(coupon).not.toBeNull();
    const counters = async () => (await stations.coupons.readCampaign('held')).counters;
    time.now = new Date('2026-03-10T12:00:59Z');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await counters()).toMatchObject({ issued: 1, expired: 0 });
    time.now = new Date('2026-03-10T12:01:00Z');
    await until(async () => (await counters()).expired === 1);
    expect(await counters()).toMatchObject({ issued: 0, moneyReservedMinor: 0 });
  });
});

// Would see: an instance that trains although it was told to leave nights to others.
usually.test('nights begin where they are on, and nowhere else', async () => {
  const runs = () => countOf('training_runs');
  // The night of a first start counts as done.
  await db.query(
    `insert into leases (name, holder, expires_at, done_for) values ('night', '', '-infinity', '2020-01-01')`,
  );
  await start({ PANNIER_NIGHT: 'off' });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await runs()).toBe(0);
  await start({ PANNIER_NIGHT: 'on' });
  await until(async () => (await runs()) === 1);
});

thoroughly.describe('several instances', () => {
  const slowChore = (done: string[], name: string): Chore => ({
    name,
    async tidy() {
      await new Promise((resolve) => setTimeout(resolve, 300));
      done.push(name);
      return 1;
    },
  });
  const instance = (chores: Chore[]) => createHousekeeping({ db, chores, clock: () => new Date(), log });

  test("do a round once between them; the next one can be any instance's", async () => {
    const done: string[] = [];
    const instances = ['a', 'b', 'c'].map((name) => instance([slowChore(done, name)]));
    await Promise.all(instances.map(({ tidy }) => tidy()));
    expect(done).toHaveLength(1);
    for (const { tidy } of instances) await tidy();
    expect(done.slice(1)).toEqual(['a', 'b', 'c']);
  });

  test('a chore that fails keeps none of the others from being done', async () => {
    const done: string[] = [];
    const failing: Chore = { name: 'failing', tidy: () => Promise.reject(new Error('no')) };
    await instance([failing, slowChore(done, 'other')]).tidy();
    expect(done).toEqual(['other']);
  });

  test('one whose round takes longer than its lease keeps the others away until it is over', async () => {
    const intervals = holdIntervals();
    try {
      let finish: (() => void) | undefined;
      const long: Chore = { name: 'long', tidy: () => new Promise((resolve) => (finish = () => resolve(1))) };
      const round = instance([long]).tidy();
      await until(async () => finish !== undefined);
      // The lease has as good as no time left, and the clock goes on by half of what it lasts.
      await db.query(`update leases set expires_at = clock_timestamp() + interval '10 s' where name = 'housekeeping'`);
      intervals.pass(15_000);
      await until(async () => {
        const [lease] = await db.query<{ lasts: boolean }>(
          `select expires_at > clock_timestamp() + interval '20 s' as lasts from leases where name = 'housekeeping'`,
        );
        return lease.lasts;
      }, 8_000);
      const done: string[] = [];
      await instance([slowChore(done, 'other')]).tidy();
      expect(done).toEqual([]);
      finish!();
      await round;
    } finally {
      intervals.restore();
    }
  });

  test('one that died at it blocks the others no longer than its lease', async () => {
    await db.query(
      `insert into leases (name, holder, expires_at) values ('housekeeping', 'dead', clock_timestamp() + interval '1 s')`,
    );
    const done: string[] = [];
    const { tidy } = instance([slowChore(done, 'alive')]);
    await tidy();
    expect(done).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await tidy();
    expect(done).toEqual(['alive']);
  });
});
