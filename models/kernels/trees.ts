import { relaxedSimd, simd } from './binaries/trees.ts';
import type { KernelSet } from './kernel-set.ts';

/** Numbers in a cell of a histogram: the sums of both derivatives, and how many rows. */
export const cellNumbers = 3;

/** Rows are scored so many at a time: columns and scores are as long as a multiple of it. */
export const rowsTogether = 16;

/** As many leaves as a tree that is scored may have: one of 32 bits each. */
export const mostLeaves = 32;

/** Kernels of boosted trees: `assembly/trees.ts`. Numbers are doubles but where said; every build gives the same bytes. */
export const trees: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /**
     * Adds rows to a histogram: at each feature to the cell of the row's bin. `rows`: their numbers (words); `bins`: a byte a feature,
     * row after row; `derivatives`: a pair a row; cells of a feature lie `stride` bytes behind those of the one before.
     */
    sumRows({ f64, u32, u8 }, rows, count, bins, features, derivatives, histogram, stride) {
      for (let place = 0; place < count; place++) {
        const row = u32[(rows >>> 2) + place];
        for (let feature = 0; feature < features; feature++) {
          const cell = (histogram + feature * stride) / 8 + u8[bins + row * features + feature] * cellNumbers;
          f64[cell] += f64[(derivatives >>> 3) + 2 * row];
          f64[cell + 1] += f64[(derivatives >>> 3) + 2 * row + 1];
          f64[cell + 2] += 1;
        }
      }
    },

    /**
     * Adds to each row's score the leaf that it comes to in every tree. `columns`: singles, feature after feature. `trees`: of each the
     * number of its nodes, then of each node where its column begins (in bytes), its threshold (a single), and the leaves below it,
     * numbered from the left, as bits: a value above the threshold comes to none of them. `leaves`: singles, tree after tree.
     *
     * @see Lucchese et al., QuickScorer, SIGIR 2015: of the leaves that no node rules out the first one is the row's
     */
    scoreTrees({ f32, f64, u32 }, columns, count, trees, treeCount, leaves, scores) {
      let [at, leaf] = [trees >>> 2, leaves >>> 2];
      for (let tree = 0; tree < treeCount; tree++) {
        const nodes = u32[at++];
        for (let row = 0; row < count; row++) {
          let left = -1;
          for (let node = at; node < at + 3 * nodes; node += 3) {
            if (f32[((columns + u32[node]) >>> 2) + row] > f32[node + 1]) left &= ~u32[node + 2];
          }
          f64[(scores >>> 3) + row] += f32[leaf + 31 - Math.clz32(left & -left)];
        }
        at += 3 * nodes;
        leaf += nodes + 1;
      }
    },
  },
};
