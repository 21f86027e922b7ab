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
  const days = new Map<string, FamilyDays>();
  const starts = periods.map(({ from }) => from).toSorted();
  const ends = periods.map(({ until }) => until).toSorted();
  if (periods.length > 0) {
    for (const day of await store.selectDaysWithUncounted(db, families, starts[0], ends.at(-1)!)) {
      const known = days.get(day.family) ?? { days: [], counted: [0] };
      days.set(day.family, known);
      known.days.push(day.day);
      known.counted.push(known.counted.at(-1)! + Number(day.isCounted));
    }
  }
  const isUncounted = (family: string, { from, until }: Period) => {
    const known = days.get(family);
    if (!known) return false;
    const [first, end] = [placeOf(known.days, from), placeOf(known.days, until)];
    return end > first && known.counted[end] === known.counted[first];
  };
  return {
    missing: (definition, period) =>
      termsOf(definition).some(({ measure }) => isUncounted(familyOf(measure), period))
        ? 'Its days have not been counted yet.'
        : undefined,
  };
}

interface FamilyDays {
  /** in order */
  days: string[];
  /** how many of the days before each place were counted */
  counted: number[];
}

/** How many of the days, which are in order, are before one. */
function placeOf(days: readonly string[], day: string): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
