import { describe, expect, test } from '@jest/globals';
import { type FirstOrders, learnNewcomers, weighForNewcomer } from '../../../models/popularity/index.ts';
import { seededRandom } from '../../../models/random.ts';

const itemCount = 40;

/** First orders over 100 days; who comes from north buys of the first half with this chance, else of everything alike. */
function firstOrders(chance: number, count = 900): FirstOrders {
  const random = seededRandom(11);
  const baskets = Array.from({ length: count }, (_, order) => {
    const isNorth = order % 3 === 0;
    const isOwn = random() < chance;
    const pick = () => {
      const item = Math.floor(random() ** 1.5 * (isOwn ? itemCount / 2 : itemCount));
      return isOwn && !isNorth ? item + itemCount / 2 : item;
    };
    return [...new Set([pick(), pick(), pick()])];
  });
  const offsets = new Uint32Array(count + 1);
  baskets.forEach((items, order) => {
    offsets[order + 1] = offsets[order] + items.length;
  });
  return {
    offsets,
    items: Uint32Array.from(baskets.flat()),
    ageDays: Float64Array.from(baskets.keys(), (order) => (order * 61) % 100),
    traits: {
      country: baskets.map((_, order) => (order % 3 === 0 ? 'north' : 'south')),
      device: baskets.map((_, order) => (order % 2 === 0 ? 'phone' : undefined)),
    },
  };
}

function popularityOf({ items }: FirstOrders) {
  const scores = new Float64Array(itemCount);
  for (const item of items) scores[item]++;
  return { before: scores, now: scores };
}

describe('what newcomers are offered', () => {
  test('where those of one country buy other goods, popular goods are weighed by the country', () => {
    const orders = firstOrders(0.9);
    const learnt = learnNewcomers(orders, popularityOf(orders));
    expect(learnt.traits).toContain('country');
    expect(learnt.ndcg).toBeGreaterThan(learnt.popularNdcg + 5 * learnt.error);
    const north = learnt.tastes.find(({ trait, value }) => trait === 'country' && value === 'north')!;
    // All that are named were bought by five of them, and what the others buy is not lifted.
    expect(north.items.length).toBeGreaterThan(10);
    north.items.forEach((item, at) => {
      if (north.lifts[at] > 1.2) expect(item).toBeLessThan(itemCount / 2);
    });
    expect(north.rest).toBeLessThan(1);
  });

  test('where all buy alike, popular goods are kept, and it is said what was compared', () => {
    const orders = firstOrders(0);
    const random = seededRandom(4);
    const count = orders.ageDays.length;
    // Of so many traits that mean nothing one helps those who choose, by chance.
    const noise = Array.from({ length: 7 }, (_, n) => [
      `attributes.${n}`,
      Array.from({ length: count }, () => 'abcd'[Math.floor(4 * random())]),
    ]);
    Object.assign(orders.traits, Object.fromEntries(noise));
    const learnt = learnNewcomers(orders, popularityOf(orders));
    expect(learnt.traits.length).toBeGreaterThan(0);
    expect(learnt.tastes).toEqual([]);
    expect(learnt.customers).toBeGreaterThan(100);
    expect(learnt.popularNdcg).toBeGreaterThan(0);
  });

  test('of too few nothing is learnt', () => {
    const orders = firstOrders(0.9, 200);
    expect(learnNewcomers(orders, popularityOf(orders))).toMatchObject({ tastes: [], customers: 0 });
  });

  test('the factor of an item is what was bought of it and expected, over what was expected', () => {
    const orders = firstOrders(0.9);
    const popularity = popularityOf(orders);
    const { tastes, traits } = learnNewcomers(orders, popularity);
    expect(traits).not.toContain('newcomers');
    const total = popularity.now.reduce((sum, score) => sum + score, 0);
    const south = tastes.find(({ trait, value }) => trait === 'country' && value === 'south')!;
    const bought = new Float64Array(itemCount);
    orders.traits['country'].forEach((country, order) => {
      if (country !== 'south') return;
      for (const item of orders.items.subarray(orders.offsets[order], orders.offsets[order + 1])) bought[item]++;
    });
    const sum = bought.reduce((all, each) => all + each, 0);
    const prior = (south.rest * sum) / (1 - south.rest);
    expect([30, 300, 3_000]).toContain(Math.round(prior));
    south.items.forEach((item, at) => {
      expect(bought[item]).toBeGreaterThanOrEqual(5);
      const share = popularity.now[item] / total;
      expect(south.lifts[at]).toBeCloseTo((bought[item] + prior * share) / ((sum + prior) * share), 9);
    });
  });

  test('popular goods change places as their factors say, and the list stays whole and descends', () => {
    const popular = { items: [4, 2, 0, 1, 3], scores: [1, 0.8, 0.6, 0.5, 0.1] };
    const known = [
      { rest: 0.5, lifts: new Map([[1, 3]]) },
      { rest: 1, lifts: new Map([[3, 20]]) },
    ];
    const { items, scores } = weighForNewcomer(popular, known);
    expect([...items]).toEqual([1, 3, 4, 2, 0]);
    [1.5, 1, 0.5, 0.4, 0.3].forEach((score, rank) => {
      expect(scores[rank]).toBeCloseTo(score / 1.5, 9);
    });
  });
});
