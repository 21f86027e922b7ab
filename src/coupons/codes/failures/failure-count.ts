import type { Queryable } from '../../../db/index.ts';
import { createLocalDates } from '../../../shop/time-zone.ts';
import * as store from './store.ts';

/**
 * Counts codes that were tried in vain by day and reason: no code and nobody's name. They are gathered here and written once in a
 * while, so that whoever tries many makes no more writes than whoever tries one; what an instance that is killed has not
 * written is lost.
 */
export interface FailureCount {
  /** @param reason as a code that is to be redeemed is refused; `too-many-tries`: of a request after too many unknown codes */
  add(reason: string, tries: number): void;
  /** Writes what was gathered. */
  flush(db: Queryable): Promise<void>;
}

/** @param timeZone the shop's */
export function createFailureCount(clock: () => Date, timeZone: string): FailureCount {
  const localDate = createLocalDates(timeZone);
  let gathered = new Map<string, store.FailedCodes>();
  const put = ({ day, reason, tries }: store.FailedCodes) => {
    const key = `${day} ${reason}`;
    gathered.set(key, { day, reason, tries: (gathered.get(key)?.tries ?? 0) + tries });
  };
  return {
    add: (reason, tries) => put({ day: localDate(clock().getTime()), reason, tries }),
    async flush(db) {
      if (gathered.size === 0) return;
      const failures = [...gathered.values()];
      gathered = new Map();
      try {
        await store.addFailures(db, failures);
      } catch (error) {
        failures.forEach(put);
        throw error;
      }
    },
  };
}
