import type { SparseMatrix } from '../../sparse-matrix.ts';
import { createMember, customersTogether, type Member } from '../blend/members.ts';
import { scaleOf } from '../blend/normalise.ts';
import type { Matrices } from '../facts.ts';
import type { Blend } from '../recipe.ts';
import { createTopSelector } from '../top-selector.ts';
import type { TrainedModel } from '../trained-model.ts';
import { valuesOf } from '../transpose.ts';
import type { Fold } from './folds.ts';

/** Places that are judged. */
export const judgedPlaces = 20;
/** Best items of every method, and best sellers, that compete for them. */
const depth = 120;

/**
 * What competes for the lists of a fold's customers: whatever one of several methods or popularity ranks high, and what the
 * customer has bought. Blends of the methods can then be judged without training anything again.
 */
export interface Pools {
  /** customer n of the fold: entries offsets[n] .. offsets[n + 1] */
  readonly offsets: Uint32Array;
  /** ascending within a customer */
  readonly items: Uint32Array;
  /** 1 where the entry was held out */
  readonly isRelevant: Uint8Array;
  /** by customer: how many items were held out */
  readonly relevantCounts: Uint32Array;
  /** of each method: its score of every entry, brought to one scale */
  readonly tastes: readonly Float32Array[];
}

/**
 * Gathers the pools of a fold under trained models. Work: what each model knows of a customer's history, factors excepted,
 * which are scored against every item, many customers together.
 */
export function gatherPools(
  fold: Fold,
  matrices: Matrices,
  models: readonly TrainedModel[],
  repurchase: 'allow' | 'exclude',
): Pools {
  const { customers, relevant } = fold;
  const { columns: itemCount } = matrices.interactions;
  const eligible = Uint8Array.from(matrices.popularity, (score, item) =>
    score > 0 && fold.facts.eligible?.[item] !== 0 ? 1 : 0,
  );
  const excluded = repurchase === 'exclude' ? matrices.repurchases : undefined;
  const members = models.map((model) => createMember(model, { limit: Math.min(depth, itemCount), eligible, excluded }));
  const pool = createPool(matrices, { eligible, excludesOwn: repurchase === 'exclude' });
  const scores = new Float64Array(itemCount);
  const items = createColumn(Uint32Array);
  const isRelevant = createColumn(Uint8Array);
  const tastes = models.map(() => createColumn(Float32Array));
  const offsets = new Uint32Array(customers.length + 1);
  for (let place = 0; place < customers.length; place++) {
    if (place % customersTogether === 0) {
      for (const member of members) member.expect(customers.subarray(place, place + customersTogether));
    }
    const { entries, scales } = pool.gather(customers[place], members);
    for (const item of entries) {
      items.push(item);
      isRelevant.push(relevant[place].has(item) ? 1 : 0);
    }
    members.forEach((member, index) => {
      member.lookUp(entries, scores);
      for (let rank = 0; rank < entries.length; rank++) tastes[index].push(Math.fround(scores[rank]) * scales[index]);
      member.clear();
    });
    offsets[place + 1] = offsets[place] + entries.length;
  }
  return {
    offsets,
    items: items.take(),
    isRelevant: isRelevant.take(),
    relevantCounts: Uint32Array.from(relevant, ({ size }) => size),
    tastes: tastes.map((taste) => taste.take()),
  };
}

