/** The best `limit` of the offered items by score, ties by ascending item; `take` empties it. */
export interface TopSelector {
  offer(item: number, score: number): void;
  /** Best first; the arrays are reused by the next `take`. */
  take(): { count: number; items: Uint32Array; scores: Float64Array };
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
      if (count === limit) {
        for (let start = (limit >> 1) - 1; start >= 0; start--) siftDown(start, limit, items[start], scores[start]);
      }
    } else if (limit > 0 && isWorse(items[0], scores[0], item, score)) siftDown(0, limit, item, score);
  }

  function take(): { count: number; items: Uint32Array; scores: Float64Array } {
    const taken = count;
    if (taken < limit) for (let start = (taken >> 1) - 1; start >= 0; start--) siftDown(start, taken, items[start], scores[start]);
    for (let end = taken - 1; end > 0; end--) {
      const item = items[end];
      const score = scores[end];
      items[end] = items[0];
      scores[end] = scores[0];
      siftDown(0, end, item, score);
    }
    count = 0;
    return { count: taken, items, scores };
  }

  return { offer, take };
}

function isWorse(item: number, score: number, otherItem: number, otherScore: number): boolean {
  return score < otherScore || (score === otherScore && item > otherItem);
}
