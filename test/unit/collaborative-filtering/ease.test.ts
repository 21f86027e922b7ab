import { describe, expect, test } from '@jest/globals';
import { inverse, Matrix } from 'ml-matrix';
import { planEase, trainEase } from '../../../models/collaborative-filtering/ease/ease.ts';
import type { EaseRecipe } from '../../../models/collaborative-filtering/ease/settings.ts';
import type { ItemNeighbours } from '../../../models/collaborative-filtering/graphs/item-neighbours.ts';
import { buildInteractions } from '../../../models/collaborative-filtering/interactions.ts';
import { neighbourMethod } from '../../../models/collaborative-filtering/trained-method.ts';
import { ndcgAt } from '../../../models/evaluation/index.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { describeWithSharedData, sharedLines } from '../../support/data/shared-data.ts';

const recipe: EaseRecipe = {
  lambda: 20,
  valuePower: 1,
  beta: 0,
  neighbours: 1000,
  minimumCustomers: 1,
  maximumMegabytes: 100,
  maximumSeconds: 10,
};

type Pair = readonly [customer: number, item: number];

function matrixOf(pairs: readonly Pair[], customerCount: number, itemCount: number, weights?: Float32Array) {
  return buildInteractions(
    {
      customers: Uint32Array.from(pairs, ([customer]) => customer),
      items: Uint32Array.from(pairs, ([, item]) => item),
      ageDays: new Float64Array(pairs.length),
      weights: weights ?? new Float32Array(pairs.length).fill(1),
      customerCount,
      itemCount,
    },
    { halfLifeDays: Number.POSITIVE_INFINITY },
  );
}

/** Popular items are frequent, and customers have tastes: a fifth of the items each. */
function randomMatrix(seed: number, customerCount: number, itemCount: number, cellCount: number): SparseMatrix {
  const random = seededRandom(seed);
  const pairs = Array.from({ length: cellCount }, (): Pair => {
    const customer = Math.floor(random() * customerCount);
    const item = Math.floor(random() ** 2 * itemCount);
    return [customer, random() < 0.7 ? item - (item % 5) + (customer % 5) : item].map((key, at) =>
      Math.min(key, (at === 0 ? customerCount : itemCount) - 1),
    ) as unknown as Pair;
  });
  return matrixOf(pairs, customerCount, itemCount, new Float32Array(cellCount).map(random));
}

/** B of the paper, in float64, by a general inverse: entry (i, j) is what item i says about item j. */
function reference({ rows, columns, offsets, indices, values }: SparseMatrix, lambda: number, power: number): Matrix {
  const x = Matrix.zeros(rows, columns);
  for (let row = 0; row < rows; row++) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) x.set(row, indices[cell], values![cell] ** power);
  }
  const p = inverse(x.transpose().mmul(x).add(Matrix.eye(columns).mul(lambda)));
  const b = Matrix.zeros(columns, columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) if (i !== j) b.set(i, j, -p.get(i, j) / p.get(j, j));
  }
  return b;
}

function weightsOf(graph: ItemNeighbours, item: number): Map<number, number> {
  const weights = new Map<number, number>();
  for (let cell = graph.offsets[item]; cell < graph.offsets[item + 1]; cell++) {
    weights.set(graph.neighbours[cell], graph.weights[cell]);
  }
  return weights;
}

const bytesOf = ({ offsets, neighbours, weights }: ItemNeighbours) =>
  Buffer.concat([offsets, neighbours, weights].map((array) => Buffer.from(array.buffer)));

