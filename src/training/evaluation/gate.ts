import { bootstrapMean, type Interval, pairedBootstrap } from '../../../models/evaluation/index.ts';
import { say } from '../../sentences/index.ts';

/** The served list under one recipe against something else, on the same customers. */
export interface Comparison extends Interval {
  against: 'published-recipe' | 'popularity';
}

/** Whether a run may be released, and why. */
export interface GateVerdict {
  passed: boolean;
  /** a sentence for people */
  reason: string;
  comparisons: Comparison[];
  /** what is wrong with rules or segmentation; empty when nothing is */
  faults: string[];
}

const fewestCustomers = 30;
const bootstrapSamples = 1_000;

/** The mean of a figure over customers with its 95 % bootstrap interval. */
export function intervalOf(figures: Float64Array, seed: number): Interval {
  return bootstrapMean(figures, { seed, samples: bootstrapSamples });
}

/**
 * Compares two lists of figures, one for each customer, by the paired bootstrap.
 * @param figures NDCG@10 by customer of ours, and of what it is compared to
 */
export function compare(
  against: Comparison['against'],
  figures: { ours: Float64Array; other: Float64Array },
  seed: number,
): Comparison {
  const differences = figures.ours.map((value, customer) => value - figures.other[customer]);
  return { against, ...pairedBootstrap(differences, { seed, samples: bootstrapSamples }) };
}

/**
 * The gate compares recipes, not artefacts: tonight's and the published recipe are fitted before the same cut and judged on
 * the same customers. It refuses what is significantly worse (95 %) than plain popularity or than the published recipe, and
 * rules or clusters that cannot be right.
 * Nobody to judge by is no pass, but a shop must begin with something.
 *
 * @param input.isFirst nothing has been released yet
 * @param input.keepsBetter the published recipe won and is the one that is fitted on everything: it need not beat itself
 */
export function decide(input: {
  customers: number;
  comparisons: Comparison[];
  faults: string[];
  keepsBetter?: boolean;
  isFirst?: boolean;
}): GateVerdict {
  const { customers, comparisons, faults, keepsBetter = false, isFirst = false } = input;
  if (faults.length > 0)
    return { passed: false, reason: say('gate.not-valid', { faults: faults.join('; ') }), comparisons, faults };
  if (customers < fewestCustomers) {
    const reason = say(isFirst ? 'gate.too-few-first' : 'gate.too-few', { customers, needed: fewestCustomers });
    return { passed: isFirst, reason, comparisons, faults };
  }
  const written = ({ mean, low, high }: Comparison) => ({
    mean: mean.toFixed(4),
    low: low.toFixed(4),
    high: high.toFixed(4),
  });
  const worse = comparisons.find(({ against, high }) => high < 0 && !(keepsBetter && against === 'published-recipe'));
  if (worse) {
    const key = worse.against === 'popularity' ? 'gate.worse-than-popularity' : 'gate.worse-than-published';
    const reason = say(key, written(worse));
    return { passed: false, reason, comparisons, faults };
  }
  if (keepsBetter) {
    const published = comparisons.find(({ against }) => against === 'published-recipe');
    const reason = published ? say('gate.keeps-published', written(published)) : say('gate.passed', {});
    return { passed: true, reason, comparisons, faults };
  }
  return { passed: true, reason: say('gate.passed', {}), comparisons, faults };
}
