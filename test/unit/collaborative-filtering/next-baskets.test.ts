import { describe, expect, test } from '@jest/globals';
import { readTransitions, trainNextBaskets } from '../../../models/collaborative-filtering/graphs/next-baskets.ts';
import { methodOf, type Purchases } from '../../../models/collaborative-filtering/index.ts';
import { seededRandom } from '../../../models/random.ts';

/** Baskets by customer, oldest first; their lines are mixed up. */
function purchasesOf(baskets: readonly (readonly (readonly number[])[])[], itemCount: number): Purchases {
  const lines: { customer: number; item: number; order: number; age: number }[] = [];
  let order = 0;
  baskets.forEach((own, customer) => {
    own.forEach((items, place) => {
      for (const item of items) lines.push({ customer, item, order, age: own.length - place });
      order++;
    });
  });
  const random = seededRandom(2);
  lines.sort(() => random() - 0.5);
  return {
    customers: Uint32Array.from(lines, ({ customer }) => customer),
    items: Uint32Array.from(lines, ({ item }) => item),
    orders: Uint32Array.from(lines, (line) => line.order),
    ageDays: Float64Array.from(lines, ({ age }) => age),
    ...{ customerCount: baskets.length, itemCount, orderCount: order },
  };
}

const plain = { neighbours: 100, alpha: 1, beta: 0, shrinkage: 0 };

function weightsOf(purchases: Purchases, recipe: Parameters<typeof trainNextBaskets>[1]): number[][] {
  const { graph } = trainNextBaskets(purchases, recipe);
  return Array.from({ length: graph.itemCount }, (_, item) => {
    const row = new Array<number>(graph.itemCount).fill(0);
    for (let cell = graph.offsets[item]; cell < graph.offsets[item + 1]; cell++) {
      row[graph.neighbours[cell]] = graph.weights[cell];
    }
    return row;
  });
}

describe('what is bought next after what', () => {
  test('goes one way: after the tent the pegs, after the pegs nothing', () => {
    const [tent, pegs, lamp] = [0, 1, 2];
    const purchases = purchasesOf([[[tent], [pegs]], [[tent], [pegs]], [[tent], [lamp]], [[pegs]]], 3);
    const weights = weightsOf(purchases, { ...plain, baskets: 1, fading: 1 });
    // Two of the three who bought the tent bought pegs next.
    expect(weights[tent][pegs]).toBeCloseTo(2 / 3, 6);
    expect(weights[tent][lamp]).toBeCloseTo(1 / 3, 6);
    expect(weights[pegs]).toEqual([0, 0, 0]);
    const method = methodOf({ next: trainNextBaskets(purchases, { ...plain, baskets: 1, fading: 1 }) });
    const scores = new Float32Array(3);
    // The customer's newest basket speaks, not the history that is told.
    method.score({ items: [tent], values: [1], customer: 3 }, scores);
    expect([...scores]).toEqual([0, 0, 0]);
    method.score({ items: [tent], values: [1] }, scores);
    expect(scores[pegs]).toBeCloseTo(2 / 3, 6);
  });

  test('is what sums over all pairs of baskets give', () => {
    const random = seededRandom(9);
    const itemCount = 12;
    const baskets = Array.from({ length: 15 }, () =>
      Array.from({ length: 1 + Math.floor(random() * 6) }, () => [
        ...new Set(Array.from({ length: 1 + Math.floor(random() * 4) }, () => Math.floor(random() * itemCount))),
      ]),
    );
    const recipe = { neighbours: 100, alpha: 0.7, beta: 0.4, shrinkage: 2, baskets: 2, fading: 0.6 };
    const steps: { before: Map<number, number>; next: number[] }[] = [];
    for (const own of baskets) {
      for (let place = 1; place < own.length; place++) {
        const before = new Map<number, number>();
        for (const item of own[place - 2] ?? []) before.set(item, 0.6);
        for (const item of own[place - 1]) before.set(item, 1);
        steps.push({ before, next: own[place] });
      }
    }
    const sumOf = (item: number) => steps.reduce((sum, { before }) => sum + (before.get(item) ?? 0), 0);
    const bought = (item: number) => steps.filter(({ next }) => next.includes(item)).length;
    const expected = Array.from({ length: itemCount }, (_, from) =>
      Array.from({ length: itemCount }, (__, to) => {
        if (from === to) return 0;
        let sum = 0;
        for (const { before, next } of steps) {
          if (!before.has(from) || !next.includes(to)) continue;
          sum += (before.get(from)! / sumOf(from)) ** 0.7 * (1 / next.length) ** 0.7;
        }
        return sum > 0 ? sum * (bought(to) + 2) ** -0.4 : 0;
      }),
    );
    const weights = weightsOf(purchasesOf(baskets, itemCount), recipe);
    weights.forEach((row, from) => {
      row.forEach((weight, to) => {
        expect(weight).toBeCloseTo(expected[from][to], 5);
      });
    });
  });

  test('the newest baskets fade, and an item in two of them counts as in the newer', () => {
    const { newest } = readTransitions(purchasesOf([[[3], [0, 1], [1, 2]], [], [[0]]], 4), { baskets: 2, fading: 0.5 });
    expect([...newest.offsets]).toEqual([0, 3, 3, 4]);
    expect([...newest.indices]).toEqual([0, 1, 2, 0]);
    expect([...newest.values!]).toEqual([0.5, 1, 1, 1]);
  });

  test.each([
    ['baskets', 0],
    ['baskets', 1.5],
    ['fading', 0],
    ['fading', 1.1],
    ['neighbours', 0],
  ])('%s of %d is refused by name', (field, value) => {
    const recipe = { ...plain, baskets: 2, fading: 0.5, [field]: value };
    expect(() => trainNextBaskets(purchasesOf([[[0], [1]]], 2), recipe)).toThrow(new RegExp(`^${field} must be`));
  });
});
