import { expect, test } from '@jest/globals';
import { knowledgeOf, objectives, type RankingFacts, whyNotFor, worthOf } from '../../../models/ranking/index.ts';

/** A line of each item that has a price, in the order of the items. */
function knownOf(prices: readonly (number | undefined)[], costs?: readonly (number | undefined)[]) {
  const items = Uint32Array.from(prices.keys());
  const ageDays = new Float64Array(prices.length).fill(1);
  const facts: RankingFacts = {
    purchases: {
      customers: new Uint32Array(prices.length),
      orders: items,
      ...{ items, ageDays, customerCount: 1, itemCount: prices.length },
    },
    sales: { items, ageDays, unitPrices: Float64Array.from(prices, (price) => price ?? 0) },
    unitCosts: costs && Float64Array.from(costs, (cost) => cost ?? Number.NaN),
  };
  return knowledgeOf(facts);
}

const worths = (objective: (typeof objectives)[number], ...known: Parameters<typeof knownOf>) =>
  known[0].map((_, item) => Math.round(1e4 * worthOf(objective, knownOf(...known))(item)) / 1e4);

test('what it is worth that an item is bought: by purchase 1, by revenue its price, by margin what is left of it', () => {
  const prices = [10, 4, 1];
  const costs = [9, 1, 3];
  expect(worths('purchase', prices, costs)).toEqual([1, 1, 1]);
  expect(worths('revenue', prices, costs)).toEqual([10, 4, 1]);
  // Sold below its cost it is worth nothing, and nobody is moved down for it.
  expect(worths('margin', prices, costs)).toEqual([1, 3, 0]);
});

test('without a price or a cost an item counts as the others do together', () => {
  expect(worths('revenue', [10, undefined, 2])).toEqual([10, 6, 2]);
  // Of 10 + 10 there are 5 + 1 left, so of 20 there are 6, and the mean of three prices is 40 / 3.
  expect(worths('margin', [10, 10, 20, undefined], [5, 9, undefined, 2])).toEqual([5, 1, 6, 4]);
});

test('says of what too little is known', () => {
  const whyNot = (...known: Parameters<typeof knownOf>) =>
    objectives.map((objective) => whyNotFor(objective, knownOf(...known)));
  expect(whyNot([3, 3], [1, undefined])).toEqual([undefined, undefined, undefined]);
  const ofCosts = (percent: number) =>
    `ranking.objective is margin: costs are known of ${percent} % of what was sold, 50 % are needed`;
  expect(whyNot([3, 3, 3], [1, undefined, undefined])).toEqual([undefined, undefined, ofCosts(33)]);
  expect(whyNot([3])).toEqual([undefined, undefined, ofCosts(0)]);
  const ofPrices = (objective: string) =>
    `ranking.objective is ${objective}: prices are known of 0 % of what was sold, 50 % are needed`;
  expect(whyNot([undefined], [1])).toEqual([undefined, ofPrices('revenue'), ofPrices('margin')]);
});
