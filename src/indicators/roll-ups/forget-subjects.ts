import type { Database, Transaction } from '../../db/index.ts';
import { findDroppedEvents, markForgotten, readMoment } from '../../intake/index.ts';
import { nextOf, startOf } from '../values/periods.ts';
import type { Place } from './cells/store.ts';
import * as counting from './counting/store.ts';
import { families } from './families.ts';
import { type Family, measuresOf } from './family.ts';
import * as store from './store.ts';

/** A day that may reach beyond a stretch goes with the next one: none is longer than this. */
const longestDayMs = 26 * 3_600_000;
const earlier = (date: Date) => new Date(date.getTime() - longestDayMs);

/** Where a family counts each subject once. */
export function placesOf(family: Family): Place[] {
  return measuresOf(family)
    .filter(({ kind }) => kind === 'distinct')
    .flatMap(({ name, dimensions, isInAll }) =>
      [...dimensions, ...(isInAll ? (['all'] as const) : [])].map((dimension) => ({ measure: name, dimension })),
    );
}

/**
 * Takes the keys of visitors and customers out of what was counted from events that have been dropped. Who is erased afterwards is
 * in none of it.
 * @returns of how many cells
 */
export async function forgetSubjects(db: Database, timeZone: string, leave?: AbortSignal): Promise<number> {
  const places = families.filter(({ reads }) => reads.includes('event')).flatMap(placesOf);
  for (let forgotten = 0; ; ) {
    if (leave?.aborted) return forgotten;
    const cells = await db.transaction(async (tx) => {
      await store.holdProgress(tx);
      const dropped = (await findDroppedEvents(tx)).find(({ isForgotten }) => !isForgotten);
      if (!dropped) return undefined;
      const { from, until } = dropped;
      const count = await counting.deleteSubjects(tx, places, {
        from: earlier(from),
        until: earlier(until),
        timeZone,
      });
      await markForgotten(tx, dropped);
      return count;
    });
    if (cells === undefined) return forgotten;
    forgotten += cells;
  }
}

/** Whether the week or month of a day keeps what was counted, because nobody knows any more who was on some of its days. */
export async function keptPeriods(
  tx: Transaction,
  timeZone: string,
): Promise<(grain: 'week' | 'month', day: string) => boolean> {
  const forgotten = (await findDroppedEvents(tx)).filter(({ isForgotten }) => isForgotten);
  return (grain, day) => {
    const first = startOf(grain, day);
    const start = readMoment(first, timeZone)!;
    const end = readMoment(nextOf(grain, first), timeZone)!;
    return forgotten.some(({ from, until }) => earlier(from) < end && earlier(until) > start);
  };
}
