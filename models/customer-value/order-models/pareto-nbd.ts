import type { Fit } from '../fit-likelihood.ts';
import { alikeIn, type Histories, type History, historyOf } from '../histories.ts';
import { digamma, logGamma } from '../special-functions.ts';
import { type Family, type FitOptions, maximise } from './maximise.ts';
import type { OrderModel } from './order-model.ts';

/**
 * While a customer, one buys at a rate from Gamma(r, alpha) (shape, rate), and leaves at any moment at a rate from
 * Gamma(s, beta).
 */
export interface ParetoNbd {
  readonly r: number;
  readonly alpha: number;
  readonly s: number;
  readonly beta: number;
}

/**
 * Pareto/NBD by maximum likelihood (Schmittlein, Morrison and Colombo 1987), with the moment of leaving integrated by
 * quadrature: the published form by 2F1 cancels where the two parameters of time differ, and has no simple derivatives.
 *
 * @param histories as `fitBgNbd` takes them; of more than 5,000 customers an even selection is fitted to
 * @returns the parameters with the log-likelihood of those fitted to; `converged` false where no maximum was found
 */
export function fitParetoNbd(histories: Histories, options: FitOptions = {}): Fit<ParetoNbd> {
  return maximise(paretoNbd, histories, options);
}

/** Pareto/NBD to be searched for. */
export const paretoNbd: Family<'r' | 'alpha' | 's' | 'beta'> = {
  start: (repeats) => ({ r: 0.5, alpha: 0.5 / repeats, s: 0.5, beta: 0.5 }),
  times: ['alpha', 'beta'],
  scales: { orders: { parameter: 'alpha', by: 'divided' }, leaving: { parameter: 'beta', by: 'divided' } },
  // What more would make likelier is less than what parts the models.
  mostFitted: 5_000,
  prepare: (histories) => {
    const { numbers, firsts } = alikeIn(histories);
    const distinct = Array.from(firsts, (customer) => ({ history: historyOf(histories, customer), times: 0 }));
    for (const number of numbers) distinct[number].times++;
    const own = new Float64Array(4);
    return (model, gradient) => {
      gradient.fill(0);
      return distinct.reduce((sum, { history, times }) => {
        const likelihood = logLikelihoodOf(model, history, own.fill(0));
        for (let parameter = 0; parameter < 4; parameter++) gradient[parameter] += times * own[parameter];
        return sum + times * likelihood;
      }, 0);
    };
  },
};

/** Pareto/NBD as a model of orders. */
export function asOrderModel({ model, logLikelihood }: Pick<Fit<ParetoNbd>, 'model' | 'logLikelihood'>): OrderModel {
  const { r, alpha, s, beta } = model;
  return {
    name: 'pareto-nbd',
    parameters: { r, alpha, s, beta },
    logLikelihood,
    tellsOfOneOrder: true,
    logLikelihoodOf: (history) => logLikelihoodOf(model, history),
    aliveProbability: (history) => {
      const { alive, gone } = weigh(model, history);
      return 1 / (1 + Math.exp(gone - alive));
    },
    expectedOrdersAlive: ({ repeats, observed }, horizon) => {
      const stretch = Math.log1p(horizon / (beta + observed));
      const exponent = (s - 1) * stretch;
      const time = (beta + observed) * stretch * (exponent === 0 ? 1 : -Math.expm1(-exponent) / exponent);
      return ((r + repeats) / (alpha + observed)) * time;
    },
    waitForOrder: (history, wait) => waitForOrder(model, history, wait),
  };
}

/** Logarithms of both ways to have this history, without what does not depend on leaving: still there, and gone. */
function weigh(model: ParetoNbd, { repeats, lastRepeat, observed }: History, moments?: Moments) {
  const { r, alpha, s, beta } = model;
  const alive = -(r + repeats) * Math.log(alpha + observed) - s * Math.log(beta + observed);
  const kernel = { alpha, beta, byOrders: r + repeats, byLeaving: s + 1 };
  return { alive, gone: Math.log(s) + integrate(kernel, lastRepeat, observed, moments) };
}

/** Of one customer; its derivatives by r, alpha, s and beta are added to `gradient`. */
function logLikelihoodOf(model: ParetoNbd, history: History, gradient?: Float64Array): number {
  const { r, alpha, s, beta } = model;
  const { repeats, observed } = history;
  const moments: Moments = { logOrders: 0, logLeaving: 0, inverseOrders: 0, inverseLeaving: 0 };
  const { alive, gone } = weigh(model, history, gradient && moments);
  const most = Math.max(alive, gone);
  const [stays, leaves] = [Math.exp(alive - most), Math.exp(gone - most)];
  if (gradient) {
    const left = leaves / (stays + leaves);
    const stayed = 1 - left;
    const orders = r + repeats;
    const [ordersNow, leavingNow] = [alpha + observed, beta + observed];
    gradient[0] += risingLog(r, repeats) + Math.log(alpha);
    gradient[0] -= stayed * Math.log(ordersNow) + left * moments.logOrders;
    gradient[1] += r / alpha - orders * (stayed / ordersNow + left * moments.inverseOrders);
    gradient[2] += Math.log(beta) - stayed * Math.log(leavingNow) + left * (1 / s - moments.logLeaving);
    gradient[3] += s / beta - (stayed * s) / leavingNow - left * (s + 1) * moments.inverseLeaving;
  }
  const rising = logGamma(r + repeats) - logGamma(r);
  return rising + r * Math.log(alpha) + s * Math.log(beta) + most + Math.log(stays + leaves);
}

