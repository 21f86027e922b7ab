import type { Kernels } from '../../kernels/index.ts';
import { cellNumbers as cellSize } from '../../kernels/sets/trees.ts';
import type { Binned } from './bin-columns.ts';

/** How a tree may grow. */
export interface TreeSettings {
  /** at most, 2 or more */
  readonly leaves: number;
  /** rows of a leaf at least */
  readonly leastRows: number;
  /** added to the sum of second derivatives, so that leaves of little evidence say little */
  readonly shrinkage: number;
}

/** A node of a tree that has grown: a split, or a leaf without one. */
export interface GrownNode {
  /** the step that is best for all who come here */
  readonly value: number;
  split?: { readonly feature: number; readonly cut: number; below: GrownNode; above: GrownNode; readonly gain: number };
}

interface Leaf {
  readonly node: GrownNode;
  readonly start: number;
  readonly end: number;
  readonly sums: Sums;
  readonly histogram: Float64Array;
  best?: Split | undefined;
}

interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

interface Split {
  readonly feature: number;
  /** the last bin of those below */
  readonly cut: number;
  readonly gain: number;
  readonly below: Sums;
}

/** Grows one tree after the other over the same rows. */
export interface TreeGrower {
  /**
   * The tree that lowers a loss most, by its first and second derivatives at each row, leaf by leaf where the gain is greatest.
   *
   * @param step called with the rows of each leaf and its value
   */
  grow(gradients: Float64Array, hessians: Float64Array, step: (rows: Uint32Array, value: number) => void): GrownNode;
}

/** What growing takes of a kernels' memory: a histogram of bins × features × 24 bytes a leaf, and features + 20 bytes a row. */
export function growerBytes({ cuts, bins }: Binned, { leaves }: TreeSettings): number {
  const rows = bins[0]?.length ?? 0;
  return rows * (bins.length + 20) + leaves * (8 * strideOf(cuts) * bins.length + 64) + 256;
}

/** Numbers between a feature's cells and the next one's. */
function strideOf(cuts: Binned['cuts']): number {
  return cuts.reduce((most, { length }) => Math.max(most, length + 1), 1) * cellSize;
}

/**
 * Grows regression trees on first and second derivatives, leaf by leaf, over features cut into bins.
 *
 * @see Chen and Guestrin, XGBoost, KDD 2016, equations 5 to 7 (leaf's value and split's gain); Ke et al., LightGBM, NIPS 2017
 * (histograms, growth by leaf, the sibling by subtraction)
 * @param kernels of trees, with `growerBytes` left; they may share the work, which gives the same bytes
 */