/** Finds what competes for one customer's list after the other's. */
function createPool(
  { interactions, repurchases, popularity }: Matrices,
  { eligible, excludesOwn }: { eligible: Uint8Array; excludesOwn: boolean },
) {
  const itemCount = interactions.columns;
  const values = valuesOf(interactions);
  const selector = createTopSelector(Math.min(depth, itemCount));
  popularity.forEach((score, item) => {
    if (eligible[item] === 1) selector.offer(item, score);
  });
  const bestSellers = selector.take().items.slice();
  const state = new Uint8Array(itemCount);
  const [pooled, owned] = [1, 2];
  const competitors = new Uint32Array(itemCount);
  const scores = new Float64Array(itemCount);
  let count = 0;

  function enter(item: number): void {
    if (state[item] !== 0 || eligible[item] === 0) return;
    state[item] = pooled;
    competitors[count++] = item;
  }

  /** Lets a member's best compete. @returns what its scores are multiplied by */
  function enterBest(liked: Uint32Array): number {
    for (let rank = 0; rank < liked.length; rank++) {
      const item = liked[rank];
      // Scores are compared as they are kept.
      const score = Math.fround(scores[rank]);
      if (score > 0 && eligible[item] === 1 && state[item] !== owned) selector.offer(item, score);
    }
    const top = selector.take();
    for (const item of top.items) enter(item);
    return scaleOf(top.scores);
  }

  return {
    /** @returns the entries, ascending, and by member what its scores are multiplied by; views that hold until the next call */
    gather(customer: number, members: readonly Member[]) {
      const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
      const history = {
        items: interactions.indices.subarray(start, end),
        values: values.subarray(start, end),
        customer,
      };
      const bought = repurchases.indices.subarray(repurchases.offsets[customer], repurchases.offsets[customer + 1]);
      count = 0;
      if (excludesOwn) for (const item of bought) state[item] = owned;
      for (const item of bestSellers) enter(item);
      for (const item of bought) enter(item);
      const scales = members.map((member) => {
        const liked = member.score(history);
        member.lookUp(liked, scores);
        return enterBest(liked);
      });
      const entries = competitors.subarray(0, count).sort();
      for (const item of entries) state[item] = 0;
      for (const item of bought) state[item] = 0;
      return { entries, scales };
    },
  };
}

/** A typed array that grows. */
function createColumn<Values extends Uint32Array | Uint8Array | Float32Array>(kind: new (length: number) => Values) {
  let values = new kind(1_024);
  let length = 0;
  return {
    push(value: number): void {
      if (length === values.length) {
        const longer = new kind(2 * length);
        longer.set(values);
        values = longer;
      }
      values[length++] = value;
    },
    take: () => values.slice(0, length) as Values,
  };
}

/** The customers' own purchases beside the entries of their pools. */
export function lookUpOwn({ customers }: Fold, { offsets, items }: Pools, repurchases: SparseMatrix): Float32Array {
  const values = valuesOf(repurchases);
  const own = new Float32Array(items.length);
  for (const [place, customer] of customers.entries()) {
    let entry = offsets[place];
    for (let cell = repurchases.offsets[customer]; cell < repurchases.offsets[customer + 1]; cell++) {
      while (entry < offsets[place + 1] && items[entry] < repurchases.indices[cell]) entry++;
      if (entry < offsets[place + 1] && items[entry] === repurchases.indices[cell]) own[entry] = values[cell];
    }
  }
  return own;
}

/** The lists of the first judgedPlaces that a blend gives the fold's customers. */
export function rankPools(
  pools: Pools,
  parts: {
    /** beside the pools' tastes */
    readonly weights: readonly number[];
    readonly own: Float32Array;
    /** by item */
    readonly demand: Float64Array;
    readonly blend: Blend;
  },
  /** entries of the pools, best first; a view that holds until the next call */
  take: (customer: number, entries: Uint32Array) => void,
): void {
  const { offsets, items, tastes } = pools;
  const { weights, own, demand, blend } = parts;
  const longest = offsets.reduce((most, end, place) => Math.max(most, end - (offsets[place - 1] ?? 0)), 0);
  const interest = new Float64Array(longest);
  const best = new Uint32Array(judgedPlaces);
  const scores = new Float64Array(judgedPlaces);
  for (let customer = 0; customer + 1 < offsets.length; customer++) {
    const [start, end] = [offsets[customer], offsets[customer + 1]];
    interest.fill(0);
    for (const [index, weight] of weights.entries()) {
      if (weight === 0) continue;
      const taste = tastes[index];
      for (let entry = start; entry < end; entry++) interest[entry - start] += weight * taste[entry];
    }
    let greatest = 0;
    for (let at = 0; at < end - start; at++) greatest = Math.max(greatest, interest[at]);
    const collaborative = greatest > 0 ? blend.collaborative / greatest : 0;
    let count = 0;
    for (let entry = start; entry < end; entry++) {
      const wanted = own[entry] + collaborative * Math.max(0, interest[entry - start]) + blend.floor;
      const score = wanted * demand[items[entry]];
      if (count === judgedPlaces && score <= scores[count - 1]) continue;
      let place = count < judgedPlaces ? count++ : judgedPlaces - 1;
      for (; place > 0 && scores[place - 1] < score; place--) {
        scores[place] = scores[place - 1];
        best[place] = best[place - 1];
      }
      scores[place] = score;
      best[place] = entry;
    }
    take(customer, best.subarray(0, count));
  }
}
