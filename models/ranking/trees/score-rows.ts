import type { Kernels } from '../../kernels/index.ts';
import { mostLeaves, rowsTogether } from '../../kernels/sets/trees.ts';
import type { FeatureColumns, TreeTable } from './tree-table.ts';

/** Scores rows that are written into its own columns. */
export interface RowScorer extends FeatureColumns {
  /** The scores of the first `count` rows: the sum of the leaves that each comes to. A view that holds until the next call. */
  score(count: number): Float64Array;
  /** of the rows scored last, the leaf of tree t that row r came to at [t * stride + r], numbered from the left */
  readonly reached: Uint8Array;
}

/** What scoring takes of a kernels' memory. */
export function rowScorerBytes({ roots, features, values }: TreeTable, columns: number, most: number): number {
  return (
    (4 * columns + 8 + roots.length) * strideOf(most) + 4 * (roots.length + 3 * features.length + values.length) + 320
  );
}

function strideOf(most: number): number {
  return Math.ceil(Math.max(1, most) / rowsTogether) * rowsTogether;
}

/**
 * Sends rows through all trees of a table, sixteen at a time (QuickScorer, Lucchese and others 2015).
 * @param kernels of trees, with `rowScorerBytes` left
 * @param features columns that rows have
 * @param most rows at a time; the stride is this or a little more
 * @throws RangeError where a tree has more than 32 leaves, or asks for a feature that there is not
 */
export function createRowScorer(kernels: Kernels, table: TreeTable, features: number, most: number): RowScorer {
  const stride = strideOf(most);
  const { nodes, leaves } = lineUp(table, features, stride);
  const columns = kernels.float32(features * stride);
  const scores = kernels.float64(stride);
  const reached = kernels.uint8(table.roots.length * stride);
  const kept = [kernels.keepUint32(nodes), kernels.keepFloat32(leaves)];
  return {
    columns,
    stride,
    reached,
    score(count) {
      scores.fill(0);
      const [program, values] = kept.map(({ byteOffset }) => byteOffset);
      const forest = [program, table.roots.length, values];
      kernels.run('scoreTrees', [
        [columns.byteOffset, count, ...forest, scores.byteOffset, reached.byteOffset, stride],
      ]);
      return scores.subarray(0, count);
    },
  };
}

/** Trees as the kernel goes through them: nodes with the leaves below them, and leaves from the left. */
function lineUp(table: TreeTable, features: number, stride: number): { nodes: number[]; leaves: number[] } {
  const nodes: number[] = [];
  const leaves: number[] = [];
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  let ownLeaves = 0;
  /** @returns the leaves of the child as bits */
  const put = (child: number): number => {
    if (child < 0) {
      leaves.push(table.values[-1 - child]);
      return 2 ** ownLeaves++;
    }
    if (table.features[child] >= features)
      throw new RangeError(`a tree asks for feature ${table.features[child]}, there are ${features}`);
    const place = nodes.length;
    single[0] = table.thresholds[child];
    nodes.push(4 * table.features[child] * stride, bits[0], 0);
    const below = put(table.below[child]);
    nodes[place + 2] = below;
    return below + put(table.above[child]);
  };
  for (const root of table.roots) {
    const place = nodes.push(0) - 1;
    ownLeaves = 0;
    put(root);
    if (ownLeaves > mostLeaves) throw new RangeError(`a tree has ${ownLeaves} leaves, ${mostLeaves} can be scored`);
    nodes[place] = ownLeaves - 1;
  }
  return { nodes, leaves };
}
