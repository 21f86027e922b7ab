import { describe, expect, test } from '@jest/globals';
import { createKernels } from '../../../models/kernels/index.ts';
import { trees as treeKernels } from '../../../models/kernels/sets/trees.ts';
import { seededRandom } from '../../../models/random.ts';
import {
  binColumns,
  createLambdaWriter,
  createRowScorer,
  createTreeGrower,
  explainRow,
  type GrownNode,
  growerBytes,
  lambdaBytes,
  learnRanking,
  leastShared,
  rowScorerBytes,
} from '../../../models/ranking/index.ts';

const random = seededRandom(5);
const settings = { leaves: 2, leastRows: 3, shrinkage: 1 };

/** NDCG of rows in the order of their places, by its definition; places count as far as `depth`. */
function ndcgOf(gains: readonly number[], ideal: number): number {
  return gains.reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0) / ideal;
}

describe('the derivatives of the listwise loss', () => {
  test('are those of every pair by itself, whose swap is made and judged', () => {
    for (let round = 0; round < 20; round++) {
      const sizes = [1 + Math.floor(random() * 12), 1 + Math.floor(random() * 40)];
      const rows = sizes[0] + sizes[1];
      const offsets = Uint32Array.of(0, sizes[0], rows);
      const gains = Float32Array.from({ length: rows }, () => (random() < 0.3 ? Math.ceil(random() * 3) : 0));
      const scores = Float64Array.from({ length: rows }, () => Math.floor(random() * 12) / 3);
      const ideals = Float64Array.of(1.7, 2.9);
      const places = 3;
      const derivatives = { gradients: new Float64Array(rows), hessians: new Float64Array(rows) };
      const groups = { offsets, gains, ideals };
      const kernels = createKernels(treeKernels, { bytes: lambdaBytes(groups) });
      createLambdaWriter(kernels, groups, places)(scores, derivatives);

      const expected = { gradients: new Float64Array(rows), hessians: new Float64Array(rows) };
      for (const group of [0, 1]) {
        const own = Array.from({ length: sizes[group] }, (_, place) => offsets[group] + place);
        const listed = [...own].sort((one, other) => scores[other] - scores[one]);
        const differs = new Set(own.map((row) => scores[row])).size > 1;
        let total = 0;
        for (const good of own) {
          for (const bad of own) {
            const at = { good: listed.indexOf(good), bad: listed.indexOf(bad) };
            if (!(gains[good] > gains[bad]) || Math.min(at.good, at.bad) >= places + 10) continue;
            const swapped = listed.map((row) => (row === good ? bad : row === bad ? good : row));
            const change = Math.abs(
              ndcgOf(
                listed.map((row) => gains[row]),
                ideals[group],
              ) -
                ndcgOf(
                  swapped.map((row) => gains[row]),
                  ideals[group],
                ),
            );
            const lead = scores[good] - scores[bad];
            const weight = differs ? change / (0.01 + Math.abs(lead)) : change;
            const chance = 1 / (1 + Math.exp(lead));
            expected.gradients[good] -= weight * chance;
            expected.gradients[bad] += weight * chance;
            expected.hessians[good] += weight * chance * (1 - chance);
            expected.hessians[bad] += weight * chance * (1 - chance);
            total += 2 * weight * chance;
          }
        }
        if (total === 0) continue;
        for (const row of own) {
          expected.gradients[row] *= Math.log2(1 + total) / total;
          expected.hessians[row] *= Math.log2(1 + total) / total;
        }
      }
      for (let row = 0; row < rows; row++) {
        expect(derivatives.gradients[row]).toBeCloseTo(expected.gradients[row], 10);
        expect(derivatives.hessians[row]).toBeCloseTo(expected.hessians[row], 10);
      }
    }
  });
});

describe('a tree', () => {
  const rows = 60;
  const columns = [
    Float32Array.from({ length: rows }, () => Math.floor(random() * 8)),
    Float32Array.from({ length: rows }, () => (random() < 0.2 ? Number.NaN : random())),
    Float32Array.from({ length: rows }, () => random()),
  ];
  const gradients = Float64Array.from({ length: rows }, (_, row) => (columns[2][row] > 0.6 ? -1 : 1) + random());
  const hessians = Float64Array.from({ length: rows }, () => 0.5 + random());
  const sumOf = (values: Float64Array, own: readonly number[]) => own.reduce((sum, row) => sum + values[row], 0);
  const worthOf = (own: readonly number[]) => sumOf(gradients, own) ** 2 / (sumOf(hessians, own) + 1);

  /** The greatest gain of all splits of these rows, each made and summed up by itself. */
  function bestGain(own: readonly number[]): number {
    let best = 0;
    for (const column of columns) {
      for (const threshold of column) {
        if (Number.isNaN(threshold)) continue;
        const above = own.filter((row) => column[row] > threshold);
        const below = own.filter((row) => !(column[row] > threshold));
        if (Math.min(above.length, below.length) < settings.leastRows) continue;
        best = Math.max(best, worthOf(above) + worthOf(below) - worthOf(own));
      }
    }
    return best;
  }

  /** of each leaf: what another split would have gained */
  const unsplit: number[] = [];

  function check(node: GrownNode, own: readonly number[], cuts: readonly Float32Array[]): number {
    expect(node.value).toBeCloseTo(-sumOf(gradients, own) / (sumOf(hessians, own) + 1), 10);
    if (!node.split) {
      unsplit.push(bestGain(own));
      return 1;
    }
    const { feature, cut, gain } = node.split;
    expect(gain).toBeCloseTo(bestGain(own), 8);
    const isAbove = (row: number) => columns[feature][row] > cuts[feature][cut];
    return (
      check(
        node.split.below,
        own.filter((row) => !isAbove(row)),
        cuts,
      ) + check(node.split.above, own.filter(isAbove), cuts)
    );
  }

  test('splits where no other split gains more, and ends where nothing is gained', () => {
    const binned = binColumns(columns, 256);
    for (const leaves of [2, 7]) {
      const kernels = createKernels(treeKernels, { bytes: growerBytes(binned, { ...settings, leaves }) });
      const grower = createTreeGrower(kernels, binned, { ...settings, leaves });
      const stepped = new Set<number>();
      const root = grower.grow(gradients, hessians, (own) => {
        for (const row of own) stepped.add(row);
      });
      unsplit.length = 0;
      const grown = check(root, [...columns[0].keys()], binned.cuts);
      expect(grown).toBeLessThanOrEqual(leaves);
      // It ends where nothing more is gained, or where it may not have more.
      if (grown < leaves) expect(Math.max(...unsplit)).toBeCloseTo(0, 8);
      expect(stepped.size).toBe(rows);
    }
  });

  test('asks about values as they are: a row is in the bin that its cuts say, the missing ones below all others', () => {
    const { cuts, bins } = binColumns(columns, 6);
    for (const [feature, column] of columns.entries()) {
      expect(cuts[feature].length).toBeLessThan(6);
      for (let row = 0; row < rows; row++) {
        expect(bins[feature][row]).toBe(cuts[feature].filter((cut) => column[row] > cut).length);
      }
    }
    const known = [...columns[1].keys()].filter((row) => !Number.isNaN(columns[1][row]));
    expect(known.every((row) => bins[1][row] > 0)).toBe(true);
    expect(() => binColumns(columns, 1)).toThrow('bins must be from 2 to 256, not 1');
  });
});

