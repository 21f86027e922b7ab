import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { availableBuilds, type Build, createKernels } from '../../../models/kernels/index.ts';
import { partsOfLeaves, trees as treeKernels } from '../../../models/kernels/sets/trees.ts';
import { seededRandom } from '../../../models/random.ts';
import {
  createRanks,
  createRowScorer,
  noTrees,
  ranksBytes,
  rowScorerBytes,
  type TreeTable,
} from '../../../models/ranking/index.ts';

type Tree =
  | number
  | { readonly feature: number; readonly threshold: number; readonly below: Tree; readonly above: Tree };

function scorerOf(table: TreeTable, features: number, most: number) {
  const kernels = createKernels(treeKernels, { bytes: rowScorerBytes(table, features, most) });
  return createRowScorer(kernels, table, features, most);
}

const values = fc.constantFrom(-3, -1.5, 0, 0.25, 1, 2.5, Number.NaN);
const features = 5;
const { tree: anyTree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.float({ min: -2, max: 2, noNaN: true }).map((value): Tree => value),
    fc.record({
      feature: fc.nat(features - 1),
      threshold: fc.constantFrom(-2, -1.5, 0, 0.25, 2),
      below: tie('tree'),
      above: tie('tree'),
    }),
  ),
}));

/** The leaf that a row comes to, by what trees mean. */
function leafOf(tree: Tree, row: readonly number[]): number {
  if (typeof tree === 'number') return tree;
  return leafOf(row[tree.feature] > tree.threshold ? tree.above : tree.below, row);
}

/** The leaves from the left. */
function leavesOf(tree: Tree): number[] {
  return typeof tree === 'number' ? [tree] : [...leavesOf(tree.below), ...leavesOf(tree.above)];
}

function tableOf(trees: readonly Tree[]): TreeTable {
  const nodes: { feature: number; threshold: number; below: number; above: number }[] = [];
  const leaves: number[] = [];
  const put = (tree: Tree): number => {
    if (typeof tree === 'number') return -leaves.push(tree);
    const node = { feature: tree.feature, threshold: tree.threshold, below: 0, above: 0 };
    const place = nodes.push(node) - 1;
    node.above = put(tree.above);
    node.below = put(tree.below);
    return place;
  };
  return {
    roots: Int32Array.from(trees, put),
    features: Uint16Array.from(nodes, ({ feature }) => feature),
    thresholds: Float32Array.from(nodes, ({ threshold }) => threshold),
    below: Int32Array.from(nodes, ({ below }) => below),
    above: Int32Array.from(nodes, ({ above }) => above),
    expected: new Float32Array(nodes.length),
    values: Float32Array.from(leaves),
  };
}

test('every row gets the sum of the leaves that its values lead it to, to the last bit', () => {
  const rows = fc.array(fc.array(values, { minLength: features, maxLength: features }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(anyTree, { maxLength: 6 }), rows, (trees, rows) => {
      const scorer = scorerOf(tableOf(trees), features, rows.length);
      rows.forEach((row, at) => {
        row.forEach((value, feature) => {
          scorer.columns[feature * scorer.stride + at] = value;
        });
      });
      const expected = rows.map((row) => trees.reduce<number>((sum, tree) => sum + leafOf(tree, row), 0));
      expect([...scorer.score(rows.length)]).toEqual(expected);
      const { reached, stride } = scorer;
      trees.forEach((tree, at) => {
        const leaves = leavesOf(tree);
        rows.forEach((row, place) => {
          expect(leaves[reached[at * stride + place]]).toBe(leafOf(tree, row));
        });
      });
    }),
    { numRuns: 60 },
  );
});

test('trees that cannot be scored are refused by name', () => {
  const chain = (leaves: number): Tree =>
    leaves === 1 ? 1 : { feature: 0, threshold: leaves, below: 1, above: chain(leaves - 1) };
  expect(() => scorerOf(tableOf([chain(32)]), 1, 4)).not.toThrow();
  expect(() => scorerOf(tableOf([chain(33)]), 1, 4)).toThrow('a tree has 33 leaves, 32 can be scored');
  const asks = tableOf([{ feature: 4, threshold: 0, below: 1, above: 2 }]);
  expect(() => scorerOf(asks, 4, 1)).toThrow('a tree asks for feature 4, there are 4');
  expect([...scorerOf(noTrees, 4, 3).score(3)]).toEqual([0, 0, 0]);
});

test('every build of the kernels gives the bytes of the plain one', () => {
  const builds = availableBuilds(treeKernels);
  const shape = fc.record({ rows: fc.integer({ min: 1, max: 60 }), columns: fc.integer({ min: 1, max: 9 }) });
  const numbers = fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true }));
  fc.assert(
    fc.property(shape, numbers, ({ rows, columns }, stream) => {
      const bins = Uint8Array.from({ length: rows * columns }, () => (stream.next().value + 1) * 3);
      const derivatives = Float64Array.from({ length: 2 * rows }, () => stream.next().value);
      const own = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => row % 3 !== 1);
      const [first, ...others] = builds.map((build) => {
        const kernels = createKernels(treeKernels, { bytes: 1 << 16, build });
        const kept = kernels.uint8(bins.length);
        kept.set(bins);
        const histogram = kernels.float64(columns * 8 * 3);
        kernels.run('sumRows', [
          [
            ...[kernels.keepUint32(own).byteOffset, own.length, kept.byteOffset, columns, columns],
            ...[kernels.keepFloat64(derivatives).byteOffset, histogram.byteOffset, 8 * 8 * 3],
          ],
        ]);
        return Float64Array.from(histogram);
      });
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 20 },
  );
});

