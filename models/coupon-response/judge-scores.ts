import { compareMeans, describeArms, type Estimate } from '../campaign-effect/index.ts';
import { seededRandom } from '../random.ts';
import { qiniOfRanking, type RandomisedTrial, type Ranking, rankByScore } from './qini.ts';

/** Ways to say who should get the coupon. */
export const policies = ['uplift', 'response', 'random', 'treat-all', 'treat-none'] as const;
/** A way to say who should get the coupon. */
export type Policy = (typeof policies)[number];

/** What one policy is worth on customers whom no model has seen. */
export interface PolicyJudgement {
  readonly policy: Policy;
  /** `qiniCoefficient` and its 95 % bootstrap interval; 0 for those that treat everybody alike */
  readonly qini: Estimate;
  /** the better half of the customers for those that rank */
  readonly treatedShare: number;
  /** outcomes that come of treating that share, for each 1,000 of all customers */
  readonly addedPerThousand: number;
}

/** The policies side by side on the same customers. */
export interface ResponseJudgement {
  /** rate of the outcome with the coupon less that without */
  readonly averageEffect: Estimate;
  readonly policies: readonly PolicyJudgement[];
  /** Qini of the uplift model less the better of the response model's and zero, paired */
  readonly advantage: Estimate;
}

export interface JudgeOptions {
  readonly samples: number;
  readonly seed: number;
}

/**
 * Judges scores of customers whom their model has not seen, beside what needs no uplift model. Intervals are percentiles of
 * the same bootstrap samples of the customers (Efron 1979); in each the better of the response model and zero is taken anew.
 *
 * @param scores by customer: what the coupon is said to add, and the probability of the outcome whatever it comes from
 * @param trial beside them: who was treated, by chance, and who had the outcome
 */
export function judgeScores(
  scores: { readonly uplift: Float64Array; readonly response: Float64Array },
  trial: RandomisedTrial,
  { samples, seed }: JudgeOptions,
): ResponseJudgement {
  const random = seededRandom(seed);
  const customers = trial.treated.length;
  const rankings = {
    uplift: rankByScore(scores.uplift, trial),
    response: rankByScore(scores.response, trial),
    random: rankByScore(Float64Array.from({ length: customers }, random), trial),
  };
  const qinis = { uplift: sampleOf(samples), response: sampleOf(samples), random: sampleOf(samples) };
  const advantages = sampleOf(samples);
  const times = new Uint16Array(customers);
  for (let sample = 0; sample < samples; sample++) {
    times.fill(0);
    for (let draw = 0; draw < customers; draw++) times[(random() * customers) >>> 0]++;
    for (const policy of ['uplift', 'response', 'random'] as const) {
      qinis[policy][sample] = qiniOfRanking(rankings[policy], times);
    }
    advantages[sample] = qinis.uplift[sample] - Math.max(0, qinis.response[sample]);
  }
  const own = {
    uplift: qiniOfRanking(rankings.uplift),
    response: qiniOfRanking(rankings.response),
    random: qiniOfRanking(rankings.random),
  };
  const everybody = compareMeans(describeArms(Float64Array.from(trial.outcomes), trial.treated)).difference;
  const nothing = { value: 0, low: 0, high: 0 };
  return {
    averageEffect: everybody,
    policies: policies.map((policy) => {
      if (policy === 'treat-none') return { policy, qini: nothing, treatedShare: 0, addedPerThousand: 0 };
      if (policy === 'treat-all') {
        return { policy, qini: nothing, treatedShare: 1, addedPerThousand: 1000 * everybody.value };
      }
      const added = addByBetterHalf(rankings[policy]);
      return { policy, qini: interval(own[policy], qinis[policy]), treatedShare: 0.5, addedPerThousand: 1000 * added };
    }),
    advantage: interval(own.uplift - Math.max(0, own.response), advantages),
  };
}

function sampleOf(count: number): Float64Array {
  return new Float64Array(count);
}

/** Effect among the better half, times a half; of equal scores across its border, each customer counts in part. */
function addByBetterHalf({ order, kinds, isLast }: Ranking): number {
  const better = [0, 0, 0, 0];
  let left = order.length / 2;
  for (let first = 0; first < order.length && left > 0; ) {
    const end = isLast.indexOf(1, first) + 1;
    const share = Math.min(1, left / (end - first));
    for (let place = first; place < end; place++) better[kinds[place]] += share;
    left -= end - first;
    first = end;
  }
  const rate = (without: number, withOutcome: number) => withOutcome / (without + withOutcome || 1);
  return (rate(better[2], better[3]) - rate(better[0], better[1])) / 2;
}

/** The 2.5 % and 97.5 % points of the samples. */
function interval(value: number, samples: Float64Array): Estimate {
  const sorted = samples.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return { value, low: at(0.025), high: at(0.975) };
}
