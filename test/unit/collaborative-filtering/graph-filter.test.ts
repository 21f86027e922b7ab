import { describe, expect, test } from '@jest/globals';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { graphFilterMethod, trainGraphFilter } from '../../../models/collaborative-filtering/graphs/graph-filter.ts';
import { findPrincipalDirections } from '../../../models/collaborative-filtering/graphs/principal-directions.ts';
import type { SparseMatrix } from '../../../models/collaborative-filtering/index.ts';
import { recipe, resolveRecipe } from '../../../models/collaborative-filtering/index.ts';
import { estimateWork, trainMember } from '../../../models/collaborative-filtering/train-member.ts';
import { seededRandom } from '../../../models/random.ts';

const random = seededRandom(5);
const [customers, items, tastes] = [60, 45, 5];

/** Customers of a few tastes, a little of anything besides: the singular values of the tastes stand out. */
const cells: [row: number, column: number, value: number][] = [];
for (let row = 0; row < customers; row++) {
  for (let column = 0; column < items - 1; column++) {
    const chance = row % tastes === column % tastes ? 0.8 : 0.05;
    if (random() < chance) cells.push([row, column, 0.5 + random()]);
  }
}
const matrix = sparse(cells, customers, items);
/** The same customers many times, with values of their own. */
const many = sparse(
  Array.from({ length: 600 / customers }, (_, time) =>
    cells.map(([row, column, value]): (typeof cells)[number] => [time * customers + row, column, value + random()]),
  ).flat(),
  600,
  items,
);

function sparse(of: typeof cells, rows: number, columns: number): SparseMatrix {
  const offsets = new Uint32Array(rows + 1);
  for (const [row] of of) offsets[row + 1]++;
  for (let row = 0; row < rows; row++) offsets[row + 1] += offsets[row];
  return {
    ...{ rows, columns, offsets },
    indices: Uint32Array.from(of, ([, column]) => column),
    values: Float32Array.from(of, ([, , value]) => value),
  };
}

function dense(of: typeof cells, rows: number, columns: number): Matrix {
  const full = Matrix.zeros(rows, columns);
  for (const [row, column, value] of of) full.set(row, column, Math.fround(value));
  return full;
}

/** The paper's formula on whole matrices; an item says nothing of itself by the linear filter, for it is not its own neighbour. */
function scoresByHand(rank: number, idealWeight: number): Matrix {
  const whole = dense(cells, customers, items);
  const ofRows = whole.sum('row').map((sum) => 1 / Math.sqrt(sum));
  const ofColumns = whole.sum('column').map((sum) => (sum > 0 ? 1 / Math.sqrt(sum) : 0));
  const normal = Matrix.diag(ofRows).mmul(whole).mmul(Matrix.diag(ofColumns));
  const linear = normal.transpose().mmul(normal);
  for (let item = 0; item < items; item++) linear.set(item, item, 0);
  const { rightSingularVectors } = new SingularValueDecomposition(normal);
  const first = rightSingularVectors.subMatrix(0, items - 1, 0, rank - 1);
  const roots = ofColumns.map((value) => (value > 0 ? 1 / value : 0));
  const ideal = Matrix.diag(ofColumns).mmul(first).mmul(first.transpose()).mmul(Matrix.diag(roots));
  return whole.mmul(linear.add(ideal.mul(idealWeight)));
}

function rowOf(customer: number) {
  const [start, end] = [matrix.offsets[customer], matrix.offsets[customer + 1]];
  return { items: matrix.indices.subarray(start, end), values: matrix.values!.subarray(start, end) };
}

