import type { DemandForecasts } from '../forecast-demand.ts';
import { demandOver, unitsOn } from './demand-over.ts';

/** How long a stock lasts, in days from the forecast's first on. */
export interface Supply {
  /** days until what is expected has used up the stock, the last in part; Infinity: not within `mostDays` */
  readonly days: number;
  /** the first day, from 0 the forecast's first, on which it is used up: in the mean; Infinity as above */
  readonly runsOut: number;
  /** the same where more is asked for, as in one case of ten */
  readonly earliest: number;
  /** the same where less is asked for, as in one case of ten */
  readonly latest: number;
}

/** Nothing is foreseen further. */
const mostDays = 365;

/**
 * How long a stock lasts.
 *
 * @param stock units, 0 or more
 */
export function measureSupply(forecasts: DemandForecasts, item: number, stock: number): Supply {
  const { days, runsOut } = daysOfSupply((day) => unitsOn(forecasts, item, day), stock);
  // One more unit than there is: the day on which somebody goes without.
  const firstDay = (share: number) => {
    if (demandOver(forecasts, item, mostDays).quantile(share) <= stock) return Infinity;
    let [before, from] = [0, mostDays];
    while (from - before > 1) {
      const middle = (before + from) >> 1;
      if (demandOver(forecasts, item, middle).quantile(share) > stock) from = middle;
      else before = middle;
    }
    return from - 1;
  };
  return { days, runsOut, earliest: firstDay(0.9), latest: firstDay(0.1) };
}

/**
 * The same by what is expected alone.
 *
 * @param unitsOn units expected on a day, from 0 on
 * @param stock units, 0 or more
 */
export function daysOfSupply(unitsOn: (day: number) => number, stock: number): Pick<Supply, 'days' | 'runsOut'> {
  let left = stock;
  let days = 0;
  for (let day = 0; day < mostDays && left > 0; day++) {
    const sold = unitsOn(day);
    days += Math.min(1, left / sold);
    left -= sold;
  }
  const isUsedUp = left <= 1e-9;
  return {
    days: isUsedUp ? days : Infinity,
    runsOut: isUsedUp ? Math.max(0, Math.ceil(days - 1e-9) - 1) : Infinity,
  };
}
