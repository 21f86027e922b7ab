import type { Fit } from '../fit-likelihood.ts';
import { alikeIn, type Histories, type History } from '../histories.ts';
import { logGamma, logHypergeometric } from '../special-functions.ts';
import { type Family, type FitOptions, maximise } from './maximise.ts';
import type { OrderModel } from './order-model.ts';

/**
 * While a customer, one buys at a rate from Gamma(r, alpha) (shape, rate), and after each order leaves for good with a
 * probability from Beta(a, b): after each repeat in BG/NBD, after the first order too in MBG/NBD.
 */
export interface BgNbd {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
  /** MBG/NBD */
  readonly leavesAtOnce?: boolean;
}

/**
 * BG/NBD by maximum likelihood (Fader, Hardie and Lee 2005, "Counting Your Customers the Easy Way").
 *
 * @param histories `repeats`, `lastRepeat` and `observed` are used; times in any one unit, which `alpha` is then in
 * @returns the parameters with the log-likelihood; `converged` false where no maximum was found
 */
export function fitBgNbd(histories: Histories, options: FitOptions = {}): Fit<BgNbd> {
  return maximise(bgNbd, histories, options);
}

/**
 * MBG/NBD by maximum likelihood (Batislam, Denizel and Filiztekin 2007): as BG/NBD, and the first order is one to leave after
 * as well.
 */
export function fitMbgNbd(histories: Histories, options: FitOptions = {}): Fit<BgNbd> {
  const fit = maximise(mbgNbd, histories, options);
  return { ...fit, model: { ...fit.model, leavesAtOnce: true } };
}

/** BG/NBD to be searched for; both models have the same parameters. */
export const bgNbd = familyOf(false);
/** MBG/NBD to be searched for. */
export const mbgNbd = familyOf(true);

function familyOf(leavesAtOnce: boolean): Family<'r' | 'alpha' | 'a' | 'b'> {
  return {
    start: (repeats) => ({ r: 0.5, alpha: 0.5 / repeats, a: 0.5, b: 2 }),
    times: ['alpha'],
    scales: {
      orders: { parameter: 'alpha', by: 'divided' },
      leaving: { parameter: 'a', by: 'multiplied' },
    },
    mostFitted: Infinity,
    prepare: (histories) => (model, gradient) => sumLogLikelihood(histories, { ...model, leavesAtOnce }, gradient),
  };
}

/** Either, as a model of orders. */
export function asOrderModel({ model, logLikelihood }: Pick<Fit<BgNbd>, 'model' | 'logLikelihood'>): OrderModel {
  const { r, alpha, a, b, leavesAtOnce = false } = model;
  return {
    name: leavesAtOnce ? 'mbg-nbd' : 'bg-nbd',
    parameters: { r, alpha, a, b },
    logLikelihood,
    tellsOfOneOrder: leavesAtOnce,
    logLikelihoodOf: (history) => logLikelihoodOf(model, history),
    aliveProbability: ({ repeats, lastRepeat, observed }) => aliveProbability(model, repeats, lastRepeat, observed),
    expectedOrdersAlive: ({ repeats, observed }, horizon) => expectedOrdersAlive(model, repeats, observed, horizon),
    waitForOrder: ({ repeats, observed }, { alive, probability, atMost }) => {
      const wait = waitForOrder(model, { repeats, observed, alive }, probability);
      return wait <= atMost ? wait : Infinity;
    },
  };
}

/** How often a customer could have left: after each repeat, and in MBG/NBD after the first order. */
function chancesToLeave({ leavesAtOnce = false }: BgNbd, repeats: number): number {
  return leavesAtOnce ? repeats + 1 : repeats;
}

/** The log-likelihood of all customers; its derivatives by r, alpha, a and b are written to `gradient`. */
function sumLogLikelihood(histories: Omit<Histories, 'meanSpend'>, model: BgNbd, gradient: Float64Array): number {
  const { repeats, lastRepeat, observed } = histories;
  const { numbers, firsts } = alikeIn(histories);
  const { r, alpha, a, b } = model;
  const table = tabulate(
    repeats.reduce((most, count) => Math.max(most, count), 0),
    model,
  );
  const logAlpha = Math.log(alpha);
  // Of each history the logarithm of its likelihood, and its derivatives by r, alpha, a and b.
  const width = 5;
  const terms = new Float64Array(width * firsts.length);
  for (let number = 0; number < firsts.length; number++) {
    const customer = firsts[number];
    const x = repeats[customer];
    const chances = chancesToLeave(model, x);
    const untilNow = alpha + observed[customer];
    const logNow = Math.log(untilNow);
    let likelihood = -(r + x) * logNow;
    let left = 0;
    let untilLast = untilNow;
    let logLast = logNow;
    if (chances > 0) {
      untilLast = alpha + lastRepeat[customer];
      logLast = Math.log(untilLast);
      // How much likelier it is that the customer left after the last order than that they are still there.
      const odds = Math.log(a / (b + chances - 1)) + (r + x) * (logNow - logLast);
      left = 1 / (1 + Math.exp(-odds));
      likelihood += odds > 0 ? odds + Math.log1p(Math.exp(-odds)) : Math.log1p(Math.exp(odds));
    }
    const at = width * number;
    terms[at] = likelihood + table.value[x] + r * logAlpha;
    terms[at + 1] = table.byR[x] + logAlpha - (1 - left) * logNow - left * logLast;
    terms[at + 2] = r / alpha - (r + x) * ((1 - left) / untilNow + left / untilLast);
    terms[at + 3] = table.byA[x] + left / a;
    terms[at + 4] = table.byB[x] - (chances > 0 ? left / (b + chances - 1) : 0);
  }
  let [sum, byR, byAlpha, byA, byB] = [0, 0, 0, 0, 0];
  for (let customer = 0; customer < numbers.length; customer++) {
    const at = width * numbers[customer];
    sum += terms[at];
    byR += terms[at + 1];
    byAlpha += terms[at + 2];
    byA += terms[at + 3];
    byB += terms[at + 4];
  }
  gradient.set([byR, byAlpha, byA, byB]);
  return sum;
}

