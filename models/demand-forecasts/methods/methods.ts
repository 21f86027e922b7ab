import type { DemandForecastsRecipe } from '../recipe.ts';
import { week } from '../series/calendar.ts';
import { classify } from '../series/demand-class.ts';
import type { Past } from '../series/series.ts';
import {
  croston,
  meanOfLast,
  smooth,
  smoothManySums,
  smoothSums,
  syntetosBoylan,
  teunterSyntetosBabai,
} from './levels.ts';
import { repeatWeek, smoothSeasons } from './seasonal.ts';

/** The order is that of the numbers by which a method is told; equal ones win by it. */
export const methods = [
  'seasonal-naive',
  'mean',
  'ses',
  'croston',
  'sba',
  'tsb',
  'adida',
  'imapa',
  'holt-winters',
  'combination',
] as const;
export type Method = (typeof methods)[number];

type LevelMethod = Exclude<Method, 'seasonal-naive' | 'holt-winters' | 'combination'>;

const levels: Record<LevelMethod, (demand: Float64Array, recipe: DemandForecastsRecipe) => number> = {
  mean: (demand, { meanDays }) => meanOfLast(demand, meanDays),
  ses: (demand, { smoothing }) => smooth(demand, smoothing),
  croston: (demand, { smoothing }) => croston(demand, smoothing),
  sba: (demand, { smoothing }) => syntetosBoylan(demand, smoothing),
  tsb: (demand, { smoothing }) => teunterSyntetosBabai(demand, { size: smoothing, chance: smoothing }),
  adida: (demand) => smoothSums(demand),
  imapa: (demand) => smoothManySums(demand),
};

/**
 * What every method foresees, day by day; zeros where nothing is known. A demand that is not smooth has no Holt-Winters: ses stands
 * in its place. The combination is the median of the levels.
 *
 * @param profile of the weekday of each day ahead: what it sells of a mean day, 0 where the shop is closed
 * @param ahead methods × days ahead, written
 */
export function foreseeAll(
  past: Past,
  profile: Float64Array,
  recipe: DemandForecastsRecipe,
  ahead: Float64Array,
): void {
  const days = profile.length;
  const of = (method: Method) => {
    const place = methods.indexOf(method) * days;
    return ahead.subarray(place, place + days);
  };
  ahead.fill(0);
  if (past.known.length === 0) return;
  repeatWeek(past.whole, of('seasonal-naive'));
  const units = Object.values(levels).map((level) => level(past.known, recipe));
  const paths = Object.keys(levels).map((method) => of(method as LevelMethod));
  const middle = units.toSorted((one, other) => one - other)[(units.length - 1) / 2];
  for (let day = 0; day < days; day++) {
    for (const [place, path] of paths.entries()) path[day] = units[place] * profile[day];
    of('combination')[day] = middle * profile[day];
  }
  const isSmooth =
    classify(past.known).class === 'smooth' && past.known.length >= recipe.holtWinters.minimumWeeks * week;
  if (!isSmooth || !smoothSeasons(past.calendar, of('holt-winters'), recipe.holtWinters)) {
    of('holt-winters').set(of('ses'));
  }
  const naive = of('seasonal-naive');
  const seasonal = of('holt-winters');
  for (let day = 0; day < days; day++) if (profile[day] === 0) naive[day] = seasonal[day] = 0;
}
