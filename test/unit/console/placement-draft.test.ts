import { expect, test } from '@jest/globals';
import { draftOf, isSame, readMore, settingsOf } from '../../../src/console/pages/recommendations/placements/draft.ts';
import type { Placement } from '../../../src/console/pages/recommendations/placements/types.ts';

const placement = (filter: Placement['filter']): Placement => ({
  ...{
    name: 'home',
    title: null,
    method: 'popular',
    limit: 10,
    filter,
    pinned_item_ids: ['b', 'a'],
    segment: 'rule-vip',
  },
  ...{ is_ready_made: true, revision: 1, changed_at: '2026-03-01T09:00:00Z' },
});

// Would see: a condition that a form has no field for, lost or changed by who only wanted another title.
test.each<Placement['filter']>([
  null,
  { category: 'Food > Coffee', min_price: '2.50' },
  { category: ['Food', 'Home'], brand: 'Alba', not: { brand: 'Bona' } },
  { attributes: { colour: ['red', 'blue'] }, compared_to_item: { price: 'higher' } },
])('a filter that nobody touched is the same filter: %j', (filter) => {
  const settings = settingsOf(draftOf(placement(filter)));
  const kept = { method: 'popular', limit: 10, filter, pinned_item_ids: ['b', 'a'], segment: 'rule-vip' };
  expect(settings).toEqual({ title: null, ...kept });
  expect(isSame(settings!, placement(filter))).toBe(true);
  const retitled = settingsOf({ ...draftOf(placement(filter)), title: ' New ' });
  expect(retitled).toEqual({ title: 'New', ...kept });
  expect(isSame(retitled!, placement(filter))).toBe(false);
});

test('amounts are taken with a comma too; what cannot be read is not sent, what is no number is the service’s to name', () => {
  const draft = draftOf(placement(null));
  expect(settingsOf({ ...draft, lowest: '2,50', limit: 'ten' })).toMatchObject({
    limit: 'ten',
    filter: { min_price: '2.50' },
  });
  for (const more of ['{', '[]', '3', 'null']) expect([more, readMore(more)]).toEqual([more, undefined]);
  expect(settingsOf({ ...draft, more: '{' })).toBeUndefined();
  // Nothing but best sellers is of a segment.
  expect(settingsOf({ ...draft, method: 'trending' })).toMatchObject({ segment: null });
});
