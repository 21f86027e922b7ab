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

/** Sums in a cell of a histogram: of first derivatives, of second ones, of rows. */
const cellSize = 3;

/** Grows one tree after the other over the same rows. */
export interface TreeGrower {
  /**
   * The tree that lowers a loss most, by its first and second derivatives at each row, leaf by leaf where the gain is greatest.
   *
   * @param step called with the rows of each leaf and its value
   */
  grow(
    gradients: Float64Array,
    hessians: Float64Array,
    settings: TreeSettings,
    step: (rows: Uint32Array, value: number) => void,
  ): GrownNode;
}

/**
 * Scratch: a histogram of bins × features × 24 bytes a leaf, and 24 bytes a row.
 *
 * @see Chen and Guestrin, XGBoost, KDD 2016, equations 5 to 7 (leaf's value and split's gain); Ke et al., LightGBM, NIPS 2017
 * (histograms, growth by leaf, the sibling by subtraction)
 */
export function createTreeGrower({ cuts, bins }: Binned): TreeGrower {
  const rowCount = bins[0]?.length ?? 0;
  const rows = new Uint32Array(rowCount);
  const aside = new Uint32Array(rowCount);
  const moves = new Float64Array(rowCount);
  const bends = new Float64Array(rowCount);
  const binCounts = cuts.map((ends) => ends.length + 1);
  const offsets = binCounts.map((_, feature) =>
    binCounts.slice(0, feature).reduce((sum, count) => sum + count * cellSize, 0),
  );
  const size = binCounts.reduce((sum, count) => sum + count * cellSize, 0);

  function sumUp(start: number, end: number, gradients: Float64Array, hessians: Float64Array): Float64Array {
    const histogram = new Float64Array(size);
    // Every feature goes through the same rows: what they have is laid side by side once.
    for (let place = start; place < end; place++) {
      moves[place] = gradients[rows[place]];
      bends[place] = hessians[rows[place]];
    }
    for (let feature = 0; feature < bins.length; feature++) {
      const column = bins[feature];
      const offset = offsets[feature];
      for (let place = start; place < end; place++) {
        const cell = offset + column[rows[place]] * cellSize;
        histogram[cell] += moves[place];
        histogram[cell + 1] += bends[place];
        histogram[cell + 2] += 1;
      }
    }
    return histogram;
  }

  function findSplit({ histogram, sums }: Leaf, { leastRows, shrinkage }: TreeSettings): Split | undefined {
    const worth = (gradient: number, hessian: number) => (gradient * gradient) / (hessian + shrinkage);
    const whole = worth(sums.gradient, sums.hessian);
    let best: Split | undefined;
    for (let feature = 0; feature < bins.length; feature++) {
      let [gradient, hessian, count] = [0, 0, 0];
      for (let cut = 0; cut + 1 < binCounts[feature]; cut++) {
        const cell = offsets[feature] + cut * cellSize;
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
    grow(gradients, hessians, settings, step) {
      const stepOf = ({ gradient, hessian }: Sums) => -gradient / (hessian + settings.shrinkage);
      const leafAt = (start: number, end: number, sums: Sums, histogram: Float64Array): Leaf => {
        const leaf: Leaf = { node: { value: stepOf(sums) }, start, end, sums, histogram };
        leaf.best = findSplit(leaf, settings);
        return leaf;
      };
      let [gradient, hessian] = [0, 0];
      for (let row = 0; row < rowCount; row++) {
        rows[row] = row;
        gradient += gradients[row];
        hessian += hessians[row];
      }
      const root = leafAt(0, rowCount, { gradient, hessian, rows: rowCount }, sumUp(0, rowCount, gradients, hessians));
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
        const smaller = sumUp(first, last, gradients, hessians);
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
