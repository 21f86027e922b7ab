import { expect, test } from '@jest/globals';
import { createKeptLists, type Keeper } from '../../src/recommendations/kept-lists.ts';
import type { MadeList } from '../../src/recommendations/list-maker.ts';

test('a list is made anew after a minute, however often it is asked for: behaviours fade', () => {
  const { keepOrMake } = createKeptLists(10);
  const keeper: Keeper = { kept: undefined };
  let made = 0;
  const ask = (now: number) =>
    keepOrMake(keeper, 10, 1, now, () => ({ itemKeys: String(++made) }) as MadeList).itemKeys;
  // The first is not kept, as most ask once.
  expect([ask(0), ask(1_000), ask(59_999)]).toEqual(['1', '2', '2']);
  expect([ask(60_000), ask(60_001), ask(119_999)]).toEqual(['3', '4', '4']);
  expect(ask(120_000)).toBe('5');
});
