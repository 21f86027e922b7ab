import { mean } from '../statistics.ts';
import {
  averagePrecisionAt,
  coverageAt,
  hitAt,
  ndcgAt,
  noveltyAt,
  precisionAt,
  recallAt,
  reciprocalRankAt,
} from './metrics.ts';
import type { TestSet } from './splits.ts';

/** Figures of one list; each has a value for every judged customer and a mean over them. */
export const listMetrics = {
  ndcg: ndcgAt,
  recall: recallAt,
  precision: precisionAt,
  hitRate: hitAt,
  mrr: reciprocalRankAt,
  map: averagePrecisionAt,
} as const;
/** A figure of one list; see `listMetrics`. */
export type ListMetric = keyof typeof listMetrics;

/** Means over the judged customers, and what the lists are like as a whole. */
export interface ListJudgement extends Readonly<Record<ListMetric, number>> {
  readonly coverage: number;
  /** mean self-information of what is listed, in bits; 0 unless owners were given */
  readonly novelty: number;
  readonly byCustomer: Readonly<Record<ListMetric, Float64Array>>;
  /** beside the judged customers, for paired comparison */
  readonly ndcgByCustomer: Float64Array;
  readonly recallByCustomer: Float64Array;
}

/**
 * Judges the lists that a recommender gives to the held-out customers, at the first `k` places.
 *
 * @param listFor the list of a customer, best first, from everything sellable at the cut
 * @param options.sellable how many items were sellable at the cut
 * @param options.owned for novelty: how many of how many customers have each item
 * @returns all figures 0 where there is nobody to judge
 */
export function judgeLists(
  { customers, relevant }: TestSet,
  listFor: (customer: number) => ArrayLike<number>,
  options: { k: number; sellable: number; owned?: { owners: ArrayLike<number>; customers: number } },
): ListJudgement {
  const { k, sellable, owned } = options;
  const lists = Array.from(customers, listFor);
  const figures = Object.entries(listMetrics).map(([name, metric]) => [
    name,
    Float64Array.from(lists, (list, index) => metric(k, list, relevant[index])),
  ]);
  const byCustomer = Object.fromEntries(figures) as Record<ListMetric, Float64Array>;
  const means = Object.fromEntries(Object.entries(byCustomer).map(([name, values]) => [name, mean(values)])) as Record<
    ListMetric,
    number
  >;
  return {
    ...means,
    coverage: coverageAt(k, lists, sellable),
    novelty: owned ? noveltyAt(k, lists, owned) : 0,
    byCustomer,
    ndcgByCustomer: byCustomer.ndcg,
    recallByCustomer: byCustomer.recall,
  };
}
