import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { Blend } from '../recipe.ts';
import { valuesOf } from '../transpose.ts';
import type { Pools } from './pools.ts';

/** Places that are judged. */
export const judgedPlaces = 20;

/** The customers' own purchases beside the entries of their pools. */
export function lookUpOwn(customers: Uint32Array, { offsets, items }: Pools, repurchases: SparseMatrix): Float32Array {
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

/** The lists of the first judgedPlaces that a blend gives to the customers of pools. */
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
  const { floor } = blend;
  const longest = offsets.reduce((most, end, place) => Math.max(most, end - (offsets[place - 1] ?? 0)), 0);
  const interest = new Float64Array(longest);
  const best = new Uint32Array(judgedPlaces);
  const scores = new Float64Array(judgedPlaces);
  for (let customer = 0; customer + 1 < offsets.length; customer++) {
    const [start, end] = [offsets[customer], offsets[customer + 1]];
    interest.fill(0, 0, end - start);
    for (let index = 0; index < weights.length; index++) {
      const [weight, taste] = [weights[index], tastes[index]];
      if (weight === 0) continue;
      for (let entry = start; entry < end; entry++) interest[entry - start] += weight * taste[entry];
    }
    let greatest = 0;
    for (let at = 0; at < end - start; at++) if (interest[at] > greatest) greatest = interest[at];
    const collaborative = greatest > 0 ? blend.collaborative / greatest : 0;
    let count = 0;
    let least = Number.NEGATIVE_INFINITY;
    for (let entry = start; entry < end; entry++) {
      const liking = interest[entry - start];
      const score = (own[entry] + (liking > 0 ? collaborative * liking : 0) + floor) * demand[items[entry]];
      if (count === judgedPlaces && score <= least) continue;
      let place = count < judgedPlaces ? count++ : judgedPlaces - 1;
      for (; place > 0 && scores[place - 1] < score; place--) {
        scores[place] = scores[place - 1];
        best[place] = best[place - 1];
      }
      scores[place] = score;
      best[place] = entry;
      least = scores[count - 1];
    }
    take(customer, best.subarray(0, count));
  }
}
