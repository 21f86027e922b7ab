import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Database, openDatabase } from '../../../../src/db/index.ts';
import { createRollUps, type RollUps } from '../../../../src/indicators/roll-ups/roll-up.ts';
import { ZoneCalendar } from '../../../support/books/zone-calendar.ts';
import { createTestService, type TestService } from '../../../support/service/service.ts';
import { compareIndicators } from './compare-indicators.ts';
import { steps } from './steps.ts';
import { spotsOf, ToldShop } from './told-shop.ts';

const zone = 'Europe/Berlin';
const clock = { now: new Date('2026-11-20T12:00:00Z') };
let service: TestService;
let another: Database;
beforeAll(async () => {
  service = await createTestService({ env: { PANNIER_TIME_ZONE: zone }, clock: () => clock.now });
  another = openDatabase({ connectionString: service.connectionString, schema: 'pannier', poolSize: 4 });
});
afterAll(async () => {
  await another.close();
  await service.stop();
});

/** Counts as an instance of its own does. */
const instance = (database: Database): RollUps =>
  createRollUps({ db: database, config: service.config, clock: () => clock.now });

/** Ends the transaction that counts at the moment, as the death of its instance does. @returns how many */
async function killWhoCounts(): Promise<number> {
  const rows = await service.database.query(
    `select pg_terminate_backend(held.pid) from pg_locks as held join pg_database as own on own.oid = held.database
     where own.datname = current_database() and held.relation = 'roll_up_progress'::regclass and held.mode = 'ExclusiveLock' and held.granted`,
  );
  return rows.length;
}
/** Between two kills some transactions come to their end. */
const pauseMs = 40;

// Would see: a day counted by two at once or by nobody, facts that come while it is counted forgotten, a day half counted left so.
test('two instances count while facts come in and their transactions are killed: at the end every indicator is what the book says', async () => {
  const calendar = new ZoneCalendar(zone);
  const shop = new ToldShop(service, clock, calendar);
  await shop.open();
  const instances = [instance(service.database), instance(another)];
  let isTelling = true;
  let [killed, failed] = [0, 0];
  const count = async (rollUps: RollUps) => {
    // One that is killed begins anew, as its timer does.
    while (isTelling) await rollUps.rollUp({ atOnce: true }).catch(() => failed++);
  };
  const kill = async () => {
    while (isTelling) {
      killed += await killWhoCounts();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const working = [...instances.map(count), kill()];
  const facts = fc.sample(fc.tuple(steps, steps, steps), { seed: 3, numRuns: 1 }).flat(2);
  for (const step of facts) if (step.do !== 'roll-up') await shop.take(step);
  isTelling = false;
  await Promise.all(working);
  await Promise.all(instances.map((rollUps) => rollUps.rollUp({ atOnce: true })));
  const { differences } = await compareIndicators(service, shop.book, spotsOf(calendar));
  expect(differences).toEqual([]);
  console.log(`${shop.facts} facts, ${killed} transactions killed, ${failed} roll-ups failed by it`);
  expect(killed).toBeGreaterThan(0);
});
