import { mean, sum } from '../statistics.ts';
import {
  type DecisionLog,
  type ExpectedRewards,
  estimateDoublyRobust,
  estimateIps,
  estimateSnips,
  type PolicyValue,
  summarise,
  weigh,
} from './estimate.ts';

/** Below so many effective decisions nothing is said: an interval would hang on a handful of customers. */
export const leastEffectiveDecisions = 50;

/** Ways to treat the weights of a log, those that change none first. */
export const estimators = ['ips', 'snips', 'doubly-robust', 'clipped', 'switch', 'shrunken'] as const;
/** Name of one of them. */
export type Estimator = (typeof estimators)[number];

/** An estimate with how far it is reckoned to be from the truth. */
export interface JudgedEstimate extends PolicyValue {
  readonly estimator: Estimator;
  /** weight from which on it changes weights; absent: it changes none */
  readonly threshold?: number;
  /** how far the changed weights are reckoned to move it, at most beyond chance; 0 where none is changed */
  readonly bias: number;
  /** root of the bound of its mean squared error: bias² + standard error² */
  readonly error: number;
}

/** The estimate of least reckoned error among all, or why there is none. */
export type ChosenEstimate =
  | { readonly chosen: JudgedEstimate; readonly judged: readonly JudgedEstimate[] }
  | { readonly refusal: string; readonly effectiveDecisions: number };

/**
 * Whether a log says anything of a policy: what is wrong with it, in words; undefined: it may be asked.
 *
 * @throws RangeError as `estimateIps`
 */
export function refuseThinLog(log: DecisionLog, chances: Float64Array): string | undefined {
  const { effectiveDecisions } = estimateIps(log, chances);
  if (effectiveDecisions >= leastEffectiveDecisions) return undefined;
  const count = effectiveDecisions.toFixed(1);
  return `${chances.length} logged decisions say as much as ${count} by the policy itself would, ${leastEffectiveDecisions} are needed`;
}

/**
 * Judges every way to estimate what a policy is worth by a bound of its mean squared error, and takes the least. Where all
 * weights are small this is one without bias; where a few are large, one that gives those less to say: clipped (Ionides 2008),
 * SWITCH (Wang, Agarwal and Dudík 2017: the model alone where the weight is above the threshold), doubly robust with optimistic
 * shrinkage (Su, Dimakopoulou, Krishnamurthy and Dudík 2020: w t / (w² + t)).
 *
 * @param expected rewards by a model that has not learnt from the decision
 * @throws RangeError as `estimateIps`
 */
export function chooseEstimate(log: DecisionLog, chances: Float64Array, expected: ExpectedRewards): ChosenEstimate {
  const refusal = refuseThinLog(log, chances);
  if (refusal) return { refusal, effectiveDecisions: estimateIps(log, chances).effectiveDecisions };
  const weights = weigh(log, chances);
  const asIs = (estimator: Estimator, value: PolicyValue): JudgedEstimate => {
    return { ...value, estimator, bias: 0, error: value.standardError };
  };
  const none = { logged: new Float64Array(weights.length), policy: new Float64Array(weights.length) };
  const judged = [
    asIs('ips', estimateIps(log, chances)),
    asIs('snips', estimateSnips(log, chances)),
    asIs('doubly-robust', estimateDoublyRobust(log, chances, expected)),
    ...thresholdsOf(weights).flatMap((threshold) => [
      estimateChanged('clipped', threshold, { log, weights, expected: none }),
      estimateChanged('switch', threshold, { log, weights, expected }),
      estimateChanged('shrunken', threshold * threshold, { log, weights, expected }),
    ]),
  ];
  const chosen = judged.reduce((least, one) => (one.error < least.error ? one : least));
  return { chosen, judged };
}

/** Powers of two times the mean weight of the policy's own actions, below the largest weight. */
function thresholdsOf(weights: Float64Array): number[] {
  const own = weights.filter((weight) => weight > 0);
  const [middle, largest] = [mean(own), own.reduce((most, weight) => Math.max(most, weight), 0)];
  return [1, 2, 4, 8, 16, 32].map((factor) => factor * middle).filter((threshold) => threshold < largest);
}

const change: Record<'clipped' | 'switch' | 'shrunken', (weight: number, threshold: number) => number> = {
  clipped: (weight, threshold) => Math.min(weight, threshold),
  switch: (weight, threshold) => (weight <= threshold ? weight : 0),
  shrunken: (weight, threshold) => (weight * threshold) / (weight * weight + threshold),
};

function estimateChanged(
  estimator: keyof typeof change,
  threshold: number,
  { log, weights, expected }: { log: DecisionLog; weights: Float64Array; expected: ExpectedRewards },
): JudgedEstimate {
  const { logged, policy } = expected;
  const changed = weights.map((weight) => change[estimator](weight, threshold));
  const errors = log.rewards.map((reward, row) => reward - logged[row]);
  const value = summarise(
    changed,
    errors.map((error, row) => policy[row] + changed[row] * error),
  );
  const bias = Math.min(biasByLog(weights, changed, errors), biasByMass(changed, errors));
  return { ...value, estimator, threshold, bias, error: Math.hypot(bias, value.standardError) };
}

/** What the weight that was taken away would have added, as the log has it, and its own standard error. */
function biasByLog(weights: Float64Array, changed: Float64Array, errors: Float64Array): number {
  const { value, standardError } = summarise(
    weights,
    errors.map((error, row) => (weights[row] - changed[row]) * error),
  );
  return Math.abs(value) + standardError;
}

/** The weight that was taken away (in all they are 1 on average) times an error of the usual size: a bound without its noise. */
function biasByMass(changed: Float64Array, errors: Float64Array): number {
  const kept = sum(changed);
  const squares = errors.reduce((total, error, row) => total + changed[row] * error * error, 0);
  return Math.max(0, 1 - kept / changed.length) * Math.sqrt(squares / kept);
}