export function createTreeGrower(kernels: Kernels, { cuts, bins }: Binned, settings: TreeSettings): TreeGrower {
  const rowCount = bins[0]?.length ?? 0;
  const binCounts = cuts.map((ends) => ends.length + 1);
  const stride = strideOf(cuts);
  const size = stride * bins.length;
  const rows = kernels.uint32(rowCount);
  const derivatives = kernels.float64(2 * rowCount);
  const binsByRow = kernels.uint8(rowCount * bins.length);
  bins.forEach((column, feature) => {
    for (let row = 0, at = feature; row < rowCount; row++, at += bins.length) binsByRow[at] = column[row];
  });
  const histograms = Array.from({ length: settings.leaves }, () => kernels.float64(size));
  const aside = new Uint32Array(rowCount);
  // Each feature has cells of its own: whoever sums up some of them leaves the others alone.
  const shares = Array.from({ length: kernels.threads }, (_, share) => {
    const [first, last] = [share, share + 1].map((end) => Math.round((end * bins.length) / kernels.threads));
    return { first, last };
  });

  function sumUp(histogram: Float64Array, start: number, end: number): Float64Array {
    histogram.fill(0);
    const own = [rows.byteOffset + 4 * start, end - start];
    kernels.run(
      'sumRows',
      shares.map(({ first, last }) => [
        ...[...own, binsByRow.byteOffset + first, bins.length, last - first],
        ...[derivatives.byteOffset, histogram.byteOffset + 8 * stride * first, 8 * stride],
      ]),
    );
    return histogram;
  }

  function findSplit({ histogram, sums }: Leaf): Split | undefined {
    const { leastRows, shrinkage } = settings;
    const worth = (gradient: number, hessian: number) => (gradient * gradient) / (hessian + shrinkage);
    const whole = worth(sums.gradient, sums.hessian);
    let best: Split | undefined;
    for (let feature = 0; feature < bins.length; feature++) {
      let [gradient, hessian, count] = [0, 0, 0];
      for (let cut = 0; cut + 1 < binCounts[feature]; cut++) {
        const cell = feature * stride + cut * cellSize;
        gradient += histogram[cell];
        hessian += histogram[cell + 1];
        count += histogram[cell + 2];
        if (count < leastRows) continue;
        if (sums.rows - count < leastRows) break;
        const gain = worth(gradient, hessian) + worth(sums.gradient - gradient, sums.hessian - hessian) - whole;
        if (gain > 1e-12 && (!best || gain > best.gain)) {
          best = { feature, cut, gain, below: { gradient, hessian, rows: count } };
        }
      }
    }
    return best;
  }

  /** Puts those below a split first, each side in the order in which it was. @returns where the others begin */
  function part({ start, end }: Leaf, { feature, cut }: Split): number {
    const column = bins[feature];
    let [middle, others] = [start, 0];
    for (let place = start; place < end; place++) {
      const row = rows[place];
      if (column[row] <= cut) rows[middle++] = row;
      else aside[others++] = row;
    }
    rows.set(aside.subarray(0, others), middle);
    return middle;
  }

  return {
    grow(gradients, hessians, step) {
      const stepOf = ({ gradient, hessian }: Sums) => -gradient / (hessian + settings.shrinkage);
      const leafAt = (start: number, end: number, sums: Sums, histogram: Float64Array): Leaf => {
        const leaf: Leaf = { node: { value: stepOf(sums) }, start, end, sums, histogram };
        leaf.best = findSplit(leaf);
        return leaf;
      };
      let [gradient, hessian] = [0, 0];
      for (let row = 0; row < rowCount; row++) {
        rows[row] = row;
        derivatives[2 * row] = gradients[row];
        derivatives[2 * row + 1] = hessians[row];
        gradient += gradients[row];
        hessian += hessians[row];
      }
      const root = leafAt(0, rowCount, { gradient, hessian, rows: rowCount }, sumUp(histograms[0], 0, rowCount));
      const leaves = [root];
      while (leaves.length < settings.leaves) {
        const gains = leaves.map(({ best }) => best?.gain ?? 0);
        const greatest = Math.max(...gains);
        if (greatest === 0) break;
        const place = gains.indexOf(greatest);
        const parent = leaves[place];
        const split = parent.best!;
        const middle = part(parent, split);
        const { below, feature, cut, gain } = split;
        const above: Sums = {
          gradient: parent.sums.gradient - below.gradient,
          hessian: parent.sums.hessian - below.hessian,
          rows: parent.sums.rows - below.rows,
        };
        // The smaller side is summed up, the other is what is left of both.
        const isBelowSmaller = below.rows <= above.rows;
        const [first, last] = isBelowSmaller ? [parent.start, middle] : [middle, parent.end];
        const smaller = sumUp(histograms[leaves.length], first, last);
        const larger = parent.histogram;
        for (let cell = 0; cell < size; cell++) larger[cell] -= smaller[cell];
        const one = leafAt(parent.start, middle, below, isBelowSmaller ? smaller : larger);
        const other = leafAt(middle, parent.end, above, isBelowSmaller ? larger : smaller);
        parent.node.split = { feature, cut, gain, below: one.node, above: other.node };
        leaves.splice(place, 1, one, other);
      }
      for (const { node, start, end } of leaves) step(rows.subarray(start, end), node.value);
      return root.node;
    },
  };
}
