import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { availableBuilds, type Build, createKernels } from '../../../models/kernels/index.ts';
import { trees as treeKernels } from '../../../models/kernels/sets/trees.ts';
import { createRanks, createRowScorer, noTrees, type TreeTable } from '../../../models/ranking/index.ts';

type Tree =
  | number
  | { readonly feature: number; readonly threshold: number; readonly below: Tree; readonly above: Tree };

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
      const scorer = createRowScorer(tableOf(trees), features, rows.length);
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
  expect(() => createRowScorer(tableOf([chain(32)]), 1, 4)).not.toThrow();
  expect(() => createRowScorer(tableOf([chain(33)]), 1, 4)).toThrow('a tree has 33 leaves, 32 can be scored');
  const asks = tableOf([{ feature: 4, threshold: 0, below: 1, above: 2 }]);
  expect(() => createRowScorer(asks, 4, 1)).toThrow('a tree asks for feature 4, there are 4');
  expect([...createRowScorer(noTrees, 4, 3).score(3)]).toEqual([0, 0, 0]);
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

test('ranks are those of a stable sort, the greatest first', () => {
  const writeRanks = createRanks(50);
  const anyScores = fc.array(
    fc.oneof(
      fc.constantFrom(0, -0, 1, 2, 5, 0.5, -1, 7, 1 + Number.EPSILON, -1 - Number.EPSILON),
      fc.double({ min: -1e30, max: 1e30, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
    { maxLength: 50 },
  );
  fc.assert(
    fc.property(anyScores, (scores) => {
      const ranks = new Uint32Array(50);
      writeRanks(Float64Array.from(scores), ranks, scores.length);
      const sorted = [...scores.keys()].sort((one, other) => scores[other] - scores[one] || one - other);
      expect([...ranks.subarray(0, scores.length)]).toEqual(scores.map((_, place) => sorted.indexOf(place)));
    }),
  );
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
