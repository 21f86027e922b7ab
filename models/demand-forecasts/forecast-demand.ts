import { type Choice, chooseMethods } from './choose-method.ts';
import { type Bands, drawBands } from './intervals/bands.ts';
import { Foreseen, type SpanErrors } from './intervals/learn-errors.ts';
import { foresee, type Method, methods } from './methods/methods.ts';
import type { DemandForecastsRecipe } from './recipe.ts';
import { isLongEnough, judgeMethods, originsOf, sumKnown, sumWhere } from './rolling-origin.ts';
import { type Calendar, readCalendar, week, weekdayOf, weekProfiles } from './series/calendar.ts';
import { classify, type DemandClass } from './series/demand-class.ts';
import { type DemandHistory, ordinaryBefore, readSeries, type Series } from './series/series.ts';

/** Sums of so many days have errors of their own: a day, a week, the whole horizon. */
export type Span = 'day' | 'week' | 'horizon';

/** What will be asked for of each item, in units, with intervals and by which method. */
export interface DemandForecasts {
  readonly items: number;
  readonly horizonDays: number;
  /** by item */
  readonly method: readonly Method[];
  readonly demandClass: readonly DemandClass[];
  /** by item: weeks of the past by which the methods were judged */
  readonly judgedWeeks: Uint32Array;
  /** items × methods (their order: `methods`): mean |sold − foreseen| of a week, see `Choice` */
  readonly errors: Float64Array;
  /** items × horizonDays */
  readonly days: Bands;
  /** items × weeks of the horizon: of the sums, not sums of what the days have */
  readonly weeks: Bands;
  /** items × 1 */
  readonly horizon: Bands;
  /**
   * items × horizonDays: units by which the intervals are drawn, and those of other sums can be. What is expected, but a little on
   * each day when the shop is open also where nothing is: what was ever sold may be sold again.
   */
  readonly likely: Float64Array;
  /** how sums come out about these */
  readonly spread: Readonly<Record<Span, SpanErrors>>;
}

/**
 * Foresees what will be asked for of each item, from the day after the last of the history on.
 *
 * @throws RangeError where the history contradicts itself
 */
export function forecastDemand(history: DemandHistory, recipe: DemandForecastsRecipe): DemandForecasts {
  check(history);
  const { demand } = history;
  const items = demand.rows;
  const calendar = readCalendar(demand, history.firstWeekday);
  const series = Array.from({ length: items }, (_, item) => readSeries(history, item, calendar));
  const categories = history.categories ?? new Uint32Array(items);
  const profiles = new Profiles(series, categories, calendar, recipe);
  const origins = originsOf(demand.columns, recipe);
  const absolute = new Float64Array(items * methods.length);
  const weeks = series.map((one, item) => {
    const own = absolute.subarray(item * methods.length, (item + 1) * methods.length);
    return judgeMethods(one, origins, (origin) => profiles.at(categories[item], origin), recipe, own);
  });
  const judgedWeeks = Uint32Array.from(weeks);
  const choice = chooseMethods({ weeks: judgedWeeks, absolute }, categories, recipe.pooledWeeks);
  const profileAt = (item: number, day: number) => profiles.at(categories[item], day);
  const chosen = { series, choice, origins, profileAt };
  const spread = learnErrors(chosen, recipe);
  const paths = foreseeChosen(chosen, demand.columns, recipe);
  const likely = paths.map((units, place) => {
    const [item, day] = [Math.floor(place / recipe.horizonDays), place % recipe.horizonDays];
    const isPossible = demand.offsets[item] < demand.offsets[item + 1] && profileAt(item, demand.columns)[day] > 0;
    return isPossible ? Math.max(units, least) : units;
  });
  const bandsOf = (span: Span, length: number) => {
    const [means, drawn] = [paths, likely].map((units) => sumPaths(units, recipe.horizonDays, length));
    return drawBands(means, drawn, items, spread[span]);
  };
  return {
    items,
    horizonDays: recipe.horizonDays,
    method: Array.from(choice.chosen, (place) => methods[place]),
    demandClass: series.map(({ known }) => classify(known).class),
    judgedWeeks,
    errors: choice.errors,
    days: bandsOf('day', 1),
    weeks: bandsOf('week', week),
    horizon: bandsOf('horizon', recipe.horizonDays),
    likely,
    spread,
  };
}

interface Chosen {
  readonly series: readonly Series[];
  readonly choice: Choice;
  readonly origins: readonly number[];
  readonly profileAt: (item: number, day: number) => Float64Array;
}

/** What the weekdays ahead of a day sell, by category, from what was before it. */
class Profiles {
  readonly #units: Float64Array;
  readonly #calendar: Calendar;
  readonly #recipe: DemandForecastsRecipe;
  readonly #byOrigin = new Map<number, Float64Array[]>();

