import { describe, expect, test } from '@jest/globals';
import {
  barDerived,
  type JudgedCustomer,
  judgeNeed,
  type ShopAverages,
  shopAveragesOf,
} from '../../../src/coupons/decisions/choice/judge-need.ts';
import type { SegmentationSummary } from '../../../src/segments/index.ts';

const shop: ShopAverages = { orderMinor: 4_000, unitPrice: 8 };

type Segment = NonNullable<JudgedCustomer['segment']>;

function customer(change: Partial<Segment> = {}): JudgedCustomer {
  return {
    profilingAllowed: true,
    version: 4,
    segment: {
      recencyDays: 30,
      frequency: 4,
      monetaryMinor: 16_000,
      recencyScore: 3,
      frequencyScore: 3,
      monetaryScore: 3,
      group: 'ordinary',
      groupSince: new Date(0),
      previousGroup: null,
      klaviyoCode: 331,
      klaviyoGroup: 'loyal',
      klaviyoSince: new Date(0),
      cluster: 2,
      clusterSince: new Date(0),
      averageOrderMinor: 4_000,
      averageUnitPrice: '8.000000',
      discountShare: 0.1,
      ...(change.averageOrderMinor !== undefined && { monetaryMinor: 4 * change.averageOrderMinor }),
      ...change,
    },
  };
}

const judge = (known: JudgedCustomer | null, of = shop) => {
  const { action, cause } = judgeNeed(known, of, 2);
  return `${action}: ${cause}`;
};

describe('without a profile there is no personal coupon', () => {
  test.each<[string, JudgedCustomer | null, string]>([
    ['unknown', null, 'none: unknown-customer'],
    ['not allowed', { ...customer(), profilingAllowed: false }, 'none: profiling-not-allowed'],
    ['nothing published', { profilingAllowed: true, version: null, segment: null }, 'none: undetermined'],
    ['no orders', { profilingAllowed: true, version: 4, segment: null }, 'none: no-orders'],
  ])('%s', (_, known, expected) => {
    expect(judge(known)).toBe(expected);
    expect(judgeNeed(known, shop, 2)).toMatchObject({ group: null, evidence: {} });
  });
});

describe('good customers get nothing without need', () => {
  test.each([
    ['high-value', 4, 'none: no-need'],
    ['high-value', 3, 'coupon: weak-discount'],
    ['high-quality', 3, 'none: no-need'],
    ['high-quality', 2, 'coupon: weak-discount'],
    ['high-quality', 1, 'coupon: weak-discount'],
  ] as const)('%s with recency score %d: %s', (group, recencyScore, expected) => {
    const weakPurse = { averageOrderMinor: 100, averageUnitPrice: '0.5' };
    expect(judge(customer({ group, recencyScore }))).toBe(expected);
    expect(judge(customer({ group, recencyScore, ...weakPurse }))).toBe(expected);
  });
});

describe('the others: discount or purse', () => {
  const low = { averageOrderMinor: 2_999, averageUnitPrice: '5.999999' };
  test.each<[string, Partial<Segment>, string, string]>([
    ['fine purse', {}, 'coupon: weak-discount', 'coupon: weak-discount'],
    ['weak purse', low, 'lower-priced-goods: weak-purse', 'lower-priced-goods: weak-purse'],
    [
      'exactly at the limits',
      { averageOrderMinor: 3_000, averageUnitPrice: '6' },
      'coupon: weak-discount',
      'coupon: weak-discount',
    ],
    [
      'weak purse, list prices unknown',
      { ...low, discountShare: null },
      'lower-priced-goods: weak-purse',
      'lower-priced-goods: weak-purse',
    ],
    [
      'weak purse, buys mostly discounted',
      { ...low, discountShare: 0.5 },
      'coupon: weak-discount',
      'coupon: weak-discount',
    ],
    [
      'weak purse, buys less than half discounted',
      { ...low, discountShare: 0.49 },
      'lower-priced-goods: weak-purse',
      'lower-priced-goods: weak-purse',
    ],
    ['small orders of dear goods', { averageOrderMinor: 2_000 }, 'none: undetermined', 'coupon: undetermined'],
    ['large orders of cheap goods', { averageUnitPrice: '1' }, 'none: undetermined', 'coupon: undetermined'],
  ])('%s', (_, change, ordinary, lowContribution) => {
    expect(judge(customer(change))).toBe(ordinary);
    expect(judge(customer({ ...change, group: 'low-contribution' }))).toBe(lowContribution);
  });

  test('an average the shop does not know is left out; without any the purse is unclear', () => {
    expect(judge(customer({ averageOrderMinor: 2_000 }), { orderMinor: 4_000, unitPrice: null })).toBe(
      'lower-priced-goods: weak-purse',
    );
    expect(judge(customer(low), { orderMinor: null, unitPrice: null })).toBe('none: undetermined');
  });

  test('the evidence has the figures and the limits they were held against', () => {
    const { evidence, reason } = judgeNeed(customer({ ...low, group: 'low-contribution' }), shop, 2);
    expect(evidence).toEqual({
      segmentation_version: 4,
      recency_score: 3,
      frequency_score: 3,
      monetary_score: 3,
      average_order_value: '29.99',
      low_average_order_value: '30.00',
      average_unit_price: '5.999999',
      low_average_unit_price: '6.00',
      discount_share: 0.1,
      high_discount_share: 0.5,
    });
    expect(reason).toContain('lower price');
  });
});

test('with a score, what is made of it is barred, and with nothing else', () => {
  for (const score of ['recency_score', 'frequency-score', 'monetary_score']) {
    expect(barDerived([score])).toEqual([score, 'group', 'klaviyo_group', 'cluster']);
  }
  expect(barDerived(['discount_share', 'group'])).toEqual(['discount_share', 'group']);
  expect(barDerived([])).toEqual([]);
});

test("the shop's averages out of the segmentation's figures", () => {
  const figures = { mean_recency_days: 1, mean_monetary_minor: 1, revenue_share: 1 };
  const summary: SegmentationSummary = {
    thresholds: { recency: [], frequency: [], monetary: [] },
    customers: 5,
    revenue_minor: 90_000,
    average_unit_price: null,
    groups: [
      { group: 'high-value', customers: 2, mean_frequency: 6, ...figures },
      { group: 'ordinary', customers: 3, mean_frequency: 1, ...figures },
      { group: 'low-contribution', customers: 0, mean_frequency: null, ...figures },
    ],
    clusters: [],
  };
  expect(shopAveragesOf(summary)).toEqual({ orderMinor: 6_000, unitPrice: null });
  expect(shopAveragesOf({ ...summary, average_unit_price: '7.5' } as SegmentationSummary)).toEqual({
    orderMinor: 6_000,
    unitPrice: 7.5,
  });
  expect(shopAveragesOf({ ...summary, groups: [] })).toEqual({ orderMinor: null, unitPrice: null });
});

test('the average order is compared unrounded, and rounded only where earlier rules are made again', () => {
  // Three orders of 89.99 are 29.9967 each, below the limit of 30.00 and told as it.
  const known = customer({ frequency: 3, monetaryMinor: 8_999, averageOrderMinor: 3_000, averageUnitPrice: '5' });
  const judged = (upToFourth: boolean) => judgeNeed(known, shop, 2, new Set(), upToFourth);
  expect(judged(false)).toMatchObject({ action: 'lower-priced-goods', cause: 'weak-purse' });
  expect(judged(true)).toMatchObject({ action: 'none', cause: 'undetermined' });
  expect(judged(false).evidence).toEqual(judged(true).evidence);
});
