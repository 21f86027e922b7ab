import type { SparseMatrix } from '../../sparse-matrix.ts';
import { fisherUpperTail } from '../rules/fisher.ts';

/** For each item those that lie in one basket with it more often than by chance, the most often first. */
export interface CoOccurrences {
  /** item i has the places `offsets[i] .. offsets[i + 1])`; length items + 1 */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  /** baskets that hold both */
  readonly counts: Uint32Array;
  /** of the baskets with the item the share that holds the other too, 0 to 1 */
  readonly confidences: Float64Array;
  /** over what chance would give */
  readonly lifts: Float64Array;
}

export interface CoOccurrenceOptions {
  /** least baskets that hold both */
  readonly minimumCount: number;
  /** of each pair by itself */
  readonly maximumPValue: number;
  /** most that are kept of an item */
  readonly perItem: number;
  /** a basket of more items is an assortment, which says nothing of any two of them */
  readonly largestBasket: number;
}

/** Two items of one use: they are kept unless they go together by more than a low count. */
export type AreAlike = (first: number, second: number) => boolean;

/**
 * What goes with an item though no rule says so: other items of the same baskets, where both came together in at least
 * `minimumCount` and more often than chance by Fisher's one-sided exact test of this pair alone. They are no findings as rules
 * are, whose test is corrected for how many were looked for: among many pairs some are chance.
 *
 * Time: sum over baskets of (items of the basket)². Memory: beside the baskets a number an item and four a kept pair.
 *
 * @param areAlike pairs that are left out
 */
export function findCoOccurrences(
  baskets: SparseMatrix,
  options: CoOccurrenceOptions,
  areAlike: AreAlike = () => false,
): CoOccurrences {
  const { perItem } = options;
  const kept = withoutLarge(baskets, options.largestBasket);
  const basketsOf = byItem(kept);
  const together = new Uint32Array(kept.columns);
  const offsets = new Uint32Array(kept.columns + 1);
  const [items, counts, confidences, lifts]: number[][] = [[], [], [], []];
  const size = (item: number) => basketsOf.offsets[item + 1] - basketsOf.offsets[item];
  for (let item = 0; item < kept.columns; item++) {
    const touched = countBeside(kept, basketsOf, item, together);
    const candidates = touched.filter((other) => together[other] >= options.minimumCount && !areAlike(item, other));
    candidates.sort((a, b) => together[b] - together[a] || size(a) - size(b) || a - b);
    let found = 0;
    for (const other of candidates) {
      const both = together[other];
      const lift = (both * kept.rows) / (size(item) * size(other));
      if (lift <= 1 || fisherUpperTail(both, size(item), size(other), kept.rows) > options.maximumPValue) continue;
      items.push(other);
      counts.push(both);
      confidences.push(both / size(item));
      lifts.push(lift);
      if (++found === perItem) break;
    }
    for (const other of touched) together[other] = 0;
    offsets[item + 1] = items.length;
  }
  return {
    offsets,
    items: Uint32Array.from(items),
    counts: Uint32Array.from(counts),
    confidences: Float64Array.from(confidences),
    lifts: Float64Array.from(lifts),
  };
}

/** Counts into `together` in how many baskets others lie with the item. @returns those others */
function countBeside(baskets: SparseMatrix, basketsOf: SparseMatrix, item: number, together: Uint32Array): number[] {
  const touched: number[] = [];
  for (let cell = basketsOf.offsets[item]; cell < basketsOf.offsets[item + 1]; cell++) {
    const basket = basketsOf.indices[cell];
    for (let place = baskets.offsets[basket]; place < baskets.offsets[basket + 1]; place++) {
      const other = baskets.indices[place];
      if (other === item) continue;
      if (together[other]++ === 0) touched.push(other);
    }
  }
  return touched;
}

/** The baskets of at most so many items. */
export function withoutLarge(baskets: SparseMatrix, largest: number): SparseMatrix {
  const offsets: number[] = [0];
  const indices = new Uint32Array(baskets.indices.length);
  for (let basket = 0; basket < baskets.rows; basket++) {
    const [start, end] = [baskets.offsets[basket], baskets.offsets[basket + 1]];
    if (end - start > largest) continue;
    const last = offsets[offsets.length - 1];
    indices.set(baskets.indices.subarray(start, end), last);
    offsets.push(last + end - start);
  }
  const rows = offsets.length - 1;
  return {
    rows,
    columns: baskets.columns,
    offsets: Uint32Array.from(offsets),
    indices: indices.slice(0, offsets[rows]),
  };
}

/** The rows of each column, ascending. */
export function byItem({ rows, columns, offsets, indices }: SparseMatrix): SparseMatrix {
  const ends = new Uint32Array(columns + 1);
  for (const column of indices) ends[column + 1]++;
  for (let column = 0; column < columns; column++) ends[column + 1] += ends[column];
  const next = ends.slice();
  const turned = new Uint32Array(indices.length);
  for (let row = 0; row < rows; row++) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) turned[next[indices[cell]]++] = row;
  }
  return { rows: columns, columns: rows, offsets: ends, indices: turned };
}
