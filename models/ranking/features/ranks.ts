/** Scores are first parted into so many ranges, each of which holds few of them. */
const ranges = 512;

/**
 * Ranks of scores, 0 for the greatest, of equal ones the first one first. As single-precision bits, numbers are parted by their
 * logarithm, more or less: whatever their scale, few come together, and what is left to compare is little.
 *
 * @param most scores at a time
 * @returns writes the ranks beside the scores, none of them NaN, which stay as they are
 */
export function createRanks(most: number): (scores: Float64Array, ranks: Uint32Array, count: number) => void {
  const singles = new Float32Array(most);
  const keys = new Int32Array(singles.buffer);
  const ends = new Uint32Array(ranges);
  const order = new Uint32Array(most);

  function part(scores: Float64Array, count: number): void {
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let place = 0; place < count; place++) {
      // Of zeros one is like the other.
      singles[place] = scores[place] + 0;
      // Bits of numbers below 0 rise as these fall.
      const key = keys[place] ^ ((keys[place] >> 31) & 0x7fffffff);
      keys[place] = key;
      if (key < least) least = key;
      if (key > greatest) greatest = key;
    }
    const scale = (ranges - 1) / Math.max(1, greatest - least);
    ends.fill(0);
    for (let place = 0; place < count; place++) {
      keys[place] = (greatest - keys[place]) * scale;
      ends[keys[place]]++;
    }
    for (let range = 1; range < ranges; range++) ends[range] += ends[range - 1];
    for (let place = count - 1; place >= 0; place--) order[--ends[keys[place]]] = place;
  }

  return (scores, ranks, count) => {
    part(scores, count);
    for (let rank = 1; rank < count; rank++) {
      const place = order[rank];
      let hole = rank;
      for (; hole > 0 && scores[order[hole - 1]] < scores[place]; hole--) order[hole] = order[hole - 1];
      order[hole] = place;
    }
    for (let rank = 0; rank < count; rank++) ranks[order[rank]] = rank;
  };
}
