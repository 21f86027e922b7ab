import { describe, expect, test } from '@jest/globals';
import { type BehaviourType, behaviours } from '../../../src/intake/index.ts';
import { listSources } from '../../../src/recommendations/lists/ranked-items.ts';
import {
  packBehaviours,
  packCandidates,
  unpackBehaviours,
  unpackCandidates,
} from '../../../src/recommendations/memory/packing.ts';

/** Every item key is its own dense index. */
const catalogue = { indexOfKey: (key: number) => key };
const types = Object.keys(behaviours) as BehaviourType[];
/** The most items that reasons can name in 32 bits beside their source. */
const largestItem = 2 ** 28 - 2;
const latest = new Date(8.64e15);

describe('behaviours', () => {
  const done = (type: string, itemKey: number, occurredAt = latest) => ({
    type: type as BehaviourType,
    itemKey,
    occurredAt,
  });

  test.each([0, 1, 7, largestItem, 2 ** 31 - 1])('of every type come back as they were, of item %i', (item) => {
    const packed = packBehaviours(
      catalogue,
      types.map((type) => done(type, item)),
    );
    expect(unpackBehaviours(packed)).toEqual(types.map((type) => ({ type, item, at: latest.getTime() })));
  });

  test.each(['wish', 'constructor', ''])(
    'of the type %j, which nobody knows, are refused and not taken for others',
    (type) => {
      expect(() => packBehaviours(catalogue, [done('view', 7), done(type, 7)])).toThrow(RangeError);
    },
  );

  test('of a number that no type has are refused', () => {
    expect(() => unpackBehaviours(Float64Array.of(7 * 32 + 31, 0))).toThrow(RangeError);
  });

  test('have numbers that fit beside an item, another for each type', () => {
    const numbers = types.map((type) => behaviours[type].number);
    expect(new Set(numbers).size).toBe(types.length);
    for (const number of numbers) expect(Number.isInteger(number) && number >= 0 && number < 32).toBe(true);
  });
});

describe('candidates', () => {
  const row = (sources: number[], item = largestItem) => ({
    customerKey: 1,
    itemKeys: sources.map(() => item),
    scores: sources.map(() => 2),
    sources,
    because: sources.map(() => item),
  });

  test('of every source come back as they were, of the largest item', () => {
    const sources = listSources.map((_, number) => number);
    const { items, scores, sources: read, because } = unpackCandidates(packCandidates(catalogue, row(sources)));
    expect([items, because]).toEqual([sources.map(() => largestItem), sources.map(() => largestItem)]);
    expect([scores, read]).toEqual([sources.map(() => 1), sources]);
  });

  test.each([-1, listSources.length, 8, 0.5])('of a source that nobody knows (%d) are refused', (source) => {
    expect(() => packCandidates(catalogue, row([0, source]))).toThrow(RangeError);
  });

  test('that speak of an item that does not fit are refused', () => {
    expect(() => packCandidates(catalogue, row([0], largestItem + 1))).toThrow(RangeError);
  });
});
