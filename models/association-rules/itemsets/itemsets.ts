/**
 * Frequent itemsets in canonical order: by length, then lexicographically by item index. Itemset `s` holds
 * `items[offsets[s] .. offsets[s + 1])`, ascending, and lies in `counts[s]` baskets. Every subset of a listed itemset
 * is listed too.
 */
export interface Itemsets {
  readonly size: number;
  /** length size + 1 */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  /** length size */
  readonly counts: Uint32Array;
  /** `countsByLength[l - 1]` is how many itemsets have `l` items; its length is that of the longest itemset. */
  readonly countsByLength: Uint32Array;
}

interface Column {
  size: number;
  items: Uint32Array;
  counts: Uint32Array;
}

/** Takes itemsets in any order, one growing pair of arrays a length, and hands them out in canonical order. */
export class ItemsetCollector {
  private readonly maximumSize: number;
  private readonly byLength: Column[] = [];
  private size = 0;

  /** @param maximumSize the most itemsets to hold; one more is a RangeError */
  constructor(maximumSize: number) {
    this.maximumSize = maximumSize;
  }

  /** Adds the itemset `path[0 .. length)`, its items in any order; no itemset twice. */
  add(path: Uint32Array, length: number, count: number): void {
    if (++this.size > this.maximumSize) {
      throw new RangeError(
        `maximumItemsets: there are more than ${this.maximumSize} frequent itemsets; raise the minimum support or lower maximumLength`,
      );
    }
    this.byLength[length - 1] ??= { size: 0, items: new Uint32Array(64 * length), counts: new Uint32Array(64) };
    const column = this.byLength[length - 1];
    if (column.size === column.counts.length) {
      column.items = doubled(column.items);
      column.counts = doubled(column.counts);
    }
    const start = column.size * length;
    for (let i = 0; i < length; i++) {
      const item = path[i];
      let slot = start + i;
      for (; slot > start && column.items[slot - 1] > item; slot--) column.items[slot] = column.items[slot - 1];
      column.items[slot] = item;
    }
    column.counts[column.size++] = count;
  }

  /** @param itemCount one more than the largest item index */
  finish(itemCount: number): Itemsets {
    const itemTotal = this.byLength.reduce((total, column, i) => total + column.size * (i + 1), 0);
    const offsets = new Uint32Array(this.size + 1);
    const items = new Uint32Array(itemTotal);
    const counts = new Uint32Array(this.size);
    let itemset = 0;
    let offset = 0;
    for (const [i, column] of this.byLength.entries()) {
      const length = i + 1;
      for (const row of lexicographicOrder(column, length, itemCount)) {
        for (let at = row * length; at < (row + 1) * length; at++) items[offset++] = column.items[at];
        counts[itemset] = column.counts[row];
        offsets[++itemset] = offset;
      }
    }
    return { size: this.size, offsets, items, counts, countsByLength: Uint32Array.from(this.byLength, (c) => c.size) };
  }
}

/** Radix sort: a stable counting sort by each place, the last first, is linear and compares nothing. */
function lexicographicOrder(column: Column, length: number, itemCount: number): Uint32Array {
  let order = new Uint32Array(column.size);
  for (let row = 0; row < column.size; row++) order[row] = row;
  let next = new Uint32Array(column.size);
  const cursor = new Uint32Array(itemCount + 1);
  for (let place = length - 1; place >= 0; place--) {
    cursor.fill(0);
    for (let row = 0; row < column.size; row++) cursor[column.items[row * length + place] + 1]++;
    for (let item = 0; item < itemCount; item++) cursor[item + 1] += cursor[item];
    for (let i = 0; i < column.size; i++) next[cursor[column.items[order[i] * length + place]]++] = order[i];
    [order, next] = [next, order];
  }
  return order;
}

function doubled(array: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}
