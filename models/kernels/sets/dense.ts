import { relaxedSimd, simd } from '../binaries/dense.ts';
import type { KernelSet } from '../kernel-set.ts';

/** Rows that are interleaved in what stands left and right of a product. */
const strips = { left: 3, right: 12 };

/**
 * Kernels of dense matrices cut into blocks: `assembly/dense.ts`. A block is `side` × `side` float32, row by row, `side` a
 * multiple of 12; packed, three of its rows (left of a product) or twelve (right of it) lie interleaved: [row / 3][column][row % 3].
 */
export const dense: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /**
     * Replaces the pivot's block by minus its inverse D, and packs that (which is symmetric) for either side; `work`: as many
     * doubles as the block has cells. `state` becomes 1 where the block is not positive definite.
     */
    invertPivot({ f32, f64, u32 }, block, workspace, left, right, side, state) {
      const work = f64.subarray(workspace >>> 3, (workspace >>> 3) + side * side);
      work.set(f32.subarray(block >>> 2, (block >>> 2) + side * side));
      for (let pivot = 0; pivot < side; pivot++) {
        const value = work[pivot * side + pivot];
        if (!(value > 0)) {
          u32[state >>> 2] = 1;
          return;
        }
        for (let row = 0; row < side; row++) {
          if (row === pivot) continue;
          const factor = work[row * side + pivot] / value;
          for (let column = 0; column < side; column++)
            work[row * side + column] -= factor * work[pivot * side + column];
          work[row * side + pivot] = factor;
        }
        for (let column = 0; column < side; column++) work[pivot * side + column] /= value;
        work[pivot * side + pivot] = -1 / value;
      }
      f32.set(work, block >>> 2);
      pack(f32, block >>> 2, left >>> 2, side, strips.left);
      pack(f32, block >>> 2, right >>> 2, side, strips.right);
    },

    /**
     * One block C of the pivot's column: packed into `columns`; times the pivot's inverse D it replaces itself and is
     * packed into `rows`. The pivot is -D, packed for either side. With `isBefore` 1 the block is stored turned over.
     */
    sweepPanel({ f32 }, block, isBefore, pivotLeft, pivotRight, columns, rows, side) {
      const packAny = isBefore ? packTransposed : pack;
      const start = block >>> 2;
      packAny(f32, start, columns >>> 2, side, strips.right);
      if (!isBefore) pack(f32, start, rows >>> 2, side, strips.left);
      f32.fill(0, start, start + side * side);
      if (isBefore) subtractProduct(f32, start, pivotLeft >>> 2, columns >>> 2, side);
      else subtractProduct(f32, start, rows >>> 2, pivotRight >>> 2, side);
      packAny(f32, start, rows >>> 2, side, strips.left);
    },

    /** `count` neighbouring blocks of one block row: each -= rows × columnsᵀ, `columns` being as many packed blocks. */
    sweepRow({ f32 }, blocks, count, rows, columns, side) {
      const size = side * side;
      for (let at = 0; at < count; at++) {
        subtractProduct(f32, (blocks >>> 2) + at * size, rows >>> 2, (columns >>> 2) + at * size, side);
      }
    },
  },
};

function pack(f32: Float32Array, source: number, target: number, side: number, strip: number): void {
  let to = target;
  for (let row = 0; row < side; row += strip) {
    for (let column = 0; column < side; column++) {
      const from = source + row * side + column;
      for (let lane = 0; lane < strip; lane++) f32[to++] = f32[from + lane * side];
    }
  }
}

function packTransposed(f32: Float32Array, source: number, target: number, side: number, strip: number): void {
  let to = target;
  for (let row = 0; row < side; row += strip) {
    for (let column = 0; column < side; column++) {
      const from = source + column * side + row;
      for (let lane = 0; lane < strip; lane++) f32[to++] = f32[from + lane];
    }
  }
}

/** Columns that are summed at once. */
const columnsAtOnce = 6;

/** target -= left × rightᵀ; the target is a plain block, the others are packed. */
function subtractProduct(f32: Float32Array, target: number, left: number, right: number, side: number): void {
  for (let row = 0; row < side; row++) {
    const lane = row % strips.left;
    const leftRow = left + (row - lane) * side + lane;
    for (let column = 0; column < side; column += columnsAtOnce) {
      const place = column % strips.right;
      let from = right + (column - place) * side + place;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let s4 = 0;
      let s5 = 0;
      for (let depth = 0; depth < side; depth++, from += strips.right) {
        const factor = f32[leftRow + depth * strips.left];
        s0 += factor * f32[from];
        s1 += factor * f32[from + 1];
        s2 += factor * f32[from + 2];
        s3 += factor * f32[from + 3];
        s4 += factor * f32[from + 4];
        s5 += factor * f32[from + 5];
      }
      const to = target + row * side + column;
      f32[to] -= s0;
      f32[to + 1] -= s1;
      f32[to + 2] -= s2;
      f32[to + 3] -= s3;
      f32[to + 4] -= s4;
      f32[to + 5] -= s5;
    }
  }
}
