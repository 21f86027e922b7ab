import { quantile } from '../statistics.ts';

export interface Winsorised {
  readonly values: Float64Array;
  /** nothing is above it; Infinity where nothing is above 0 */
  readonly cap: number;
}

/**
 * Brings the highest values down to a quantile of those above 0 (Tukey 1962), so that a few huge orders do not decide. Who is in which
 * arm has no part in it, so that the difference of the arms is one of the same figure; it is less than that of the whole values.
 *
 * @param share of the values above 0 that may be cut
 */
export function winsorise(values: Float64Array, share: number): Winsorised {
  const positive = values.filter((value) => value > 0).sort();
  const cap = positive.length > 0 ? quantile(positive, 1 - share) : Number.POSITIVE_INFINITY;
  return { values: values.map((value) => (value > cap ? cap : value)), cap };
}
