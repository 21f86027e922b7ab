import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { findDroppedEvents, hasTouches, readMoment } from '../../intake/index.ts';
import { addDays } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import { noWaiting, type Turns } from '../../shops/turns.ts';
import { needs } from '../definitions/needs.ts';
import { type Arrival, countFacts, countWhole } from './count-days.ts';
import * as counting from './counting/store.ts';
import { families } from './families.ts';
import type { Family } from './family.ts';
import * as store from './store.ts';
import { followingClock, makeTouchedDue } from './take-touches.ts';

export interface RollUps {
  /**
   * Counts what is due anew: days whose facts have changed, in small transactions, and of several instances one at a time.
   * @param options.atOnce also days that were counted a moment ago, and waiting for whoever counts now; else what is due by now
   * @returns how many days of a family were counted
   */
  rollUp(options?: { atOnce?: boolean; onProgress?: (counted: number, left: number) => void }): Promise<number>;
  /** Ends after the transaction at hand. */
  stop(): Promise<void>;
}

export interface RollUpDependencies {
  db: Database;
  config: { timeZone: string; minorDigits: number; listRetentionDays: number };
  clock: () => Date;
  /** where each transaction waits for its turn; absent: nowhere */
  turns?: Turns;
}

/** A transaction takes about so long. */
const wantedMs = 1_000;
const mostDays = 31;
/** Of all families together. */
const mostFactsTogether = 6_000;
/** Of a family of which nobody knows yet what it takes. */
const firstDays = 4;
/** @see RollUps */
export function createRollUps({ db, config, clock, turns = noWaiting }: RollUpDependencies): RollUps {
  const { timeZone, minorDigits, listRetentionDays } = config;
  const localDate = createLocalDates(timeZone);
  const today = () => localDate(clock().getTime());
  /** What it took lately, in milliseconds, by family: a day, and the weeks and months around days. */
  const took = new Map<string, { aDay: number; periods: number }>();
  /** Up to this day every day that has begun is known. */
  let begun = '';
  let isStopping = false;
  let atWork: Promise<unknown> = Promise.resolve();

  /** @returns how many days were counted; undefined: nothing is due */
  async function countNext(atOnce: boolean): Promise<number | undefined> {
    const now = today();
    const counted = await db.transaction(
      async (tx) => {
        await store.holdProgress(tx);
        // Whatever is counted sees the facts of now, so what was touched by them is taken first.
        await makeTouchedDue(tx, { today: now, timeZone, isNewDay: begun !== now });
        await counting.prepareToCount(tx);
        const days = await countArrived(tx, together(await store.selectMoved(tx, !atOnce)));
        return days > 0 ? days : countDue(tx, atOnce);
      },
      { byKey: true },
    );
    // Not before it is written for good.
    begun = now;
    return counted;
  }

  const shopOfNow = () => ({ timeZone, minorDigits, listRetentionDays, today: today() });

  /** Puts what came in to the days of families that wait for it. @returns of how many days */
  async function countArrived(tx: Transaction, waiting: readonly store.Waiting[]): Promise<number> {
    if (waiting.length === 0) return 0;
    const started = performance.now();
    const facts = await store.takeFacts(
      tx,
      waiting.map(({ family }) => family),
    );
    const arrivals: Arrival[] = [];
    for (const { family: name, days } of waiting) {
      const family = families.find((one) => one.name === name);
      const kept = family ? await withoutForgotten(tx, family, days) : [];
      if (family && kept.length > 0) arrivals.push({ family, days: kept, came: facts.get(name)! });
    }
    const whole = new Set((await countFacts(tx, arrivals, shopOfNow())).map(({ family }) => family.name));
    for (const name of whole) await store.makeWhole(tx, name);
    const counted = waiting.filter(({ family }) => !whole.has(family));
    const days = counted.reduce((sum, one) => sum + one.days.length, 0);
    if (days > 0) await store.markRolledUp(tx, counted, (performance.now() - started) / days);
    return days;
  }

  /**
   * What came in of a family and waits is put to its days, though they could wait longer: one that is counted as a whole sees it, and must
   * not be put to it once more with what comes next. @returns of how many days
   */
  async function settleFacts(tx: Transaction, name: string): Promise<number> {
    const waiting = (await store.selectMoved(tx, false)).filter(({ family }) => family === name);
    // Where all days are counted as a whole, nobody waits for it.
    if (waiting.length === 0) await store.takeFacts(tx, [name]);
    return countArrived(tx, waiting);
  }

  /** Counts days of the family that has waited longest from all their facts. */
  async function countDue(tx: Transaction, atOnce: boolean): Promise<number | undefined> {
    const name = await store.selectDueFamily(tx, !atOnce);
    if (name === undefined) return undefined;
    const settled = await settleFacts(tx, name);
    if (settled > 0) return settled;
    const whole = await store.selectWhole(tx, name, !atOnce, daysAtOnce(took.get(name)));
    // What came in became due a moment ago.
    if (whole.length === 0) return 0;
    const started = performance.now();
    const family = families.find((one) => one.name === name);
    const days = family ? await withoutForgotten(tx, family, whole) : [];
    if (family && days.length > 0) took.set(name, await countWhole(tx, family, days, shopOfNow()));
    await store.markRolledUp(tx, [{ family: name, days: whole }], (performance.now() - started) / whole.length);
    return whole.length;
  }

  /** Days whose facts have gone since they were counted keep what was counted. */
  async function withoutForgotten(
    tx: Transaction,
    { reads, keptFrom }: Pick<Family, 'reads' | 'keptFrom'>,
    due: readonly string[],
  ): Promise<string[]> {
    const first = (await keptFrom?.(tx)) ?? '';
    const days = due.filter((day) => day >= first);
    const dropped = reads.includes('event') ? await findDroppedEvents(tx) : [];
    const startOfDay = (day: string) => readMoment(day, timeZone)!;
    // Of one on the edge a part is gone.
    const isDropped = (day: string) =>
      dropped.some(({ from, until }) => startOfDay(day) < until && startOfDay(addDays(day, 1)) > from);
    const forgotten = days.filter(isDropped);
    if (forgotten.length === 0) return [...days];
    const counted = await counting.selectCountedDays(tx, needs.events.measure, forgotten, timeZone);
    return days.filter((day) => !counted.has(day));
  }

  async function work({ atOnce = false, onProgress }: Parameters<RollUps['rollUp']>[0] = {}): Promise<number> {
    for (let total = 0; ; ) {
      if (isStopping || (!atOnce && !(await db.for('watch').session(isDue)))) return total;
      const days = await turns(() => countNext(atOnce));
      if (days === undefined) return total;
      total += days;
      if (onProgress) onProgress(total, await store.countDue(db));
    }
  }

  /** Asked again and again, so on one connection. */
  async function isDue(session: Queryable): Promise<boolean> {
    if (await store.isHeld(session)) return false;
    if (today() !== begun || (await hasTouches(session))) return true;
    if (await store.hasDue(session, followingClock, today())) return true;
    return (await store.selectFamilyVersions(session)).size < families.length;
  }

  return {
    rollUp(options) {
      const turn = atWork.catch(() => {}).then(() => work(options));
      atWork = turn;
      return turn;
    },
    async stop() {
      isStopping = true;
      await atWork.catch(() => {});
    },
  };
}

/** As many families as a transaction is not long for. */
function together<Waiting extends { facts: number }>(waiting: readonly Waiting[]): Waiting[] {
  let facts = 0;
  return waiting.filter((one, place) => {
    facts += one.facts;
    return place === 0 || facts <= mostFactsTogether;
  });
}

/** As many as take the wanted time, and not less than the weeks and months around them do, which are counted once for all of them. */
function daysAtOnce(took: { aDay: number; periods: number } | undefined): number {
  if (!took) return firstDays;
  const days = Math.max(wantedMs - took.periods, took.periods) / Math.max(took.aDay, 1);
  return Math.min(mostDays, Math.max(1, Math.floor(days)));
}
