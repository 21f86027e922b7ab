import { beforeAll, describe, expect, test } from '@jest/globals';
import { shareThatLives } from '../../../models/collaborative-filtering/ials/fading.ts';
import { trainIals } from '../../../models/collaborative-filtering/ials/ials.ts';
import { ialsLoss } from '../../../models/collaborative-filtering/ials/loss.ts';
import { findSingularValues } from '../../../models/collaborative-filtering/ials/singular-values.ts';
import {
  buildInteractions,
  type CollaborativeFilteringRecipe,
  type Facts,
  recipe,
  resolveRecipe,
  type TunedRecipe,
  tuneRecipe,
} from '../../../models/collaborative-filtering/index.ts';
import { startWhereFactorsLive } from '../../../models/collaborative-filtering/search/start-of-factors.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

interface Shop {
  readonly customers: number;
  readonly items: number;
  readonly blocks: number;
  readonly itemsEach: number;
}

/** Customers take items of their own block alone: customer and item belong to block `number % blocks`. */
function plant({ customers, items, blocks, itemsEach }: Shop): Facts {
  const random = seededRandom(11);
  const pairs: [number, number][] = [];
  for (let customer = 0; customer < customers; customer++) {
    const taken = new Set<number>();
    while (taken.size < itemsEach) {
      taken.add((customer % blocks) + blocks * Math.floor((random() * items) / blocks));
    }
    for (const item of taken) pairs.push([customer, item]);
  }
  const rows = {
    ...{
      customers: Uint32Array.from(pairs, ([customer]) => customer),
      items: Uint32Array.from(pairs, ([, item]) => item),
    },
    ...{ ageDays: new Float64Array(pairs.length), customerCount: customers, itemCount: items },
  };
  return {
    behaviours: { ...rows, weights: new Float32Array(pairs.length).fill(1) },
    purchases: { ...rows, orders: rows.customers, orderCount: customers },
    sales: { items: rows.items, ageDays: rows.ageDays },
  };
}

const matrixOf = ({ behaviours }: Facts) => buildInteractions(behaviours, { halfLifeDays: 90 });

/** The greatest singular value of M, by powers of MᵀM, out of the cells alone. */
function greatestOf(
  { rows, columns, offsets, indices, values }: SparseMatrix,
  unobservedWeight: number,
  nu: number,
): number {
  const cells: [row: number, column: number, value: number][] = [];
  const [ofRows, ofColumns] = [rows, columns].map((count) => new Array<number>(count).fill(0));
  for (let row = 0; row < rows; row++) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) {
      const value = values?.[cell] ?? 1;
      cells.push([row, indices[cell], value]);
      ofRows[row] += value;
      ofColumns[indices[cell]] += value;
    }
  }
  const scaled = cells.map(([row, column, value]) => {
    const penalties = (ofRows[row] + unobservedWeight * columns) * (ofColumns[column] + unobservedWeight * rows);
    return [row, column, value / penalties ** (nu / 2)] as const;
  });
  let vector = Array.from({ length: columns }, (_, column) => 1 + (column % 7) / 10);
  let length = 0;
  for (let time = 0; time < 300; time++) {
    const image = new Array<number>(rows).fill(0);
    const back = new Array<number>(columns).fill(0);
    for (const [row, column, value] of scaled) image[row] += value * vector[column];
    for (const [row, column, value] of scaled) back[column] += value * image[row];
    length = Math.sqrt(Math.hypot(...back));
    vector = back.map((value) => value / length ** 2);
  }
  return length;
}

test('by cells dimensions live below the greatest singular value by penalties of plain sums, and none above', () => {
  const interactions = unequal();
  const { rows, columns, offsets, indices, values } = interactions;
  const unobservedWeight = 0.05;
  const scales = [0, 1].map((side) => {
    const [sums, counts] = [0, 1].map(() => new Array<number>(side === 0 ? rows : columns).fill(0));
    for (let row = 0; row < rows; row++) {
      for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) {
        const at = side === 0 ? row : indices[cell];
        sums[at] += values![cell];
        counts[at]++;
      }
    }
    const cost = (sum: number, at: number) =>
      counts[at] > 0 ? sum + unobservedWeight * (side === 0 ? columns : rows) : 0;
    return { counts, total: sums.map(cost).reduce((total, each) => total + each) };
  });
  const aCell = (scales[0].total + scales[1].total) / (2 * indices.length);
  const scaled = Float32Array.from(values!);
  for (let row = 0; row < rows; row++) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) {
      scaled[cell] /= aCell * Math.sqrt(scales[0].counts[row] * scales[1].counts[indices[cell]]);
    }
  }
  const greatest = greatestOf({ ...interactions, values: scaled }, 1, 0);
  const recipe = { unobservedWeight, frequencyExponent: 1, regularisedBy: 'cells', dimensions: columns } as const;
  expect(shareThatLives(interactions, { ...recipe, regularisation: 0.99 * greatest })).toBeGreaterThan(0);
  expect(shareThatLives(interactions, { ...recipe, regularisation: 1.01 * greatest })).toBe(0);
});