describe('the graph filter', () => {
  test.each([
    [tastes, 0.3],
    [tastes, 2],
    [tastes, 0],
    [1, 1],
  ])('is what the formula gives on whole matrices: %d directions, ideal filter %d', (dimensions, idealWeight) => {
    const model = trainGraphFilter(matrix, { neighbours: items, dimensions, idealWeight }, { seed: 1 });
    expect(model.dimensions).toBe(dimensions);
    const method = graphFilterMethod(model);
    const expected = scoresByHand(dimensions, idealWeight);
    const scores = new Float32Array(items);
    for (let customer = 0; customer < customers; customer++) {
      method.score(rowOf(customer), scores);
      for (let item = 0; item < items; item++) expect(scores[item]).toBeCloseTo(expected.get(customer, item), 4);
    }
  });

  test('whoever was trained on is what their history folds to', () => {
    const model = trainGraphFilter(matrix, { neighbours: 10, dimensions: 4, idealWeight: 1 }, { seed: 1 });
    const folded = new Float32Array(4);
    const { items: own, values } = rowOf(7);
    own.forEach((item, at) => {
      for (let dimension = 0; dimension < 4; dimension++)
        folded[dimension] += values[at] * model.history[item * 4 + dimension];
    });
    expect(model.customers.subarray(28, 32)).toEqual(folded);
  });

  test.each([
    ['neighbours', 0],
    ['dimensions', 1.5],
    ['dimensions', 0],
    ['idealWeight', -1],
    ['idealWeight', Number.NaN],
  ])('%s of %d is refused by name', (field, value) => {
    const settings = { neighbours: 10, dimensions: 4, idealWeight: 1, [field]: value };
    expect(() => trainGraphFilter(matrix, settings, { seed: 1 })).toThrow(new RegExp(`^${field} must be`));
  });

  test('its work grows with the dimensions, so that a budget refuses what is too large', () => {
    const { methods } = resolveRecipe(recipe);
    const work = (dimensions: number) =>
      estimateWork(
        'gf-cf',
        { interactions: matrix, purchases: undefined as never, seed: 1 },
        { ...methods['gf-cf'], dimensions },
      );
    expect(work(40)).toBeGreaterThan(work(20));
    const offsets = new Uint32Array(1_000_001).fill(cells.length);
    const large = { ...matrix, columns: 1_000_000, rows: 1_000_000, offsets };
    const ofLarge = estimateWork(
      'gf-cf',
      { interactions: large, purchases: undefined as never, seed: 1 },
      { ...methods['gf-cf'], dimensions: 64 },
    );
    expect(ofLarge).toBeGreaterThan(10);
  });
});

describe('principal directions', () => {
  test('span what the singular vectors of the whole matrix span, strongest first, each of length 1', () => {
    const { rightSingularVectors } = new SingularValueDecomposition(dense(cells, customers, items));
    const { vectors, count } = findPrincipalDirections(matrix, { rank: tastes, seed: 3 });
    const found = new Matrix(
      Array.from({ length: items }, (_, item) => [...vectors.subarray(item * count, (item + 1) * count)]),
    );
    const expected = rightSingularVectors.subMatrix(0, items - 1, 0, tastes - 1);
    const difference = found.mmul(found.transpose()).sub(expected.mmul(expected.transpose()));
    expect(Math.max(...difference.to1DArray().map(Math.abs))).toBeLessThan(1e-6);
    const gram = found.transpose().mmul(found).sub(Matrix.eye(tastes));
    expect(Math.max(...gram.to1DArray().map(Math.abs))).toBeLessThan(1e-9);
    // The first is alone with its singular value: it is found by itself.
    const first = expected.getColumnVector(0).dot(found.getColumnVector(0));
    expect(Math.abs(first)).toBeCloseTo(1, 6);
  });

  test('are the same bytes in every build and for any number of threads', () => {
    // More rows than one part has, and a number of directions that fills no block.
    for (const rank of [5, 16]) {
      const plain = findPrincipalDirections(many, { rank, seed: 3, build: 'plain' });
      expect(plain.count).toBe(rank);
      for (const build of ['simd', 'relaxed-simd'] as const) {
        expect(findPrincipalDirections(many, { rank, seed: 3, build })).toEqual(plain);
      }
      for (const threads of [2, 3]) expect(findPrincipalDirections(many, { rank, seed: 3, threads })).toEqual(plain);
    }
  });

  test('that kernels have no room for are not begun, and it is said in words', () => {
    const large = { rows: 5_000_000, columns: 50_000, offsets: new Uint32Array(1), indices: { length: 1e7 } };
    const input = { interactions: large as SparseMatrix, purchases: undefined as never, seed: 1 };
    const settings = { ...resolveRecipe(recipe).methods['gf-cf'], dimensions: 128 };
    expect(trainMember('gf-cf', input, settings)).toEqual({
      refused: expect.stringMatching(
        /^the graph filter of 128 dimensions needs 5\d\d\d MB in one piece for 5000000 customers, 50000 items and 10000000 pairs/,
      ),
    });
  });

  test('are no more than there are', () => {
    const twice = sparse(
      [0, 1, 2, 3].flatMap((row) =>
        [0, 1, 2].map((column): [number, number, number] => [row, column, row % 2 === 0 || column > 0 ? 1 : 2]),
      ),
      4,
      5,
    );
    const { vectors, count } = findPrincipalDirections(twice, { rank: 5, seed: 1 });
    expect(count).toBe(2);
    expect(vectors).toHaveLength(10);
    expect(vectors.every(Number.isFinite)).toBe(true);
    const nothing = findPrincipalDirections(sparse([], 3, 4), { rank: 2, seed: 1 });
    expect(nothing.count).toBe(0);
  });
});
