import { normalQuantile } from '../../quantiles.ts';
import type { DemandForecasts, Span } from '../forecast-demand.ts';
import type { SpanErrors } from '../intervals/bands.ts';
import { countQuantile } from '../intervals/count-distribution.ts';
import { week } from '../series/calendar.ts';

/** What is asked for in a number of days from the forecast's first on, in units. */
export interface DemandOver {
  readonly mean: number;
  readonly deviation: number;
  /**
   * What is not exceeded with probability `share` (above 0, below 1).
   *
   * `counts`: by the count distribution of the item's errors in the past, calibrated as the intervals are; `normal`: mean +
   * z × deviation, as textbooks have it, at least 0.
   */
  quantile(share: number, kind?: 'counts' | 'normal'): number;
}

/**
 * The demand of an item over `days`, whole or not. Beyond the horizon its last week goes on. The dispersion is between those of a day,
 * a week and the horizon, linear in the logarithm of the days, and beyond the horizon that of the horizon.
 *
 * @param relativeDeviation of the number of days itself, when that is uncertain: the variance is mean + (dispersion +
 *   relativeDeviation²) × mean² (the variance of a sum of a random number of days: Silver, Pyke and Thomas 2017, section 6.10)
 * @throws RangeError where `days` is not above 0
 */
export function demandOver(forecasts: DemandForecasts, item: number, days: number, relativeDeviation = 0): DemandOver {
  if (!(days > 0 && days < Infinity)) throw new RangeError(`days must be above 0, not ${days}`);
  const mean = unitsOver(forecasts, item, days);
  const dispersion = dispersionOver(forecasts, item, days) + relativeDeviation ** 2;
  const { calibration } = forecasts.spread[nearest(days, forecasts.horizonDays)];
  const deviation = Math.sqrt(mean + dispersion * mean ** 2);
  return {
    mean,
    deviation,
    quantile: (share, kind = 'counts') =>
      kind === 'counts'
        ? countQuantile(calibration.correct(share), mean, dispersion)
        : Math.max(0, mean + normalQuantile(share) * deviation),
  };
}

/** Units foreseen for one day, from 0 on; beyond the horizon the last week again. */
export function unitsOn({ days, horizonDays }: DemandForecasts, item: number, day: number): number {
  const last = Math.min(week, horizonDays);
  const within = day < horizonDays ? day : horizonDays - last + ((day - horizonDays) % last);
  return days.means[item * horizonDays + within];
}

function unitsOver(forecasts: DemandForecasts, item: number, days: number): number {
  let sum = 0;
  for (let day = 0; day < days; day++) sum += Math.min(1, days - day) * unitsOn(forecasts, item, day);
  return sum;
}

function dispersionOver({ spread, horizonDays }: DemandForecasts, item: number, days: number): number {
  const of = ({ dispersion }: SpanErrors) => dispersion[item];
  const between = (from: number, to: number, first: SpanErrors, second: SpanErrors) => {
    const part = Math.min(1, Math.max(0, Math.log(days / from) / Math.log(to / from)));
    return of(first) ** (1 - part) * of(second) ** part;
  };
  if (days <= week) return between(1, week, spread.day, spread.week);
  return horizonDays > week ? between(week, horizonDays, spread.week, spread.horizon) : of(spread.horizon);
}

/** By the logarithm of the days. */
function nearest(days: number, horizonDays: number): Span {
  if (days < Math.sqrt(week)) return 'day';
  return days < Math.sqrt(week * horizonDays) ? 'week' : 'horizon';
}
