import type { SparseMatrix } from '../../sparse-matrix.ts';

/** Closes every row of a projection. */
export const rowEnd = 0xffffffff;

/**
 * The baskets that hold some prefix, reduced to the items that can extend it. Items are known by labels `0 .. size`;
 * `rows` holds each basket's labels, ascending and closed by rowEnd; `starts[offsets[l] .. offsets[l + 1])` are the
 * places in `rows` just behind every occurrence of label `l`, where the rest of that basket begins. The arrays are
 * scratch: they may be longer than what they hold.
 */
export interface Projection {
  size: number;
  /** the item index of each label */
  items: Uint32Array;
  /** in how many baskets each label occurs together with the prefix */
  counts: Uint32Array;
  rows: Uint32Array;
  offsets: Uint32Array;
  starts: Uint32Array;
}

/** A projection of no items and no baskets, as scratch to be filled. */
export function emptyProjection(): Projection {
  const none = new Uint32Array(0);
  return { size: 0, items: none, counts: none, rows: none, offsets: none, starts: none };
}

/** Fills `offsets` and `starts` from `rows[0 .. length)`. */
export function indexRows(projection: Projection, length: number): void {
  const { size, rows } = projection;
  const offsets = atLeast(projection.offsets, size + 1).fill(0, 0, size + 1);
  for (let place = 0; place < length; place++) if (rows[place] !== rowEnd) offsets[rows[place] + 1]++;
  for (let label = 0; label < size; label++) offsets[label + 1] += offsets[label];
  const starts = atLeast(projection.starts, offsets[size]);
  for (let place = 0; place < length; place++) if (rows[place] !== rowEnd) starts[offsets[rows[place]]++] = place + 1;
  offsets.copyWithin(1, 0, size);
  offsets[0] = 0;
  projection.offsets = offsets;
  projection.starts = starts;
}

/**
 * The projection of the empty prefix: labels are the items in at least `minimumCount` baskets, the rarest first, so
 * that the prefixes in few baskets get the many extensions and those in many baskets the few.
 */
export function projectBaskets(baskets: SparseMatrix, minimumCount: number): Projection {
  const { rows: basketCount, columns, offsets: basketOffsets, indices } = baskets;
  const itemCounts = new Uint32Array(columns);
  for (const item of indices) itemCounts[item]++;
  const frequent: number[] = [];
  for (let item = 0; item < columns; item++) if (itemCounts[item] >= minimumCount) frequent.push(item);
  const items = Uint32Array.from(frequent.sort((a, b) => itemCounts[a] - itemCounts[b] || a - b));
  const counts = Uint32Array.from(items, (item) => itemCounts[item]);
  const labels = new Uint32Array(columns).fill(rowEnd);
  const offsets = new Uint32Array(items.length + 1);
  for (const [label, item] of items.entries()) {
    labels[item] = label;
    offsets[label + 1] = offsets[label] + counts[label];
  }

  // Baskets by label, then labels by basket: the rows come out sorted without a sort.
  const basketsByLabel = new Uint32Array(offsets[items.length]);
  const rows = new Uint32Array(basketsByLabel.length + basketCount);
  const nextInLabel = offsets.slice();
  const nextInRow = new Uint32Array(basketCount);
  let length = 0;
  for (let basket = 0; basket < basketCount; basket++) {
    nextInRow[basket] = length;
    for (let i = basketOffsets[basket]; i < basketOffsets[basket + 1]; i++) {
      const label = labels[indices[i]];
      if (label === rowEnd) continue;
      basketsByLabel[nextInLabel[label]++] = basket;
      length++;
    }
    rows[length++] = rowEnd;
  }
  const starts = new Uint32Array(basketsByLabel.length);
  for (let label = 0; label < items.length; label++) {
    for (let i = offsets[label]; i < offsets[label + 1]; i++) {
      const basket = basketsByLabel[i];
      rows[nextInRow[basket]] = label;
      starts[i] = ++nextInRow[basket];
    }
  }
  return { size: items.length, items, counts, rows, offsets, starts };
}

/** The array itself if it is long enough, else a new one with room to spare; what it held is lost. */
export function atLeast(array: Uint32Array, length: number): Uint32Array {
  return array.length >= length ? array : new Uint32Array(Math.max(length, 2 * array.length));
}
