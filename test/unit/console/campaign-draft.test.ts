import { expect, test } from '@jest/globals';
import {
  type Draft,
  draftOf,
  emptyDraft,
  idOf,
  idOfNow,
  isWhole,
  termsOfDraft,
} from '../../../src/console/pages/campaign-editor/draft.ts';
import type { Terms } from '../../../src/console/shared/campaigns/types.ts';

const zone = 'Europe/Berlin';
const terms: Terms = {
  name: 'Spring',
  discount: { type: 'buy-x-get-y', percent: 50, buy: 2, get: 1, maximum_discount: '5.00' },
  valid_from: '2026-03-01T00:00:30.000Z',
  valid_until: '2026-04-01T00:00:00.000Z',
  coupon_valid_days: 14,
  budget: { coupons: 100, money: '500.00' },
  limit_per_customer: 2,
  minimum_spend: '20.00',
  target_groups: ['ordinary'],
  target_segments: ['rule-coffee'],
  applies_to: { item_ids: ['I1', 'I2'], categories: ['Food > Coffee'], bundle: ['I3', 'I4'] },
  priority: 3,
  limits: [{ per: 'campaign', period: 'day', units: 10 }],
  time_zone: zone,
  week_start: 'sunday',
  stacking: 'stackable',
  stacking_order: 7,
  control_share: 0.125,
  isolation: 'channel',
  guests: true,
  channel: 'e-mail',
  policy: 'everyone',
  hours: [{ weekdays: ['friday'], from: '17:00', until: '02:00' }],
  referral: null,
  group_offer: null,
};

// Would see: a form that changes a term nobody touched, such as the seconds that its field does not show.
test('terms that are read into the form and not touched are the same terms', () => {
  const { time_zone: _, ...stated } = terms;
  expect(termsOfDraft(draftOf(terms, zone), zone, terms)).toEqual(stated);
});

// Would see: a campaign of referrals with a control group that its codes would reach, and with aims that bind nobody.
test('one of referrals is for whoever has its codes, and is its own reward where none is named', () => {
  const referral = { reward_campaign_id: 'spring', first_order_only: false, uses_per_code: null, confirm_days: 0 };
  const handedOn: Terms = { ...terms, target_groups: [], target_segments: [], control_share: 0, isolation: 'campaign' };
  const { time_zone: _, ...stated } = { ...handedOn, guests: false, referral };
  expect(termsOfDraft(draftOf({ ...handedOn, guests: false, referral }, zone), zone, terms)).toEqual(stated);
  const aimed = { ...draftOf(terms, zone), isReferral: true };
  expect(termsOfDraft(aimed, zone, terms, 'spring')).toMatchObject({
    ...{ target_groups: [], target_segments: [], guests: false, control_share: 0, isolation: 'campaign' },
    referral: { reward_campaign_id: 'spring' },
  });
});

test('a group offer has no control group, and its time stays to the second', () => {
  const group_offer = { joiners: 20, join_until: '2026-03-20T00:00:30.000Z' };
  const offered: Terms = { ...terms, control_share: 0, isolation: 'campaign', guests: false, group_offer };
  const { time_zone: _, ...stated } = offered;
  expect(termsOfDraft(draftOf(offered, zone), zone, offered)).toEqual(stated);
});

test('what is left empty has no bound, and only what goes with the discount is sent', () => {
  const draft: Draft = { ...emptyDraft(zone), name: ' Spring ', type: 'amount', amount: '3', percent: '10', most: '9' };
  const made = termsOfDraft(draft, zone);
  expect(made.name).toBe('Spring');
  expect([made.discount, made.budget, made.control_share]).toEqual([{ type: 'amount', amount: '3' }, {}, 0.1]);
  expect('minimum_spend' in made).toBe(false);
  expect(made.applies_to).toEqual({ item_ids: [], categories: [], bundle: [] });
});

test('a time is that of the zone; what is no number goes as it is, for the service to name the field', () => {
  const made = termsOfDraft({ ...emptyDraft(zone), from: '2026-07-01T00:00', priority: 'first' }, zone);
  expect([made.valid_from, made.priority]).toEqual(['2026-06-30T22:00:00.000Z', 'first']);
});

test('there is enough to ask about once it has a name, a time and a discount', () => {
  const draft = emptyDraft(zone);
  expect(isWhole(draft)).toBe(false);
  expect(isWhole({ ...draft, name: 'Spring' })).toBe(true);
  expect(isWhole({ ...draft, name: 'Spring', percent: '' })).toBe(false);
  expect(isWhole({ ...draft, name: 'Spring', type: 'free-shipping', percent: '' })).toBe(true);
});

test('an id follows the name', () => {
  expect(idOf('Café: Spring, 10 %', idOfNow())).toBe('cafe-spring-10');
  expect(idOf('春季', idOfNow())).toMatch(/^campaign-\d{12}$/);
});
