import type { SparseMatrix } from '../../sparse-matrix.ts';
import { scaleOf } from '../blend/normalise.ts';
import type { Matrices } from '../facts.ts';
import type { Blend } from '../recipe.ts';
import { createTopSelector } from '../top-selector.ts';
import type { TrainedMethod } from '../trained-method.ts';
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

/** Gathers the pools of a fold under trained methods. Work: customers × items × methods. */
export function gatherPools(
  fold: Fold,
  { interactions, repurchases, popularity }: Matrices,
  methods: readonly TrainedMethod[],
  repurchase: 'allow' | 'exclude',
): Pools {
  const { columns: itemCount } = interactions;
  const { customers, relevant, facts } = fold;
  const values = valuesOf(interactions);
  const mayBeListed = Uint8Array.from(popularity, (score, item) => (score > 0 && facts.eligible?.[item] !== 0 ? 1 : 0));
  const selector = createTopSelector(Math.min(depth, itemCount));
  popularity.forEach((score, item) => {
    if (mayBeListed[item] === 1) selector.offer(item, score);
  });
  const bestSellers = selector.take().items.slice();
  const dense = methods.map(() => new Float32Array(itemCount));
  const state = new Uint8Array(itemCount);
  const [pooled, owned] = [1, 2];
  const competitors = new Uint32Array(itemCount);
  const items = createColumn(Uint32Array);
  const isRelevant = createColumn(Uint8Array);
  const tastes = methods.map(() => createColumn(Float32Array));
  const offsets = new Uint32Array(customers.length + 1);

  for (const [place, customer] of customers.entries()) {
    const row = { start: interactions.offsets[customer], end: interactions.offsets[customer + 1] };
    const bought = repurchases.indices.subarray(repurchases.offsets[customer], repurchases.offsets[customer + 1]);
    const history = {
      items: interactions.indices.subarray(row.start, row.end),
      values: values.subarray(row.start, row.end),
      customer,
    };
    if (repurchase === 'exclude') for (const item of bought) state[item] = owned;
    let count = 0;
    const pool = (item: number) => {
      if (state[item] !== 0 || mayBeListed[item] === 0) return;
      state[item] = pooled;
      competitors[count++] = item;
    };
    for (const item of bestSellers) pool(item);
    for (const item of bought) pool(item);
    const scales = methods.map((method, index) => {
      const scores = dense[index];
      method.score(history, scores);
      for (let item = 0; item < itemCount; item++) {
        if (scores[item] > 0 && mayBeListed[item] === 1 && state[item] !== owned) selector.offer(item, scores[item]);
      }
      const top = selector.take();
      for (const item of top.items) pool(item);
      return scaleOf(top.scores);
    });
    for (const item of competitors.subarray(0, count).sort()) {
      items.push(item);
      isRelevant.push(relevant[place].has(item) ? 1 : 0);
      for (let index = 0; index < methods.length; index++) tastes[index].push(dense[index][item] * scales[index]);
      state[item] = 0;
    }
    for (const item of bought) state[item] = 0;
    offsets[place + 1] = offsets[place] + count;
  }
  return {
    offsets,
    items: items.take(),
    isRelevant: isRelevant.take(),
    relevantCounts: Uint32Array.from(relevant, ({ size }) => size),
    tastes: tastes.map((taste) => taste.take()),
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
