import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

let count = 0;
const order = (customer_id: string, day: string, unit_price: string) => ({
  ...{ order_id: `o${++count}`, customer_id, occurred_at: `${day}T12:00:00Z` },
  lines: [{ item_id: 'cup', quantity: 1, unit_price }],
});
const month = (month: string) => `from=2026-${month}-01&to=2026-${month}-01&grain=month`;
/** Value, numerator and denominator of a month. */
const of = async (id: string, when: string) => Object.values(await shop.fractions(id, month(when)))[0];

story('three customers of a shop in Berlin', (step) => {
  step('their orders', async () => {
    await shop.orders([
      // 50 days later again, and then silent: 90 days after the second is May 30
      order('A', '2026-01-10', '20.00'),
      order('A', '2026-03-01', '10.00'),
      // silent on June 13, comes back after 139 days, and is silent again on October 30
      order('B', '2026-03-15', '30.00'),
      order('B', '2026-08-01', '5.00'),
      // silent on June 23
      order('C', '2026-03-20', '40.00'),
      order('C', '2026-03-25', '60.00'),
      { ...order('', '2026-03-25', '99.00'), customer_id: undefined },
    ]);
    await shop.rollUp();
  });

  step('March: three customers, two of them new, with four orders of 140.00', async () => {
    expect(await of('customers', '03')).toEqual([3, 3, null]);
    expect(await of('new-customers', '03')).toEqual([2, 2, null]);
    expect(await of('share-of-new-customers', '03')).toEqual([0.666667, 2, 3]);
    expect(await of('frequency', '03')).toEqual([1.33333, 4, 3]);
    expect(await of('consumption', '03')).toEqual(['46.666667', '140.00', 3]);
    expect(await of('unit-price-of-new-customers', '03')).toEqual(['35.00', '70.00', 2]);
    // A after 50 days, C after 5
    expect(await of('days-between-orders', '03')).toEqual([27.5, 55, 2]);
    expect(await of('repurchase-rate', '03')).toEqual([0.666667, 2, 3]);
    // Nobody but these three was active: they came by no event.
    expect(await of('member-repurchase-rate', '03')).toEqual([0.666667, 2, 3]);
    expect(await of('orders-per-member', '03')).toEqual([1.33333, 4, 3]);
    expect(await of('share-of-repeat-customers', '03')).toEqual([0.666667, 2, 3]);
    // five orders of three customers
    expect(await of('lifetime-orders', '03')).toEqual([1.66667, 5, 3]);
    // Until midnight in Berlin (22:00 UTC) 30, 16 and 6 days, and 10 hours each.
    expect(await of('recency', '03')).toEqual([17.75, 53.25, 3]);
  });

  step('who is lost, and who is left', async () => {
    const active = ['03', '05', '06', '08', '10'].map(async (when) => (await of('active-customers', when))[0]);
    expect(await Promise.all(active)).toEqual([3, 2, 0, 1, 0]);
    expect(await shop.values('lost-customers', 'from=2026-05-29&to=2026-05-31')).toEqual({
      ...{ '2026-05-29': 0, '2026-05-30': 1, '2026-05-31': 0 },
    });
    expect(await of('lost-customers', '10')).toEqual([1, 1, null]);
    expect(await of('churn-rate', '05')).toEqual([0.333333, 1, 3]);
    expect(await of('churn-rate', '06')).toEqual([1, 2, 2]);
    // Nobody was left who could be lost.
    expect(await of('churn-rate', '07')).toEqual([null, 0, 0]);
    // Ninety days before the days of June lie 3 March to 1 April: B and C, of whom C came again.
    expect(await of('return-rate-of-customers', '06')).toEqual([0.5, 1, 2]);
  });

  step('the cohort of March', async () => {
    expect(
      await shop.fractions('retention-by-cohort', 'from=2026-01-01&to=2026-08-31&grain=month&by=cohort&member=2026-03'),
    ).toEqual({
      '2026-03-01 2026-03': [1, 2, 2],
      '2026-04-01 2026-03': [0, 0, 2],
      '2026-05-01 2026-03': [0, 0, 2],
      '2026-06-01 2026-03': [0, 0, 2],
      '2026-07-01 2026-03': [0, 0, 2],
      '2026-08-01 2026-03': [0.5, 1, 2],
    });
  });

  step('a late order in between: nobody was lost in May, but on July 30', async () => {
    await shop.orders([order('A', '2026-05-01', '1.00')]);
    await shop.rollUp();
    expect(await of('lost-customers', '05')).toEqual([0, 0, null]);
    expect(await of('lost-customers', '07')).toEqual([1, 1, null]);
    expect(await of('active-customers', '05')).toEqual([3, 3, null]);
    expect(await of('days-between-orders', '05')).toEqual([61, 61, 1]);
  });

  step('a late first order: the customer was new before, and of another cohort', async () => {
    await shop.orders([order('C', '2026-02-10', '1.00')]);
    await shop.rollUp();
    expect(await of('new-customers', '03')).toEqual([1, 1, null]);
    expect(await of('new-customers', '02')).toEqual([1, 1, null]);
    const cohorts = await shop.fractions('retention-by-cohort', `${month('03')}&by=cohort`);
    expect(cohorts).toEqual({
      ...{ '2026-03-01 2026-01': [1, 1, 1], '2026-03-01 2026-02': [1, 1, 1], '2026-03-01 2026-03': [1, 1, 1] },
    });
    expect(await of('share-of-repeat-customers', '03')).toEqual([0.666667, 2, 3]);
    expect(await of('days-between-orders', '03')).toEqual([(50 + 38 + 5) / 3, 93, 3]);
  });

  step('an erased person leaves the past', async () => {
    await shop.service.ask('admin', 'DELETE', '/v1/customers/B');
    await shop.rollUp();
    expect(await of('customers', '03')).toEqual([2, 2, null]);
    expect(await of('lost-customers', '06')).toEqual([1, 1, null]);
    expect(await of('active-customers', '08')).toEqual([0, 0, null]);
  });
});
