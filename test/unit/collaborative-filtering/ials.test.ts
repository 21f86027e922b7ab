import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { noItem } from '../../../models/collaborative-filtering/graphs/score-history.ts';
import { ialsBytes, trainIals, whyNoFactors } from '../../../models/collaborative-filtering/ials/ials.ts';
import { createIalsLister } from '../../../models/collaborative-filtering/ials/list-by-factors.ts';
import { ialsLoss } from '../../../models/collaborative-filtering/ials/loss.ts';
import { createIalsScorer } from '../../../models/collaborative-filtering/ials/scorer.ts';
import type { IalsRecipe } from '../../../models/collaborative-filtering/ials/settings.ts';
import { trainMember } from '../../../models/collaborative-filtering/train-member.ts';
import type { Build } from '../../../models/kernels/index.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { sized, usually } from '../../support/jest/thorough.ts';

const recipe: IalsRecipe = {
  dimensions: 6,
  epochs: 5,
  unobservedWeight: 0.05,
  regularisation: 0.01,
  frequencyExponent: 1,
  initialDeviation: 0.5,
};
const builds: Build[] = ['relaxed-simd', 'simd', 'plain'];

/** Customers × items, each cell there with the given chance and worth 0.2 to 2. */
function randomMatrix(rows: number, columns: number, chance: number, seed: number): Required<SparseMatrix> {
  const draw = seededRandom(seed);
  const offsets = new Uint32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (draw() >= chance) continue;
      indices.push(column);
      values.push(0.2 + 1.8 * draw());
    }
    offsets[row + 1] = indices.length;
  }
  return { rows, columns, offsets, indices: Uint32Array.from(indices), values: Float32Array.from(values) };
}

const toDense = (matrix: Required<SparseMatrix>) => {
  const dense = Matrix.zeros(matrix.rows, matrix.columns);
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      dense.set(row, matrix.indices[cell], matrix.values[cell]);
    }
  }
  return dense;
};

/** What a row's squared length costs, by the papers. */
function penaltyIn(weights: Matrix, { regularisedBy, ...recipe }: IalsRecipe): (row: readonly number[]) => number {
  const { unobservedWeight, regularisation, frequencyExponent } = recipe;
  const byValues = (row: readonly number[]) =>
    regularisation * (row.reduce((a, b) => a + b, 0) + unobservedWeight * row.length) ** frequencyExponent;
  if (regularisedBy !== 'cells') return byValues;
  const cellsOf = (row: readonly number[]) => row.filter((value) => value > 0).length;
  const lines = [...weights.to2DArray(), ...weights.transpose().to2DArray()].filter((row) => cellsOf(row) > 0);
  const sum = (of: (row: readonly number[]) => number) => lines.reduce((total, row) => total + of(row), 0);
  const share = sum(byValues) / sum(cellsOf);
  return (row) => share * cellsOf(row);
}

/** The normal equations of the paper in float64, one customer or item after the other. */
function solveReference(weights: Matrix, fixed: Matrix, recipe: IalsRecipe) {
  const gram = fixed.transpose().mmul(fixed).mul(recipe.unobservedWeight);
  const penaltyOf = penaltyIn(weights, recipe);
  return new Matrix(
    weights.to2DArray().map((row) => {
      if (row.every((value) => value === 0)) return Array<number>(fixed.columns).fill(0);
      const penalty = penaltyOf(row);
      const left = Matrix.add(gram, Matrix.eye(fixed.columns).mul(penalty));
      left.add(fixed.transpose().mmul(Matrix.diag(row)).mmul(fixed));
      return solve(left, fixed.transpose().mmul(Matrix.columnVector(row))).to1DArray();
    }),
  );
}

function trainReference(matrix: Required<SparseMatrix>, settings: IalsRecipe, seed: number) {
  const weights = toDense(matrix);
  const draw = seededRandom(seed);
  const deviation = settings.initialDeviation / Math.sqrt(settings.dimensions);
  const normal = () => deviation * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  let items = new Matrix(
    Array.from({ length: matrix.columns }, () => Array.from({ length: settings.dimensions }, normal)),
  );
  let customers = solveReference(weights, items, settings);
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    items = solveReference(weights.transpose(), customers, settings);
    customers = solveReference(weights, items, settings);
  }
  return { customers, items };
}

