import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { projectPath } from '../../../src/project.ts';
import { type FireOptions, setFire } from '../../bench/coupons/fire.ts';
import { sized } from '../../support/jest/thorough.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';

/** The full size is `npm run bench:coupons -- fire`. */
const full = { ...sized({ units: 30, orders: 300, kills: 1 }, { units: 60, orders: 600, kills: 2 }), seed: 20_261_121 };
/** Enough to show that a guard is missed, which the ten connections of one process do already. */
const small = { units: 40, orders: 120, kills: 0, processes: 1, seed: 20_261_121 };

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

/** The servers are compiled: a child process is not reached by the tests' transform, and `npm test` builds first. */
const serverFile = pathToFileURL(projectPath('dist/test/bench/coupons/server.js'));
const burn = (options: Omit<FireOptions, 'database' | 'connectionString' | 'serverFile'>) =>
  setFire({ ...options, serverFile, database: db.database, connectionString: db.connectionString });

test('ten orders want each unit, of two processes that are killed: exactly the budget is held, at no moment more', async () => {
  const report = await burn(full);
  expect(report).toMatchObject({ faults: [], held: full.units, deadlocks: 0 });
  expect(report.kills).toBeGreaterThan(0);
  expect(report.reversed).toBeGreaterThan(full.units / 20);
  expect(report.retries).toBeGreaterThan(20);
});

test('without the conditional update the budget is passed', async () => {
  const { faults } = await burn({ ...small, without: 'conditional-update', withoutReversals: true });
  expect(faults).toContain('counters and ledger differed at some moment');
  expect(faults.join()).toMatch(/the ledger holds \d+ units/);
});

test('without the unique index a reversal gives its money back twice', async () => {
  await db.database.query('alter table coupon_reversals drop constraint reversed_once');
  const { faults } = await burn({ ...small, units: 80 });
  expect(faults).toContain('reversals gave back other money than was asked for');
});

test('without idempotency the same request has two answers', async () => {
  const { faults } = await burn({ ...small, units: 80, without: 'idempotency' });
  expect(faults).toContain('the same request was answered by success and by refusal');
});
