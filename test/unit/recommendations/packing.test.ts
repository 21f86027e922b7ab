import { describe, expect, test } from '@jest/globals';
import { type BehaviourType, behaviours } from '../../../src/intake/index.ts';
import { packList } from '../../../src/recommendations/learnt/packed-list.ts';
import { listSources, type RankedItems } from '../../../src/recommendations/lists/ranked-items.ts';
import {
  packBehaviours,
  packCandidates,
  unpackBehaviours,
  unpackCandidates,
} from '../../../src/recommendations/memory/packing.ts';

/** Every item key is its own dense index. */
const catalogue = { indexOfKey: (key: number) => key };
const types = Object.keys(behaviours) as BehaviourType[];
const largestItem = 2 ** 31 - 1;
const latest = new Date(8.64e15);

describe('behaviours', () => {
  /** As a state has them: the number of the type, item key and time, the highest byte first. */
  const packedBy = (number: number, itemKey: number, at = latest.getTime()) => {
    const bytes = Buffer.alloc(13);
    bytes.writeUInt8(number);
    bytes.writeInt32BE(itemKey, 1);
    bytes.writeBigInt64BE(BigInt(at), 5);
    return bytes;
  };

  test.each([0, 1, 7, largestItem])('of every type come back as they were, of item %i', (item) => {
    const packed = packBehaviours(
      catalogue,
      Buffer.concat(types.map((type) => packedBy(behaviours[type].number, item))),
    );
    expect(unpackBehaviours(packed)).toEqual(types.map((type) => ({ type, item, at: latest.getTime() })));
  });

  test('of items that the catalogue does not know are left out', () => {
    const packed = packBehaviours(
      { indexOfKey: (key) => (key === 7 ? 0 : undefined) },
      Buffer.concat([7, 8, 7].map((key) => packedBy(1, key, -1))),
    );
    expect(unpackBehaviours(packed)).toEqual([0, 0].map((item) => ({ type: 'click', item, at: -1 })));
  });

  test('of a number that no type has are refused and not taken for others', () => {
    expect(() => packBehaviours(catalogue, packedBy(31, 7))).toThrow(RangeError);
    expect(() => unpackBehaviours(Float64Array.of(7 * 32 + 31, 0))).toThrow(RangeError);
  });

  test('have numbers that fit beside an item, another for each type', () => {
    const numbers = types.map((type) => behaviours[type].number);
    expect(new Set(numbers).size).toBe(types.length);
    for (const number of numbers) expect(Number.isInteger(number) && number >= 0 && number < 32).toBe(true);
  });
});

describe('candidates', () => {
  const listOf = (sources: number[], item = largestItem) =>
    packList({
      itemKeys: sources.map(() => item),
      scores: sources.map(() => 2),
      sources,
      because: sources.map(() => item),
    });
  const plain = ({ items, scores, sources, because }: RankedItems) =>
    [items, scores, sources, because].map((of) => Array.from(of));

  test('of every source come back as they were, of the largest item', () => {
    const sources = listSources.map((_, number) => number);
    const largest = sources.map(() => largestItem);
    expect(plain(unpackCandidates(packCandidates(catalogue, listOf(sources))))).toEqual([
      ...[largest, sources.map(() => 1), sources, largest],
    ]);
  });

  test('are dense indices, a share of the best, and without what the catalogue does not know', () => {
    const list = packList({
      itemKeys: [30, 10, 99, 20],
      scores: [8, 4, 3, 2],
      sources: [1, 0, 2, 2],
      because: [0, 20, 30, 99],
      reasons: [15, 0, 7, 63],
    });
    const known = { indexOfKey: (key: number) => ({ 10: 0, 20: 1, 30: 2 })[key] };
    const candidates = unpackCandidates(packCandidates(known, list));
    expect(plain(candidates)).toEqual([
      ...[
        [2, 0, 1],
        [1, 0.5, 0.25],
        [1, 0, 2],
        [-1, 1, -1],
      ],
    ]);
    expect(Array.from(candidates.reasons!)).toEqual([15, 0, 63]);
  });

  test.each([listSources.length, 8, 255])('of a source that nobody knows (%d) are refused', (source) => {
    expect(() => packCandidates(catalogue, listOf([0, source]))).toThrow(RangeError);
  });
});
