import { relaxedSimd, simd } from '../binaries/trees.ts';
import type { KernelSet } from '../kernel-set.ts';

/** Numbers in a cell of a histogram: the sums of both derivatives, and how many rows. */
export const cellNumbers = 3;

/** Rows are scored so many at a time: columns and scores are as long as a multiple of it. */
export const rowsTogether = 16;

/** As many leaves as a tree that is scored may have: one of 32 bits each. */
export const mostLeaves = 32;

/** Sums that leaves add to together. */
export const partsOfLeaves = 10;

/** Words that ranking takes beside its scores: for its ranges, and twice as many as scores. */
export const rankingWords = (scores: number): number => 512 + 2 * scores;

/** Kernels of boosted trees and of the columns that they look at: `assembly/trees.ts`. Numbers are doubles but where said; every build gives the same bytes. */
export const trees: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /**
     * Adds rows to a histogram: at each feature to the cell of the row's bin. `rows`: their numbers (words); `bins`: a byte a feature,
     * rows `width` bytes apart; `derivatives`: a pair a row; cells of a feature lie `stride` bytes behind those of the one before.
     */
    sumRows({ f64, u32, u8 }, rows, count, bins, width, features, derivatives, histogram, stride) {
      for (let place = 0; place < count; place++) {
        const row = u32[(rows >>> 2) + place];
        for (let feature = 0; feature < features; feature++) {
          const cell = (histogram + feature * stride) / 8 + u8[bins + row * width + feature] * cellNumbers;
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
     * `reached`: a byte a row, trees `stride` bytes apart, gets the leaf's number.
     *
     * @see Lucchese et al., QuickScorer, SIGIR 2015: of the leaves that no node rules out the first one is the row's
     */
    scoreTrees({ f32, f64, u32, u8 }, columns, count, trees, treeCount, leaves, scores, reached, stride) {
      let [at, leaf] = [trees >>> 2, leaves >>> 2];
      for (let tree = 0; tree < treeCount; tree++) {
        const nodes = u32[at++];
        for (let row = 0; row < count; row++) {
          let left = -1;
          for (let node = at; node < at + 3 * nodes; node += 3) {
            if (f32[((columns + u32[node]) >>> 2) + row] > f32[node + 1]) left &= ~u32[node + 2];
          }
          const number = 31 - Math.clz32(left & -left);
          f64[(scores >>> 3) + row] += f32[leaf + number];
          u8[reached + tree * stride + row] = number;
        }
        at += 3 * nodes;
        leaf += nodes + 1;
      }
    },

    /**
     * Sums up what the leaves that rows came to stand for, `partsOfLeaves` numbers each. `reached`: as scoring left it; `trees`: of each
     * the number of its first leaf (words); `parts`: leaf after leaf; `rows`: their numbers (words); `sums`: row after row.
     */
    sumLeaves({ f64, u32, u8 }, reached, stride, trees, treeCount, parts, rows, count, sums) {
      for (let place = 0; place < count; place++) {
        const sum = (sums >>> 3) + place * partsOfLeaves;
        f64.fill(0, sum, sum + partsOfLeaves);
        for (let tree = 0; tree < treeCount; tree++) {
          const leaf = u32[(trees >>> 2) + tree] + u8[reached + tree * stride + u32[(rows >>> 2) + place]];
          for (let part = 0; part < partsOfLeaves; part++)
            f64[sum + part] += f64[(parts >>> 3) + leaf * partsOfLeaves + part];
        }
      }
    },

    /**
     * Lays rows of items side by side into columns. `rows`: words, `width` an item; `items`: their numbers (words); `starts`: where each
     * column begins behind `columns`, in bytes (words).
     */
    gatherRows({ u32 }, rows, width, items, count, columns, starts) {
      for (let place = 0; place < count; place++) {
        for (let at = 0; at < width; at++) {
          const target = ((columns + u32[(starts >>> 2) + at]) >>> 2) + place;
          u32[target] = u32[(rows >>> 2) + u32[(items >>> 2) + place] * width + at];
        }
      }
    },

    /** Ranks of scores (words), 0 for the greatest, of equal ones the first one first; none is NaN. `scratch`: see `rankingWords`. */
    rankScores({ f64, u32 }, scores, count, _scratch, ranks) {
      const scoreAt = (place: number) => f64[(scores >>> 3) + place];
      const order = Array.from({ length: count }, (_, place) => place);
      order.sort((one, other) => scoreAt(other) - scoreAt(one) || one - other);
      order.forEach((place, rank) => {
        u32[(ranks >>> 2) + place] = rank;
      });
    },

    /**
     * Derivatives of every pair of places, groups `first` to `last`: of two of which one is worth more, each moves by how unlikely
     * their order is, times how much the list gains when they change places; pairs count less the farther apart they are. By place of
     * the lists, one after the other: how far it is `behind` the first one's score, its exponential, and what it is worth; first and
     * second derivatives are added to `moves` and `bends`. `moved`, by group: all that is moved. Of a pair one stands before place
     * `most`. `offsets`: words.
     */
    comparePairs(
      { f64, u32 },
      offsets,
      first,
      last,
      ideals,
      discounts,
      most,
      behind,
      powers,
      worths,
      moves,
      bends,
      moved,
    ) {
      const at = (array: number, place: number) => (array >>> 3) + place;
      for (let group = first; group < last; group++) {
        const start = u32[(offsets >>> 2) + group];
        const size = u32[(offsets >>> 2) + group + 1] - start;
        const ideal = f64[at(ideals, group)];
        const isApart = size > 0 && f64[at(behind, start + size - 1)] !== 0;
        const counted = Math.min(most, size);
        let all = 0;
        for (let better = 0; ideal > 0 && better < size; better++) {
          if (f64[at(worths, start + better)] === 0) continue;
          const end = better < counted ? size : counted;
          for (let worse = 0; worse < end; worse++) {
            const [own, other] = [start + better, start + worse];
            const difference = f64[at(worths, own)] - f64[at(worths, other)];
            if (!(difference > 0)) continue;
            const swap = (difference * Math.abs(f64[at(discounts, better)] - f64[at(discounts, worse)])) / ideal;
            const apart = Math.abs(f64[at(behind, own)] - f64[at(behind, other)]);
            const change = isApart ? swap / (0.01 + apart) : swap;
            const unlikely = f64[at(powers, other)] / (f64[at(powers, own)] + f64[at(powers, other)]);
            const move = unlikely * change;
            const bend = move * (1 - unlikely);
            f64[at(moves, own)] -= move;
            f64[at(moves, other)] += move;
            f64[at(bends, own)] += bend;
            f64[at(bends, other)] += bend;
            all += 2 * move;
          }
        }
        f64[at(moved, group)] = all;
      }
    },
  },
};
