import { expect, test } from '@jest/globals';
import { costBoundOf } from '../../../src/console/shared/campaigns/money.ts';
import { overlapping } from '../../../src/console/shared/campaigns/overlap.ts';
import type { Campaign } from '../../../src/console/shared/campaigns/types.ts';

// Would see: a campaign that may cost anything and says nothing of it, or one that is bounded and says it is not.
test('the upper bound of a campaign is the least that its terms say, or none and why', () => {
  const tenOff = { type: 'amount' as const, amount: '10.00' };
  const tenth = { type: 'percent' as const };
  const atMostFive = { ...tenth, maximum_discount: '5.00' };
  expect(costBoundOf({ discount: tenOff, budget: { coupons: 100 } })).toEqual({
    ...{ is: 'most', by: 'coupons', money: 1_000, coupons: 100, each: 10 },
  });
  expect(costBoundOf({ discount: tenOff, budget: { coupons: 100, money: '400.00' } })).toEqual({
    ...{ is: 'most', by: 'money', money: 400 },
  });
  expect(costBoundOf({ discount: atMostFive, budget: { coupons: 20, money: '400.00' } })).toMatchObject({ money: 100 });
  expect(costBoundOf({ discount: atMostFive, budget: { money: '400.00' } })).toMatchObject({ money: 400 });
  expect(costBoundOf({ discount: atMostFive, budget: {} })).toEqual({ is: 'each', each: 5 });
  expect(costBoundOf({ discount: tenth, budget: { coupons: 100 } })).toEqual({ is: 'none' });
  expect(costBoundOf({ discount: { type: 'free-shipping' }, budget: {} })).toEqual({ is: 'nothing' });
  // While it is being written.
  expect(costBoundOf({ discount: tenOff, budget: { coupons: 'many' } })).toEqual({ is: 'each', each: 10 });
});

const now = new Date('2026-03-10T12:00:00Z');
const march = { valid_from: '2026-03-01T00:00:00Z', valid_until: '2026-04-01T00:00:00Z' };
type Other = Parameters<
  typeof overlapping<
    Pick<
      Campaign,
      'campaign_id' | 'status' | 'priority' | 'referral' | keyof typeof march | 'target_groups' | 'target_segments'
    >
  >
>[2][number];
const other = (id: string, change: Partial<Other> = {}): Other => ({
  ...{ campaign_id: id, status: 'active', priority: 0, referral: null, target_groups: [], target_segments: [] },
  ...march,
  ...change,
});
const found = (asked: Partial<Other>, others: readonly Other[]) =>
  overlapping(other('own', asked), 'own', others, now).map(({ campaign_id }) => campaign_id);

// Would see: one that is over or of other groups named beside this one, or itself; one for everybody left out.
test('beside a campaign stand those that its customers may get in the same time', () => {
  const others = [
    other('own'),
    other('everybody'),
    other('ordinary', { target_groups: ['ordinary'], priority: 5 }),
    other('of-a-segment', { target_segments: ['rule-coffee'] }),
    other('high-value', { target_groups: ['high-value'] }),
    other('ended', { status: 'ended' }),
    other('over', { valid_until: '2026-03-10T11:00:00Z' }),
    other('later', { valid_from: '2026-04-01T00:00:00Z', valid_until: '2026-05-01T00:00:00Z' }),
    other('paused', { status: 'paused' }),
    other('of-friends', {
      referral: { reward_campaign_id: 'own', first_order_only: true, uses_per_code: null, confirm_days: 0 },
    }),
  ];
  expect(found({ target_groups: ['ordinary'] }, others)).toEqual(['ordinary', 'everybody', 'of-a-segment', 'paused']);
  expect(found({}, others)).toEqual(['ordinary', 'everybody', 'of-a-segment', 'high-value', 'paused']);
  expect(found({ target_groups: ['low-contribution'], valid_until: '2026-06-01T00:00:00Z' }, others)).toContain(
    'later',
  );
});
