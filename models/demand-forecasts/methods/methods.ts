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
/** A way to foresee the demand of an item. */
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

type UnitsOf = (method: LevelMethod) => number;

/**
 * What a method foresees, day by day, in units; zeros where nothing is known. A demand that is not smooth has no Holt-Winters:
 * ses stands in its place. The combination is the median of the levels.
 *
 * @param profile of the weekday of each day ahead: what it sells of a mean day, 0 where the shop is closed
 * @param ahead of the days ahead, written
 */
export function foresee(
  method: Method,
  past: Past,
  profile: Float64Array,
  recipe: DemandForecastsRecipe,
  ahead: Float64Array,
): void {
  write(method, past, profile, recipe, (level) => levels[level](past.known, recipe), ahead);
}

/** The same of every method, methods × days ahead. */
export function foreseeAll(
  past: Past,
  profile: Float64Array,
  recipe: DemandForecastsRecipe,
  ahead: Float64Array,
): void {
  const found = new Map<LevelMethod, number>();
  const unitsOf = (level: LevelMethod) => {
    const units = found.get(level) ?? levels[level](past.known, recipe);
    found.set(level, units);
    return units;
  };
  const days = profile.length;
  for (const [place, method] of methods.entries()) {
    write(method, past, profile, recipe, unitsOf, ahead.subarray(place * days, (place + 1) * days));
  }
}

function write(
  method: Method,
  past: Past,
  profile: Float64Array,
  recipe: DemandForecastsRecipe,
  unitsOf: UnitsOf,
  ahead: Float64Array,
): void {
  ahead.fill(0);
  if (past.known.length === 0) return;
  if (method === 'seasonal-naive') repeatWeek(past.whole, ahead);
  else if (method !== 'holt-winters' || !foreseeSeasons(past, recipe, ahead)) {
    const units = method === 'combination' ? median(unitsOf) : unitsOf(method === 'holt-winters' ? 'ses' : method);
    for (let day = 0; day < ahead.length; day++) ahead[day] = units * profile[day];
  }
  for (let day = 0; day < ahead.length; day++) if (profile[day] === 0) ahead[day] = 0;
}

function median(unitsOf: UnitsOf): number {
  const units = (Object.keys(levels) as LevelMethod[]).map(unitsOf).sort((one, other) => one - other);
  return units[(units.length - 1) / 2];
}

/** Holt-Winters, where it has enough to begin with; else false. */
function foreseeSeasons(past: Past, { holtWinters }: DemandForecastsRecipe, ahead: Float64Array): boolean {
  if (past.known.length < holtWinters.minimumWeeks * week || classify(past.known).class !== 'smooth') return false;
  return smoothSeasons(past.calendar, ahead, holtWinters);
}
