import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { behaviours } from '../../../src/intake/index.ts';
import { assembleList, type FillInput, fillList } from '../../../src/recommendations/lists/fill-list.ts';
import { mergeSignals, type NeighbourTable, type RecentBehaviour } from '../../../src/recommendations/lists/fold-in.ts';
import {
  noItems,
  type RankedItems,
  reasonSources,
  sourceNumber,
} from '../../../src/recommendations/lists/ranked-items.ts';
import { completeCart } from '../../../src/recommendations/rules/complete-cart.ts';
import { antecedentOf, buildRuleTable } from '../../../src/recommendations/rules/rule-table.ts';

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

const rule = (antecedent: number[], consequent: number, confidence: number) => ({
  ...{ antecedent, consequent, confidence, count: 5, support: 0.1, lift: 2, leverage: 0.05 },
  ...{ conviction: 2, pValue: 0.01, qValue: 0.02, significant: true },
});
const someRules = buildRuleTable([rule([1, 2], 8, 0.9), rule([1], 7, 0.8), rule([3], 6, 0.7), rule([2], 1_500, 0.5)]);

/** 0 and 5 are nearest to the same. */
const shared: NeighbourTable = { ...neighbours, neighbours: [1, 2, 1, 7] };

interface Row {
  item: number;
  score: number;
  source: number;
  because: number;
  rules: readonly number[];
}

const plainRows = ({ items, scores, sources, because }: RankedItems, scale: number): Row[] =>
  Array.from(items, (item, at) => {
    return { item, score: scores[at] * scale, source: sources[at], because: because[at], rules: [] };
  });

/** By what `mergeSignals` says of itself: each item's parts, their sum, and of the largest where it comes from. */
function plainSum(candidates: RankedItems, recent: readonly RecentBehaviour[], cart: readonly number[]): Row[] {
  const parts: Row[] = [];
  const fromBehaviour = { source: sourceNumber['recent-behaviour'], rules: [] };
  for (const item of new Set(recent.map((one) => one.item))) {
    const all = recent.filter((one) => one.item === item);
    const sum = all.reduce((total, { type, ageDays }) => total + behaviours[type].weightNow / (1 + ageDays), 0);
    const interest = Math.max(-1, Math.min(1, sum));
    if (all.every(({ type }) => behaviours[type].weightNow === 0)) continue;
    if (interest < 0) parts.push({ item, score: interest, because: -1, ...fromBehaviour });
    const others = [shared.offsets[item], shared.offsets[item + 1] ?? 0];
    for (let at = others[0]; at < others[1]; at++) {
      const score = (interest * shared.weights[at]) / shared.weights[others[0]];
      parts.push({ item: shared.neighbours[at], score, because: item, ...fromBehaviour });
    }
  }
  const source = sourceNumber['association-rules'];
  for (const { item, score, rules } of completeCart(someRules, new Set(cart))) {
    parts.push({ item, score, source, because: antecedentOf(someRules, rules[0])[0], rules });
  }
  const scale = candidates.scores[0] > 0 ? 1 / candidates.scores[0] : 0;
  const before = plainRows(candidates, scale);
  const rows = [...new Set(parts.map(({ item }) => item))].map((item) => {
    // Of equal parts the night's names the source, and else the first.
    const own = [...before.filter((row) => row.item === item), ...parts.filter((part) => part.item === item)];
    const largest = own.reduce((best, part) => (part.score > best.score ? part : best));
    const inOrder = [...own.slice(before.some((row) => row.item === item) ? 1 : 0)];
    if (inOrder.length < own.length) inOrder.push(own[0]);
    return { ...largest, score: inOrder.reduce((sum, { score }) => sum + score, 0) };
  });
  const alone = before.filter(({ item }) => !parts.some((part) => part.item === item));
  return [...alone, ...rows.filter(({ score }) => score >= 0)].sort((a, b) => b.score - a.score);
}

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

  // Would see: what a list before has left in the columns, a part that is counted twice or not, and equals in another order.
  test('is a plain sum of parts, one list after another', () => {
    const scores = fc.uniqueArray(fc.nat(400), { maxLength: 12 }).map((of) => of.sort((a, b) => b - a));
    const input = fc.record({
      scores,
      items: fc.uniqueArray(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1_500, 40_000), {
        minLength: 12,
        maxLength: 12,
      }),
      recent: fc.array(
        fc.record({
          type: fc.constantFrom('view' as const, 'cart_add' as const, 'cart_remove' as const, 'purchase' as const),
          item: fc.constantFrom(0, 5, 0, 5, 3, 11),
          ageDays: fc.constantFrom(0, 3),
        }),
        { maxLength: 6 },
      ),
      cart: fc.uniqueArray(fc.nat(4), { maxLength: 3 }),
    });
    const check = fc.property(input, ({ scores: told, items, recent, cart }) => {
      const candidates = { ...ranked(items.slice(0, told.length)), scores: Float32Array.from(told) };
      const merged = mergeSignals({ candidates, recent, neighbours: shared, cart: new Set(cart), rules: someRules });
      const rows = Array.from(merged.items, (item, rank) => {
        const because = merged.because[rank];
        return {
          item,
          score: merged.scores[rank],
          source: merged.sources[rank],
          because,
          rules: merged.rules?.[rank] ?? [],
        };
      });
      const isAsked = recent.length > 0 || completeCart(someRules, new Set(cart)).length > 0;
      expect(rows).toEqual(isAsked ? plainSum(candidates, recent, cart) : plainRows(candidates, 1));
    });
    fc.assert(check, { numRuns: 400 });
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
