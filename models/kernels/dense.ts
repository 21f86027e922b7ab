import { relaxedSimd, simd } from './binaries/dense.ts';
import type { KernelSet } from './kernel-set.ts';

/**
 * Kernels of dense matrices cut into blocks: `assembly/dense.ts`. A block is `side` × `side` float32, row by row, `side` a
 * multiple of 8; packed, eight of its rows lie interleaved: [row / 8][column][row % 8].
 */
export const dense: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /**
     * One block C of the pivot's column: packed into `columns`; times the pivot's inverse D it replaces itself and is
     * packed into `rows`. `pivot` is -D, packed. With `isBefore` 1 the block is stored turned over.
     */
    sweepPanel({ f32 }, block, isBefore, pivot, columns, rows, side) {
      const packAny = isBefore ? packTransposed : pack;
      const start = block >>> 2;
      packAny(f32, start, columns >>> 2, side);
      f32.fill(0, start, start + side * side);
      if (isBefore) subtractProduct(f32, start, pivot >>> 2, columns >>> 2, side);
      else subtractProduct(f32, start, columns >>> 2, pivot >>> 2, side);
      packAny(f32, start, rows >>> 2, side);
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

const stripRows = 8;

function pack(f32: Float32Array, source: number, target: number, side: number): void {
  let to = target;
  for (let row = 0; row < side; row += stripRows) {
    for (let column = 0; column < side; column++) {
      const from = source + row * side + column;
      for (let lane = 0; lane < stripRows; lane++) f32[to++] = f32[from + lane * side];
    }
  }
}

function packTransposed(f32: Float32Array, source: number, target: number, side: number): void {
  let to = target;
  for (let row = 0; row < side; row += stripRows) {
    for (let column = 0; column < side; column++) {
      const from = source + column * side + row;
      for (let lane = 0; lane < stripRows; lane++) f32[to++] = f32[from + lane];
    }
  }
}

/** target -= left × rightᵀ; the target is a plain block, the others are packed. */
function subtractProduct(f32: Float32Array, target: number, left: number, right: number, side: number): void {
  for (let row = 0; row < side; row++) {
    const lane = row % stripRows;
    const leftRow = left + (row - lane) * side + lane;
    for (let strip = 0; strip < side; strip += stripRows) {
      let from = right + strip * side;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let s4 = 0;
      let s5 = 0;
      let s6 = 0;
      let s7 = 0;
      for (let depth = 0; depth < side; depth++, from += stripRows) {
        const factor = f32[leftRow + depth * stripRows];
        s0 += factor * f32[from];
        s1 += factor * f32[from + 1];
        s2 += factor * f32[from + 2];
        s3 += factor * f32[from + 3];
        s4 += factor * f32[from + 4];
        s5 += factor * f32[from + 5];
        s6 += factor * f32[from + 6];
        s7 += factor * f32[from + 7];
      }
      const to = target + row * side + strip;
      f32[to] -= s0;
      f32[to + 1] -= s1;
      f32[to + 2] -= s2;
      f32[to + 3] -= s3;
      f32[to + 4] -= s4;
      f32[to + 5] -= s5;
      f32[to + 6] -= s6;
      f32[to + 7] -= s7;
    }
  }
}
