import { relaxedSimd, simd } from '../binaries/neighbours.ts';
import type { KernelSet } from '../kernel-set.ts';

/** See `nearestItems`. */
export const keysBeyond = 512;

/** Kernels of item-item graphs: `assembly/neighbours.ts`. Numbers are 32-bit words and singles but where said. */
export const neighbours: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /**
     * The `limit` nearest others of items in [first, last), best first, ties by ascending item: sums over customers of
     * toCustomer × toItem (doubles beside the cells of items × customers and of customers × items), times the candidate's
     * factor, or with `isCosine` over the product of both factors plus the shrinkage; rounded to singles before they are compared.
     *
     * Each part of a run takes `stretch` items after the other from the counter `next`, until none is left: the parts differ in
     * scratch alone: `sums` (a double an item, zero at the start and at the end), `touched` (a word an item and one more), `keys`
     * (a double for each of the limit and of `keysBeyond`). `counts`, `neighbours` and
     * `weights` begin at the item `first`, the last two with `limit` words each.
     */
    nearestItems({ f32, f64, i32, u32 }, next, first, last, stretch, itemCount, ...rest) {
      const [customerOffsets, customers, toCustomer, itemOffsets, candidates, toItem, ...more] = rest;
      const [isCosine, factors, shrinkage, limit, , , , counts, nearest, weights] = more;
      const start = first + i32[next >>> 2];
      i32[next >>> 2] += stretch * Math.ceil((last - first) / stretch);
      for (let item = start; item < last; item++) {
        const sums = new Float64Array(itemCount);
        const own = f64[(factors >>> 3) + item];
        for (let cell = u32[(customerOffsets >>> 2) + item]; cell < u32[(customerOffsets >>> 2) + item + 1]; cell++) {
          const customer = (itemOffsets >>> 2) + u32[(customers >>> 2) + cell];
          for (let other = u32[customer]; other < u32[customer + 1]; other++) {
            sums[u32[(candidates >>> 2) + other]] += f64[(toCustomer >>> 3) + cell] * f64[(toItem >>> 3) + other];
          }
        }
        const all = Array.from(sums, (sum, candidate) => {
          const factor = f64[(factors >>> 3) + candidate];
          return { candidate, weight: Math.fround(isCosine ? sum / (own * factor + shrinkage) : sum * factor) };
        }).filter(({ candidate, weight }) => weight > 0 && candidate !== item);
        const kept = all.sort((a, b) => b.weight - a.weight || a.candidate - b.candidate).slice(0, limit);
        u32[(counts >>> 2) + item - first] = kept.length;
        for (const [rank, { candidate, weight }] of kept.entries()) {
          u32[(nearest >>> 2) + (item - first) * limit + rank] = candidate;
          f32[(weights >>> 2) + (item - first) * limit + rank] = weight;
        }
      }
    },

    /** Sorts the lists [first, last) of items by descending weight, ties by ascending item. */
    sortLists({ f32, u32 }, first, last, offsets, items, weights) {
      for (let list = first; list < last; list++) {
        const [start, end] = [u32[(offsets >>> 2) + list], u32[(offsets >>> 2) + list + 1]];
        const entries = Array.from({ length: end - start }, (_, at) => ({
          item: u32[(items >>> 2) + start + at],
          weight: f32[(weights >>> 2) + start + at],
        })).sort((a, b) => b.weight - a.weight || a.item - b.item);
        for (const [rank, { item, weight }] of entries.entries()) {
          u32[(items >>> 2) + start + rank] = item;
          f32[(weights >>> 2) + start + rank] = weight;
        }
      }
    },
  },
};
