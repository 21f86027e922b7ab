import { coverageAt, hitAt, ndcgAt, recallAt } from './metrics.ts';
import type { TimeSplit } from './splits.ts';

export interface Judgement {
  /** means over the judged customers */
  readonly ndcg: number;
  readonly recall: number;
  readonly hitRate: number;
  readonly coverage: number;
  /** beside the split's customers, for paired comparison */
  readonly ndcgByCustomer: Float64Array;
  readonly recallByCustomer: Float64Array;
}

/**
 * Judges the lists that a recommender gives to the split's customers, at the first `k` places.
 *
 * @param listFor the list of a customer, best first, from everything sellable at the cut
 * @param sellable how many items were sellable at the cut
 * @returns all figures 0 where there is nobody to judge
 */
export function judgeLists(
  { customers, relevant }: Pick<TimeSplit, 'customers' | 'relevant'>,
  listFor: (customer: number) => ArrayLike<number>,
  { k, sellable }: { k: number; sellable: number },
): Judgement {
  const lists = Array.from(customers, listFor);
  const measure = (metric: typeof ndcgAt) =>
    Float64Array.from(lists, (list, index) => metric(k, list, relevant[index]!));
  const ndcgByCustomer = measure(ndcgAt);
  const recallByCustomer = measure(recallAt);
  return {
    ndcg: mean(ndcgByCustomer),
    recall: mean(recallByCustomer),
    hitRate: mean(measure(hitAt)),
    coverage: coverageAt(k, lists, sellable),
    ndcgByCustomer,
    recallByCustomer,
  };
}

/** 0 for no values. */
export function mean(values: Float64Array): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}
