/** The best `limit` of the offered items by score, ties by ascending item; `take` empties it. */
export interface TopSelector {
  offer(item: number, score: number): void;
  /** Best first; views that hold until the next `offer`. */
  take(): { items: Uint32Array; scores: Float64Array };
}

/** A bounded heap with the worst kept item at its root: linear in what is offered, for a small limit. */
export function createTopSelector(limit: number): TopSelector {
  const items = new Uint32Array(limit);
  const scores = new Float64Array(limit);
  let count = 0;

  /** Puts an entry into the heap's hole at `start`, moving worse ones up. */
  function siftDown(start: number, end: number, item: number, score: number): void {
    let hole = start;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= end) break;
      const right = child + 1;
      if (right < end && isWorse(items[right], scores[right], items[child], scores[child])) child = right;
      if (!isWorse(items[child], scores[child], item, score)) break;
      items[hole] = items[child];
      scores[hole] = scores[child];
      hole = child;
    }
    items[hole] = item;
    scores[hole] = score;
  }

  function offer(item: number, score: number): void {
    if (count < limit) {
      items[count] = item;
      scores[count] = score;
      count++;
      if (count === limit) heapify();
    } else if (limit > 0 && isWorse(items[0], scores[0], item, score)) {
      siftDown(0, limit, item, score);
    }
  }

  /** Leaves every entry no better than its children. */
  function heapify(): void {
    for (let start = (count >> 1) - 1; start >= 0; start--) siftDown(start, count, items[start], scores[start]);
  }

  function take(): { items: Uint32Array; scores: Float64Array } {
    if (count < limit) heapify();
    const taken = count;
    for (let end = taken - 1; end > 0; end--) {
      const item = items[end];
      const score = scores[end];
      items[end] = items[0];
      scores[end] = scores[0];
      siftDown(0, end, item, score);
    }
    count = 0;
    return { items: items.subarray(0, taken), scores: scores.subarray(0, taken) };
  }

  return { offer, take };
}

function isWorse(item: number, score: number, otherItem: number, otherScore: number): boolean {
  return score < otherScore || (score === otherScore && item > otherItem);
}
