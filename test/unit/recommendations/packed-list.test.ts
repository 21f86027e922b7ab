import { expect, test } from '@jest/globals';
import { asWritten, packList, unpackKeys, unpackList } from '../../../src/recommendations/learnt/packed-list.ts';

/** Written out by hand: keys 258 and 2^31 - 1, because of nothing and of 10, scores 1 and a half, sources 0 and 2, reasons 3 and 63. */
const byHand = '00000102' + '7fffffff' + '00000000' + '0000000a' + '3f800000' + '3f000000' + '0c' + 'fe';
const list = { itemKeys: [258, 2_147_483_647], because: [0, 10], scores: [1, 0.5], sources: [0, 2], reasons: [3, 63] };
const plain = ({ itemKeys, because, scores, sources, reasons }: ReturnType<typeof unpackList>) => ({
  itemKeys: Array.from(itemKeys),
  because: Array.from(because),
  scores: Array.from(scores),
  sources: Array.from(sources),
  reasons: Array.from(reasons),
});

test('a list lies there part by part, the highest byte first, and is read back from any place in memory', () => {
  expect(packList(list).toString('hex')).toBe(byHand);
  for (let shift = 0; shift < 8; shift++) {
    const shifted = Buffer.concat([Buffer.alloc(shift), Buffer.from(byHand, 'hex')]).subarray(shift);
    expect(plain(unpackList(shifted))).toEqual(list);
    expect(shifted.toString('hex')).toBe(byHand);
  }
  expect(unpackKeys(Buffer.from(byHand.slice(0, 8), 'hex'))).toEqual([258]);
  expect(plain(unpackList(packList({ itemKeys: [], because: [], scores: [], sources: [] })))).toEqual(
    plain(unpackList(Buffer.alloc(0))),
  );
});

test('a source that does not fit is refused rather than written as another', () => {
  expect(() => packList({ ...list, sources: [0, 4] })).toThrow('source 4 or reason 63 is out of range');
  expect(() => packList({ ...list, reasons: [0, 64] })).toThrow('source 2 or reason 64 is out of range');
});

test('numbers of single precision are written as Postgres writes them', () => {
  // What `select '…'::real` prints.
  for (const decimal of [0.1, 0.333_333_34, 0.7, 1, 123_456.79, 1e-7, 0.999_999_94, 16_777_216]) {
    expect(asWritten(Math.fround(decimal))).toBe(decimal);
  }
});
