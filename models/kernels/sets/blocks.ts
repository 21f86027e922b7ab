import { relaxedSimd, simd } from '../binaries/blocks.ts';
import type { KernelSet } from '../kernel-set.ts';

/** A block of columns has a multiple of so many; what it does not need is 0. */
export const blockStep = 8;

/** Kernels of blocks of columns, row-major doubles: `assembly/blocks.ts`. Sums are added up in the order of their terms. */
export const blocks: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /** Rows [first, last) of sparse × dense; the values of the sparse matrix are doubles. */
    multiplyRows({ f64, u32 }, first, last, offsets, indices, values, dense, product, width) {
      for (let row = first; row < last; row++) {
        const target = (product >>> 3) + row * width;
        f64.fill(0, target, target + width);
        for (let cell = u32[(offsets >>> 2) + row]; cell < u32[(offsets >>> 2) + row + 1]; cell++) {
          const value = f64[(values >>> 3) + cell];
          const source = (dense >>> 3) + u32[(indices >>> 2) + cell] * width;
          for (let at = 0; at < width; at++) f64[target + at] += value * f64[source + at];
        }
      }
    },

    /** Adds to rows [first, last) of the Gram matrix of a block's columns, from the diagonal on; what stands before it has no meaning. */
    addGram({ f64 }, first, last, dense, rows, width, gram) {
      for (let row = 0; row < rows; row++) {
        const start = (dense >>> 3) + row * width;
        for (let one = first; one < last; one++) {
          for (let other = one; other < width; other++) {
            f64[(gram >>> 3) + one * width + other] += f64[start + one] * f64[start + other];
          }
        }
      }
    },

    /**
     * Rows [first, last) of a block times the inverse of an upper triangle, in place. @param upper above the diagonal what is taken off,
     * 0 else; @param reciprocals of the diagonal
     */
    solveRows({ f64 }, first, last, dense, width, upper, reciprocals) {
      for (let row = first; row < last; row++) {
        const start = (dense >>> 3) + row * width;
        for (let at = 0; at < width; at++) {
          f64[start + at] *= f64[(reciprocals >>> 3) + at];
          for (let one = at + 1; one < width; one++) {
            f64[start + one] -= f64[start + at] * f64[(upper >>> 3) + at * width + one];
          }
        }
      }
    },
  },
};
