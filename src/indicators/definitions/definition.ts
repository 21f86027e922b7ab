import type { Need } from './needs.ts';

export const grains = ['hour', 'day', 'week', 'month'] as const;
export type Grain = (typeof grains)[number];

export const classes = [
  'overall',
  'traffic',
  'conversion',
  'customer-value',
  'goods',
  'campaigns',
  'risk',
  'market',
  'lists',
] as const;
export type IndicatorClass = (typeof classes)[number];

export interface Text {
  en: string;
  zh: string;
}

/** What a part of an indicator sums: measures (`sales.orders`), each with its sign. */
export interface Term {
  measure: string;
  /** -1: taken off */
  sign: 1 | -1;
  /**
   * The time it is of: the period; everything up to the period's end; everything before the period; or, of members that are
   * cohorts, everything of the cohort; or a mean day of the period, up to today.
   */
  over: 'period' | 'until-end' | 'before' | 'all-time' | 'mean';
  /** true: multiplied by the period's end, or now where that is earlier, in days since 1970 */
  timesEnd: boolean;
  /** true: of the whole shop, also where the indicator is parted by a dimension */
  ofAll: boolean;
}

/** In which an indicator's value is told. */
export type Unit = 'count' | 'money' | 'share' | 'ratio' | 'days' | 'seconds' | 'points';

/** An indicator: a numerator over a denominator, both sums of measures. */
export interface Definition {
  id: string;
  /** a changed meaning is a new version, beside the old one */
  version: number;
  class: IndicatorClass;
  name: Text;
  /** one sentence */
  meaning: Text;
  unit: Unit;
  numerator: readonly Term[];
  /** null: the value is the numerator */
  denominator: readonly Term[] | null;
  /**
   * Absent: the value is the fraction. `previous`: it is by what part the fraction has changed since the period before; the
   * numerator that is told is then the difference of both fractions, and the denominator the earlier one.
   */
  change?: 'previous';
  /** grains that it has; absent: all that its measures have */
  grains?: readonly Grain[];
  /** what it leaves out on purpose */
  exclusions: readonly string[];
  /** facts without which it is not 0 but unknown */
  needs: readonly Need[];
  /** the day from which it is defined so */
  since: string;
}

/** @param names measures, with a `-` before those that are taken off */
export function sum(...names: string[]): Term[] {
  return names.map((name) => ({
    measure: name.replace(/^-/, ''),
    sign: name.startsWith('-') ? -1 : 1,
    over: 'period',
    timesEnd: false,
    ofAll: false,
  }));
}

export const over = (time: Term['over'], terms: readonly Term[]): Term[] =>
  terms.map((term) => ({ ...term, over: time }));
export const ofAll = (terms: readonly Term[]): Term[] => terms.map((term) => ({ ...term, ofAll: true }));
export const timesEnd = (terms: readonly Term[]): Term[] => terms.map((term) => ({ ...term, timesEnd: true }));
