import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { type Service, startService } from '../../../src/service.ts';
import { holdIntervals } from '../../support/jest/fake-time.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

/** What the stations announce is done again and again by the service as `serve` puts it together; time passes when a test says so. */
let store: TestDatabase;
let intervals: ReturnType<typeof holdIntervals>;
let service: Service | undefined;
beforeAll(async () => {
  store = await createTestDatabase();
});
afterAll(() => store.drop());
beforeEach(() => {
  intervals = holdIntervals();
  night.now = new Date('2026-07-02T03:30:00Z');
});
afterEach(async () => {
  intervals.restore();
  await service?.stop();
});

const night = { now: new Date('2026-07-02T03:30:00Z') };

async function start(env: Record<string, string> = {}): Promise<void> {
  const { database, connectionString } = store;
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', ...env });
  const log = createLogger('silent');
  service = await startService({ database, connectionString, config, log, trainerEntry, clock: () => night.now });
}

/** Statements about a table that wait for its lock. */
async function countWaiting(table: string): Promise<number> {
  const [row] = await store.database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where wait_event_type = 'Lock' and datname = current_database() and query like '%' || $1 || '%'`,
    [table],
  );
  return row.count;
}

// Would see: work that takes longer than from one time to the next, begun again and again beside itself until no connection is left.
test('what is under way is not begun anew', async () => {
  await start({ PANNIER_NIGHT: 'off' });
  await store.database.transaction(async (tx) => {
    await tx.query('lock table indicator_alarms in access exclusive mode');
    for (let time = 0; time < 4; time++) {
      intervals.pass(20_000);
      await until(async () => (await countWaiting('indicator_alarms')) > 0);
      // Whoever began besides is on the way to the lock.
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(await countWaiting('indicator_alarms')).toBe(1);
  });
  // It is begun again when it is over.
  await until(async () => (await countWaiting('indicator_alarms')) === 0);
  await store.database.transaction(async (tx) => {
    await tx.query('lock table indicator_alarms in access exclusive mode');
    await until(async () => {
      intervals.pass(20_000);
      return (await countWaiting('indicator_alarms')) === 1;
    });
  });
});

async function madeAt(): Promise<number | undefined> {
  const [row] = await store.database.query<{ at: Date }>('select made_at as at from demand_forecast_progress');
  return row?.at.getTime();
}

/** Is nobody at the work of the night any more? Its figures are there a little before its end. */
async function isFree(): Promise<boolean> {
  const rows = await store.database.query(
    `select from leases where name = 'night-of-indicators' and expires_at < clock_timestamp()`,
  );
  return rows.length === 1;
}

// Would see: forecasts that are made when somebody asks for them, and by no night.
test('a night that has begun is worked through, once, where nights are on', async () => {
  await start();
  // The first night that a database hears of is none: there is nothing to foresee from.
  intervals.pass(60_000);
  const isHeardOf = async () =>
    (await store.database.query(`select from leases where name = 'night-of-indicators'`)).length;
  await until(async () => (await isHeardOf()) === 1);
  expect(await madeAt()).toBeUndefined();
  await until(isFree);
  night.now = new Date('2026-07-03T03:30:00Z');
  intervals.pass(60_000);
  await until(async () => (await madeAt()) !== undefined, 20_000);
  const first = await madeAt();
  intervals.pass(60_000);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await madeAt()).toBe(first);
  await until(isFree);
  // What is asked for by hand is the night's work.
  night.now = new Date('2026-07-04T03:10:00Z');
  await service!.stations.indicators.nights.workNow();
  const byHand = await madeAt();
  night.now = new Date('2026-07-04T03:30:00Z');
  intervals.pass(60_000);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await madeAt()).toBe(byHand);
  await service?.stop();
  night.now = new Date('2026-07-05T03:30:00Z');
  await start({ PANNIER_NIGHT: 'off' });
  intervals.pass(60_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const [lease] = await store.database.query<{ day: string }>(
    `select done_for::text as day from leases where name = 'night-of-indicators'`,
  );
  expect(lease.day).toBe('2026-07-04');
});

// Would see: a feed that is pulled when it is set, and never again.
test('a catalogue feed is pulled by the hour, where nights are off too', async () => {
  let asked = 0;
  const shop = createServer((_, response) => {
    asked++;
    response.end(`item_id,title,price\ncup,Cup,${asked}.00\n`);
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const { port } = shop.address() as AddressInfo;
  try {
    night.now = new Date('2026-07-01T09:00:00Z');
    await start({ PANNIER_NIGHT: 'off', PANNIER_FEED_NETWORKS: '127.0.0.1/32' });
    const { feeds } = service!.stations;
    await feeds.set({ name: 'main', url: `http://127.0.0.1:${port}/`, missing: 'keep' });
    const isPulled = async () => (await feeds.read('main')).lastPull?.outcome === 'taken-in';
    intervals.pass(60_000);
    await until(async () => asked === 1 && (await isPulled()));
    night.now = new Date('2026-07-01T09:59:00Z');
    intervals.pass(60_000);
    // Waits for the round that has begun.
    await feeds.pullDue();
    expect(asked).toBe(1);
    night.now = new Date('2026-07-01T10:00:00Z');
    await until(async () => {
      // Of a round that is just over the timer may not have heard yet.
      intervals.pass(60_000);
      return asked === 2 && (await isPulled());
    });
    const items = await store.database.query('select price::int as price from items');
    expect(items).toEqual([{ price: 2 }]);
  } finally {
    shop.closeAllConnections();
    await new Promise((resolve) => shop.close(resolve));
  }
});
