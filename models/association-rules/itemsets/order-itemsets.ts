import type { Itemsets } from './itemsets.ts';

/** Itemsets of one length in the order in which they were found: their ranks one after the other. */
interface Column {
  readonly ranks: Uint32Array;
  readonly counts: Uint32Array;
  size: number;
}

/**
 * Puts what was found into canonical order.
 *
 * @param log length, count and ascending ranks, one itemset after the other
 * @param size how many they are
 * @param items the item of each rank, ascending
 */
export function orderItemsets(log: Uint32Array, size: number, items: Uint32Array): Itemsets {
  const columns = splitByLength(log);
  const offsets = new Uint32Array(size + 1);
  const ordered = new Uint32Array(log.length - 2 * size);
  const counts = new Uint32Array(size);
  let itemset = 0;
  let offset = 0;
  for (let length = 1; length <= columns.length; length++) {
    const column = columns[length - 1];
    const order = lexicographicOrder(column, length, items.length);
    for (let i = 0; i < order.length; i++) {
      const row = order[i];
      const end = (row + 1) * length;
      for (let at = row * length; at < end; at++) ordered[offset++] = items[column.ranks[at]];
      counts[itemset] = column.counts[row];
      offsets[++itemset] = offset;
    }
  }
  return { size, offsets, items: ordered, counts, countsByLength: Uint32Array.from(columns, (column) => column.size) };
}

function splitByLength(log: Uint32Array): Column[] {
  const sizes: number[] = [];
  for (let at = 0; at < log.length; at += 2 + log[at]) {
    while (sizes.length < log[at]) sizes.push(0);
    sizes[log[at] - 1]++;
  }
  const columns = sizes.map(
    (size, i): Column => ({ ranks: new Uint32Array(size * (i + 1)), counts: new Uint32Array(size), size: 0 }),
  );
  for (let at = 0; at < log.length; ) {
    const length = log[at];
    const column = columns[length - 1];
    column.counts[column.size] = log[at + 1];
    at += 2;
    const start = column.size++ * length;
    for (let i = 0; i < length; i++) column.ranks[start + i] = log[at++];
  }
  return columns;
}

/** Radix sort: a stable counting sort by each place, the last first, is linear and compares nothing. */
function lexicographicOrder({ ranks, size }: Column, length: number, rankCount: number): Uint32Array {
  let order = new Uint32Array(size);
  for (let row = 0; row < size; row++) order[row] = row;
  let next = new Uint32Array(size);
  const cursor = new Uint32Array(rankCount + 1);
  for (let place = length - 1; place >= 0; place--) {
    cursor.fill(0);
    for (let at = place; at < ranks.length; at += length) cursor[ranks[at] + 1]++;
    for (let rank = 0; rank < rankCount; rank++) cursor[rank + 1] += cursor[rank];
    for (let i = 0; i < size; i++) next[cursor[ranks[order[i] * length + place]]++] = order[i];
    [order, next] = [next, order];
  }
  return order;
}
