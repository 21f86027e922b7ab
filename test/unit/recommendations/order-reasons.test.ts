import { expect, test } from '@jest/globals';
import { firstHabit, mostWeeks, orderReasons } from '../../../models/ranking/index.ts';
import { mergeSignals } from '../../../src/recommendations/lists/fold-in.ts';
import { type listSources, type RankedItems, sourceNumber } from '../../../src/recommendations/lists/ranked-items.ts';
import { choosePhrase, reasonTail } from '../../../src/recommendations/lists/reasons.ts';
import { usualView } from '../../../src/recommendations/lists/view/list-view.ts';

/** The reason of one item that the learnt order brought up, as answers tell it. */
function reasonOf(source: (typeof listSources)[number], reason: number, language: 'en' | 'zh' = 'en') {
  const ranked = { items: [3], scores: [1], sources: [sourceNumber[source]], because: [-1], reasons: [reason] };
  const tail = reasonTail({} as never, { ...usualView, language }, choosePhrase(ranked, 0, []), -1);
  return JSON.parse(`{${tail.slice(1)}`).reason;
}

test('what brought an item up is said, with what it comes from', () => {
  const said = orderReasons.map((_, place) => reasonOf('popularity', place + 1).text);
  expect(new Set(said).size).toBe(orderReasons.length);
  expect(reasonOf('collaborative-filtering', 1 + orderReasons.indexOf('last-order'))).toEqual({
    source: 'collaborative-filtering',
    key: 'reason.last-order',
    parameters: {},
    text: 'Goes with your last order',
  });
  expect(reasonOf('popularity', 0).key).toBe('reason.popular');
  expect(reasonOf('repurchase', 9).key).toBe('reason.bought-before');
});

test('a habit is told in weeks, in English and in Chinese', () => {
  expect(reasonOf('repurchase', firstHabit + 3)).toMatchObject({
    key: 'reason.every-weeks',
    parameters: { weeks: 4 },
    text: 'You usually buy this every 4 weeks',
  });
  expect(reasonOf('repurchase', firstHabit).text).toBe('You usually buy this every week');
  expect(reasonOf('repurchase', firstHabit + 3, 'zh').text).toBe('您通常每 4 周购买一次');
  expect(reasonOf('repurchase', firstHabit - 1 + mostWeeks).text).toBe('You usually buy this every 52 weeks');
});

test('an item that comes up for what has happened since is told of by that', () => {
  const candidates: RankedItems = {
    ...{ items: [3, 4, 5], scores: [1, 0.9, 0.1], sources: [1, 1, 1], because: [-1, -1, -1] },
    reasons: [1, 2, 3],
  };
  const neighbours = { itemCount: 6, offsets: [0, 2, 2, 2, 2, 2, 2], neighbours: [5, 4], weights: [1, 0.1] };
  const recent = [{ type: 'cart_add', item: 0, ageDays: 0 }] as const;
  const { items, reasons } = mergeSignals({ candidates, recent, neighbours });
  const reasonAt = new Map(Array.from(items, (item, rank) => [item, reasons![rank]]));
  // Item 5 is beside what went into the cart just now; 4 is a little, but more so by the night.
  expect(reasonAt).toEqual(
    new Map([
      [3, 1],
      [4, 2],
      [5, 0],
    ]),
  );
  expect(Array.from(mergeSignals({ candidates, recent: [] }).reasons!)).toEqual([1, 2, 3]);
});
