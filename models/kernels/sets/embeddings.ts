import { relaxedSimd, simd } from '../binaries/embeddings.ts';
import type { KernelSet } from '../kernel-set.ts';

const signed = (byte: number) => (byte << 24) >> 24;

/** The kernel of embeddings: `assembly/embeddings.ts`. */
export const embeddings: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /**
     * The products of `count` rows of `width` signed bytes, one after the other, with what is asked, a row like them, as 32-bit
     * integers. The width is a multiple of 8 and at most 2^17.
     */
    multiplyRows({ i32, u8 }, rows, count, width, asked, products) {
      for (let row = 0; row < count; row++) {
        let sum = 0;
        for (let at = 0; at < width; at++) sum += signed(u8[rows + row * width + at]) * signed(u8[asked + at]);
        i32[(products >>> 2) + row] = sum;
      }
    },
  },
};
