import type { Database, Transaction } from '../../db/index.ts';
import {
  findDroppedEvents,
  hasTouches,
  readMoment,
  selectDaysOfFacts,
  type TouchedKind,
  takeTouches,
} from '../../intake/index.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import { needs } from '../definitions/needs.ts';
import { addDays, startOf } from '../values/periods.ts';
import * as counting from './counting/store.ts';
import { families } from './families.ts';
import { type Family, measuresOf } from './family.ts';
import { keptPeriods, placesOf } from './forget-subjects.ts';
import * as store from './store.ts';

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
}

/** A transaction takes about so long. */
const wantedMs = 1_000;
const mostDays = 31;
/** Of a family of which nobody knows yet what it takes. */
const firstDays = 4;
/** Of so many items that changed each counts its own days anew; of more, all days are. */
const mostItems = 100;

const followingClock = families.filter(({ followsClock }) => followsClock).map(({ name }) => name);

/** @see RollUps */
export function createRollUps({ db, config, clock }: RollUpDependencies): RollUps {
  const { timeZone, minorDigits, listRetentionDays } = config;
  const localDate = createLocalDates(timeZone);
  const today = () => localDate(clock().getTime());
  /** What it took lately, in milliseconds, by family: a day, and the weeks and months around days. */
  const took = new Map<string, { aDay: number; periods: number }>();
  /** Up to this day every day that has begun is known. */
  let begun = '';
  const counted = new Map(families.map((family) => [family.name, countable(family, { minorDigits, timeZone })]));
  let isStopping = false;
  let atWork: Promise<unknown> = Promise.resolve();

  /** Facts that were touched make days due. False: somebody else is at it. */
  async function take(patient: boolean): Promise<boolean> {
    const now = today();
    const isTaken = await db.transaction(async (tx) => {
      if (!(await store.holdProgress(tx, patient))) return false;
      await startFamilies(tx, timeZone);
      const { days, itemKeys } = await takeTouches(tx);
      for (const family of families) {
        const touched = [...new Set(days.flatMap((one) => touchedDays(family, one, now)))];
        if (touched.length === 0) continue;
        const hanging = (await family.hangingDays?.(tx, touched, timeZone, now)) ?? [];
        await store.makeDue(tx, family.name, [...new Set([...touched, ...hanging])]);
      }
      if (begun !== now) await beginDays(tx, now);
      if (itemKeys.length > 0) await followItems(tx, itemKeys, timeZone);
      await store.markTaken(tx);
      return true;
    });
    // Not before it is written for good.
    if (isTaken) begun = now;
    return isTaken;
  }

  /** @returns how many days; 0: nothing is due, or somebody else is at it */
  async function countNext(atOnce: boolean): Promise<number> {
    const work = async (tx: Transaction) => {
      if (!(await store.holdProgress(tx, atOnce))) return 0;
      const due = await store.selectDue(tx, !atOnce, (family) => daysAtOnce(took.get(family)));
      if (!due) return 0;
      const started = performance.now();
      const family = counted.get(due.family);
      const days = family ? await withoutForgotten(tx, family, due.days) : [];
      if (family && days.length > 0) await countFamily(tx, family, days);
      await store.markRolledUp(tx, due.family, due.days, (performance.now() - started) / due.days.length);
      return due.days.length;
    };
    return db.transaction(work, { byKey: true });
  }

  async function countFamily(tx: Transaction, family: Countable, days: readonly string[]): Promise<void> {
    const started = performance.now();
    await counting.prepareToCount(tx);
    await family.prepare?.(tx, days, { timeZone, minorDigits, today: today(), listRetentionDays });
    await counting.countDays(tx, family, days, timeZone);
    const aDay = (performance.now() - started) / days.length;
    if (family.distinct.length > 0) {
      const isKept = family.reads.includes('event') ? await keptPeriods(tx, timeZone) : () => false;
      const daysOf = (grain: 'week' | 'month') => days.filter((day) => !isKept(grain, day));
      await counting.countPeriods(tx, family.distinct, daysOf, timeZone);
    }
    took.set(family.name, { aDay, periods: performance.now() - started - aDay * days.length });
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
    const isNew = (await store.selectFamilyVersions(db)).size < families.length;
    const isNewDay = localDate(clock().getTime()) !== begun;
    if ((atOnce || isNew || isNewDay || (await hasTouches(db))) && !(await take(atOnce))) return 0;
    await store.followClock(db, followingClock, today());
    for (let total = 0; ; ) {
      const days = isStopping ? 0 : await countNext(atOnce);
      total += days;
      if (days === 0) return total;
      if (onProgress) onProgress(total, await store.countDue(db));
    }
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

/** The days that a family counts anew when facts of a day have changed. */
function touchedDays(family: Family, { kind, day }: TouchedDay, today: string): string[] {
  const { reads, ofMonths, eventsReach = 0, ordersReachBack = 0 } = family;
  if (!reads.includes(kind)) return [];
  if (ofMonths) return [startOf('month', day)];
  const later = Array.from({ length: kind === 'event' ? eventsReach : 0 }, (_, n) => addDays(day, n + 1));
  const earlier = Array.from({ length: kind === 'order' ? ordersReachBack : 0 }, (_, n) => addDays(day, -n - 1));
  return [day, ...later.filter((one) => one <= today), ...earlier];
}

interface TouchedDay {
  kind: TouchedKind;
  day: string;
}

/** A family that counts for the first time, or in another way than before, counts all days. */
async function startFamilies(tx: Transaction, timeZone: string): Promise<void> {
  const known = await store.selectFamilyVersions(tx);
  const changed = families.filter(({ name, version }) => known.get(name) !== version);
  if (changed.length === 0) return;
  for (const { name, version, ofMonths, reads } of changed) {
    const days = await selectDaysOfFacts(tx, timeZone, reads);
    await store.makeAllDue(tx, name, ofMonths && days ? { ...days, first: startOf('month', days.first) } : days);
    await store.saveFamilyVersion(tx, name, version);
  }
}

/** Days that have begun since, of families that count every day. */
async function beginDays(tx: Transaction, today: string): Promise<void> {
  for (const { name, everyDay } of families) if (everyDay) await store.beginDays(tx, name, today);
}

async function followItems(tx: Transaction, itemKeys: readonly number[], timeZone: string): Promise<void> {
  for (const family of families.filter(({ followsItems }) => followsItems)) {
    const byItem = measuresOf(family).filter(({ dimensions }) => dimensions.includes('item'));
    const measures = byItem.map(({ name }) => name);
    if (itemKeys.length > mostItems || measures.length === 0) await store.makeAllDue(tx, family.name, undefined);
    else {
      const { name, daysOfItems } = family;
      await store.makeDueByItems(tx, { family: name, measures, daysOfItems }, itemKeys, timeZone);
    }
  }
}

/** As many as take the wanted time, and not less than the weeks and months around them do, which are counted once for all of them. */
function daysAtOnce(took: { aDay: number; periods: number } | undefined): number {
  if (!took) return firstDays;
  const days = Math.max(wantedMs - took.periods, took.periods) / Math.max(took.aDay, 1);
  return Math.min(mostDays, Math.max(1, Math.floor(days)));
}

type Countable = ReturnType<typeof countable>;

/** A family as the store counts it. */
function countable(family: Family, shop: { minorDigits: number; timeZone: string }) {
  return {
    name: family.name,
    reads: family.reads,
    keptFrom: family.keptFrom,
    prepare: family.prepare,
    sources: family.sources(shop),
    distinct: placesOf(family),
  };
}
