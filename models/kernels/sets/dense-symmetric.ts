import type { Kernels } from '../index.ts';

/** Rows and columns of a block: what fits the second cache three times, and a multiple of 12. */
export const tileSide = 120;
const tileSize = tileSide * tileSide;
/** Blocks of one part of a run: small enough to share out evenly, large enough to be worth a call. */
const partBlocks = 8;

/**
 * A symmetric matrix of float32 in kernel memory, of which only the lower triangle of blocks is kept: block (I, J), J <= I,
 * holds rows I × tileSide and columns J × tileSide onwards, row by row, at `address` I × (I + 1) / 2 + J blocks from the start.
 * Rows beyond `size` are those of the identity.
 */
export interface SymmetricBlocks {
  readonly size: number;
  /** blocks a side */
  readonly count: number;
  readonly values: Float32Array;
}

/** Position of block (row, column), row >= column, in `values`. */
export function blockStart(row: number, column: number): number {
  return ((row * (row + 1)) / 2 + column) * tileSize;
}

/** Position of a cell of the diagonal in `values`. */
export function diagonalAt(cell: number): number {
  const block = Math.floor(cell / tileSide);
  return blockStart(block, block) + (cell % tileSide) * (tileSide + 1);
}

/** Kernel memory for a matrix of the size and for its inversion. */
export function bytesOfSymmetric(size: number): number {
  const count = Math.ceil(size / tileSide);
  return 4 * (blockStart(count, 0) + 2 * count * tileSize + 4 * tileSize) + 64 * 7;
}

/** Multiplications and additions of an inversion. */
export function operationsOfInversion(size: number): number {
  return size ** 3;
}

/** A zero matrix in the memory of the kernels. */
export function createSymmetric(kernels: Kernels, size: number): SymmetricBlocks {
  const count = Math.ceil(size / tileSide);
  const values = kernels.float32(blockStart(count, 0));
  for (let row = size; row < count * tileSide; row++) values[diagonalAt(row)] = 1;
  return { size, count, values };
}

/**
 * Replaces a positive definite matrix by minus its inverse: blocked symmetric sweeps, that is, Gauss-Jordan elimination
 * without pivoting (Beaton 1964; Lange, Numerical Analysis for Statisticians, ch. 7), n³ operations, all but a few of them
 * in products of blocks. Float32; pivot blocks are inverted in float64. The same bytes whatever the number of threads.
 *
 * @param kernels the `dense` set, in whose memory the matrix lies, with room for two columns of blocks
 * @returns false when the matrix is not positive definite in this precision; what is left of it means nothing then
 */
export function invertSymmetric(kernels: Kernels, { count, values }: SymmetricBlocks): boolean {
  return kernels.scope(() => {
    const columns = kernels.float32(count * tileSize);
    const rows = kernels.float32(count * tileSize);
    const [pivotLeft, pivotRight] = [kernels.float32(tileSize), kernels.float32(tileSize)];
    const work = kernels.float64(tileSize);
    const state = kernels.uint32(1);
    const others = Uint32Array.from({ length: count }, (_, block) => block);
    const at = (array: Float32Array, start: number) => array.byteOffset + 4 * start;

    for (let step = 0; step < count; step++) {
      const own = [work, pivotLeft, pivotRight].map((array) => array.byteOffset);
      kernels.run('invertPivot', [[at(values, blockStart(step, step)), ...own, tileSide, state.byteOffset]]);
      if (state[0] !== 0) return false;
      const beside = others.filter((block) => block !== step);
      const panel = Array.from(beside, (block) => [
        at(values, block < step ? blockStart(step, block) : blockStart(block, step)),
        Number(block < step),
        pivotLeft.byteOffset,
        pivotRight.byteOffset,
        at(columns, block * tileSize),
        at(rows, block * tileSize),
        tileSide,
      ]);
      const updates = Array.from(beside).flatMap((row) =>
        partsOf(row, step).map(([first, blocks]) => [
          at(values, blockStart(row, first)),
          blocks,
          at(rows, row * tileSize),
          at(columns, first * tileSize),
          tileSide,
        ]),
      );
      kernels.run('sweepPanel', panel);
      kernels.run('sweepRow', updates);
    }
    return true;
  });
}

/** Copies the tileSide whole rows of one block row, one after the other, each count × tileSide long. */
export function copyBlockRow({ count, values }: SymmetricBlocks, block: number, rows: Float32Array): void {
  for (let column = 0; column < count; column++) {
    const isStored = column <= block;
    const start = isStored ? blockStart(block, column) : blockStart(column, block);
    for (let row = 0; row < tileSide; row++) {
      const target = (row * count + column) * tileSide;
      for (let cell = 0; cell < tileSide; cell++) {
        rows[target + cell] = values[start + (isStored ? row * tileSide + cell : cell * tileSide + row)];
      }
    }
  }
}

/** First block and number of blocks of the parts into which a block row is cut, its diagonal included, `step` left out. */
function partsOf(row: number, step: number): [first: number, blocks: number][] {
  const parts: [number, number][] = [];
  for (const [start, end] of row < step
    ? [[0, row + 1]]
    : [
        [0, step],
        [step + 1, row + 1],
      ]) {
    for (let first = start; first < end; first += partBlocks) parts.push([first, Math.min(partBlocks, end - first)]);
  }
  return parts;
}