describe('weights', () => {
  test.each([
    ['one block', 60, 0.5, 1],
    ['three blocks', 300, 20, 1],
    ['three blocks, presence alone', 300, 20, 0],
  ])('are those of the formula in float64 within 1e-4: %s', (_, itemCount, lambda, valuePower) => {
    const matrix = randomMatrix(1, 400, itemCount, 4000);
    const graph = trainEase(matrix, { ...recipe, lambda, valuePower });
    const expected = reference(matrix, lambda, valuePower);
    let worst = 0;
    for (let item = 0; item < itemCount; item++) {
      const weights = weightsOf(graph, item);
      expect([...weights.values()]).toEqual([...weights.values()].sort((a, b) => b - a));
      expect(weights.has(item)).toBe(false);
      for (let other = 0; other < itemCount; other++) {
        const difference = (weights.get(other) ?? 0) - Math.max(0, expected.get(item, other));
        worst = Math.max(worst, Math.abs(difference));
      }
    }
    expect(worst).toBeLessThan(1e-4);
    expect(graph.neighbours.length).toBeGreaterThan(itemCount * 10);
  });

  test('only the best are kept, and only then are popular candidates divided by what they sell', () => {
    const matrix = randomMatrix(2, 300, 50, 2000);
    const whole = trainEase(matrix, { ...recipe, beta: 0 });
    const kept = trainEase(matrix, { ...recipe, beta: 0.5, neighbours: 5 });
    const popularity = new Float64Array(50);
    matrix.indices.forEach((item, cell) => {
      popularity[item] += matrix.values![cell];
    });
    for (let item = 0; item < 50; item++) {
      const best = [...weightsOf(whole, item)].slice(0, 5);
      const divided = best.map(([other, weight]) => [other, weight / popularity[other] ** 0.5] as const);
      divided.sort(([, a], [, b]) => b - a);
      const actual = [...weightsOf(kept, item)];
      expect(actual.map(([other]) => other)).toEqual(divided.map(([other]) => other));
      actual.forEach(([, weight], rank) => {
        expect(weight / divided[rank][1]).toBeCloseTo(1, 5);
      });
    }
  });

  test('items of few customers are left out and the others keep their numbers', () => {
    const pairs: Pair[] = [0, 1, 2, 3].flatMap((customer): Pair[] => [
      [customer, 2],
      [customer, 7],
    ]);
    const graph = trainEase(matrixOf([...pairs, [0, 4], [1, 4], [3, 5]], 4, 9), { ...recipe, minimumCustomers: 3 });
    expect(Array.from({ length: 9 }, (_, item) => [...weightsOf(graph, item).keys()])).toEqual(
      Array.from({ length: 9 }, (_, item) => (item === 2 ? [7] : item === 7 ? [2] : [])),
    );
  });
});

describe('bytes', () => {
  const matrix = randomMatrix(3, 500, 700, 8000);
  const train = (options: Parameters<typeof trainEase>[2]) => trainEase(matrix, { ...recipe, neighbours: 30 }, options);

  test.each(['relaxed-simd', 'simd'] as const)('are the same on one thread and on two: %s', (build) => {
    expect(bytesOf(train({ build, threads: 2 }))).toEqual(bytesOf(train({ build, threads: 1 })));
  });

  test.each(['relaxed-simd', 'simd'] as const)('%s and plain typed arrays agree within 1e-5', (build) => {
    const whole = { ...recipe, neighbours: 700 };
    const plain = neighbourMethod(trainEase(matrix, whole, { build: 'plain' }));
    const fast = neighbourMethod(trainEase(matrix, whole, { build }));
    const [expected, actual] = [new Float32Array(700), new Float32Array(700)];
    let worst = 0;
    for (let item = 0; item < 700; item++) {
      plain.score({ items: [item], values: [1] }, expected);
      fast.score({ items: [item], values: [1] }, actual);
      expected.forEach((weight, other) => {
        worst = Math.max(worst, Math.abs(weight - actual[other]));
      });
    }
    expect(worst).toBeLessThan(1e-5);
  });
});

