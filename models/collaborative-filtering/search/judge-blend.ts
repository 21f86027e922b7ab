import { weighDemand } from '../blend/weigh-demand.ts';
import type { Matrices } from '../facts.ts';
import type { Blend } from '../recipe.ts';
import type { Pools } from './pools.ts';
import { judgedPlaces, lookUpOwn, rankPools } from './rank-pools.ts';

/** Some customers, their pools, and the matrices that a choice of half-lives gives. */
export interface JudgedPools {
  readonly customers: Uint32Array;
  readonly pools: Pools;
  readonly matrices: Matrices;
}

/** What lists are like, in sums that can be added up over customers. */
export interface ListSums {
  customers: number;
  recall: number;
  listed: number;
  /** self-information of what is listed, in bits */
  information: number;
  /** the items listed */
  readonly shown: Set<number>;
}

/** What lists are made of in pools. */
export interface PoolBlend {
  /** beside the pools' tastes */
  readonly weights: readonly number[];
  readonly blend: Blend;
}

/** NDCG of every customer of the pools. */
export function judgeBlend({ judged, ...by }: PoolBlend & { readonly judged: JudgedPools }): Float64Array {
  const { isRelevant, relevantCounts } = judged.pools;
  const ndcg = new Float64Array(judged.customers.length);
  rank(judged, by, (customer, entries) => {
    let gain = 0;
    for (let place = 0; place < entries.length; place++) if (isRelevant[entries[place]] === 1) gain += discounts[place];
    ndcg[customer] = gain / ideals[Math.min(judgedPlaces, relevantCounts[customer])];
  });
  return ndcg;
}

/** NDCG at the judged places of one list. */
export function ndcgOf(items: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  let gain = 0;
  for (let place = 0; place < Math.min(judgedPlaces, items.length); place++) {
    if (relevant.has(items[place])) gain += discounts[place];
  }
  return gain / ideals[Math.min(judgedPlaces, relevant.size)];
}

/** Adds what a blend's lists are like. @param owners by item: how many of the interactions' customers have it */
export function addLists(
  sums: ListSums,
  judged: JudgedPools,
  { owners, ...by }: PoolBlend & { readonly owners: Uint32Array },
): void {
  const { pools, matrices } = judged;
  const allCustomers = matrices.interactions.rows;
  rank(judged, by, (customer, entries) => {
    let hits = 0;
    for (const entry of entries) {
      hits += pools.isRelevant[entry];
      sums.shown.add(pools.items[entry]);
      sums.information -= Math.log2(Math.max(1, owners[pools.items[entry]]) / allCustomers);
    }
    sums.customers++;
    sums.listed += entries.length;
    sums.recall += hits / pools.relevantCounts[customer];
  });
}

/** Figures of customers who follow each other. */
export function joinFigures(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
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
  { customers, pools, matrices }: JudgedPools,
  { weights, blend }: PoolBlend,
  take: (customer: number, entries: Uint32Array) => void,
): void {
  const own = lookUpOwn(customers, pools, matrices.repurchases);
  const demand = weighDemand(matrices.popularity, blend);
  rankPools(pools, { weights, own, demand, blend }, take);
}

const discounts = Float64Array.from({ length: judgedPlaces }, (_, place) => 1 / Math.log2(place + 2));
/** by number of relevant items: the gain of a list that has them all first */
const ideals = Float64Array.from({ length: judgedPlaces + 1 }, (_, count) =>
  discounts.subarray(0, count).reduce((sum, discount) => sum + discount, 0),
);
