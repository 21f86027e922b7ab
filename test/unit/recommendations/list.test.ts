import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assembleList, type FillInput, fillList } from '../../../src/recommendations/lists/fill-list.ts';
import { mergeSignals, type NeighbourTable } from '../../../src/recommendations/lists/fold-in.ts';
import {
  noItems,
  type RankedItems,
  reasonSources,
  sourceNumber,
} from '../../../src/recommendations/lists/ranked-items.ts';
import { buildRuleTable } from '../../../src/recommendations/rules/rule-table.ts';

const cf = sourceNumber['collaborative-filtering'];

function ranked(items: number[], source = cf): RankedItems {
  return {
    items,
    scores: items.map((_, rank) => 10 - rank),
    sources: items.map(() => source),
    because: items.map(() => -1),
  };
}

/** 0 is near 1 and 2; 5 is near 6 and 7 */
const neighbours: NeighbourTable = {
  itemCount: 10,
  offsets: [0, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4],
  neighbours: [1, 2, 6, 7],
  weights: [0.4, 0.1, 0.02, 0.01],
};

const shelf = (given: Partial<FillInput> = {}): FillInput => ({
  limit: 4,
  allows: () => true,
  categoryOf: () => -1,
  popularity: { items: [9, 8, 7], scores: [1, 0.5, 0.2] },
  itemCount: 10,
  ...given,
});

describe('filling a list', () => {
  test('keeps the order of the candidates and says where each comes from', () => {
    const list = fillList(ranked([3, 1, 4, 5, 6]), shelf());
    expect(list.items).toEqual([3, 1, 4, 5]);
    expect(list.scores).toEqual([10, 9, 8, 7]);
    expect(list.toppedUp).toBe(0);
  });

  test('tops up with popular items, then with any from the catalogue, without repeating one', () => {
    const list = fillList(ranked([8]), shelf({ limit: 6 }));
    expect(list.items).toEqual([8, 9, 7, 0, 1, 2]);
    expect(list.sources.map((source) => reasonSources[source])).toEqual([
      'collaborative-filtering',
      'popularity',
      'popularity',
      'catalogue',
      'catalogue',
      'catalogue',
    ]);
    expect(list.toppedUp).toBe(5);
  });

  test('lists nothing that is not allowed, and everything that is before it is shorter than asked', () => {
    const input = fc.record({
      candidates: fc.uniqueArray(fc.nat(29), { maxLength: 30 }),
      popular: fc.uniqueArray(fc.nat(29), { maxLength: 30 }),
      allowed: fc.uniqueArray(fc.nat(29)),
      categories: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 30, maxLength: 30 }),
      limit: fc.integer({ min: 1, max: 35 }),
    });
    fc.assert(
      fc.property(input, ({ candidates, popular, allowed, categories, limit }) => {
        const isAllowed = new Set(allowed);
        const list = fillList(ranked(candidates), {
          limit,
          allows: (item) => isAllowed.has(item),
          categoryOf: (item) => categories[item],
          popularity: { items: popular, scores: popular.map(() => 1) },
          itemCount: 30,
        });
        expect(new Set(list.items).size).toBe(list.items.length);
        expect(list.items.every((item) => isAllowed.has(item))).toBe(true);
        expect(list.items.length).toBe(Math.min(limit, isAllowed.size));
      }),
    );
  });

  test('takes at most half from one category until nothing else is left', () => {
    const categoryOf = (item: number) => (item < 6 ? 1 : 2);
    const list = fillList(ranked([0, 1, 2, 3, 4, 6]), shelf({ limit: 6, categoryOf, popularity: noItems }));
    expect(list.items).toEqual([0, 1, 2, 6, 3, 4]);
    expect(list.toppedUp).toBe(0);
  });

  test('an item held back for diversity comes before any that tops up', () => {
    const list = fillList(ranked([0, 1, 2, 3]), shelf({ categoryOf: () => 1 }));
    expect(list.items).toEqual([0, 1, 2, 3]);
  });

  test('looks first where it prefers to', () => {
    const list = fillList(noItems, shelf({ limit: 5, prefers: Uint32Array.of((1 << 7) | (1 << 2)) }));
    expect(list.items).toEqual([7, 2, 9, 8, 0]);
  });
});

