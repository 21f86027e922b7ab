/** Puts an entry into a place of a heap whose root is the worst, and down to where nothing below it is worse. */
export function sink(scores: usize, items: usize, hole: i32, size: i32, score: f32, item: u32): void {
  for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
    let childScore = f32.load(scores + (<usize>child << 2));
    let childItem = load<u32>(items + (<usize>child << 2));
    if (child + 1 < size) {
      const otherScore = f32.load(scores + (<usize>child << 2), 4);
      const otherItem = load<u32>(items + (<usize>child << 2), 4);
      if (isWorse(otherScore, otherItem, childScore, childItem)) {
        child++;
        childScore = otherScore;
        childItem = otherItem;
      }
    }
    if (!isWorse(childScore, childItem, score, item)) break;
    f32.store(scores + (<usize>hole << 2), childScore);
    store<u32>(items + (<usize>hole << 2), childItem);
    hole = child;
  }
  f32.store(scores + (<usize>hole << 2), score);
  store<u32>(items + (<usize>hole << 2), item);
}

/** Orders any entries as such a heap. */
export function makeHeap(scores: usize, items: usize, size: i32): void {
  for (let hole = (size >> 1) - 1; hole >= 0; hole--) {
    const place = <usize>hole << 2;
    sink(scores, items, hole, size, f32.load(scores + place), load<u32>(items + place));
  }
}

/** Sorts what is such a heap, best first. */
export function sortHeap(scores: usize, items: usize, size: i32): void {
  for (let last = size - 1; last > 0; last--) {
    const score = f32.load(scores + (<usize>last << 2));
    const item = load<u32>(items + (<usize>last << 2));
    f32.store(scores + (<usize>last << 2), f32.load(scores));
    store<u32>(items + (<usize>last << 2), load<u32>(items));
    sink(scores, items, 0, last, score, item);
  }
}

/** Of equal scores the greater item is worse. */
// @ts-ignore: decorator
@inline
function isWorse(score: f32, item: u32, than: f32, thanItem: u32): bool {
  return score < than || (score == than && item > thanItem);
}
