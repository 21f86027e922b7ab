import { describe, expect, test } from '@jest/globals';
import { couponsLeft } from '../../../src/coupons/budgets/budget-left.ts';
import { type Campaign, type Discount, readTerms } from '../../../src/coupons/campaigns/campaign-terms.ts';
import type { CampaignSet } from '../../../src/coupons/campaigns/sets/campaign-sets.ts';
import { compileCampaigns } from '../../../src/coupons/decisions/choice/compiled-campaigns.ts';
import {
  describeScore,
  expectDiscount,
  logScore,
  readScore,
} from '../../../src/coupons/decisions/choice/expected-gain.ts';
import type { JudgedCustomer } from '../../../src/coupons/decisions/choice/judge-need.ts';
import { rulesVersion } from '../../../src/coupons/decisions/choice/rules-version.ts';
import type { LoggedInputs } from '../../../src/coupons/decisions/decision-inputs.ts';
import { replayOne } from '../../../src/coupons/decisions/replay.ts';
import { boundsOf } from '../../../src/coupons/limits/store.ts';
import { deepFreeze } from '../../support/data/deep-freeze.ts';

const capped = { type: 'percent', percent: 10, maximumMinor: 300 } as const;

test.each<[string, Discount, number, number]>([
  ['a share of the order', capped, 2_000, 200],
  ['up to its cap', capped, 5_000, 300],
  ['without a cap', { ...capped, maximumMinor: null }, 5_000, 500],
  ['an amount', { type: 'amount', amountMinor: 300 }, 5_000, 300],
  ['not more than the order', { type: 'amount', amountMinor: 300 }, 250, 250],
  ['free shipping costs the campaign nothing', { type: 'free-shipping' }, 5_000, 0],
  [
    'one piece of three at half price',
    { type: 'buy-x-get-y', buy: 2, get: 1, percent: 50, maximumMinor: null },
    6_000,
    1_000,
  ],
])('the discount expected of an order: %s', (_, discount, order, expected) => {
  expect(expectDiscount(discount, order)).toBe(expected);
});

describe('a score', () => {
  const scorer = { run: 7, leastMinor: 50, predict: ([x]: Float64Array) => ({ uplift: x / 3, withCoupon: 0.5 }) };
  const logged = logScore(
    3,
    scorer,
    { features: Float64Array.of(1), orderMinor: 2_000, marginMinor: 800 },
    { type: 'amount', amountMinor: 300 },
  );

  test('is uplift × margin − probability with the coupon × discount, of the figures as they are logged', () => {
    expect(logged).toEqual([3, 7, 0.333333, 0.5, 800, 300, 50]);
    const read = readScore(JSON.parse(JSON.stringify(logged)));
    expect(read).toMatchObject({ run: 7, uplift: 0.333333, leastMinor: 50 });
    expect(read.expectedMinor).toBe(0.333333 * 800 - 0.5 * 300);
  });

  test('is told with all that it comes of', () => {
    expect(describeScore(readScore(logged), 2)).toBe(
      'With the coupon an order comes with a probability of 50.0 %, 33.3 points of it because of the coupon: ' +
        'at a margin of 8.00 an order and 3.00 off it, 1.17 more is expected; the least for a coupon is 0.50.',
    );
  });
});

test('coupons that both budgets have room for', () => {
  const counters = { issued: 4, moneyReservedMinor: 1_000, moneyRedeemedMinor: 500, moneyReversedMinor: 100 };
  const left = (couponBudget: number | null, moneyBudgetMinor: number | null, discount: Discount) =>
    couponsLeft({ couponBudget, moneyBudgetMinor, discount, counters } as unknown as Campaign);
  expect(left(10, null, capped)).toBe(6);
  expect(left(10, 2_899, capped)).toBe(4);
  expect(left(null, null, capped)).toBe(Number.POSITIVE_INFINITY);
  expect(left(null, 2_000, { type: 'free-shipping' })).toBe(Number.POSITIVE_INFINITY);
  expect(left(4, 10_000, capped)).toBe(0);
});

test('goods of a lower price are for the control group of a scored campaign too, as for everybody who is not scored', () => {
  const terms = {
    ...{ campaign_id: 'scored', name: 'scored', discount: { type: 'amount' as const, amount: '3.00' } },
    ...{ valid_from: '2026-03-01T00:00:00Z', valid_until: '2026-05-01T00:00:00Z', control_share: 0.5 },
  };
  const campaigns = [{ ...readTerms(terms, 2), campaignKey: 1 }] as Campaign[];
  const set: CampaignSet = {
    id: 'set',
    campaigns,
    compiled: compileCampaigns(campaigns),
    bounds: boundsOf(campaigns),
    categories: [],
  };
  const segment = {
    group: 'ordinary',
    frequency: 1,
    monetaryMinor: 1_000,
    averageOrderMinor: 1_000,
    averageUnitPrice: '2',
    discountShare: null,
  };
  const goods = [{ item_id: 'cheap' }] as unknown as LoggedInputs['given']['goods'];
  const answer = (rules: string) => {
    const inputs: LoggedInputs = {
      ...{ rules, at: '2026-03-10T00:00:00Z', digits: 2, barred: [], cart: null, reserveSeconds: null, set: 'set' },
      customer: { profilingAllowed: true, version: 1, segment: segment as JudgedCustomer['segment'] },
      shop: { orderMinor: 4_000, unitPrice: 8 },
      scores: [[0, 1, 0.5, 0.6, 1_000, 100, 0]],
      ...{ closed: 'a', blocked: [], holdoutShare: 0, explorationShare: 0 },
      drawn: { inHoldout: false, control: [[0, true]], draw: 1, pick: 0 },
      given: { goods, code: null, left: null },
    };
    return replayOne(deepFreeze(inputs), set);
  };
  const reason = 'Orders and prices paid are far below the average: goods of a lower price fit better than a coupon.';
  expect(answer(rulesVersion)).toMatchObject({
    ...{ action: 'lower-priced-goods', lowerPricedItems: goods, holdout: 'control', coupon: null, reason },
  });
  expect(answer('3')).toMatchObject({ action: 'none', lowerPricedItems: [], holdout: 'control' });
});

test('the average order is compared unrounded since the fifth version; what earlier ones decided comes out as it was', () => {
  const set: CampaignSet = {
    id: 'set',
    campaigns: [],
    compiled: compileCampaigns([]),
    bounds: boundsOf([]),
    categories: [],
  };
  // Three orders of 89.99 together are below the limit of 30.00 each, and told as 30.00.
  const segment = { group: 'ordinary', frequency: 3, monetaryMinor: 8_999, averageOrderMinor: 3_000 };
  const causeBy = (rules: string) => {
    const inputs = {
      ...{ rules, at: '2026-03-10T00:00:00Z', digits: 2, barred: [], cart: null, reserveSeconds: null, set: 'set' },
      customer: {
        profilingAllowed: true,
        version: 1,
        segment: { ...segment, averageUnitPrice: '5', discountShare: 0.1 },
      },
      shop: { orderMinor: 4_000, unitPrice: 8 },
      ...{ closed: '', blocked: [], holdoutShare: 0, explorationShare: 0 },
      drawn: { inHoldout: false, control: [], draw: 1, pick: 0 },
      given: { goods: [], code: null, left: null },
    } as unknown as LoggedInputs;
    return replayOne(deepFreeze(inputs), set).cause;
  };
  expect(['2', '3', '4', '5', '6'].map(causeBy)).toEqual([
    'undetermined',
    'undetermined',
    'undetermined',
    'weak-purse',
    'weak-purse',
  ]);
});
