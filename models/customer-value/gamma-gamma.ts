import { type Fit, fitPositive } from './fit-likelihood.ts';
import type { Histories } from './histories.ts';
import { digamma, logGamma } from './special-functions.ts';

/** The value of an order is Gamma(p, nu) about a customer's own mean; nu is from Gamma(q, gamma) (shape, rate). */
export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  readonly gamma: number;
}

/** Whether the model can learn from a customer's orders: a repeat, and money that was not all given back. */
export function hasSpend({ repeats, meanSpend }: Histories, customer: number): boolean {
  return repeats[customer] > 0 && meanSpend[customer] > 0;
}

/**
 * Gamma-Gamma by maximum likelihood (Fader and Hardie 2013, "The Gamma-Gamma Model of Monetary Value").
 *
 * @param histories `repeats` and `meanSpend` of those for whom `hasSpend` is true are used; money in any one unit
 * @returns the parameters with the log-likelihood; `converged` false where no maximum was found
 */
export function fitGammaGamma(histories: Histories): Fit<GammaGamma> {
  const customers = Uint32Array.from(histories.repeats.keys()).filter((customer) => hasSpend(histories, customer));
  const repeats = Float64Array.from(customers, (customer) => histories.repeats[customer]);
  const spend = Float64Array.from(customers, (customer) => histories.meanSpend[customer]);
  // On the scale of 1, so that the search does not depend on the unit.
  const unit = spend.reduce((sum, value) => sum + value, 0) / spend.length || 1;
  const scaled = spend.map((value) => value / unit);
  const start = { p: 3, q: 3, gamma: 2 / 3 };
  const fit = fitPositive(start, repeats.length, (model, gradient) =>
    sumLogLikelihood(repeats, scaled, model, gradient),
  );
  return {
    ...fit,
    model: { ...fit.model, gamma: fit.model.gamma * unit },
    logLikelihood: fit.logLikelihood - spend.length * Math.log(unit),
  };
}

function sumLogLikelihood(
  repeats: Float64Array,
  spend: Float64Array,
  { p, q, gamma }: GammaGamma,
  gradient: Float64Array,
): number {
  const [logGammaQ, digammaQ, logGammaOfGamma] = [logGamma(q), digamma(q), Math.log(gamma)];
  let sum = 0;
  gradient.fill(0);
  for (let customer = 0; customer < repeats.length; customer++) {
    const x = repeats[customer];
    const money = x * spend[customer];
    const logMoney = Math.log(money);
    const total = gamma + money;
    const logTotal = Math.log(total);
    const shape = p * x;
    sum += logGamma(shape + q) - logGamma(shape) - logGammaQ;
    sum += q * logGammaOfGamma + shape * logMoney - Math.log(spend[customer]) - (shape + q) * logTotal;
    const both = digamma(shape + q);
    gradient[0] += x * (both - digamma(shape) + logMoney - logTotal);
    gradient[1] += both - digammaQ + logGammaOfGamma - logTotal;
    gradient[2] += q / gamma - (shape + q) / total;
  }
  return sum;
}

/**
 * The expected value of a customer's orders: between their own mean and everybody's, nearer to their own the more
 * orders there are.
 *
 * @param repeats orders whose mean is `meanSpend`; 0 gives everybody's mean
 * @returns NaN where q <= 1: then everybody's mean does not exist
 */
export function expectedOrderValue({ p, q, gamma }: GammaGamma, repeats: number, meanSpend: number): number {
  if (q <= 1) return Number.NaN;
  return repeats > 0 ? (p * (gamma + repeats * meanSpend)) / (p * repeats + q - 1) : (p * gamma) / (q - 1);
}

/**
 * Pearson's correlation of repeats and mean spend, which the model takes to be independent, over the customers that the model
 * can learn from (`hasSpend`).
 *
 * @returns -1 to 1; NaN: nothing varies
 */
export function correlateSpend(histories: Histories): number {
  let [count, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let customer = 0; customer < histories.repeats.length; customer++) {
    if (!hasSpend(histories, customer)) continue;
    const [repeats, spend] = [histories.repeats[customer], histories.meanSpend[customer]];
    count++;
    x += repeats;
    y += spend;
    xx += repeats * repeats;
    yy += spend * spend;
    xy += repeats * spend;
  }
  return (count * xy - x * y) / Math.sqrt((count * xx - x * x) * (count * yy - y * y));
}
