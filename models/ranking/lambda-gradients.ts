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

/**
 * Derivatives of a loss that falls as NDCG rises: of two rows of one customer of which one is worth more, each is moved by
 * how unlikely their order is, times how much NDCG changes when they change places. Pairs count less the farther apart their scores
 * are, and a customer of many pairs not much more than one of few.
 *
 * @see Burges, From RankNet to LambdaRank to LambdaMART, MSR-TR-2010-82; what is said of pairs and customers last is LightGBM's
 * `lambdarank_norm`, measured better here than without
 * @param places that count: of a pair one at least stands there, or just below
 */
export function createLambdaWriter({ offsets, gains, ideals }: Groups, places: number): LambdaWriter {
  /** of each customer the rows, best first at the scores that were looked at last: from tree to tree few change places */
  const order = Uint32Array.from(gains.keys());
  const largest = offsets.reduce((most, end, group) => Math.max(most, group > 0 ? end - offsets[group - 1] : 0), 0);
  const discounts = Float64Array.from({ length: largest }, (_, place) => discountAt(place));
  // By place: how far behind the first one, its exponential, what it is worth, and what its pairs say.
  const [behind, powers, worths, moves, bends] = Array.from({ length: 5 }, () => new Float64Array(largest));

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

  /** @returns how much all are moved together */
  function comparePairs(size: number, ideal: number): number {
    const isApart = behind[size - 1] !== 0;
    const counted = Math.min(places + placesBeyond, size);
    let moved = 0;
    for (let better = 0; better < size; better++) {
      if (worths[better] === 0) continue;
      const last = better < counted ? size : counted;
      for (let worse = 0; worse < last; worse++) {
        const difference = worths[better] - worths[worse];
        if (!(difference > 0)) continue;
        const swap = (difference * Math.abs(discounts[better] - discounts[worse])) / ideal;
        const change = isApart ? swap / (0.01 + Math.abs(behind[better] - behind[worse])) : swap;
        const unlikely = powers[worse] / (powers[better] + powers[worse]);
        const move = unlikely * change;
        const bend = move * (1 - unlikely);
        moves[better] -= move;
        moves[worse] += move;
        bends[better] += bend;
        bends[worse] += bend;
        moved += 2 * move;
      }
    }
    return moved;
  }

  return (scores, { gradients, hessians }) => {
    gradients.fill(0);
    hessians.fill(0);
    for (let group = 0; group + 1 < offsets.length; group++) {
      const [start, end] = [offsets[group], offsets[group + 1]];
      if (!(ideals[group] > 0)) continue;
      sort(start, end, scores);
      const size = end - start;
      for (let place = 0; place < size; place++) {
        const row = order[start + place];
        behind[place] = scores[row] - scores[order[start]];
        // What is so far behind that it would be nothing is next to nothing.
        powers[place] = Math.exp(Math.max(behind[place], -700));
        worths[place] = gains[row];
        moves[place] = 0;
        bends[place] = 0;
      }
      const moved = comparePairs(size, ideals[group]);
      if (!(moved > 0)) continue;
      const share = Math.log2(1 + moved) / moved;
      for (let place = 0; place < size; place++) {
        gradients[order[start + place]] = moves[place] * share;
        hessians[order[start + place]] = bends[place] * share;
      }
    }
  };
}
