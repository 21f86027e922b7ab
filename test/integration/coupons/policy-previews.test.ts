import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import type { PolicyElement } from '../../../src/coupons/index.ts';
import type { CustomerSegment } from '../../../src/segments/index.ts';
import { type CouponShop, openCouponShop, refusalOf } from '../../support/shops/coupon-shop.ts';

/** What the shop's average order and unit price are, in minor units and in units. */
const average = { orderMinor: 4_000, unitPrice: 8 };
const groups = ['high-value', 'high-quality', 'ordinary', 'low-contribution'] as const;
const random = seededRandom(12);
const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];

type Known = Pick<
  CustomerSegment,
  'group' | 'recencyScore' | 'monetaryMinor' | 'frequency' | 'averageUnitPrice' | 'discountShare'
>;
/** Many lie exactly on a value of a threshold. */
const people: Known[] = Array.from({ length: 400 }, () => ({
  group: pick(groups),
  recencyScore: pick([1, 2, 3, 4, 5]),
  frequency: pick([1, 2, 3]),
  monetaryMinor: pick([1_000, 2_000, 2_400, 3_000, 3_200, 4_000, 6_000, 7_999, 9_000]),
  averageUnitPrice: pick(['2', '4.8', '6', '5.999999', '7.2', '8', '12.5']),
  discountShare: pick([null, 0, 0.1, 0.3, 0.5, 0.7, 0.9, 1, 1 / 3]),
}));
const objects = (place: number) => place % 10 === 0;

interface Thresholds {
  high: Record<'high-value' | 'high-quality', number>;
  purse: number;
  share: number;
}

/** What a customer needs, by the words of the policy. */
function need(one: Known, { high, purse, share }: Thresholds): 'coupon' | 'lower_priced_goods' | 'none' {
  if (one.group === 'high-value' || one.group === 'high-quality') {
    return one.recencyScore <= high[one.group] ? 'coupon' : 'none';
  }
  // Shares are kept as 32 bits, and read as the shortest decimal of them.
  const bought = one.discountShare === null ? null : Number(Math.fround(one.discountShare).toPrecision(7));
  if (bought !== null && bought >= share) return 'coupon';
  const low = [
    one.monetaryMinor / one.frequency < purse * average.orderMinor,
    Number(one.averageUnitPrice) < purse * average.unitPrice,
  ];
  if (low[0] && low[1]) return 'lower_priced_goods';
  if (!low[0] && !low[1]) return 'coupon';
  return one.group === 'low-contribution' ? 'coupon' : 'none';
}

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({ customers: Object.fromEntries(people.map((one, place) => [`c${place}`, one])) });
  await shop.db.query(`update customers set profiling_allowed = false where substr(customer_id, 2)::int % 10 = 0`);
});
afterAll(() => shop.stop());

const own: Thresholds = { high: { 'high-value': 3, 'high-quality': 1 }, purse: 0.77, share: 0.5 };
const element: PolicyElement = {
  kind: 'by-cause',
  lapsing_recency_score: own.high,
  weak_purse: own.purse,
  discount_prone: own.share,
};
const set: Record<string, (value: number) => Thresholds> = {
  'lapsing_recency_score/high-value': (value) => ({ ...own, high: { ...own.high, 'high-value': value } }),
  'lapsing_recency_score/high-quality': (value) => ({ ...own, high: { ...own.high, 'high-quality': value } }),
  weak_purse: (purse) => ({ ...own, purse }),
  discount_prone: (share) => ({ ...own, share }),
};

// Would see: somebody who objects and is counted, a customer on a limit who is counted on its other side.
test('each value of each threshold moves whom the words of the policy say, over all customers who may be profiled', async () => {
  const counted = people.filter((_, place) => !objects(place));
  const count = (thresholds: Thresholds) => {
    const needs = { coupon: 0, 'lower-priced-goods': 0, none: 0 };
    for (const one of counted) needs[need(one, thresholds).replaceAll('_', '-') as keyof typeof needs]++;
    return needs;
  };
  const preview = await shop.coupons.previewPolicy(element);
  expect(preview).toMatchObject({ customers: counted.length, needs: count(own) });
  expect(preview.thresholds.map(({ threshold, value }) => [threshold, value])).toEqual([
    ['lapsing_recency_score/high-value', 3],
    ['lapsing_recency_score/high-quality', 1],
    ['weak_purse', 0.77],
    ['discount_prone', 0.5],
  ]);
  for (const { threshold, value, choices } of preview.thresholds) {
    expect(choices.map((one) => one.value)).toContain(value);
    expect(choices.length).toBeGreaterThan(5);
    const expected = choices.map(({ value: other }) => ({
      value: other,
      needs: count(set[threshold](other)),
      moved: counted.filter((one) => need(one, set[threshold](other)) !== need(one, own)).length,
    }));
    expect(choices).toEqual(expected);
    expect(choices.some(({ moved }) => moved > 0)).toBe(true);
  }
});

test('other kinds ask no thresholds; what is wrong with a policy is told by its field', async () => {
  expect(await shop.coupons.previewPolicy({ kind: 'everyone' })).toEqual({
    customers: 360,
    needs: null,
    thresholds: [],
  });
  expect(await refusalOf(shop.coupons.previewPolicy({ kind: 'everyone', weak_purse: 1 }))).toMatchObject({
    fields: ['/policy/weak_purse'],
  });
});