/** What depends on the number of repeats alone: ln Γ(r+x)/Γ(r) + ln B(a, b+k)/B(a, b), k the chances to leave; and its derivatives. */
function tabulate(most: number, model: BgNbd) {
  const { r, a, b } = model;
  const [value, byR, byA, byB] = [0, 1, 2, 3].map(() => new Float64Array(most + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  if (model.leavesAtOnce) {
    value[0] = Math.log(b / (a + b));
    byA[0] = -1 / (a + b);
    byB[0] = 1 / b - 1 / (a + b);
  }
  for (let x = 0; x < most; x++) {
    const stays = b + chancesToLeave(model, x);
    value[x + 1] = value[x] + Math.log(((r + x) * stays) / (a + stays));
    byR[x + 1] = byR[x] + 1 / (r + x);
    byA[x + 1] = byA[x] - 1 / (a + stays);
    byB[x + 1] = byB[x] + 1 / stays - 1 / (a + stays);
  }
  return { value, byR, byA, byB };
}

function logLikelihoodOf(model: BgNbd, { repeats, lastRepeat, observed }: History): number {
  const { r, alpha, a, b } = model;
  const chances = chancesToLeave(model, repeats);
  const logBeta = (stays: number) => logGamma(stays) - logGamma(a + stays);
  const rate = logGamma(r + repeats) - logGamma(r) + r * Math.log(alpha) - (r + repeats) * Math.log(alpha + observed);
  // What is likely beside what is likely and still there.
  return rate + logBeta(b + chances) - logBeta(b) - Math.log(aliveProbability(model, repeats, lastRepeat, observed));
}

/**
 * The probability that a customer has not left. In BG/NBD it is 1 without a repeat, whatever happened since, because customers
 * leave only after one: do not rank one-time buyers by it.
 *
 * @param repeats orders after the first
 * @param lastRepeat time from the first order to the last
 * @param observed time from the first order to now
 */
export function aliveProbability(model: BgNbd, repeats: number, lastRepeat: number, observed: number): number {
  const { r, alpha, a, b } = model;
  const chances = chancesToLeave(model, repeats);
  if (chances === 0) return 1;
  const odds = (a / (b + chances - 1)) * ((alpha + observed) / (alpha + lastRepeat)) ** (r + repeats);
  return 1 / (1 + odds);
}

/**
 * The expected number of orders in the `horizon` after now, of a customer who has not left; times
 * `aliveProbability`, of any.
 *
 * @param horizon in the unit of the histories
 */
export function expectedOrdersAlive(model: BgNbd, repeats: number, observed: number, horizon: number): number {
  const { a } = model;
  const expect = (withA: number) => evaluate({ ...model, a: withA }, repeats, observed, horizon);
  return Math.abs(a - 1) < singular ? (expect(1 - singular) + expect(1 + singular)) / 2 : expect(a);
}

/** How near to 1 the parameter a makes the formula 0/0, although the value changes smoothly there. */
const singular = 1e-5;

/**
 * The paper's formula, its 2F1 of c = a + b + k - 1 (k the chances to leave), which may be 0 or less, expressed by those of c + 1 and c + 2
 * (a contiguous relation: compare coefficients).
 */
function evaluate(model: BgNbd, repeats: number, observed: number, horizon: number): number {
  const { r, alpha, a, b } = model;
  const chances = chancesToLeave(model, repeats);
  const share = horizon / (alpha + observed + horizon);
  const [first, second] = [r + repeats, b + chances];
  const c = a + b + chances - 1;
  const scale = first * Math.log1p(-share);
  const above = Math.expm1(scale + logHypergeometric(first, second, c + 1, share));
  const twoAbove = Math.exp(scale + logHypergeometric(first + 1, second + 1, c + 2, share));
  return (c * above + ((first * second * share) / (c + 1)) * twoAbove) / (1 - a);
}

/**
 * The time from now within which a customer has ordered again with the given probability.
 *
 * @param alive what `aliveProbability` gives
 * @returns Infinity where the probability is never reached, because the customer has too likely left
 */
export function waitForOrder(
  { r, alpha }: BgNbd,
  { repeats, observed, alive }: { repeats: number; observed: number; alive: number },
  probability: number,
): number {
  // Of a customer who is there: P(no order within t) = ((alpha + T) / (alpha + T + t))^(r + x).
  const without = 1 - probability / alive;
  return without > 0 ? (alpha + observed) * Math.expm1(-Math.log(without) / (r + repeats)) : Infinity;
}