describe('blending in what has happened since the night', () => {
  test('without anything new the candidates stay as they are', () => {
    const candidates = ranked([3, 1]);
    expect(mergeSignals({ candidates, recent: [], neighbours, cart: new Set() })).toBe(candidates);
  });

  test("a view brings the item's neighbours, nearest first", () => {
    const list = assembleList({
      ...shelf({ limit: 2 }),
      candidates: noItems,
      recent: [{ type: 'view', item: 5, ageDays: 0 }],
      neighbours,
    });
    expect(list.items).toEqual([6, 7]);
    expect(list.ranks).toEqual([0, 1]);
    expect(list.sources.map((source) => reasonSources[source])).toEqual(['recent-behaviour', 'recent-behaviour']);
    expect(list.scores[0]).toBeCloseTo(0.6, 10);
    expect(list.scores[1]).toBeCloseTo(0.3, 10);
  });

  test('what was just put in the cart outranks all but the best of the night', () => {
    const recent = [{ type: 'cart_add' as const, item: 0, ageDays: 0.01 }];
    const merged = mergeSignals({ candidates: ranked([3, 4, 8]), recent, neighbours });
    expect(Array.from(merged.items)).toEqual([3, 1, 4, 8, 2]);
  });

  test('behaviours add up to no more than one purchase in the cart, and fade with the days', () => {
    const view = (ageDays: number) => ({ type: 'view' as const, item: 0, ageDays });
    const scoreOf = (ages: number[]) =>
      mergeSignals({ candidates: noItems, recent: ages.map(view), neighbours }).scores[0];
    expect(scoreOf([0, 0, 0])).toBe(1);
    expect(scoreOf([1])).toBeCloseTo(0.3, 10);
    expect(scoreOf([9])).toBeCloseTo(0.06, 10);
  });

  test('taking something out of the cart counts against it and what is like it', () => {
    const recent = [{ type: 'cart_remove' as const, item: 0, ageDays: 0 }];
    const merged = mergeSignals({ candidates: ranked([0, 1, 2, 3]), recent, neighbours });
    // 0 had 1, 1 had 0.9, 2 had 0.8: less 1, 1 and 0.25.
    expect(Array.from(merged.items)).toEqual([3, 2, 0]);
  });

  test('searches and impressions say nothing', () => {
    const candidates = ranked([3]);
    const recent = [
      { type: 'impression' as const, item: 0, ageDays: 0 },
      { type: 'search' as const, item: 5, ageDays: 0 },
    ];
    expect(mergeSignals({ candidates, recent, neighbours })).toBe(candidates);
  });

  test('a rule whose whole antecedent is in the cart gives its confidence to its consequent', () => {
    const rule = (antecedent: number[], consequent: number, confidence: number) => ({
      antecedent,
      consequent,
      confidence,
      count: 5,
      support: 0.1,
      lift: 2,
      leverage: 0.05,
      conviction: 2,
      pValue: 0.01,
      qValue: 0.02,
      significant: true,
    });
    const rules = buildRuleTable([rule([1, 2], 8, 0.9), rule([1], 7, 0.8), rule([2, 3], 6, 0.7), rule([2], 8, 0.6)]);
    const merged = mergeSignals({ candidates: noItems, rules, cart: new Set([2, 1]) });
    expect(Array.from(merged.items)).toEqual([8, 7]);
    expect(Array.from(merged.scores)).toEqual([0.9, 0.8]);
    expect(Array.from(merged.rules!)).toEqual([[0], [1]]);
    expect(Array.from(merged.because)).toEqual([1, 1]);
  });

  test('the largest part names the source', () => {
    const candidates = { ...ranked([6, 3]), because: [4, 4] };
    const merged = mergeSignals({ candidates, recent: [{ type: 'view', item: 5, ageDays: 0 }], neighbours });
    expect(merged.items[0]).toBe(6);
    expect(reasonSources[merged.sources[0]]).toBe('collaborative-filtering');
    expect(merged.scores[0]).toBeCloseTo(1.6, 10);
    expect(merged.because[0]).toBe(4);
  });

  test('the same input gives the same list', () => {
    const input = fc.record({
      candidates: fc.uniqueArray(fc.nat(9), { maxLength: 10 }),
      recent: fc.array(
        fc.record({
          type: fc.constantFrom('view' as const, 'cart_add' as const, 'cart_remove' as const, 'purchase' as const),
          item: fc.nat(9),
          ageDays: fc.double({ min: 0, max: 100, noNaN: true }),
        }),
        { maxLength: 10 },
      ),
    });
    fc.assert(
      fc.property(input, ({ candidates, recent }) => {
        const make = () => assembleList({ ...shelf(), candidates: ranked(candidates), recent, neighbours });
        expect(make()).toEqual(make());
        const { scores, toppedUp } = make();
        const own = scores.slice(0, scores.length - toppedUp);
        expect(own).toEqual([...own].sort((a, b) => b - a));
      }),
    );
  });
});