/** The derivative of ln Γ(r + x) / Γ(r). */
function risingLog(r: number, repeats: number): number {
  return repeats === 0 ? 0 : digamma(r + repeats) - digamma(r);
}

/** (alpha + y)^-byOrders (beta + y)^-byLeaving, a density of y but for its scale. */
interface Kernel {
  readonly alpha: number;
  readonly beta: number;
  readonly byOrders: number;
  readonly byLeaving: number;
}

/** Means over it: of ln(alpha + y), ln(beta + y) and of the inverses. */
interface Moments {
  logOrders: number;
  logLeaving: number;
  inverseOrders: number;
  inverseLeaving: number;
}

/**
 * The logarithm of the integral of a kernel, by Gauss and Legendre in the logarithm of the smaller sum, where it falls as
 * evenly as it can, and no further than where it is e^20 times smaller.
 *
 * @param moments filled in
 */
function integrate(kernel: Kernel, from: number, to: number, moments?: Moments): number {
  const { alpha, beta, byOrders, byLeaving } = kernel;
  const reach = (scale: number, power: number) => (scale + from) * Math.exp(20 / power) - scale;
  const end = Math.min(to, reach(alpha, byOrders), reach(beta, byLeaving));
  if (!(end > from)) return -Infinity;
  const offset = Math.min(alpha, beta);
  const low = Math.log(offset + from);
  const half = Math.log((offset + end) / (offset + from)) / 2;
  const start = -byOrders * Math.log(alpha + from) - byLeaving * Math.log(beta + from);
  let [total, logOrders, logLeaving, inverseOrders, inverseLeaving] = [0, 0, 0, 0, 0];
  for (let node = 0; node < nodes.length; node++) {
    const place = low + half * (1 + nodes[node]);
    const sum = Math.exp(place);
    const untilOrders = sum + (alpha - offset);
    const untilLeaving = sum + (beta - offset);
    const ofOrders = offset === alpha ? place : Math.log(untilOrders);
    const ofLeaving = offset === beta ? place : Math.log(untilLeaving);
    const weight = weights[node] * sum * Math.exp(-byOrders * ofOrders - byLeaving * ofLeaving - start);
    total += weight;
    logOrders += weight * ofOrders;
    logLeaving += weight * ofLeaving;
    inverseOrders += weight / untilOrders;
    inverseLeaving += weight / untilLeaving;
  }
  if (moments) {
    moments.logOrders = logOrders / total;
    moments.logLeaving = logLeaving / total;
    moments.inverseOrders = inverseOrders / total;
    moments.inverseLeaving = inverseLeaving / total;
  }
  return start + Math.log(half * total);
}

const { nodes, weights } = gaussLegendre(16);

/** Nodes in -1 to 1 and weights, by Newton on the Legendre polynomial (Abramowitz and Stegun 25.4.29). */
function gaussLegendre(count: number): { nodes: Float64Array; weights: Float64Array } {
  const found = { nodes: new Float64Array(count), weights: new Float64Array(count) };
  for (let root = 0; root < count; root++) {
    let x = Math.cos((Math.PI * (root + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let round = 0; round < 8; round++) {
      let [value, before] = [1, 0];
      for (let n = 0; n < count; n++) [value, before] = [((2 * n + 1) * x * value - n * before) / (n + 1), value];
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    found.nodes[root] = x;
    found.weights[root] = 2 / ((1 - x * x) * slope * slope);
  }
  return found;
}

/** Where the chance that an order comes before the leaving reaches the probability: Newton, kept within what is known. */
function waitForOrder(
  { r, alpha, s, beta }: ParetoNbd,
  { repeats, observed }: Pick<History, 'repeats' | 'observed'>,
  { alive, probability, atMost }: { alive: number; probability: number; atMost: number },
): number {
  const orders = r + repeats;
  const kernel = { alpha: alpha + observed, beta: beta + observed, byOrders: orders + 1, byLeaving: s };
  const scale = Math.log(orders) + orders * Math.log(kernel.alpha) + s * Math.log(kernel.beta);
  const target = probability / alive;
  const excess = (time: number) => Math.exp(scale + integrate(kernel, 0, time)) - target;
  if (!(excess(atMost) >= 0)) return Infinity;
  let [low, high] = [0, atMost];
  let time = Math.min(atMost, kernel.alpha * Math.expm1(Math.log(2) / orders));
  for (let round = 0; round < 60 && high - low > 1e-9 * high; round++) {
    const over = excess(time);
    if (over >= 0) high = time;
    else low = time;
    const logDensity = scale - (orders + 1) * Math.log(kernel.alpha + time) - s * Math.log(kernel.beta + time);
    const next = time - over / Math.exp(logDensity);
    if (Math.abs(next - time) < 1e-9 * time) return next;
    time = next > low && next < high ? next : (low + high) / 2;
  }
  return high;
}