  constructor(series: readonly Series[], categories: Uint32Array, calendar: Calendar, recipe: DemandForecastsRecipe) {
    const days = calendar.closed.length;
    this.#units = new Float64Array((1 + categories.reduce((most, one) => Math.max(most, one), 0)) * days);
    this.#calendar = calendar;
    this.#recipe = recipe;
    for (const [item, one] of series.entries()) {
      const { calendar: ordinary } = ordinaryBefore(one, days, recipe.ordinaryShare);
      const first = categories[item] * days + one.start;
      for (let day = 0; day < ordinary.length; day++) this.#units[first + day] += ordinary[day] || 0;
    }
  }

  at(category: number, origin: number): Float64Array {
    const found = this.#byOrigin.get(origin);
    if (found) return found[category];
    const { horizonDays, profileWeeks } = this.#recipe;
    const profiles = weekProfiles(this.#units, this.#calendar, { until: origin, priorWeeks: profileWeeks });
    const paths = Array.from({ length: profiles.length / week }, (_, one) =>
      Float64Array.from(
        { length: horizonDays },
        (_, day) => profiles[one * week + weekdayOf(this.#calendar, origin + day)],
      ),
    );
    this.#byOrigin.set(origin, paths);
    return paths[category];
  }
}

/** Items × days ahead, in units, by the method chosen for each. */
function foreseeChosen(
  { series, choice, profileAt }: Chosen,
  day: number,
  recipe: DemandForecastsRecipe,
): Float64Array {
  const days = recipe.horizonDays;
  const paths = new Float64Array(series.length * days);
  for (const [item, one] of series.entries()) {
    const past = ordinaryBefore(one, day, recipe.ordinaryShare);
    const path = paths.subarray(item * days, (item + 1) * days);
    foresee(methods[choice.chosen[item]], past, profileAt(item, day), recipe, path);
  }
  return paths;
}

/** Sums of `length` days one after another, items × sums. */
function sumPaths(paths: Float64Array, horizonDays: number, length: number): Float64Array {
  const count = Math.ceil(horizonDays / length);
  const sums = new Float64Array((paths.length / horizonDays) * count);
  for (let place = 0; place < paths.length; place++) {
    const [item, day] = [Math.floor(place / horizonDays), place % horizonDays];
    sums[item * count + Math.floor(day / length)] += paths[place];
  }
  return sums;
}

/** How the chosen methods erred in the past. */
function learnErrors(chosen: Chosen, recipe: DemandForecastsRecipe): Record<Span, SpanErrors> {
  const days = recipe.horizonDays;
  const { series, origins } = chosen;
  const judged = series.length * origins.length;
  const foreseen: Record<Span, Foreseen> = {
    day: new Foreseen(judged * Math.ceil(days / week)),
    week: new Foreseen(judged * Math.ceil(days / week)),
    horizon: new Foreseen(judged),
  };
  for (const [place, origin] of origins.entries()) {
    const half = 2 * place < origins.length ? 0 : 1;
    const paths = foreseeChosen(chosen, origin, recipe);
    for (const [item, one] of series.entries()) {
      if (!isLongEnough(one, origin, recipe)) continue;
      const path = paths.subarray(item * days, (item + 1) * days);
      const take = (span: Span, first: number, last: number) => {
        const sold = sumKnown(one, origin, first, last);
        const mean = sumWhere(one, origin, path, first, last);
        // Where no sale was possible nothing is learnt.
        if (sold === undefined || (mean === 0 && sold === 0)) return;
        foreseen[span].add(item, half, sold, Math.max(mean, least * (last - first)));
      };
      take('horizon', 0, days);
      for (let first = 0, nth = place; first < days; first += week, nth++) {
        take('week', first, Math.min(days, first + week));
        // Of each week one day, of every weekday in its turn: neighbours say little more.
        const day = first + (nth % week);
        if (day < days) take('day', day, day + 1);
      }
    }
  }
  const learn = (span: Span) => foreseen[span].learn(series.length);
  return { day: learn('day'), week: learn('week'), horizon: learn('horizon') };
}

/** Units a day: nothing that was ever sold is foreseen never to be sold again. */
const least = 0.005;

function check({ demand, soldOut, firstDays, categories, firstWeekday }: DemandHistory): void {
  if (!demand.values) throw new RangeError('demand must have values: the units sold');
  if (demand.columns === 0) throw new RangeError('demand must have at least one day');
  const faulty = demand.values.findIndex((units) => !(units >= 0 && units < Infinity));
  if (faulty >= 0) throw new RangeError(`demand.values[${faulty}] must be 0 or more, not ${demand.values[faulty]}`);
  if (!Number.isInteger(firstWeekday) || firstWeekday < 0 || firstWeekday >= week) {
    throw new RangeError(`firstWeekday must be 0 to 6, not ${firstWeekday}`);
  }
  if (soldOut && (soldOut.rows !== demand.rows || soldOut.columns !== demand.columns)) {
    throw new RangeError('soldOut must have the rows and columns of demand');
  }
  for (const [name, values] of Object.entries({ firstDays, categories })) {
    if (values && values.length !== demand.rows) {
      throw new RangeError(`${name} must hold ${demand.rows} values, one an item, not ${values.length}`);
    }
  }
}