test('ranks are those of a stable sort, the greatest first, in every build', () => {
  const writers = availableBuilds(treeKernels).map((build) =>
    createRanks(createKernels(treeKernels, { bytes: ranksBytes(50), build }), 50),
  );
  const special = [0, -0, 1, 2, 5, 0.5, 7, 1 + Number.EPSILON, Number.MIN_VALUE, Number.MAX_VALUE];
  const oneOf = (specials: readonly number[], min: number) =>
    fc.array(
      fc.oneof(
        fc.constantFrom(...specials),
        fc.double({ min, max: 1e30, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
      { maxLength: 50 },
    );
  const below = [-1, -1 - Number.EPSILON, -Number.MIN_VALUE, -Number.MAX_VALUE, Infinity, -Infinity];
  fc.assert(
    fc.property(fc.oneof(oneOf(special, 0), oneOf([...special, ...below], -1e30)), (scores) => {
      const sorted = [...scores.keys()].sort((one, other) => scores[other] - scores[one] || one - other);
      for (const ranksOf of writers) {
        const ranks = ranksOf(Float64Array.from(scores));
        expect([...ranks.subarray(0, scores.length)]).toEqual(scores.map((_, place) => sorted.indexOf(place)));
      }
    }),
    { numRuns: 500 },
  );
});

test('every build sums up the same of leaves, and lays the same rows into columns', () => {
  const [trees, leaves, stride, width] = [7, 5, 16, 3];
  const random = seededRandom(4);
  const below = (end: number, length: number) => Uint32Array.from({ length }, () => Math.floor(random() * end));
  const reached = below(leaves, trees * stride);
  const parts = Float64Array.from({ length: trees * leaves * partsOfLeaves }, () => random() - 0.5);
  const table = Float32Array.from({ length: 20 * width }, (_, at) => (at % 4 === 0 ? Number.NaN : random()));
  const [rows, items] = [below(stride, 6), below(20, 6)];
  const columnOf = [2, 0, 3];
  const summed = Array.from(rows, (row) =>
    Array.from({ length: partsOfLeaves }, (_, part) => {
      let sum = 0;
      for (let tree = 0; tree < trees; tree++)
        sum += parts[(tree * leaves + reached[tree * stride + row]) * partsOfLeaves + part];
      return sum;
    }),
  );
  for (const build of availableBuilds(treeKernels)) {
    const kernels = createKernels(treeKernels, { bytes: 1 << 16, build });
    const kept = kernels.uint8(reached.length);
    kept.set(reached);
    const firsts = kernels.keepUint32(Array.from({ length: trees }, (_, tree) => tree * leaves));
    const sums = kernels.float64(rows.length * partsOfLeaves);
    kernels.run('sumLeaves', [
      [
        ...[kept.byteOffset, stride, firsts.byteOffset, trees, kernels.keepFloat64(parts).byteOffset],
        ...[kernels.keepUint32(rows).byteOffset, rows.length, sums.byteOffset],
      ],
    ]);
    expect([...sums]).toEqual(summed.flat());
    const columns = kernels.float32(4 * stride);
    const starts = kernels.keepUint32(columnOf.map((column) => 4 * stride * column));
    kernels.run('gatherRows', [
      [
        ...[kernels.keepFloat32(table).byteOffset, width, kernels.keepUint32(items).byteOffset, items.length],
        ...[columns.byteOffset, starts.byteOffset],
      ],
    ]);
    const laid = new Float32Array(4 * stride);
    items.forEach((item, place) => {
      for (let at = 0; at < width; at++) laid[columnOf[at] * stride + place] = table[item * width + at];
    });
    expect([...columns]).toEqual([...laid]);
  }
});

test('every build compares pairs to the same bytes, and groups do not hang on who else is looked at', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const place = fc.record({ lead: unit, worth: fc.constantFrom(0, 0, 1, 3.5) });
  fc.assert(
    fc.property(fc.array(fc.array(place, { maxLength: 13 }), { minLength: 1, maxLength: 5 }), (groups) => {
      const places = groups.flat();
      const offsets = [0];
      for (const group of groups) offsets.push(offsets.at(-1)! + group.length);
      const behind = groups.flatMap((group) => group.map(({ lead }, at) => (at === 0 ? 0 : -lead)));
      const compare = (build: Build, parts: readonly (readonly [number, number])[]) => {
        const kernels = createKernels(treeKernels, { bytes: 1 << 16, build });
        const keep = (values: readonly number[]) => kernels.keepFloat64(values).byteOffset;
        const written = [places.length, places.length, groups.length].map((length) => kernels.float64(length));
        const from = kernels.keepUint32(offsets).byteOffset;
        const [ideals, discounts] = [keep(groups.map(() => 1.3)), keep(places.map((_, at) => 1 / Math.log2(at + 2)))];
        const [own, powers, worths] = [behind, behind.map(Math.exp), places.map(({ worth }) => worth)].map(keep);
        const into = written.map(({ byteOffset }) => byteOffset);
        kernels.run(
          'comparePairs',
          parts.map(([first, last]) => [from, first, last, ideals, discounts, 4, own, powers, worths, ...into]),
        );
        return written.map((values) => Float64Array.from(values));
      };
      const whole = compare('plain', [[0, groups.length]]);
      for (const build of availableBuilds(treeKernels)) {
        expect(
          compare(
            build,
            groups.map((_, group) => [group, group + 1]),
          ),
        ).toEqual(whole);
      }
    }),
    { numRuns: 40 },
  );
});
