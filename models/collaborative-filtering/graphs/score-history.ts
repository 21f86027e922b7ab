import type { ItemNeighbours } from './item-neighbours.ts';

/** Stands in `because` where no history item speaks for a candidate. */
export const noItem = 0xffffffff;

/** Dense scores of one history; buffers are reused, `clear` must be called before the next history is scored. */
export interface HistoryScorer {
  /** by item; 0 where untouched */
  readonly scores: Float64Array;
  /** by touched item: the history item that contributed most, of equal ones the lower index */
  readonly because: Uint32Array;
  /** Adds up value × weight over the neighbours of every history item; returns the touched items in order of touch. */
  score(items: ArrayLike<number>, values: ArrayLike<number>): Uint32Array;
  clear(): void;
}

/** Scores histories by a graph, one after the other: `clear` before the next. Scratch: 12 bytes an item. */
export function createHistoryScorer(neighbours: ItemNeighbours): HistoryScorer {
  const { itemCount, offsets, neighbours: candidates, weights } = neighbours;
  const scores = new Float64Array(itemCount);
  const because = new Uint32Array(itemCount);
  const largest = new Float64Array(itemCount);
  const touched = new Uint32Array(itemCount);
  let count = 0;

  function score(items: ArrayLike<number>, values: ArrayLike<number>): Uint32Array {
    for (let position = 0; position < items.length; position++) {
      const item = items[position];
      const value = values[position];
      // An item that came after the training is nobody's neighbour yet.
      if (item >= itemCount || !(value > 0)) continue;
      for (let cell = offsets[item]; cell < offsets[item + 1]; cell++) {
        const candidate = candidates[cell];
        const contribution = value * weights[cell];
        if (!(contribution > 0)) continue;
        if (scores[candidate] === 0) touched[count++] = candidate;
        scores[candidate] += contribution;
        if (contribution > largest[candidate] || (contribution === largest[candidate] && item < because[candidate])) {
          largest[candidate] = contribution;
          because[candidate] = item;
        }
      }
    }
    return touched.subarray(0, count);
  }

  function clear(): void {
    for (let rank = 0; rank < count; rank++) {
      scores[touched[rank]] = 0;
      largest[touched[rank]] = 0;
    }
    count = 0;
  }

  return { scores, because, score, clear };
}
