/**
 * Ranks of scores, 0 for the greatest, of equal ones the first one first. Sorts numbers alone: a comparison by a function costs more
 * than all else that is done with them.
 *
 * @param most scores at a time
 * @returns writes the ranks beside the scores, which stay as they are
 */
export function createRanks(most: number): (scores: ArrayLike<number>, ranks: Uint32Array, count: number) => void {
  const sorted = new Float64Array(most);
  const seen = new Uint32Array(most);
  return (scores, ranks, count) => {
    const values = sorted.subarray(0, count);
    for (let place = 0; place < count; place++) values[place] = scores[place];
    values.sort();
    seen.fill(0, 0, count);
    for (let place = 0; place < count; place++) {
      const score = scores[place];
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (values[middle] > score) high = middle;
        else low = middle + 1;
      }
      const greater = count - low;
      ranks[place] = greater + seen[greater]++;
    }
  };
}
