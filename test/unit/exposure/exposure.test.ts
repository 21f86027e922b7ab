import { describe, expect, test } from '@jest/globals';
import { chooseExposed, drawBeta, exposureSchema, placesToGive, placesToSwap } from '../../../models/exposure/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { givePlaces } from '../../../src/recommendations/exposures/give-places.ts';
import { swapPlaces } from '../../../src/recommendations/exposures/swap-places.ts';
import { weighOutcomes } from '../../../src/recommendations/exposures/weigh-outcomes.ts';
import { sourceNumber } from '../../../src/recommendations/lists/ranked-items.ts';

const always = () => true;
const items = (count: number) => Array.from({ length: count }, (_, item) => item);

test.each([
  [2, 5],
  [0.5, 0.5],
  [40, 10],
])('draws of Beta(%d, %d) have its mean and variance', (alpha, beta) => {
  const random = seededRandom(4);
  const draws = Array.from({ length: 20_000 }, () => drawBeta(alpha, beta, random));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  const whole = alpha + beta;
  expect(mean).toBeCloseTo(alpha / whole, 2);
  expect(variance / ((alpha * beta) / (whole ** 2 * (whole + 1)))).toBeCloseTo(1, 1);
});

test('a share of the places is given in the mean, and never more than the next whole one', () => {
  const random = seededRandom(2);
  const given = Array.from({ length: 10_000 }, () => placesToGive(12, 0.1, random));
  expect(given.reduce((sum, places) => sum + places, 0) / given.length).toBeCloseTo(1.2, 1);
  expect(new Set(given)).toEqual(new Set([1, 2]));
  expect(placesToGive(20, 0, random)).toBe(0);
});

