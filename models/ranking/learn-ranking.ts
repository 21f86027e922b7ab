import { createKernels } from '../kernels/index.ts';
import { trees as treeKernels } from '../kernels/sets/trees.ts';
import { createLambdaWriter, type Groups, type LambdaWriter, lambdaBytes } from './lambda-gradients.ts';
import { type Binned, binColumns } from './trees/bin-columns.ts';
import {
  createTreeGrower,
  type GrownNode,
  growerBytes,
  type TreeGrower,
  type TreeSettings,
} from './trees/grow-tree.ts';
import type { TreeTable } from './trees/tree-table.ts';

/** How trees are learnt. */
export interface BoostingSettings extends TreeSettings {
  readonly trees: number;
  /** how much of what a tree says counts */
  readonly learningRate: number;
  /** values that a feature is cut into at most */
  readonly bins: number;
  /** places of a list that count */
  readonly places: number;
}

/** Rows of candidates, customer by customer. */
export interface RankingRows extends Groups {
  /** by feature: a value a row, NaN where there is none */
  readonly columns: readonly Float32Array[];
  /** by row: its score before any tree, which the trees then mend; 0 if absent */
  readonly prior?: Float64Array;
}

/** What was learnt. */
export interface LearntRanking {
  readonly trees: TreeTable;
  /** by feature: its part in all that splits gained; 0 where nothing was learnt */
  readonly worth: Float64Array;
}

/**
 * Learns the order of candidates, listwise: trees that follow one another, each along the derivatives of NDCG at what those
 * before it say. The same rows give the same trees.
 *
 * @param options.threads that share the work, 1 if absent
 * @throws RangeError naming the column or setting that does not fit
 */
export function learnRanking(
  rows: RankingRows,
  settings: BoostingSettings,
  { threads = 1 }: { threads?: number | undefined } = {},
): LearntRanking {
  const { columns, gains } = rows;
  for (const [feature, { length }] of columns.entries()) {
    if (length !== gains.length)
      throw new RangeError(`columns[${feature}] has ${length} rows, gains has ${gains.length}`);
  }
  const binned = binColumns(columns, settings.bins);
  const kernels = createKernels(treeKernels, {
    bytes: growerBytes(binned, settings) + lambdaBytes(rows),
    threads: gains.length < leastShared ? 1 : threads,
  });
  try {
    const grower = createTreeGrower(kernels, binned, settings);
    return boost(rows, settings, { binned, grower, writeLambdas: createLambdaWriter(kernels, rows, settings.places) });
  } finally {
    kernels.dispose();
  }
}

/** Of fewer rows starting a thread takes longer than it is worth. */
export const leastShared = 10_000;

function boost(
  { columns, gains, prior }: RankingRows,
  settings: BoostingSettings,
  by: { binned: Binned; grower: TreeGrower; writeLambdas: LambdaWriter },
): LearntRanking {
  const { binned, grower, writeLambdas } = by;
  const scores = prior?.slice() ?? new Float64Array(gains.length);
  const derivatives = { gradients: new Float64Array(gains.length), hessians: new Float64Array(gains.length) };
  const grown: GrownNode[] = [];
  const worth = new Float64Array(columns.length);
  for (let tree = 0; tree < settings.trees; tree++) {
    writeLambdas(scores, derivatives);
    const root = grower.grow(derivatives.gradients, derivatives.hessians, (own, value) => {
      for (let place = 0; place < own.length; place++) scores[own[place]] += settings.learningRate * value;
    });
    if (!root.split) break;
    addGains(root, worth);
    grown.push(root);
  }
  const total = worth.reduce((sum, gain) => sum + gain, 0);
  if (total > 0) for (let feature = 0; feature < worth.length; feature++) worth[feature] /= total;
  return { trees: flatten(grown, binned.cuts, settings.learningRate), worth };
}

function addGains({ split }: GrownNode, worth: Float64Array): void {
  if (!split) return;
  worth[split.feature] += split.gain;
  addGains(split.below, worth);
  addGains(split.above, worth);
}

function flatten(grown: readonly GrownNode[], cuts: readonly Float32Array[], learningRate: number): TreeTable {
  const nodes: { feature: number; threshold: number; below: number; above: number; expected: number }[] = [];
  const values: number[] = [];
  const put = ({ value, split }: GrownNode): number => {
    if (!split) return -values.push(learningRate * value);
    const { feature, cut } = split;
    const node = { feature, threshold: cuts[feature][cut], below: 0, above: 0, expected: learningRate * value };
    const place = nodes.push(node) - 1;
    node.below = put(split.below);
    node.above = put(split.above);
    return place;
  };
  const roots = Int32Array.from(grown, put);
  return {
    roots,
    features: Uint16Array.from(nodes, ({ feature }) => feature),
    thresholds: Float32Array.from(nodes, ({ threshold }) => threshold),
    below: Int32Array.from(nodes, ({ below }) => below),
    above: Int32Array.from(nodes, ({ above }) => above),
    expected: Float32Array.from(nodes, ({ expected }) => expected),
    values: Float32Array.from(values),
  };
}
