import { expect, test } from '@jest/globals';
import { sinkTired, tiredOf } from '../../../src/recommendations/lists/audience/tired.ts';

const day = 86_400_000;
const shown = (item: number, weight: number, lastAt = 0) => ({ item, weight, lastAt });

// Would see: a sign taken of two looks, an item that never comes back, or is lost for good however much is sent.
test('an item sinks the more the more often it was left, comes back with the days, and never sinks for good', () => {
  expect(tiredOf([shown(1, 2)], [], 0).size).toBe(0);
  expect(tiredOf([shown(1, 4)], [], 0).get(1)).toBe(0.5);
  // Half of 4 after two days is no sign any more.
  expect(tiredOf([shown(1, 4)], [], 2 * day).size).toBe(0);
  expect(tiredOf([shown(1, 8)], [], 2 * day).get(1)).toBe(0.5);
  expect(tiredOf([shown(1, 1_000)], [], 0).get(1)).toBe(0.2);
});

test('what somebody looked at after it was shown has not sunk; what they looked at before has', () => {
  const look = (at: number) => [{ type: 'view' as const, item: 1, at }];
  expect(tiredOf([shown(1, 4, 10)], look(10), 10).size).toBe(0);
  expect(tiredOf([shown(1, 4, 10)], look(9), 10).get(1)).toBe(0.5);
});

test('a ranking keeps what is known of each item, and the order of what has not sunk', () => {
  const ranked = { items: [1, 2, 3], scores: [1, 0.9, 0.4], sources: [5, 6, 7], because: [-1, 8, 9] };
  expect(sinkTired(ranked, new Map([[1, 0.5]]))).toEqual({
    items: [2, 1, 3],
    scores: [0.9, 0.5, 0.4],
    sources: [6, 5, 7],
    because: [8, -1, 9],
  });
  expect(sinkTired(ranked, new Map())).toBe(ranked);
});