const scoresOf = (customers: ArrayLike<number>, items: ArrayLike<number>, dimensions: number) =>
  new Matrix(
    Array.from({ length: customers.length / dimensions }, (_, row) =>
      Array.from(customers as Float32Array).slice(row * dimensions, (row + 1) * dimensions),
    ),
  ).mmul(
    new Matrix(
      Array.from({ length: items.length / dimensions }, (_, row) =>
        Array.from(items as Float32Array).slice(row * dimensions, (row + 1) * dimensions),
      ),
    ).transpose(),
  );

describe.each(sized(builds.slice(0, 1), builds.slice(1)))('iALS, %s', (build) => {
  test.each([
    ['as in the paper', {}],
    ['without frequency scaling', { frequencyExponent: 0, regularisation: 0.3 }],
    ['half-way scaled, 11 dimensions', { frequencyExponent: 0.5, dimensions: 11 }],
    ['hardly regularised', { regularisation: 1e-4 }],
    ['by cells', { regularisedBy: 'cells' as const }],
    ['by cells, half-way scaled', { regularisedBy: 'cells' as const, frequencyExponent: 0.5, regularisation: 0.1 }],
    ['nothing unobserved', { unobservedWeight: 0, regularisation: 0.05 }],
    ['40 dimensions, more than most rows have cells', { dimensions: 40, unobservedWeight: 0.2 }],
  ])('agrees with the normal equations in float64: %s', (_, change) => {
    const settings = { ...recipe, ...change };
    const matrix = randomMatrix(60, 35, 0.2, 3);
    const model = trainIals(matrix, settings, { seed: 11, build });
    const expected = trainReference(matrix, settings, 11);
    const scores = scoresOf(model.customers, model.items, settings.dimensions);
    const differences = Matrix.sub(scores, expected.customers.mmul(expected.items.transpose()));
    expect(Math.max(differences.max(), -differences.min())).toBeLessThan(1e-4);
    const reference = {
      ...model,
      customers: Float32Array.from(expected.customers.to1DArray()),
      items: Float32Array.from(expected.items.to1DArray()),
    };
    expect(ialsLoss(matrix, model) / ialsLoss(matrix, reference)).toBeCloseTo(1, 5);
  });

  test('the same seed gives the same bytes, another seed others, and threads change nothing', () => {
    const matrix = randomMatrix(900, 200, 0.03, 5);
    const train = (seed: number, threads: number) => trainIals(matrix, recipe, { seed, threads, build });
    const model = train(1, 1);
    expect(train(1, 1)).toEqual(model);
    expect(train(1, 2)).toEqual(model);
    expect(train(1, 3)).toEqual(model);
    expect(train(2, 1).items).not.toEqual(model.items);
  });

  test.each(['values', 'cells'] as const)('a customer folded in is the trained customer, regularised by %s', (by) => {
    const matrix = randomMatrix(300, 80, 0.1, 6);
    const model = trainIals(matrix, { ...recipe, regularisedBy: by }, { seed: 1, build });
    const scorer = createIalsScorer(model, { build });
    for (let row = 0; row < matrix.rows; row++) {
      const [start, end] = [matrix.offsets[row], matrix.offsets[row + 1]];
      const history = { items: matrix.indices.subarray(start, end), values: matrix.values.subarray(start, end) };
      expect(scorer.foldInCustomer(history)).toEqual(model.customers.subarray(6 * row, 6 * (row + 1)));
    }
  });

  test('scores are dot products; what came after the training is skipped', () => {
    const matrix = randomMatrix(100, 37, 0.2, 8);
    const model = trainIals(matrix, recipe, { seed: 1, build });
    const scorer = createIalsScorer(model, { build });
    const scores = new Float32Array(37).fill(7);
    scorer.score({ items: [3, 99, 20], values: [1, 5, 2] }, scores);
    const customer = scorer.foldInCustomer({ items: [3, 20], values: [1, 2] });
    const expected = scoresOf(customer, model.items, 6).to1DArray();
    expected.forEach((score, item) => {
      expect(scores[item]).toBeCloseTo(score, 5);
    });
    scorer.score({ items: [], values: [] }, scores);
    expect(scores).toEqual(new Float32Array(37));
  });

  test('lists hold the best items in order, whoever is asked for in which order, whatever the threads', () => {
    fc.assert(
      fc.property(
        fc.record({
          items: fc.integer({ min: 1, max: 600 }),
          customers: fc.integer({ min: 1, max: 70 }),
          limit: fc.integer({ min: 1, max: 40 }),
          dimensions: fc.integer({ min: 1, max: 20 }),
          seed: fc.nat(),
          isExcluding: fc.boolean(),
          isLimited: fc.boolean(),
        }),
        ({ items, customers, limit, dimensions, seed, isExcluding, isLimited }) => {
          const draw = seededRandom(seed);
          // Few values, so that scores are exact and ties abound.
          const few = (length: number) => Float32Array.from({ length }, () => Math.floor(draw() * 5) - 2);
          const factors = { customers: few(customers * dimensions), items: few(items * dimensions) };
          const model = { ...factors, dimensions, spectrum: new Float32Array(dimensions), recipe };
          const excluded = isExcluding ? randomMatrix(customers, items, 0.2, seed) : undefined;
          const dense = excluded && toDense(excluded);
          const eligible = isLimited ? Uint8Array.from({ length: items }, () => Number(draw() < 0.7)) : undefined;
          const asked = Uint32Array.from({ length: customers }, (_, customer) => customers - 1 - customer);
          const scores = scoresOf(factors.customers, factors.items, dimensions).to2DArray();
          const lists = [1, 2].map((threads) => {
            const lister = createIalsLister(model, { limit, eligible, excluded, threads, build });
            const made = lister.list(asked);
            const [all, scored] = [Uint32Array.from({ length: items }, (_, item) => item), new Float64Array(items)];
            lister.scoreItems(customers - 1, all, scored);
            expect([...scored].map((score) => score || 0)).toEqual(scores[0].map((score) => score || 0));
            lister.dispose();
            return made;
          });
          expect(lists[1]).toEqual(lists[0]);
          asked.forEach((customer, place) => {
            const ranked = scores[customer]
              .map((score, item) => ({ score, item }))
              .filter(({ item }) => !dense?.get(customer, item) && eligible?.[item] !== 0)
              .sort((a, b) => b.score - a.score || a.item - b.item)
              .slice(0, limit)
              .map(({ item }) => item);
            while (ranked.length < limit) ranked.push(noItem);
            expect([...lists[0].items.subarray(place * limit, (place + 1) * limit)]).toEqual(ranked);
          });
        },
      ),
      { numRuns: 15 },
    );
  });

  test('nothing to learn from gives factors of zero and no scores', () => {
    const empty = { rows: 3, columns: 4, offsets: new Uint32Array(4), indices: new Uint32Array(0) };
    for (const unobservedWeight of [0, 0.1]) {
      const model = trainIals(empty, { ...recipe, unobservedWeight }, { seed: 1, build });
      expect(model.customers).toEqual(new Float32Array(18));
      expect(model.items).toEqual(new Float32Array(24));
    }
    const nobody = { rows: 0, columns: 0, offsets: new Uint32Array(1), indices: new Uint32Array(0) };
    expect(trainIals(nobody, recipe, { seed: 1, build }).items).toHaveLength(0);
  });
});

