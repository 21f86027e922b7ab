import { normalQuantile } from '../../quantiles.ts';
import type { DemandForecasts } from '../forecast-demand.ts';
import { countQuantile } from '../intervals/count-distribution.ts';
import type { SpanErrors } from '../intervals/learn-errors.ts';
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
 * The demand of an item over `days`, whole or not. Beyond the horizon its last week goes on. Dispersion and shares are between those
 * of a day, a week and the horizon, linear in the logarithm of the days, and beyond the horizon those of the horizon.
 *
 * @param relativeDeviation of the number of days itself, when that is uncertain: the variance is mean + (dispersion +
 *   relativeDeviation²) × mean² (the variance of a sum of a random number of days: Silver, Pyke and Thomas 2017, section 6.10)
 * @throws RangeError where `days` is not above 0
 */
export function demandOver(forecasts: DemandForecasts, item: number, days: number, relativeDeviation = 0): DemandOver {
  if (!(days > 0 && days < Infinity)) throw new RangeError(`days must be above 0, not ${days}`);
  const mean = unitsOver(forecasts, item, days, forecasts.days.means);
  const likely = unitsOver(forecasts, item, days, forecasts.likely);
  const around = errorsOver(forecasts, item, openUpTo(forecasts, item, days), likely);
  const dispersion = around.dispersion + relativeDeviation ** 2;
  const deviation = Math.sqrt(likely + dispersion * likely ** 2);
  return {
    mean,
    deviation,
    quantile: (share, kind = 'counts') =>
      kind === 'counts'
        ? countQuantile(around.shares.correct(share), likely, dispersion)
        : Math.max(0, mean + normalQuantile(share) * deviation),
  };
}

/** Units foreseen for one day, from 0 on; beyond the horizon the last week again. */
export function unitsOn({ days, horizonDays }: DemandForecasts, item: number, day: number): number {
  return days.means[item * horizonDays + within(day, horizonDays)];
}

function within(day: number, horizonDays: number): number {
  const last = Math.min(week, horizonDays);
  return day < horizonDays ? day : horizonDays - last + ((day - horizonDays) % last);
}

function unitsOver({ horizonDays }: DemandForecasts, item: number, days: number, units: Float64Array): number {
  let sum = 0;
  for (let day = 0; day < days; day++) {
    sum += Math.min(1, days - day) * units[item * horizonDays + within(day, horizonDays)];
  }
  return sum;
}

/** Days without those at the end on which the shop is closed: what is asked for does not change on them, nor how far it is known. */
function openUpTo({ likely, horizonDays }: DemandForecasts, item: number, days: number): number {
  let last = Math.ceil(days);
  while (last > 1 && likely[item * horizonDays + within(last - 1, horizonDays)] === 0) last--;
  return Math.min(days, last);
}

/** What sums of so many days vary by, and how the shares so stated come out. */
function errorsOver({ spread, horizonDays }: DemandForecasts, item: number, days: number, mean: number) {
  const between = ([from, first]: [number, SpanErrors], [to, second]: [number, SpanErrors]) => {
    const part = Math.min(1, Math.max(0, Math.log(days / from) / Math.log(to / from)));
    const [one, other] = [(mean * from) / days, (mean * to) / days];
    return {
      dispersion: first.dispersionAt(item, one) ** (1 - part) * second.dispersionAt(item, other) ** part,
      shares: first.sharesAt(one).mix(second.sharesAt(other), part),
    };
  };
  if (days <= week || horizonDays <= week) return between([1, spread.day], [week, spread.week]);
  return between([week, spread.week], [horizonDays, spread.horizon]);
}
