import { studentQuantile, studentTails } from './distributions.ts';

/** A figure and its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Of one arm. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** of the sample: divided by count − 1 */
  readonly variance: number;
}

/** What treatment changes of one figure, in its own unit and in shares of the control. */
export interface MeanDifference {
  /** mean of the treated less mean of the control */
  readonly difference: Estimate;
  /** the difference over the control's mean; null where that is not above 0 */
  readonly lift: Estimate | null;
  /** of the hypothesis that there is no difference */
  readonly pValue: number;
}

/**
 * Count, mean and variance of one figure in both arms.
 *
 * @param values a figure a customer
 * @param treated beside `values`: 1 treated, 0 control
 * @returns NaN as the mean of an arm without a customer, and as the variance of one with fewer than two
 */
export function describeArms(values: Float64Array, treated: Uint8Array): { treated: Moments; control: Moments } {
  return { treated: describeArm(values, treated, 1), control: describeArm(values, treated, 0) };
}

function describeArm(values: Float64Array, treated: Uint8Array, arm: number): Moments {
  let [count, sum] = [0, 0];
  for (let customer = 0; customer < values.length; customer++) {
    if (treated[customer] !== arm) continue;
    count++;
    sum += values[customer];
  }
  const mean = sum / count;
  let squares = 0;
  for (let customer = 0; customer < values.length; customer++) {
    if (treated[customer] === arm) squares += (values[customer] - mean) ** 2;
  }
  return { count, mean, variance: squares / (count - 1) };
}

/**
 * The difference of two means with unequal variances (Welch 1947), and what it is of the control's mean (by the delta method).
 * Where nothing varies in either arm the interval is the figure itself.
 *
 * @param arms of `describeArms`: at least two customers in each, or variance and interval are NaN
 * @returns difference and interval in the unit of the figure, the p-value two-sided
 */
export function compareMeans({ treated, control }: { treated: Moments; control: Moments }): MeanDifference {
  const [ofTreated, ofControl] = [treated.variance / treated.count, control.variance / control.count];
  const variance = ofTreated + ofControl;
  const difference = treated.mean - control.mean;
  if (variance === 0) {
    const lift = control.mean > 0 ? exact(difference / control.mean) : null;
    return { difference: exact(difference), lift, pValue: difference === 0 ? 1 : 0 };
  }
  const freedom = variance ** 2 / (ofTreated ** 2 / (treated.count - 1) + ofControl ** 2 / (control.count - 1));
  const width = studentQuantile(freedom);
  const lift = difference / control.mean;
  const liftVariance = (ofTreated + (1 + lift) ** 2 * ofControl) / control.mean ** 2;
  return {
    difference: around(difference, width * Math.sqrt(variance)),
    lift: control.mean > 0 ? around(lift, width * Math.sqrt(liftVariance)) : null,
    pValue: studentTails(difference / Math.sqrt(variance), freedom),
  };
}

/** An estimate with an interval of `margin` to either side, in the unit of the value. */
export function around(value: number, margin: number): Estimate {
  return { value, low: value - margin, high: value + margin };
}

function exact(value: number): Estimate {
  return around(value, 0);
}

/**
 * An estimate in another unit.
 *
 * @param factor of the new unit to the old, above 0; a negative one would turn the interval around
 */
export function scaleEstimate({ value, low, high }: Estimate, factor: number): Estimate {
  return { value: value * factor, low: low * factor, high: high * factor };
}
