import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { trainItemNeighbours } from '../../../models/collaborative-filtering/graphs/item-neighbours.ts';
import type { NeighbourRecipe } from '../../../models/collaborative-filtering/graphs/settings.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

/** Customers who each have some of the items, the first ones more often; values of a few sizes, so that weights are often equal. */
function drawMatrix(rows: number, columns: number, each: number, seed: number): SparseMatrix {
  const random = seededRandom(seed);
  const lists = Array.from({ length: rows }, () => {
    const items = new Set(
      Array.from({ length: Math.floor(2 * each * random()) }, () => Math.floor(columns * random() ** 2)),
    );
    return [...items].sort((a, b) => a - b);
  });
  const offsets = new Uint32Array(rows + 1);
  lists.forEach((list, row) => {
    offsets[row + 1] = offsets[row] + list.length;
  });
  const indices = Uint32Array.from(lists.flat());
  return { rows, columns, offsets, indices, values: Float32Array.from(indices, () => 1 + Math.floor(3 * random())) };
}

const recipes: NeighbourRecipe[] = [
  { method: 'item-knn', shrinkage: 0, neighbours: 5 },
  { method: 'item-knn', shrinkage: 3, neighbours: 40 },
  { method: 'rp3beta', alpha: 0.7, beta: 0.4, shrinkage: 2, neighbours: 7 },
];

describe.each(recipes)('$method of $neighbours neighbours', (recipe) => {
  test('is the same in every build and for any number of threads, and that of the plain sums', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 70 }), fc.nat(), (rows, columns, seed) => {
        const matrix = drawMatrix(rows, columns, 8, seed);
        const plain = trainItemNeighbours(matrix, recipe, { build: 'plain' });
        expect(trainItemNeighbours(matrix, recipe, { build: 'simd' })).toEqual(plain);
        expect(trainItemNeighbours(matrix, recipe, { build: 'relaxed-simd' })).toEqual(plain);
      }),
      { numRuns: 40, seed: 1 },
    );
    const matrix = drawMatrix(300, 700, 25, 4);
    const plain = trainItemNeighbours(matrix, recipe, { build: 'plain' });
    for (const threads of [1, 2, 3]) expect(trainItemNeighbours(matrix, recipe, { threads })).toEqual(plain);
  });
});

// More candidates than are kept beside each other (512), and more lists than are found at once (256 MB of them).
test('many candidates and long lists lose nothing', () => {
  const dense = drawMatrix(40, 1_500, 400, 2);
  const recipe = { method: 'item-knn', shrinkage: 1, neighbours: 3 } as const;
  expect(trainItemNeighbours(dense, recipe)).toEqual(trainItemNeighbours(dense, recipe, { build: 'plain' }));
  const wide = drawMatrix(30, 6_000, 10, 3);
  for (const method of [
    { method: 'rp3beta', alpha: 1, beta: 0.5, shrinkage: 0 },
    { method: 'item-knn', shrinkage: 0 },
  ] as const) {
    const all = trainItemNeighbours(wide, { ...method, neighbours: 6_000 });
    expect(all).toEqual(trainItemNeighbours(wide, { ...method, neighbours: 1_000 }));
    expect(all.neighbours.length).toBeGreaterThan(1_000);
  }
});

test('products too small for a number are no neighbours, and spoil no others', () => {
  const tiny = drawMatrix(20, 30, 12, 5);
  const values = tiny.values!.map((value, cell) => (tiny.indices[cell] < 10 ? 1e-44 : value));
  const recipe = { method: 'rp3beta', alpha: 4, beta: 0, shrinkage: 0, neighbours: 30 } as const;
  const found = trainItemNeighbours({ ...tiny, values }, recipe);
  expect(found).toEqual(trainItemNeighbours({ ...tiny, values }, recipe, { build: 'plain' }));
  expect(found.weights.every((weight) => weight > 0)).toBe(true);
});
