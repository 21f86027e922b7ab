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
  return place < discounts.length ? discounts[place] : 1 / Math.log2(place + 2);
}

const discounts = Float64Array.from({ length: 1_024 }, (_, place) => 1 / Math.log2(place + 2));

/** So many places past those that count are looked at too: what stands just below them is what may come up. */
const placesBeyond = 10;

/**
 * Writes the derivatives of a loss that falls as NDCG rises: of two rows of one customer of which one is worth more, each is moved by
 * how unlikely their order is, times how much NDCG changes when they change places. Pairs count less the farther apart their scores
 * are, and a customer of many pairs not much more than one of few.
 *
 * @see Burges, From RankNet to LambdaRank to LambdaMART, MSR-TR-2010-82; what is said of pairs and customers last is LightGBM's
 * `lambdarank_norm`, measured better here than without
 * @param scores by row; ties stay in the order of the rows
 * @param places that count: of a pair one at least stands there, or just below
 */
export function writeLambdas(
  { offsets, gains, ideals }: Groups,
  scores: Float64Array,
  places: number,
  { gradients, hessians }: { gradients: Float64Array; hessians: Float64Array },
): void {
  gradients.fill(0);
  hessians.fill(0);
  for (let group = 0; group + 1 < offsets.length; group++) {
    const [start, end] = [offsets[group], offsets[group + 1]];
    if (!(ideals[group] > 0)) continue;
    const order = Uint32Array.from({ length: end - start }, (_, place) => start + place);
    order.sort((one, other) => scores[other] - scores[one] || one - other);
    const isApart = scores[order[0]] !== scores[order[order.length - 1]];
    let moved = 0;
    const counted = Math.min(places + placesBeyond, order.length);
    for (let first = 0; first < counted; first++) {
      const upper = order[first];
      for (let second = first + 1; second < order.length; second++) {
        const lower = order[second];
        const difference = gains[upper] - gains[lower];
        if (difference === 0) continue;
        const [better, worse] = difference > 0 ? [upper, lower] : [lower, upper];
        const lead = scores[better] - scores[worse];
        const swap = (Math.abs(difference) * (discountAt(first) - discountAt(second))) / ideals[group];
        const change = isApart ? swap / (0.01 + Math.abs(lead)) : swap;
        const unlikely = 1 / (1 + Math.exp(lead));
        const move = unlikely * change;
        const bend = unlikely * (1 - unlikely) * change;
        gradients[better] -= move;
        gradients[worse] += move;
        hessians[better] += bend;
        hessians[worse] += bend;
        moved += 2 * move;
      }
    }
    if (!(moved > 0)) continue;
    const share = Math.log2(1 + moved) / moved;
    for (let row = start; row < end; row++) {
      gradients[row] *= share;
      hessians[row] *= share;
    }
  }
}