describe('refused with a reason', () => {
  const matrix = randomMatrix(4, 500, 700, 8000);

  test('beyond the memory or the time of the recipe', () => {
    const { items, bytes } = planEase(matrix, recipe);
    const { length } = items;
    expect(length).toBe(new Set(matrix.indices).size);
    expect(bytes).toBeGreaterThan(2 * length * length);
    const short = { ...recipe, maximumMegabytes: 0, maximumSeconds: 1e-6 };
    expect(planEase(matrix, short).refused).toBe(
      `EASE needs 7 MB and 1 s for ${length} items of at least 1 customers; maximumSeconds is 0.000001; maximumMegabytes is 0`,
    );
    expect(() => trainEase(matrix, short)).toThrow('maximumMegabytes is 0');
  });

  test('all but the head where the limits allow no more, and that too where it holds less than a quarter of what is known', () => {
    const counts = new Uint32Array(matrix.columns);
    for (const item of matrix.indices) counts[item]++;
    const best = [...counts.keys()].sort((one, other) => counts[other] - counts[one] || one - other);
    const [few, fewer] = [200, 10];
    const within = (items: number) => ({ ...recipe, neighbours: 30, maximumSeconds: (items ** 3 + 1) / 25e9 });
    const head = best.slice(0, few).sort((one, other) => one - other);
    expect([...planEase(matrix, within(few)).items]).toEqual(head);
    expect(planEase(matrix, within(fewer)).refused).toContain('maximumSeconds');
    const graph = trainEase(matrix, within(few));
    const known = new Set(head);
    expect(graph.neighbours.every((item) => known.has(item))).toBe(true);
    for (let item = 0; item < matrix.columns; item++) {
      expect(graph.offsets[item + 1] > graph.offsets[item]).toBe(known.has(item));
    }
  });

  test('beyond what can be addressed, whatever the recipe allows', () => {
    const pairs = Array.from({ length: 50_000 }, (_, item): Pair => [item % 10, item]);
    const vast = { ...recipe, maximumMegabytes: 1e6, maximumSeconds: 1e6 };
    const { items, bytes } = planEase(matrixOf(pairs, 10, 50_000), vast);
    expect(items.length).toBeLessThan(50_000);
    expect(bytes).toBeLessThan(2 ** 33);
  });

  test('when lambda is too small for float32', () => {
    const pairs = Array.from({ length: 400 }, (_, at): Pair => [at >> 1, at % 2]);
    expect(() => trainEase(matrixOf(pairs, 200, 2), { ...recipe, lambda: 1e-9 })).toThrow('lambda 1e-9 is too small');
  });

  test.each([
    ['lambda', 0],
    ['lambda', Number.NaN],
    ['valuePower', -1],
    ['beta', -1],
    ['neighbours', 0],
    ['minimumCustomers', -1],
  ])('a setting out of range: %s %p', (setting, value) => {
    expect(() => trainEase(matrix, { ...recipe, [setting]: value })).toThrow(setting);
  });
});

describeWithSharedData(
  'Amazon-Electronics, all unseen items ranked',
  ['amazon-electronics/train.txt.gz', 'amazon-electronics/test.txt.gz'],
  () => {
    test('EASE is far above ItemKNN (0.0703)', () => {
      const read = (name: string) =>
        sharedLines(`amazon-electronics/${name}.txt.gz`).map((line) => line.trim().split(/\s+/).map(Number));
      const pairs = read('train').flatMap(([customer, ...items]) => items.map((item): Pair => [customer, item]));
      const matrix = matrixOf(pairs, 1435, 1522);
      const method = neighbourMethod(trainEase(matrix, { ...recipe, lambda: 100, neighbours: 300 }));
      const scores = new Float32Array(1522);
      const tested = read('test').filter(([, ...items]) => items.length > 0);
      let ndcg = 0;
      for (const [customer, ...items] of tested) {
        const [start, end] = matrix.offsets.subarray(customer, customer + 2);
        const own = matrix.indices.subarray(start, end);
        method.score({ items: own, values: matrix.values!.subarray(start, end) }, scores);
        for (const item of own) scores[item] = -1;
        const ranked = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
        ndcg += ndcgAt(20, ranked, new Set(items)) / tested.length;
      }
      expect(ndcg).toBeGreaterThan(0.081);
    });
  },
);
