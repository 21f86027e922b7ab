import type { Itemsets } from './itemsets.ts';

/**
 * Finds an itemset by its items. Canonical order makes the itemsets a prefix tree: those that are itemset `s` with one
 * item behind follow one another, from `firstChild[s]` to before `firstChild[s + 1]`.
 */
export class ItemsetIndex {
  private readonly itemsets: Itemsets;
  private readonly lastItems: Uint32Array;
  private readonly firstChild: Uint32Array;

  constructor(itemsets: Itemsets) {
    const { size, offsets, items, countsByLength } = itemsets;
    this.itemsets = itemsets;
    this.lastItems = Uint32Array.from({ length: size }, (_, itemset) => items[offsets[itemset + 1] - 1]);
    this.firstChild = new Uint32Array(size + 1).fill(size);
    let child = countsByLength[0] ?? 0;
    for (let itemset = 0; itemset < size; itemset++) {
      this.firstChild[itemset] = child;
      while (child < size && isPrefix(itemsets, itemset, child)) child++;
    }
  }

  /** The itemset of one item, which must be frequent. */
  find(item: number): number {
    return this.search(0, this.itemsets.countsByLength[0], item);
  }

  /** The itemset without what stands at `place` of `itemsets.items`. */
  findWithout(itemset: number, place: number): number {
    const { offsets, items, countsByLength } = this.itemsets;
    let low = 0;
    let high = countsByLength[0];
    let node = -1;
    for (let at = offsets[itemset]; at < offsets[itemset + 1]; at++) {
      if (at === place) continue;
      node = this.search(low, high, items[at]);
      low = this.firstChild[node];
      high = this.firstChild[node + 1];
    }
    return node;
  }

  /** The one of the itemsets `low .. high` that ends in `item`, by bisection. */
  private search(low: number, high: number, item: number): number {
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.lastItems[middle] < item) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isPrefix({ offsets, items }: Itemsets, shorter: number, longer: number): boolean {
  const length = offsets[shorter + 1] - offsets[shorter];
  if (offsets[longer + 1] - offsets[longer] !== length + 1) return false;
  for (let i = 0; i < length; i++) if (items[offsets[shorter] + i] !== items[offsets[longer] + i]) return false;
  return true;
}
