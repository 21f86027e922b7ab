import { copyBlockRow, diagonalAt, type SymmetricBlocks, tileSide } from '../../kernels/sets/dense-symmetric.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { ItemNeighbours } from '../graphs/item-neighbours.ts';
import { createTopSelector } from '../top-selector.ts';

/** How the learnt items are numbered in the whole catalogue. */
interface Numbering {
  readonly items: Uint32Array;
  readonly itemCount: number;
}

/**
 * Weights from minus the inverse: of every item the `neighbours` greatest above 0, only then divided by the candidate's
 * popularity raised to beta (else hardly known items would crowd out the others), best first.
 */
export function selectWeights(
  inverse: SymmetricBlocks,
  matrix: SparseMatrix & { readonly values: Float32Array },
  { neighbours: limit, beta }: { readonly neighbours: number; readonly beta: number },
  { items, itemCount }: Numbering,
): ItemNeighbours {
  const count = items.length;
  const kept = Math.min(limit, count);
  const nearest = createTopSelector(kept);
  const listed = createTopSelector(kept);
  const scales = Float64Array.from(items, (_, item) => -1 / inverse.values[diagonalAt(item)]);
  const penalties = sumColumns(matrix).map((popularity) => popularity ** -beta);
  const rows = new Float32Array(tileSide * inverse.count * tileSide);
  const offsets = new Uint32Array(itemCount + 1);
  const neighbours = new Uint32Array(count * kept);
  const weights = new Float32Array(neighbours.length);
  let end = 0;
  for (let item = 0; item < count; item++) {
    if (item % tileSide === 0) copyBlockRow(inverse, item / tileSide, rows);
    const row = (item % tileSide) * inverse.count * tileSide;
    for (let other = 0; other < count; other++) {
      const weight = rows[row + other] * scales[other];
      if (weight > 0 && other !== item) nearest.offer(other, weight);
    }
    const chosen = nearest.take();
    for (let rank = 0; rank < chosen.items.length; rank++) {
      const weight = Math.fround(chosen.scores[rank] * penalties[chosen.items[rank]]);
      if (weight > 0) listed.offer(chosen.items[rank], weight);
    }
    const list = listed.take();
    for (let rank = 0; rank < list.items.length; rank++) neighbours[end + rank] = items[list.items[rank]];
    weights.set(list.scores, end);
    end += list.items.length;
    offsets[items[item] + 1] = list.items.length;
  }
  for (let item = 0; item < itemCount; item++) offsets[item + 1] += offsets[item];
  return { itemCount, offsets, neighbours: neighbours.slice(0, end), weights: weights.slice(0, end) };
}

function sumColumns({ columns, indices, values }: SparseMatrix & { readonly values: Float32Array }): Float64Array {
  const sums = new Float64Array(columns);
  for (let cell = 0; cell < indices.length; cell++) sums[indices[cell]] += values[cell];
  return sums;
}
