import type { Queryable } from '../../db/index.ts';
import type { Definition } from '../definitions/definition.ts';
import { familyOf, termsOf } from '../definitions/definitions.ts';
import type { Period } from './periods.ts';
import * as store from './store.ts';

export interface Uncounted {
  /** Why nobody knows an indicator of a period yet; undefined: some of it was counted, or there was nothing to count. */
  missing(definition: Definition, period: Period): string | undefined;
}

/** Days that have facts and were never counted: in a new shop, or after an import. */
export async function readUncounted(
  db: Queryable,
  families: readonly string[],
  periods: readonly Period[],
): Promise<Uncounted> {
  const days = new Map<string, store.CountedDay[]>();
  const starts = periods.map(({ from }) => from).toSorted();
  const ends = periods.map(({ until }) => until).toSorted();
  if (periods.length > 0) {
    for (const day of await store.selectDaysWithUncounted(db, families, starts[0], ends.at(-1)!)) {
      days.set(day.family, [...(days.get(day.family) ?? []), day]);
    }
  }
  const isUncounted = (family: string, { from, until }: Period) => {
    const within = (days.get(family) ?? []).filter(({ day }) => day >= from && day < until);
    return within.length > 0 && !within.some(({ isCounted }) => isCounted);
  };
  return {
    missing: (definition, period) =>
      termsOf(definition).some(({ measure }) => isUncounted(familyOf(measure), period))
        ? 'Its days have not been counted yet.'
        : undefined,
  };
}
