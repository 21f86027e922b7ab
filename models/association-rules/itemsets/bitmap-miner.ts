import { bitmaps } from '../../kernels/bitmaps.ts';
import { type Build, createKernels, type Kernels } from '../../kernels/index.ts';
import type { ItemsetCollector } from './itemsets.ts';
import { type Projection, rowEnd } from './projection.ts';

/** Memory for bitmaps; what of it is never used costs nothing. */
const mostBytes = 128 << 20;
/** Bitmaps are so many 32-bit words long, or a multiple of it: one register. */
const wordsAVector = 4;

/** Finds the itemsets of projections that are small and dense enough for a bitmap of baskets each label. */
export class BitmapMiner {
  private readonly minimumCount: number;
  private readonly maximumLength: number;
  private readonly collector: ItemsetCollector;
  private readonly kernels: Kernels;
  private readonly memory: Uint32Array;

  constructor(minimumCount: number, maximumLength: number, collector: ItemsetCollector, build?: Build) {
    this.minimumCount = minimumCount;
    this.maximumLength = maximumLength;
    this.collector = collector;
    this.kernels = createKernels(bitmaps, { bytes: mostBytes + 64, build });
    this.memory = this.kernels.uint32(mostBytes >>> 2);
  }

  /** How many words are intersected at the first step, at most, or Infinity where the memory does not hold them all. */
  static wordsOf(labels: number, baskets: number): number {
    const width = widthOf(baskets);
    const bitmapsAtOnce = (labels * (labels + 3)) / 2;
    return bitmapsAtOnce * (width + 2) * 4 > mostBytes ? Infinity : (labels * (labels - 1) * width) / 2;
  }

  /**
   * Adds all itemsets of `path[0 .. depth)` and two labels or more of the projection, whose rows are `baskets` in number and
   * `length` long.
   */
  mine(path: Uint32Array, depth: number, projection: Projection, baskets: number, length: number): void {
    const { memory } = this;
    const { size, rows } = projection;
    const width = widthOf(baskets);
    memory.fill(0, 0, size * width);
    for (let place = 0, basket = 0; place < length; place++) {
      const label = rows[place];
      if (label === rowEnd) basket++;
      else memory[label * width + (basket >>> 5)] |= 1 << (basket & 31);
    }
    this.grow(path, depth, projection.items.slice(0, size), 0, width);
  }

  dispose(): void {
    this.kernels.dispose();
  }

  /** The bitmaps of `items` lie one after the other from `start`. Those of longer prefixes are put behind them. */
  private grow(path: Uint32Array, depth: number, items: Uint32Array, start: number, width: number): void {
    const { memory, minimumCount } = this;
    const { byteOffset } = memory;
    const counts = start + items.length * width;
    const target = counts + Math.ceil(items.length / wordsAVector) * wordsAVector;
    const longer = new Uint32Array(items.length);
    for (let label = 0; label < items.length - 1; label++) {
      this.kernels.run('intersectFollowing', [
        [
          byteOffset + 4 * start,
          width,
          label,
          items.length,
          minimumCount,
          byteOffset + 4 * target,
          byteOffset + 4 * counts,
        ],
      ]);
      path[depth] = items[label];
      let size = 0;
      for (let next = label + 1; next < items.length; next++) {
        const count = memory[counts + next];
        if (count < minimumCount) continue;
        longer[size++] = items[next];
        path[depth + 1] = items[next];
        this.collector.add(path, depth + 2, count);
      }
      if (size > 1 && depth + 2 < this.maximumLength) this.grow(path, depth + 1, longer.slice(0, size), target, width);
    }
  }
}

function widthOf(baskets: number): number {
  return Math.ceil(baskets / (32 * wordsAVector)) * wordsAVector;
}