usually.describe('iALS', () => {
  test('the loss falls with every epoch', () => {
    const matrix = randomMatrix(200, 100, 0.1, 9);
    const losses = [1, 2, 4, 8].map((epochs) =>
      ialsLoss(matrix, trainIals(matrix, { ...recipe, epochs }, { seed: 1 })),
    );
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  });

  test('the loss is what the definition says, counted pair by pair', () => {
    const matrix = randomMatrix(12, 9, 0.3, 4);
    const model = trainIals(matrix, { ...recipe, frequencyExponent: 0.7 }, { seed: 1 });
    const weights = toDense(matrix);
    const scores = scoresOf(model.customers, model.items, 6);
    const squares = (side: Float32Array, row: number) =>
      side.subarray(6 * row, 6 * row + 6).reduce((sum, value) => sum + value * value, 0);
    let expected = 0;
    for (let row = 0; row < 12; row++) {
      const sum = weights.getRow(row).reduce((total, value) => total + value, 0);
      expected += 0.01 * (sum + 0.05 * 9) ** 0.7 * squares(model.customers, row);
      for (let column = 0; column < 9; column++) {
        const score = scores.get(row, column);
        expected += weights.get(row, column) * (1 - score) ** 2 + 0.05 * score ** 2;
      }
    }
    for (let column = 0; column < 9; column++) {
      const sum = weights.getColumn(column).reduce((total, value) => total + value, 0);
      expected += 0.01 * (sum + 0.05 * 12) ** 0.7 * squares(model.items, column);
    }
    expect(ialsLoss(matrix, model)).toBeCloseTo(expected, 4);
  });

  test('progress is told stage by stage', () => {
    const told: string[] = [];
    const onStage = (stage: string, epoch: number) => told.push(`${epoch} ${stage}`);
    trainIals(randomMatrix(9, 9, 0.3, 1), { ...recipe, epochs: 1 }, { seed: 1, onStage });
    const stagesOf = (epoch: number, side: string) =>
      ['gram', 'diagonalise', 'rotate', `solve ${side}`].map((stage) => `${epoch} ${stage}`);
    expect(told).toEqual([...stagesOf(1, 'customers'), ...stagesOf(1, 'items'), ...stagesOf(2, 'customers')]);
  });

  test.each([
    ['dimensions', 0],
    ['dimensions', 2.5],
    ['epochs', -1],
    ['regularisation', 0],
    ['initialDeviation', Number.NaN],
    ['unobservedWeight', -0.1],
    ['frequencyExponent', Number.POSITIVE_INFINITY],
  ])('%s of %p is refused by name', (field, value) => {
    expect(() => trainIals(randomMatrix(3, 3, 0.5, 1), { ...recipe, [field]: value }, { seed: 1 })).toThrow(field);
  });

  test('factors of items that were learnt elsewhere, in whatever basis, score as the training that they are of', () => {
    const matrix = randomMatrix(40, 25, 0.3, 3);
    const learnt = trainIals(matrix, recipe, { seed: 1 });
    // Another basis: the first two axes turned against each other.
    const turned = learnt.items.slice();
    for (let row = 0; row < turned.length; row += recipe.dimensions) {
      const [x, y] = [turned[row], turned[row + 1]];
      turned[row] = 0.6 * x - 0.8 * y;
      turned[row + 1] = 0.8 * x + 0.6 * y;
    }
    const folded = trainIals(matrix, recipe, { seed: 2, items: turned });
    const score = ({ customers, items }: typeof learnt, customer: number, item: number) => {
      let sum = 0;
      for (let at = 0; at < recipe.dimensions; at++) {
        sum += customers[customer * recipe.dimensions + at] * items[item * recipe.dimensions + at];
      }
      return sum;
    };
    for (let customer = 0; customer < matrix.rows; customer++) {
      for (let item = 0; item < matrix.columns; item++) {
        expect(score(folded, customer, item)).toBeCloseTo(score(learnt, customer, item), 4);
      }
    }
  });

  test('memory is stated before it is taken', () => {
    const matrix = {
      rows: 500_000,
      columns: 50_000,
      offsets: new Uint32Array(1),
      indices: { length: 5e6 } as Uint32Array,
    };
    expect(ialsBytes(matrix, { ...recipe, dimensions: 64 }) / 2 ** 20).toBeLessThan(220);
  });

  test('what its kernels have no room for is not begun, and said in words', () => {
    const cells = (count: number) => ({
      rows: 5_000_000,
      columns: 50_000,
      offsets: new Uint32Array(1),
      indices: { length: count } as Uint32Array,
    });
    const input = (count: number) => ({ interactions: cells(count), purchases: {} as never, seed: 1 });
    const member = { ...recipe, dimensions: 64, weight: 1 };
    expect(whyNoFactors(cells(1.7e8), member)).toBeUndefined();
    expect(trainMember('ials', input(2e8), member)).toEqual({
      refused: expect.stringMatching(
        /^iALS of 64 dimensions needs 43\d\d MB in one piece for 5000000 customers, 50000 items and 200000000 pairs of them; more than 4096 MB cannot be addressed$/,
      ),
    });
  });
});
