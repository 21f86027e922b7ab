import { weighDemand } from '../blend/weigh-demand.ts';
import type { Matrices } from '../facts.ts';
import type { Blend } from '../recipe.ts';
import type { Fold } from './folds.ts';
import { judgedPlaces, lookUpOwn, type Pools, rankPools } from './pools.ts';

/** One fold, its pools, and the matrices that a choice of half-lives gives. */
export interface JudgedFold {
  readonly fold: Fold;
  readonly pools: Pools;
  readonly matrices: Matrices;
}

/** NDCG of every judged customer, fold by fold. */
export function judgeBlend(folds: readonly JudgedFold[], weights: readonly number[], blend: Blend): Float64Array {
  const ndcg = new Float64Array(folds.reduce((sum, { fold }) => sum + fold.customers.length, 0));
  let first = 0;
  for (const judged of folds) {
    const { isRelevant, relevantCounts } = judged.pools;
    rank(judged, weights, blend, (customer, entries) => {
      let gain = 0;
      for (let place = 0; place < entries.length; place++)
        if (isRelevant[entries[place]] === 1) gain += discounts[place];
      ndcg[first + customer] = gain / ideals[Math.min(judgedPlaces, relevantCounts[customer])];
    });
    first += judged.fold.customers.length;
  }
  return ndcg;
}

/** What a blend's lists are like besides: means over the judged customers, coverage over the items ever listed. */
export function describeLists(folds: readonly JudgedFold[], weights: readonly number[], blend: Blend) {
  let [customers, recall, listed, information] = [0, 0, 0, 0];
  const shown = new Set<number>();
  const sellable = new Set<number>();
  for (const judged of folds) {
    const { pools, fold, matrices } = judged;
    const owners = countOwners(matrices);
    const allCustomers = matrices.interactions.rows;
    matrices.popularity.forEach((score, item) => {
      if (score > 0 && fold.facts.eligible?.[item] !== 0) sellable.add(item);
    });
    rank(judged, weights, blend, (customer, entries) => {
      customers++;
      let hits = 0;
      for (const entry of entries) {
        hits += pools.isRelevant[entry];
        shown.add(pools.items[entry]);
        information -= Math.log2(Math.max(1, owners[pools.items[entry]]) / allCustomers);
      }
      listed += entries.length;
      recall += hits / pools.relevantCounts[customer];
    });
  }
  return {
    recall: customers > 0 ? recall / customers : 0,
    coverage: sellable.size > 0 ? shown.size / sellable.size : 0,
    novelty: listed > 0 ? information / listed : 0,
  };
}

/** Whether one list is better than another beyond chance: the mean difference and its standard error. */
export function compareFigures(ours: Float64Array, theirs: Float64Array): { gain: number; error: number } {
  const count = ours.length;
  let [sum, squares] = [0, 0];
  for (let customer = 0; customer < count; customer++) {
    const difference = ours[customer] - theirs[customer];
    sum += difference;
    squares += difference * difference;
  }
  const gain = sum / count;
  return { gain, error: Math.sqrt(Math.max(0, squares / count - gain * gain) / count) };
}

function rank(
  { fold, pools, matrices }: JudgedFold,
  weights: readonly number[],
  blend: Blend,
  take: (customer: number, entries: Uint32Array) => void,
): void {
  const own = lookUpOwn(fold, pools, matrices.repurchases);
  const demand = weighDemand(matrices.popularity, blend);
  rankPools(pools, { weights, own, demand, blend }, take);
}

function countOwners({ interactions }: Matrices): Uint32Array {
  const owners = new Uint32Array(interactions.columns);
  for (const item of interactions.indices) owners[item]++;
  return owners;
}

const discounts = Float64Array.from({ length: judgedPlaces }, (_, place) => 1 / Math.log2(place + 2));
/** by number of relevant items: the gain of a list that has them all first */
const ideals = Float64Array.from({ length: judgedPlaces + 1 }, (_, count) =>
  discounts.subarray(0, count).reduce((sum, discount) => sum + discount, 0),
);
