import { describe, expect, test } from '@jest/globals';
import {
  createMatrices,
  type Facts,
  type MethodName,
  makeFolds,
  methodOf,
  recipe,
  resolveRecipe,
  type SparseMatrix,
  type TrainedMethod,
  type TrainedModel,
} from '../../../models/collaborative-filtering/index.ts';
import { createGatherer } from '../../../models/collaborative-filtering/search/pools.ts';
import { sheetOf } from '../../../models/collaborative-filtering/search/sheet.ts';
import { trainMember } from '../../../models/collaborative-filtering/train-member.ts';
import { seededRandom } from '../../../models/random.ts';

/** More items than compete for a list; some are sold by nobody, some not to be listed. */
const [customerCount, itemCount] = [60, 400];
const random = seededRandom(3);
const lines = Array.from({ length: 2_000 }, () => ({
  customer: Math.floor(random() ** 2 * customerCount),
  item: Math.floor(random() ** 2 * (itemCount - 30)),
  age: 60 * random(),
}));
const rows = {
  customers: Uint32Array.from(lines, ({ customer }) => customer),
  items: Uint32Array.from(lines, ({ item }) => item),
  ageDays: Float64Array.from(lines, ({ age }) => age),
};
const facts: Facts = {
  behaviours: { ...rows, weights: new Float32Array(lines.length).fill(1), customerCount, itemCount },
  purchases: {
    ...rows,
    orders: Uint32Array.from(lines.keys(), (line) => line >> 2),
    orderCount: lines.length,
    customerCount,
    itemCount,
  },
  sales: { items: rows.items, ageDays: rows.ageDays },
  eligible: Uint8Array.from({ length: itemCount }, (_, item) => Number(item % 13 !== 5)),
};
const resolved = resolveRecipe(recipe);

/** The score of every item by a method that looks at every item. */
function scoreEverything(method: TrainedMethod, customer: number, interactions: SparseMatrix): Float32Array {
  const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
  const scores = new Float32Array(itemCount);
  const history = {
    items: interactions.indices.subarray(start, end),
    values: interactions.values!.subarray(start, end),
    customer,
  };
  method.score(history, scores);
  return scores;
}

describe.each(['allow', 'exclude'] as const)('what competes for a judged list (repurchase: %s)', (repurchase) => {
  const [fold] = makeFolds(facts, { windowDays: 20, windows: 1, customers: 1_000 }, { repurchase, seed: 1 });
  const matrices = createMatrices(fold.facts)(resolved);
  const input = { interactions: matrices.interactions, purchases: fold.facts.purchases, seed: 1 };
  const names = Object.keys(resolved.methods) as MethodName[];
  const models = [
    ...names.map((name) => trainMember(name, input, resolved.methods[name] as never) as TrainedModel),
    { popularity: matrices.popularity },
  ];
  const methods = models.map(methodOf);
  const sheet = sheetOf(fold, repurchase, Uint32Array.from(fold.customers.keys()));
  const gather = createGatherer(sheet, matrices, models);
  const pools = gather(0, fold.customers.length);
  const mayBeListed = [...matrices.popularity.keys()].filter(
    (item) => matrices.popularity[item] > 0 && facts.eligible![item] === 1,
  );

  test('is what a look at every item by every method finds: the best 120 of each, best sellers, own purchases', () => {
    expect(fold.customers.length).toBeGreaterThan(40);
    let most = 0;
    fold.customers.forEach((customer, place) => {
      const { offsets, indices } = matrices.repurchases;
      const own = new Set(indices.subarray(offsets[customer], offsets[customer + 1]));
      const listed = mayBeListed.filter((item) => repurchase === 'allow' || !own.has(item));
      const scored = methods.map((method) => scoreEverything(method, customer, matrices.interactions));
      const best = (scores: ArrayLike<number>, items: number[]) =>
        items
          .filter((item) => scores[item] > 0)
          .sort((a, b) => scores[b] - scores[a] || a - b)
          .slice(0, 120);
      const expected = new Set([
        ...best(matrices.popularity, mayBeListed).filter((item) => listed.includes(item)),
        ...listed.filter((item) => own.has(item)),
        ...scored.flatMap((scores) => best(scores, listed)),
      ]);
      const [start, end] = [pools.offsets[place], pools.offsets[place + 1]];
      const entries = [...pools.items.subarray(start, end)];
      expect(entries).toEqual([...expected].sort((a, b) => a - b));
      scored.forEach((scores, index) => {
        const top = best(scores, listed).slice(0, 20);
        const scale = top.length === 0 ? 0 : top.length / top.reduce((sum, item) => sum + scores[item], 0);
        const tastes = [...pools.tastes[index].subarray(start, end)];
        const expectedTastes = entries.map((item) => Math.fround(scores[item] * scale));
        // Factors are scored in another order of additions; of the rest the numbers are the same.
        if (names[index] !== 'ials' && names[index] !== 'gf-cf') expect(tastes).toEqual(expectedTastes);
        else expect(Math.max(...tastes.map((taste, at) => Math.abs(taste - expectedTastes[at])))).toBeLessThan(1e-4);
      });
      most = Math.max(most, entries.length);
      expect(Array.from(pools.isRelevant.subarray(start, end))).toEqual(
        entries.map((item) => Number(fold.relevant[place].has(item))),
      );
      expect(pools.relevantCounts[place]).toBe(fold.relevant[place].size);
    });
    // There was something to choose.
    expect(most).toBeLessThan(mayBeListed.length);
  });
});
