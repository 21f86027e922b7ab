import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rankPopularity, recipe } from '../../../models/popularity/index.ts';

function rank(items: number[], ageDays: number[], weights: number[], halfLifeDays = 10, itemCount = 5) {
  return rankPopularity(
    {
      itemCount,
      items: Uint32Array.from(items),
      ageDays: Float64Array.from(ageDays),
      weights: Float64Array.from(weights),
    },
    { halfLifeDays },
  );
}

describe('popularity', () => {
  test('adds weights that halve with every half-life', () => {
    const { scores, ranking } = rank([3, 3, 1, 0], [0, 10, 20, 30], [1, 1, 8, 8]);
    expect([...scores]).toEqual([1, 2, 0, 1.5, 0]);
    expect([...ranking]).toEqual([1, 3, 0]);
  });

  test('an endless half-life counts', () => {
    expect([...rank([2, 2, 4], [0, 9999, 3], [1, 1, 1], Infinity).scores]).toEqual([0, 0, 2, 0, 1]);
  });

  test('ranks by score, equal ones by index, and nothing without a score', () => {
    expect([...rank([4, 2, 0, 1], [0, 0, 0, 0], [1, 1, 1, 0]).ranking]).toEqual([0, 2, 4]);
    expect(rank([], [], []).ranking).toHaveLength(0);
    expect(rank([], [], [], 10, 0).scores).toHaveLength(0);
    const behaviour = fc.tuple(fc.nat(7), fc.nat(60), fc.constantFrom(0, 0.5, 1, 3));
    fc.assert(
      fc.property(fc.array(behaviour, { maxLength: 50 }), (behaviours) => {
        const { scores, ranking } = rank(
          behaviours.map(([item]) => item),
          behaviours.map(([, age]) => age),
          behaviours.map(([, , weight]) => weight),
          7,
          8,
        );
        const expected = [...scores.keys()].filter((item) => scores[item] > 0);
        expect([...ranking].sort()).toEqual(expected);
        for (let place = 1; place < ranking.length; place++) {
          const [above, below] = [ranking[place - 1], ranking[place]];
          expect(scores[above] > scores[below] || (scores[above] === scores[below] && above < below)).toBe(true);
        }
      }),
    );
  });

  test('as time goes by without anything new, every score shrinks alike and the ranking stays', () => {
    const today = rank([3, 3, 1, 0, 4], [0, 10, 2, 30, 5], [1, 1, 2, 8, 1]);
    const later = rank([3, 3, 1, 0, 4], [7, 17, 9, 37, 12], [1, 1, 2, 8, 1]);
    expect(later.ranking).toEqual(today.ranking);
    for (const [item, score] of today.scores.entries()) expect(later.scores[item]).toBeCloseTo(score * 0.5 ** 0.7, 12);
  });

  test('the nightly recipe is one this model takes', () => {
    expect(
      rankPopularity(
        { itemCount: 1, items: Uint32Array.of(0), ageDays: Float64Array.of(0), weights: Float32Array.of(1) },
        recipe,
      ).ranking,
    ).toHaveLength(1);
  });

  test('faulty input is refused by name', () => {
    expect(() => rank([0], [1, 2], [1])).toThrow('ageDays must hold 1 values as items does, not 2');
    expect(() => rank([0, 1], [1, -2], [1, 1])).toThrow('ageDays[1] must be 0 or more, not -2');
    expect(() => rank([0], [1], [Number.NaN])).toThrow('weights[0] must be 0 or more, not NaN');
    expect(() => rank([5], [1], [1])).toThrow('items[0] must be below 5, not 5');
    expect(() => rank([0], [1], [1], 0)).toThrow('recipe.halfLifeDays must be above 0, not 0');
  });
});
