import { relaxedSimd, simd } from './binaries/bitmaps.ts';
import type { Heap, KernelSet } from './kernel-set.ts';

/** Kernels of sets as bitmaps: `assembly/bitmaps.ts`. */
export const bitmaps: KernelSet = { simd, relaxedSimd, plain: { intersectFollowing } };

/** Bound once: looking a global up for every word is ten times slower in a VM context, such as a test's. */
const { imul } = Math;

/**
 * Intersects the bitmap of one label with those of all labels behind it. `words` holds `size` bitmaps of `width` words of
 * 32 bits, a multiple of 4. How much is shared goes to `counts[next]`; the intersections of at least `minimum` go to
 * `target` one after the other, where there must be room for one more.
 */
function intersectFollowing(
  { u32 }: Heap,
  words: number,
  width: number,
  label: number,
  size: number,
  minimum: number,
  target: number,
  counts: number,
): void {
  const own = (words >>> 2) + label * width;
  let other = own;
  let at = target >>> 2;
  for (let next = label + 1; next < size; next++) {
    other += width;
    let count = 0;
    for (let i = 0; i < width; i++) {
      let word = u32[own + i] & u32[other + i];
      u32[at + i] = word;
      word -= (word >>> 1) & 0x55555555;
      word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
      count += imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    u32[(counts >>> 2) + next] = count;
    if (count >= minimum) at += width;
  }
}
