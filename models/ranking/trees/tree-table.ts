/**
 * Trees as flat columns, so that they are kept, given to threads and walked as they are. A node asks whether a value is above its
 * threshold; what is missing (NaN) is not. Roots of the trees are nodes; a child below 0 is the leaf -1 - child.
 */
export interface TreeTable {
  /** by tree: its root, a child like any other */
  readonly roots: Int32Array;
  /** by node: the column that is asked about */
  readonly features: Uint16Array;
  readonly thresholds: Float32Array;
  /** by node: the child of values up to the threshold and of what is missing, and that of values above it */
  readonly below: Int32Array;
  readonly above: Int32Array;
  /** by node: what was expected of those who come there, in the unit of the scores */
  readonly expected: Float32Array;
  /** by leaf */
  readonly values: Float32Array;
}

/** Rows to score, feature after feature: feature f of row r is columns[f * stride + r]. */
export interface FeatureColumns {
  readonly columns: Float32Array;
  readonly stride: number;
}

/** No trees: all score 0. */
export const noTrees: TreeTable = {
  roots: new Int32Array(0),
  features: new Uint16Array(0),
  thresholds: new Float32Array(0),
  below: new Int32Array(0),
  above: new Int32Array(0),
  expected: new Float32Array(0),
  values: new Float32Array(0),
};

/**
 * What each feature adds to the score of one row, by the way that it goes through the trees: at every node the change of what is
 * expected counts for the feature that is asked about. Together with what is expected of every row they make its score.
 *
 * @see A. Saabas, Interpreting random forests, 2014
 * @param contributions by feature; overwritten
 * @returns what is expected of every row
 */
export function explainRow(
  { roots, features, thresholds, below, above, expected, values }: TreeTable,
  rows: FeatureColumns & { readonly row: number },
  contributions: Float64Array,
): number {
  const { columns, stride, row } = rows;
  contributions.fill(0);
  let usual = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree];
    let known = node >= 0 ? expected[node] : values[-1 - node];
    usual += known;
    while (node >= 0) {
      const feature = features[node];
      node = columns[feature * stride + row] > thresholds[node] ? above[node] : below[node];
      const next = node >= 0 ? expected[node] : values[-1 - node];
      contributions[feature] += next - known;
      known = next;
    }
  }
  return usual;
}
