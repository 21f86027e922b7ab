import { sum } from '../statistics.ts';
/** Decisions that were taken by chance with known probabilities, and what came of them: a row a decision. */
export interface DecisionLog {
  /** of the action that was taken, as it was when it was taken */
  readonly propensities: Float64Array;
  readonly rewards: Float64Array;
}

/** What a policy is worth, in the unit of the rewards, and how far the log carries that. */
export interface PolicyValue {
  /** mean reward of a decision, had the policy decided */
  readonly value: number;
  readonly standardError: number;
  /** as many decisions of the policy itself would say as much (Kish 1965) */
  readonly effectiveDecisions: number;
  /** of one decision: a large one makes the estimate hang on a few */
  readonly largestWeight: number;
}

/**
 * Inverse propensity scoring (Horvitz and Thompson 1952): rewards weighed by the policy's probability of the action over the
 * log's. Without bias, where every action of the policy had a chance in the log; its error is large where weights are.
 *
 * @param chances of the policy for the action that was taken, a row a decision
 * @throws RangeError naming the field that cannot be, such as a propensity of 0
 */
export function estimateIps(log: DecisionLog, chances: Float64Array): PolicyValue {
  const weights = weigh(log, chances);
  return summarise(
    weights,
    log.rewards.map((reward, row) => weights[row] * reward),
  );
}

/**
 * The same over the sum of the weights instead of their number (Hájek 1971; "self-normalised" IPS): a little biased in small
 * logs, steadier, and not moved by a constant added to all rewards. The standard error is by the delta method.
 *
 * @throws RangeError as `estimateIps`, and where the log holds no action of the policy
 */
export function estimateSnips(log: DecisionLog, chances: Float64Array): PolicyValue {
  const weights = weigh(log, chances);
  const total = sum(weights);
  if (total === 0) throw new RangeError('chances are all 0: the log holds no action of the policy');
  const value = log.rewards.reduce((weighted, reward, row) => weighted + weights[row] * reward, 0) / total;
  const scale = weights.length / total;
  return summarise(
    weights,
    log.rewards.map((reward, row) => value + scale * weights[row] * (reward - value)),
  );
}

/** Rewards as a model expects them of each decision's context; it must not have learnt from that decision. */
export interface ExpectedRewards {
  /** of the action that was taken */
  readonly logged: Float64Array;
  /** of the policy: the mean over its actions by their chances */
  readonly policy: Float64Array;
}

/**
 * Doubly robust (Dudík, Langford and Li 2011): what a model expects of the policy, corrected by the weighed error of the model
 * on what was logged. Right where either the propensities or the model are; a good model makes the error small.
 *
 * @throws RangeError as `estimateIps`
 */
export function estimateDoublyRobust(log: DecisionLog, chances: Float64Array, expected: ExpectedRewards): PolicyValue {
  const { weights, scores } = scoreDoublyRobust(log, { chances, expected });
  return summarise(weights, scores);
}

/** What a policy would do with logged decisions, and what is expected of it. */
export interface JudgedPolicy {
  /** for the action that was taken, a row a decision */
  readonly chances: Float64Array;
  readonly expected: ExpectedRewards;
}

/**
 * How much more the first policy is worth than the second, by the doubly robust scores of the same decisions: what both have in common
 * falls out, so that the error is that of what they do otherwise.
 *
 * @throws RangeError as `estimateIps`
 */
export function estimateDifference(
  log: DecisionLog,
  first: JudgedPolicy,
  second: JudgedPolicy,
): Pick<PolicyValue, 'value' | 'standardError'> {
  const [one, other] = [first, second].map((policy) => scoreDoublyRobust(log, policy));
  const { value, standardError } = summarise(
    one.weights,
    one.scores.map((score, row) => score - other.scores[row]),
  );
  return { value, standardError };
}

function scoreDoublyRobust(log: DecisionLog, { chances, expected }: JudgedPolicy) {
  const weights = weigh(log, chances);
  requireColumn('expected.logged', expected.logged, weights.length);
  requireColumn('expected.policy', expected.policy, weights.length);
  const scores = log.rewards.map(
    (reward, row) => expected.policy[row] + weights[row] * (reward - expected.logged[row]),
  );
  return { weights, scores };
}

/** @returns chances over propensities, once both can be: the weights of the decisions */
export function weigh({ propensities, rewards }: DecisionLog, chances: Float64Array): Float64Array {
  requireColumn('propensities', propensities, rewards.length);
  requireColumn('rewards', rewards, rewards.length);
  requireColumn('chances', chances, rewards.length);
  if (rewards.length < 2) throw new RangeError(`rewards must be of at least two decisions, not ${rewards.length}`);
  const impossible = propensities.findIndex((propensity) => !(propensity > 0 && propensity <= 1));
  if (impossible >= 0) {
    throw new RangeError(`propensities[${impossible}] must be above 0 and at most 1, not ${propensities[impossible]}`);
  }
  const wrong = chances.findIndex((chance) => !(chance >= 0 && chance <= 1));
  if (wrong >= 0) throw new RangeError(`chances[${wrong}] must be from 0 to 1, not ${chances[wrong]}`);
  return chances.map((chance, row) => chance / propensities[row]);
}

function requireColumn(name: string, column: Float64Array, length: number): void {
  if (column.length !== length) {
    throw new RangeError(`${name} must have ${length} elements, one a decision, not ${column.length}`);
  }
  const bad = column.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`${name}[${bad}] must be a finite number, not ${column[bad]}`);
}

/** The mean of the scores with its standard error, and what the weights say of how far it carries. */
export function summarise(weights: Float64Array, scores: Float64Array): PolicyValue {
  const count = scores.length;
  const value = sum(scores) / count;
  const squares = scores.reduce((total, score) => total + (score - value) ** 2, 0);
  const square = weights.reduce((total, weight) => total + weight * weight, 0);
  return {
    value,
    standardError: Math.sqrt(squares / (count - 1) / count),
    effectiveDecisions: square > 0 ? sum(weights) ** 2 / square : 0,
    largestWeight: weights.reduce((most, weight) => Math.max(most, weight), 0),
  };
}