/** Everybody has another number of cells of other values, some have none. */
function unequal(): SparseMatrix {
  const [rows, columns] = [40, 25];
  const taken = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => column).filter(
      (column) => (row * 7 + column * 3) % (2 + (row % 5)) === 0,
    ),
  );
  const offsets = new Uint32Array(rows + 1);
  taken.forEach((row, at) => {
    offsets[at + 1] = offsets[at] + row.length;
  });
  const indices = Uint32Array.from(taken.flat());
  return {
    rows,
    columns,
    offsets,
    indices,
    values: Float32Array.from(indices, (item, cell) => 0.2 + ((item + cell) % 9) / 5),
  };
}

describe('the greatest singular values', () => {
  const random = seededRandom(4);
  const dense = (rows: number, columns: number): SparseMatrix => ({
    ...{ rows, columns },
    offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns),
    indices: Uint32Array.from({ length: rows * columns }, (_, cell) => cell % columns),
    values: Float32Array.from({ length: rows * columns }, () => random()),
  });
  const ones = (length: number) => new Float64Array(length).fill(1);

  test.each([
    [30, 12],
    [9, 25],
  ])(
    'of %d x %d numbers have their squares’ and fourth powers’ sums, and the greatest is that of powers',
    (rows, columns) => {
      const matrix = dense(rows, columns);
      const values = findSingularValues(matrix, { count: columns, rowScales: ones(rows), columnScales: ones(columns) });
      const gram = Array.from({ length: columns ** 2 }, (_, at) => {
        let sum = 0;
        for (let row = 0; row < rows; row++) {
          sum +=
            matrix.values![row * columns + Math.floor(at / columns)] * matrix.values![row * columns + (at % columns)];
        }
        return sum;
      });
      const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
      expect(sum(values.map((value) => value ** 2))).toBeCloseTo(sum(matrix.values!.map((value) => value ** 2)), 3);
      expect(sum(values.map((value) => value ** 4)) / sum(gram.map((value) => value ** 2))).toBeCloseTo(1, 6);
      expect(values[0] / greatestOf(matrix, 1, 0)).toBeCloseTo(1, 6);
      expect([...values]).toEqual([...values].sort((one, other) => other - one));
    },
  );

  test.each([
    ['as often as they are there', [...Array(30).fill(3), ...Array(29).fill(2), 0.5]],
    ['with those that are nothing', [2, 0, 0, 0, 0]],
    ['where there is nothing', [0, 0, 0]],
  ])('are found %s', (_, wanted) => {
    const size = wanted.length;
    const diagonal = {
      ...{ rows: size, columns: size, offsets: Uint32Array.from({ length: size + 1 }, (__, row) => row) },
      ...{ indices: Uint32Array.from(wanted.keys()), values: Float32Array.from(wanted) },
    };
    const scales = { rowScales: ones(size).fill(2), columnScales: ones(size) };
    const values = findSingularValues(diagonal, { count: size, ...scales });
    expect(values).toHaveLength(size);
    wanted.forEach((value, place) => {
      expect(values[place]).toBeCloseTo(2 * value, 6);
    });
  });
});

describe('where factors live', () => {
  const matrix = matrixOf(plant({ customers: 120, items: 90, blocks: 3, itemsEach: 5 }));
  const ofZero = matrix.indices.length;

  test.each([
    [0.1, 1],
    [0.02, 0.5],
  ])(
    'is below the greatest singular value: above it nothing has a lower loss than zero (alpha0 %d, nu %d)',
    (unobservedWeight, nu) => {
      const greatest = greatestOf(matrix, unobservedWeight, nu);
      const at = (times: number) => ({
        ...{ dimensions: 8, epochs: 60, unobservedWeight, frequencyExponent: nu, initialDeviation: 0.1 },
        regularisation: times * greatest,
      });
      const lossAt = (times: number) => ialsLoss(matrix, trainIals(matrix, at(times), { seed: 2 }));
      expect(shareThatLives(matrix, at(1.001))).toBe(0);
      expect(lossAt(1.2)).toBeCloseTo(ofZero, 6);
      expect(shareThatLives(matrix, at(0.999))).toBeGreaterThan(0);
      expect(lossAt(0.9)).toBeLessThan(ofZero - 0.001);
    },
  );

  test('is everywhere where nothing is known', () => {
    const empty = { rows: 3, columns: 2, offsets: new Uint32Array(4), indices: new Uint32Array(0) };
    expect(shareThatLives(empty, resolveRecipe(recipe).methods.ials)).toBe(1);
  });

  test('is told of those who are known, where the unobserved weighs nothing', () => {
    const one = { rows: 3, columns: 2, offsets: Uint32Array.of(0, 0, 1, 1), indices: Uint32Array.of(1) };
    const settings = { ...resolveRecipe(recipe).methods.ials, unobservedWeight: 0, regularisation: 0.25 };
    expect(shareThatLives(one, settings)).toBeCloseTo(0.75, 9);
  });
});