describe('what was learnt', () => {
  const customers = 80;
  const size = 12;
  const rows = customers * size;
  const noise = () => Float32Array.from({ length: rows }, () => random());
  const columns = [noise(), noise(), noise()];
  // What is bought hangs on the second column, and on the third only where the first is high.
  const gains = Float32Array.from({ length: rows }, (_, row) =>
    columns[1][row] + (columns[0][row] > 0.5 ? columns[2][row] : 0) > 1.2 ? 1 : 0,
  );
  const offsets = Uint32Array.from({ length: customers + 1 }, (_, customer) => customer * size);
  const ideals = Float64Array.from({ length: customers }, () => 4);
  const boosting = { ...settings, leaves: 6, trees: 25, learningRate: 0.2, bins: 32, places: 5 };
  const groups = { offsets, gains, ideals };
  const learnt = learnRanking({ ...groups, columns }, boosting);
  const flat = Float32Array.from(columns.flatMap((column) => [...column]));
  const scorer = createRowScorer(
    createKernels(treeKernels, { bytes: rowScorerBytes(learnt.trees, columns.length, rows) }),
    learnt.trees,
    columns.length,
    rows,
  );
  scorer.columns.set(flat);
  const scores = scorer.score(rows).slice();

  test('puts what is bought first', () => {
    const orderedBy = (of: (row: number) => number) =>
      Array.from({ length: customers }, (_, customer) => {
        const own = Array.from({ length: size }, (_, place) => customer * size + place);
        return ndcgOf(
          own.sort((one, other) => of(other) - of(one)).map((row) => gains[row]),
          1,
        );
      }).reduce((sum, value) => sum + value, 0);
    const best = orderedBy((row) => gains[row]);
    expect(orderedBy((row) => scores[row]) / best).toBeGreaterThan(0.97);
    expect(orderedBy((row) => columns[1][row]) / best).toBeLessThan(0.97);
    expect(Math.min(...learnt.worth)).toBeGreaterThan(0.02);
    expect(learnt.worth.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 10);
  });

  test('says of each row what every feature added to its score', () => {
    const contributions = new Float64Array(columns.length);
    for (let row = 0; row < 50; row++) {
      const usual = explainRow(learnt.trees, { columns: flat, stride: rows, row }, contributions);
      expect(usual + contributions.reduce((sum, part) => sum + part, 0)).toBeCloseTo(scores[row], 5);
    }
  });

  test('is the same on two threads as on one', () => {
    const many = 1_000;
    const repeated = <Values extends Float32Array | Float64Array>(values: Values) => {
      const all = new (values.constructor as new (length: number) => Values)((values.length / customers) * many);
      for (let start = 0; start < all.length; start += values.length) {
        all.set(values.subarray(0, Math.min(values.length, all.length - start)) as Values, start);
      }
      return all;
    };
    const large = {
      offsets: Uint32Array.from({ length: many + 1 }, (_, customer) => customer * size),
      gains: repeated(gains),
      ideals: repeated(ideals),
      columns: columns.map(repeated),
    };
    expect(large.gains.length).toBeGreaterThan(leastShared);
    const few = { ...boosting, trees: 4 };
    expect(learnRanking(large, few, { threads: 2 })).toEqual(learnRanking(large, few));
  });

  test('is the same again, and nothing where nothing can be told apart', () => {
    expect(learnRanking({ ...groups, columns }, boosting)).toEqual(learnt);
    expect(learnRanking({ ...groups, columns: [new Float32Array(rows)] }, boosting).trees.roots).toHaveLength(0);
    expect(
      learnRanking(
        { offsets: Uint32Array.of(0), gains: new Float32Array(0), ideals: new Float64Array(0), columns: [] },
        boosting,
      ).trees.roots,
    ).toHaveLength(0);
    expect(() => learnRanking({ ...groups, columns: [new Float32Array(3)] }, boosting)).toThrow(
      `columns[0] has 3 rows, gains has ${rows}`,
    );
  });
});
