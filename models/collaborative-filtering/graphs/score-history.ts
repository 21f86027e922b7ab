import type { ItemNeighbours } from './item-neighbours.ts';

/** Stands in `because` where no history item speaks for a candidate. */
export const noItem = 0xffffffff;

/** Dense scores of one history; buffers are reused, `clear` must be called before the next history is scored. */
export interface HistoryScorer {
  /** by item; 0 where untouched */
  readonly scores: Float64Array;
  /** Adds up value × weight over the neighbours of every history item; returns the touched items in order of touch. */
  score(items: ArrayLike<number>, values: ArrayLike<number>): Uint32Array;
  /** Of each candidate the item of the last history that contributed most, of equal ones the lower; noItem where none did. */
  explain(candidates: Uint32Array): Uint32Array;
  clear(): void;
}

/** Scores histories by a graph, one after the other: `clear` before the next. Scratch: 16 bytes an item. */
export function createHistoryScorer(neighbours: ItemNeighbours): HistoryScorer {
  const { itemCount, offsets, neighbours: candidates, weights } = neighbours;
  const scores = new Float64Array(itemCount);
  const touched = new Uint32Array(itemCount);
  const places = new Int32Array(itemCount).fill(-1);
  let history: { items: ArrayLike<number>; values: ArrayLike<number> } = { items: [], values: [] };
  let count = 0;

  function score(items: ArrayLike<number>, values: ArrayLike<number>): Uint32Array {
    history = { items, values };
    for (let position = 0; position < items.length; position++) {
      const item = items[position];
      const value = values[position];
      // An item that came after the training is nobody's neighbour yet.
      if (item >= itemCount || !(value > 0)) continue;
      const end = offsets[item + 1];
      for (let cell = offsets[item]; cell < end; cell++) {
        const candidate = candidates[cell];
        const sum = scores[candidate];
        if (sum === 0) touched[count++] = candidate;
        scores[candidate] = sum + value * weights[cell];
      }
    }
    return touched.subarray(0, count);
  }

  function explain(asked: Uint32Array): Uint32Array {
    const because = new Uint32Array(asked.length).fill(noItem);
    const largest = new Float64Array(asked.length);
    for (let place = 0; place < asked.length; place++) places[asked[place]] = place;
    const { items, values } = history;
    for (let position = 0; position < items.length; position++) {
      const item = items[position];
      const value = values[position];
      if (item >= itemCount || !(value > 0)) continue;
      const end = offsets[item + 1];
      for (let cell = offsets[item]; cell < end; cell++) {
        const place = places[candidates[cell]];
        if (place < 0) continue;
        const contribution = value * weights[cell];
        if (contribution > largest[place] || (contribution === largest[place] && item < because[place])) {
          largest[place] = contribution;
          because[place] = item;
        }
      }
    }
    for (let place = 0; place < asked.length; place++) places[asked[place]] = -1;
    return because;
  }

  function clear(): void {
    for (let rank = 0; rank < count; rank++) scores[touched[rank]] = 0;
    count = 0;
  }

  return { scores, score, explain, clear };
}
