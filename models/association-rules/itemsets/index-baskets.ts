import type { Kernels } from '../../kernels/index.ts';
import { rowEnd, stretchesOf } from '../../kernels/sets/itemsets.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';

/** Baskets in the memory of the kernels of itemsets. Labels are the frequent items, the rarest first. */
export interface LabelledBaskets {
  readonly baskets: number;
  /** of the items of each basket in `cells`, and of the end */
  readonly basketOffsets: Uint32Array;
  readonly cells: Uint32Array;
  /** frequent items, ascending */
  readonly items: Uint32Array;
  /** by item: its label, or rowEnd */
  readonly labelOf: Uint32Array;
  /** by label: the place of its item in `items`, and its baskets */
  readonly ranks: Uint32Array;
  readonly counts: Uint32Array;
}

/** The baskets' labels as the kernel `mine` wants them. */
export interface IndexedRows {
  readonly rows: Uint32Array;
  readonly offsets: Uint32Array;
  readonly starts: Uint32Array;
}

/** Counts and labels the items that lie in so many baskets. */
export function labelBaskets(kernels: Kernels, baskets: SparseMatrix, minimumCount: number): LabelledBaskets {
  const { rows, columns } = baskets;
  const basketOffsets = kernels.keepUint32(baskets.offsets);
  const cells = kernels.keepUint32(baskets.indices);
  const itemCounts = kernels.uint32(columns);
  kernels.run(
    'countItems',
    stretchesOf(cells.length, 1 << 16).map(([first, last]) => [
      cells.byteOffset + 4 * first,
      last - first,
      itemCounts.byteOffset,
    ]),
  );
  const items = Uint32Array.from(itemCounts.keys()).filter((item) => itemCounts[item] >= minimumCount);
  const byCount = items.slice().sort((a, b) => itemCounts[a] - itemCounts[b] || a - b);
  const counts = kernels.keepUint32(byCount.map((item) => itemCounts[item]));
  const labelOf = kernels.uint32(columns).fill(rowEnd);
  byCount.forEach((item, label) => {
    labelOf[item] = label;
  });
  const ranks = kernels.uint32(items.length);
  items.forEach((item, rank) => {
    ranks[labelOf[item]] = rank;
  });
  return { baskets: rows, basketOffsets, cells, items, labelOf, ranks, counts };
}

/** Baskets by label, then labels by basket: the rows come out sorted without a sort. */
export function indexRows(kernels: Kernels, labelled: LabelledBaskets): IndexedRows {
  const { baskets, basketOffsets, cells, labelOf, counts } = labelled;
  const labels = counts.length;
  const offsets = kernels.uint32(labels + 1);
  for (let label = 0; label < labels; label++) offsets[label + 1] = offsets[label] + counts[label];
  const length = offsets[labels];
  const rows = kernels.uint32(length + baskets);
  const starts = kernels.uint32(length);
  const nextInLabel = kernels.keepUint32(offsets);
  const nextInRow = kernels.uint32(baskets + 1);
  kernels.run(
    'labelItems',
    stretchesOf(baskets, 1 << 13).map(([first, last]) => [
      ...[first, last],
      ...[basketOffsets, cells, labelOf, nextInLabel, nextInRow, rows, starts].map((array) => array.byteOffset),
    ]),
  );
  kernels.run(
    'fillRows',
    stretchesOf(labels, 1 << 7).map(([first, last]) => [
      ...[first, last],
      ...[offsets, nextInRow, rows, starts].map((array) => array.byteOffset),
    ]),
  );
  return { rows, offsets, starts };
}
