import { foreseeAll, methods } from './methods/methods.ts';
import type { DemandForecastsRecipe } from './recipe.ts';
import { week } from './series/calendar.ts';
import { ordinaryBefore, type Series } from './series/series.ts';

/** What an item's own past says of the methods. */
export interface OwnErrors {
  /** by item: weeks that were foreseen and known */
  readonly weeks: Uint32Array;
  /** items × methods: sum over these weeks of |sold − foreseen| in units */
  readonly absolute: Float64Array;
}

/** Of days of the shop, from `origin` on: what a weekday sells of a mean day. */
export type ProfileAt = (category: number, origin: number) => Float64Array;

/**
 * The days from which the past is foreseen, latest first: `origins` of them, `originDays` apart, the last with a whole horizon
 * of known days after it.
 */
export function originsOf(days: number, { horizonDays, origins, originDays }: DemandForecastsRecipe): number[] {
  return Array.from({ length: origins }, (_, place) => days - horizonDays - place * originDays).filter(
    (origin) => origin > 0,
  );
}

/** Whether enough of the item was known before a day. */
export function isLongEnough(series: Series, origin: number, { minimumKnownDays }: DemandForecastsRecipe): boolean {
  return origin > series.start && series.knownBefore[origin - series.start] >= minimumKnownDays;
}

/**
 * Foresees an item's past from each origin by what was known before it, and adds up how each method erred by weeks. Days of
 * unknown demand are out of both sides.
 *
 * @param own methods; added to
 * @returns the weeks that were judged
 */
export function judgeMethods(
  series: Series,
  origins: readonly number[],
  profileAt: (origin: number) => Float64Array,
  recipe: DemandForecastsRecipe,
  own: Float64Array,
): number {
  const days = recipe.horizonDays;
  const ahead = new Float64Array(methods.length * days);
  let weeks = 0;
  for (const origin of origins) {
    if (!isLongEnough(series, origin, recipe)) continue;
    foreseeAll(ordinaryBefore(series, origin, recipe.ordinaryShare), profileAt(origin), recipe, ahead);
    for (let first = 0; first < days; first += week) {
      const last = Math.min(days, first + week);
      const sold = sumKnown(series, origin, first, last);
      if (sold === undefined) continue;
      weeks++;
      for (let method = 0; method < own.length; method++) {
        const path = ahead.subarray(method * days, (method + 1) * days);
        own[method] += Math.abs(sold - sumWhere(series, origin, path, first, last));
      }
    }
  }
  return weeks;
}

/** Units sold on the known days from `first` to before `last`, counted from the origin; undefined: none is known. */
export function sumKnown({ start, calendar, isWhole }: Series, origin: number, first: number, last: number) {
  let sum: number | undefined;
  for (let day = origin - start + first; day < origin - start + last; day++) {
    if (isWhole[day]) sum = (sum ?? 0) + calendar[day];
  }
  return sum;
}

/** What was foreseen for the same days. */
export function sumWhere({ start, isWhole }: Series, origin: number, path: Float64Array, first: number, last: number) {
  let sum = 0;
  for (let day = first; day < last; day++) if (isWhole[origin - start + day]) sum += path[day];
  return sum;
}