describe('who is given a place', () => {
  const all = { shown: 1_000, chosen: 30 };

  // Would see: an item that nobody wants shown for ever, or one that is never tried.
  test('what is clicked more often, what is not known yet sometimes, and nothing beyond its cap', () => {
    const outcomes = new Map([
      [0, { shown: 150, chosen: 15 }],
      [1, { shown: 150, chosen: 0 }],
      [2, { shown: 200, chosen: 60 }],
    ]);
    const random = seededRandom(9);
    const counts = new Map<number, number>();
    for (let list = 0; list < 2_000; list++) {
      const [item] = chooseExposed(1, items(4), always, (one) => outcomes.get(one), all, 200, random);
      counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    expect(counts.get(2)).toBeUndefined();
    expect(counts.get(1) ?? 0).toBeLessThan(20);
    expect(counts.get(0)!).toBeGreaterThan(1_200);
    expect(counts.get(3)!).toBeGreaterThan(50);
  });

  test('the same by the same seed, each once, and only those that may be', () => {
    const choose = () =>
      chooseExposed(
        5,
        items(300),
        (item) => item % 2 === 0,
        () => undefined,
        all,
        200,
        seededRandom(3),
      );
    expect(choose()).toEqual(choose());
    expect(new Set(choose()).size).toBe(5);
    expect(choose().filter((item) => item % 2 === 1)).toEqual([]);
    expect(chooseExposed(5, [], always, () => undefined, all, 200, seededRandom(3))).toEqual([]);
  });
});

// Would see: a list that grows or shrinks, an item twice, two variants of one parent, the best places given away.
test('places are given in the second half of a list, and the rest of it stays', () => {
  const random = seededRandom(6);
  for (let round = 0; round < 300; round++) {
    const length = 1 + Math.floor(20 * random());
    const toppedUp = Math.floor(random() * (length + 1));
    const list = {
      items: items(length),
      scores: items(length).map((item) => 1 / (1 + item)),
      sources: new Array(length).fill(sourceNumber['collaborative-filtering']),
      ranks: items(length),
      toppedUp,
    };
    const familyOf = (item: number) => (item % 5 === 0 ? 1 : item % 7 === 0 ? 2 : -1);
    const given = givePlaces(list, {
      ...{ share: 0.1, cap: 10, candidates: items(60), mayBe: (item: number) => item !== 33, familyOf, random },
      ...{ outcomesOf: () => undefined, all: { shown: 0, chosen: 0 } },
    });
    expect(given.every(({ item, place }) => list.items[place - 1] === item)).toBe(true);
    const exposed = given.map(({ item }) => item);
    const changed = list.items.flatMap((item, place) => (item === place ? [] : [place]));
    expect(list.items).toHaveLength(length);
    expect(new Set(list.items).size).toBe(length);
    expect(changed.length).toBe(exposed.length);
    expect(changed.map((place) => list.items[place]).sort()).toEqual([...exposed].sort());
    expect(
      changed.every((place) => place >= length - (length >> 1) && list.sources[place] === sourceNumber.exposure),
    ).toBe(true);
    expect(exposed.length).toBeLessThanOrEqual(Math.ceil(0.1 * length));
    const families = exposed.map(familyOf).filter((family) => family >= 0);
    expect(families.some((family) => items(length).some((item) => familyOf(item) === family))).toBe(false);
    expect(list.toppedUp).toBeLessThanOrEqual(toppedUp);
    expect(exposed).not.toContain(33);
  }
});

describe('two places that are left to chance', () => {
  test('are drawn in a share of lists, each two alike and in either order alike', () => {
    const random = seededRandom(12);
    const drawn = Array.from({ length: 40_000 }, () => placesToSwap(4, 0.1, random)).filter(
      (pair) => pair !== undefined,
    );
    expect(drawn.length / 40_000).toBeCloseTo(0.1, 2);
    const counts = new Map<string, number>();
    for (const pair of drawn) counts.set(pair.join(), (counts.get(pair.join()) ?? 0) + 1);
    expect(counts.size).toBe(12);
    for (const count of counts.values()) expect(Math.abs(count - drawn.length / 12)).toBeLessThan(100);
    expect(placesToSwap(1, 1, random)).toBeUndefined();
    expect(placesToSwap(9, 0, random)).toBeUndefined();
  });

  // Would see: a reason or a source beside the wrong item, what fills up a list above its end, a change that the log tells otherwise.
  test('change with all that belongs to their items, or stay, as it is told', () => {
    const random = seededRandom(3);
    let changes = 0;
    for (let round = 0; round < 400; round++) {
      const list = {
        items: items(8),
        scores: items(8).map((item) => 1 / (1 + item)),
        sources: items(8).map((item) => 10 + item),
        ranks: items(8).map((item) => 20 + item),
        toppedUp: 3,
      };
      const places = swapPlaces(list, 0.9, random);
      expect(list.items.map((item) => 10 + item)).toEqual(list.sources);
      expect(list.items.map((item) => 20 + item)).toEqual(list.ranks);
      expect(list.scores).toEqual([...list.scores].sort((a, b) => b - a));
      const changed = list.items.flatMap((item, place) => (item === place ? [] : [place + 1]));
      const [higher, lower] = places ?? [0, 0];
      expect(changed).toEqual(higher > lower ? [lower, higher] : []);
      expect(higher <= 5).toBe(lower <= 5);
      if (places) expect(list.items[higher - 1]).toBe(Math.min(higher, lower) - 1);
      changes += Number(changed.length > 0);
    }
    expect(changes).toBeGreaterThan(50);
  });
});

describe('impressions', () => {
  const counted = new Map([
    [0, { shownAt: new Map([[1, 100]]), chosen: 6 }],
    [
      1,
      {
        shownAt: new Map([
          [2, 60],
          [9, 40],
        ]),
        chosen: 5,
      },
    ],
  ]);

  // Would see: an item called poor for where it stood.
  test('count as their places are looked at, and all together what they are', () => {
    const { all, outcomes, looksAt } = weighOutcomes(counted, [1, 0.5, 0.25]);
    expect(all).toEqual({ shown: 200, chosen: 11 });
    const [one, other] = [outcomes.get(0)!, outcomes.get(1)!];
    expect([one.shown, other.shown]).toEqual([100, 100]);
    expect(one.looks + other.looks).toBeCloseTo(200, 9);
    expect(one.looks / other.looks).toBeCloseTo(100 / (60 * 0.5 + 40 * 0.25), 9);
    expect(looksAt(1) / looksAt(7)).toBeCloseTo(4, 9);
    const random = seededRandom(1);
    const chosen = (of: typeof outcomes) => {
      let first = 0;
      for (let list = 0; list < 2_000; list++) {
        first += Number(chooseExposed(1, items(2), always, (item) => of.get(item), all, 200, random)[0] === 0);
      }
      return first / 2_000;
    };
    expect(chosen(outcomes)).toBeLessThan(0.4);
    expect(chosen(weighOutcomes(counted, undefined).outcomes)).toBeGreaterThan(0.5);
  });

  test('are counted as they are where nothing is known of places', () => {
    const { outcomes, looksAt } = weighOutcomes(counted, undefined);
    expect([...outcomes.values()].map(({ looks }) => looks)).toEqual([100, 100]);
    expect(looksAt(5)).toBe(1);
  });
});

test('a share above a tenth is refused', () => {
  const given = { share: 0.2, impressions: 100, placements: ['home'] };
  expect(exposureSchema.safeParse(given).success).toBe(false);
  expect(exposureSchema.safeParse({ ...given, share: 0.1 }).success).toBe(true);
  expect(exposureSchema.safeParse({ ...given, share: 0.1, swaps: 0.1 }).success).toBe(true);
  expect(exposureSchema.safeParse({ ...given, share: 0.1, swaps: 0.2 }).success).toBe(false);
});
