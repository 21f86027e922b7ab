import type { Kernels } from '../kernels/index.ts';

/** What was bought of what competed, customer by customer. */
export interface Groups {
  /** rows of customer n: offsets[n] .. offsets[n + 1] */
  readonly offsets: Uint32Array;
  /** by row: what it is worth to have it first, 0 for nothing, at least 0 */
  readonly gains: Float32Array;
  /** by customer: the discounted gain of the best list of all that was bought, whether it competed or not */
  readonly ideals: Float64Array;
}

/** What a place is worth, from 0 on. */
export function discountAt(place: number): number {
  return 1 / Math.log2(place + 2);
}

/** So many places past those that count are looked at too: what stands just below them is what may come up. */
const placesBeyond = 10;

/** Writes the derivatives at these scores, by row; of rows with the same score the first one stands first. */
export type LambdaWriter = (
  scores: Float64Array,
  derivatives: { readonly gradients: Float64Array; readonly hessians: Float64Array },
) => void;

/** Groups whose pairs are compared by one part of the work. */
const groupsAPart = 64;

/** What the pairs of these groups take of a kernels' memory. */
export function lambdaBytes({ offsets, gains }: Groups): number {
  return 8 * (5 * gains.length + 3 * offsets.length + widest(offsets)) + 1_024;
}

/**
 * Derivatives of a loss that falls as NDCG rises: of two rows of one customer of which one is worth more, each is moved by
 * how unlikely their order is, times how much NDCG changes when they change places. Pairs count less the farther apart their scores
 * are, and a customer of many pairs not much more than one of few.
 *
 * @see Burges, From RankNet to LambdaRank to LambdaMART, MSR-TR-2010-82; what is said of pairs and customers last is LightGBM's
 * `lambdarank_norm`, measured better here than without
 * @param kernels of trees, with `lambdaBytes` left; they may share the work, which gives the same bytes
 * @param places that count: of a pair one at least stands there, or just below
 */
export function createLambdaWriter(kernels: Kernels, { offsets, gains, ideals }: Groups, places: number): LambdaWriter {
  /** of each customer the rows, best first at the scores that were looked at last: from tree to tree few change places */
  const order = new Uint32Array(gains.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  const groupCount = offsets.length - 1;
  const discounts = kernels.float64(widest(offsets));
  for (let place = 0; place < discounts.length; place++) discounts[place] = discountAt(place);
  // By place of the lists, one after the other: how far behind the first one, its exponential, what it is worth, and what its pairs say.
  const [behind, powers, worths, moves, bends] = Array.from({ length: 5 }, () => kernels.float64(gains.length));
  const moved = kernels.float64(groupCount);
  const shared = [kernels.keepFloat64(ideals), discounts].map(({ byteOffset }) => byteOffset);
  const byPlace = [behind, powers, worths, moves, bends, moved].map(({ byteOffset }) => byteOffset);
  const { byteOffset: ends } = kernels.keepUint32(offsets);
  const parts = Array.from({ length: Math.ceil(groupCount / groupsAPart) }, (_, part) => {
    const first = part * groupsAPart;
    return [ends, first, Math.min(groupCount, first + groupsAPart), ...shared, places + placesBeyond, ...byPlace];
  });

  function sort(start: number, end: number, scores: Float64Array): void {
    for (let place = start + 1; place < end; place++) {
      const row = order[place];
      const score = scores[row];
      let hole = place;
      for (; hole > start; hole--) {
        const other = order[hole - 1];
        if (!(scores[other] < score || (scores[other] === score && other > row))) break;
        order[hole] = other;
      }
      order[hole] = row;
    }
  }

  return (scores, { gradients, hessians }) => {
    for (let group = 0; group < groupCount; group++) {
      const [start, end] = [offsets[group], offsets[group + 1]];
      sort(start, end, scores);
      for (let place = start; place < end; place++) {
        const row = order[place];
        behind[place] = scores[row] - scores[order[start]];
        // What is so far behind that it would be nothing is next to nothing.
        powers[place] = Math.exp(Math.max(behind[place], -700));
        worths[place] = gains[row];
      }
    }
    moves.fill(0);
    bends.fill(0);
    kernels.run('comparePairs', parts);
    for (let group = 0; group < groupCount; group++) {
      const share = moved[group] > 0 ? Math.log2(1 + moved[group]) / moved[group] : 0;
      for (let place = offsets[group]; place < offsets[group + 1]; place++) {
        gradients[order[place]] = moves[place] * share;
        hessians[order[place]] = bends[place] * share;
      }
    }
  };
}

function widest(offsets: Uint32Array): number {
  let most = 0;
  for (let group = 0; group + 1 < offsets.length; group++) most = Math.max(most, offsets[group + 1] - offsets[group]);
  return most;
}