/** Of so many items for each of some customers the part that is of their own block, with what they had left out. */
function shareOfOwnBlock(
  facts: Facts,
  { blocks }: Shop,
  ials: ReturnType<typeof resolveRecipe>['methods']['ials'],
): number {
  const matrix = matrixOf(facts);
  const { dimensions, customers, items } = trainIals(matrix, ials, { seed: 1 });
  let own = 0;
  const [asked, listed] = [100, 20];
  for (let customer = 0; customer < asked; customer++) {
    const known = new Set(matrix.indices.subarray(matrix.offsets[customer], matrix.offsets[customer + 1]));
    const scores = Array.from({ length: matrix.columns }, (_, item) => {
      let score = 0;
      for (let at = 0; at < dimensions; at++)
        score += customers[customer * dimensions + at] * items[item * dimensions + at];
      return [known.has(item) ? Number.NEGATIVE_INFINITY : score, item] as const;
    });
    const best = scores.sort((one, other) => other[0] - one[0]).slice(0, listed);
    own += best.filter(([, item]) => item % blocks === customer % blocks).length;
  }
  return own / (asked * listed);
}

const tuning = { ...recipe.tuning, methods: ['ials'] as const, trials: 3, customers: 600 };
/** Epochs enough for what fades to be gone. */
const methods = { ...recipe.methods, ials: { ...recipe.methods.ials, epochs: 60 } };
const searched: CollaborativeFilteringRecipe = { ...recipe, methods, repurchase: 'exclude', tuning };
const first = resolveRecipe(searched).methods.ials;
const trialsOf = ({ trials }: TunedRecipe) => trials.filter(({ method }) => method === 'ials');

describe('a wide and sparse shop', () => {
  const shop = { customers: 6_000, items: 5_000, blocks: 20, itemsEach: 3 };
  const facts = plant(shop);
  let tuned: TunedRecipe;
  beforeAll(async () => {
    tuned = await tuneRecipe(facts, searched, { seed: 1 });
  });

  test('lets every factor fade at the first values, where nothing is found', () => {
    const greatest = greatestOf(matrixOf(facts), first.unobservedWeight, first.frequencyExponent);
    expect(greatest).toBeLessThan(first.regularisation);
    expect(shareOfOwnBlock(facts, shop, first)).toBeLessThan(3 / shop.blocks);
  });

  test('is searched from where they live, and its blocks are found', () => {
    const [start, ...others] = trialsOf(tuned);
    expect(start.settings).toMatchObject({ unobservedWeight: 0.03, regularisation: 0.01 });
    expect(others.length).toBeGreaterThan(0);
    expect(tuned.recipe.methods.ials.weight).toBe(1);
    expect(shareOfOwnBlock(facts, shop, tuned.recipe.methods.ials)).toBeGreaterThan(0.75);
  });

  test('what the recipe fixes stands', () => {
    const matrix = matrixOf(facts);
    const startWith = (fixed: object) => {
      const methods = { ...recipe.methods, ials: { ...recipe.methods.ials, ...fixed } };
      return startWhereFactorsLive({ ...recipe, methods }, matrix).methods.ials;
    };
    const both = { unobservedWeight: 0.1, regularisation: 0.01 };
    expect(startWith(both)).toEqual({ ...recipe.methods.ials, ...both });
    expect(startWith({ unobservedWeight: 0.1 })).toMatchObject({
      unobservedWeight: 0.1,
      regularisation: [0.003, 0.001, 0.01, 0.03, 0.1],
    });
    // Past the end of a list, in proportion.
    expect(startWith({ unobservedWeight: 0.1, regularisation: [0.3, 0.03] }).regularisation).toEqual([
      0.003, 0.03, 0.3,
    ]);
  });
});

describe('a dense shop', () => {
  const facts = plant({ customers: 300, items: 120, blocks: 4, itemsEach: 8 });

  test('is searched from the recipe’s first values', async () => {
    expect(startWhereFactorsLive(recipe, matrixOf(facts))).toBe(recipe);
    const { weight: _, ...settings } = first;
    expect(trialsOf(await tuneRecipe(facts, searched, { seed: 1 }))[0].settings).toEqual(settings);
  });
});
