/** Figures by customer, adjusted by the time before. */
export interface Adjustment {
  readonly values: Float64Array;
  /** by how much the variance within the arms fell, of 1 */
  readonly varianceSaved: number;
}

/**
 * Takes from each customer's figure what the same customer's figure before the campaign predicts (CUPED: Deng, Xu, Kohavi and
 * Walker 2013): y − θ (x − mean x), θ their covariance within the arms over the variance of x. As x was before, it cannot know
 * the arm, and the difference of the arms stays without bias.
 *
 * @param values the figure in the time of the campaign, a value a customer
 * @param before beside it: the same figure in a time before
 * @param treated beside it: 1 treated, 0 control
 * @returns the values as they are and 0 where nothing varied before
 */
export function adjustByBefore(values: Float64Array, before: Float64Array, treated: Uint8Array): Adjustment {
  const count = [0, 0];
  const sums = { values: [0, 0], before: [0, 0] };
  for (let customer = 0; customer < values.length; customer++) {
    const arm = treated[customer];
    count[arm]++;
    sums.values[arm] += values[customer];
    sums.before[arm] += before[customer];
  }
  let [covariance, variance, variation] = [0, 0, 0];
  for (let customer = 0; customer < values.length; customer++) {
    const arm = treated[customer];
    const x = before[customer] - sums.before[arm] / count[arm];
    const y = values[customer] - sums.values[arm] / count[arm];
    covariance += x * y;
    variance += x * x;
    variation += y * y;
  }
  if (variance === 0 || variation === 0) return { values, varianceSaved: 0 };
  const slope = covariance / variance;
  const mean = (sums.before[0] + sums.before[1]) / values.length;
  return {
    values: values.map((value, customer) => value - slope * (before[customer] - mean)),
    varianceSaved: (slope * covariance) / variation,
  };
}
