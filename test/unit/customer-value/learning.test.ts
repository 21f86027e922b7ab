import { describe, expect, test } from '@jest/globals';
import { recipe } from '../../../models/customer-value/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { learnValue, valueMetrics } from '../../../src/training/learners/customer-value.ts';
import { tellCovariates } from '../../../src/training/snapshot/covariates.ts';
import { tabulateHistories } from '../../../src/training/snapshot/order-histories.ts';
import { makeSnapshot, type SaleLine } from '../../support/shops/training-snapshot.ts';

const dayMs = 86_400_000;
const asOf = Date.UTC(2026, 2, 1);
const daysAgo = (days: number) => asOf - days * dayMs;

function tabulate(lines: SaleLine[], moment = asOf) {
  const snapshot = makeSnapshot({ asOf, customers: 3, items: [true, false], lines });
  return tabulateHistories(snapshot, moment, 100);
}

describe('histories', () => {
  const lines: SaleLine[] = [
    { customer: 2, order: 0, time: daysAgo(70), item: 0, unitPrice: 9 },
    { order: 1, time: daysAgo(60), item: 0 },
    { customer: 0, order: 2, time: daysAgo(35), item: 0, unitPrice: 100 },
    { customer: 2, order: 3, time: daysAgo(28), item: 0, unitPrice: 10 },
    { customer: 2, order: 3, time: daysAgo(28), item: 1, unitPrice: 2, refundedMinor: 200 },
    { customer: 2, order: 4, time: daysAgo(27.2), item: 0, unitPrice: 6 },
    { customer: 2, order: 5, time: daysAgo(14), item: 0, unitPrice: 8, refundedMinor: 300 },
  ];

  test('count days with an order, net of refunds, of known customers', () => {
    const { customers, histories } = tabulate(lines);
    expect([...customers]).toEqual([0, 2]);
    expect([...histories.repeats]).toEqual([0, 3]);
    expect([...histories.observed]).toEqual([5, 10]);
    expect([...histories.lastRepeat]).toEqual([0, 8]);
    // 10 and 6 and 8 - 3 on three days; the first order does not count.
    expect([...histories.meanSpend]).toEqual([0, 7]);
  });

  test('of one day are one order, whatever lies between them', () => {
    const { histories } = tabulate([
      { customer: 2, order: 0, time: daysAgo(10), item: 0, unitPrice: 10 },
      { customer: 2, order: 1, time: daysAgo(9.5), item: 0, unitPrice: 10 },
      { customer: 2, order: 2, time: daysAgo(8.9), item: 0, unitPrice: 4 },
      { customer: 2, order: 3, time: daysAgo(8.2), item: 0, unitPrice: 5 },
    ]);
    expect([...histories.repeats]).toEqual([2]);
    expect(histories.meanSpend[0]).toBeCloseTo((10 + 9) / 2, 12);
  });

  test('end at their moment', () => {
    const { customers, histories } = tabulate(lines, daysAgo(28));
    expect([...customers]).toEqual([0, 2]);
    expect([...histories.repeats]).toEqual([0, 0]);
    expect([...histories.observed]).toEqual([1, 6]);
  });
});

describe('first orders', () => {
  const lines: SaleLine[] = [
    // Of customer 0 wholly given back later, so that their first order is the next.
    { customer: 0, order: 0, time: daysAgo(90), item: 0, unitPrice: 9, channel: 'store', refundedAt: daysAgo(20) },
    { customer: 1, order: 1, time: daysAgo(80), item: 3, unitPrice: 90, channel: 'app' },
    { customer: 1, order: 1, time: daysAgo(80), item: 0, unitPrice: 3, channel: 'app' },
    { customer: 1, order: 1, time: daysAgo(80), item: 1, unitPrice: 4, channel: 'app' },
    { customer: 1, order: 2, time: daysAgo(80), item: 2, unitPrice: 40, channel: 'web' },
    { customer: 0, order: 3, time: daysAgo(50), item: 2, unitPrice: 8, channel: 'phone' },
    { customer: 2, order: 4, time: daysAgo(40), item: 3, unitPrice: 8 },
  ];
  const snapshot = makeSnapshot({
    asOf,
    customers: 3,
    // The last is a service, which is of no category that counts.
    items: [true, true, true, false],
    categories: ['Books > Crime', 'Toys > Games', 'Books', 'Postage'],
    lines,
  });
  const toldAt = (moment: number, countries = new Map<number, string>()) => {
    const covariates = tellCovariates(snapshot, tabulateHistories(snapshot, moment, 1), countries);
    return Object.values(covariates).map(({ values, numbers }) =>
      Array.from(numbers, (number) => (number < 0 ? null : values[number])),
    );
  };

  test('tell the category of most of the money, the channel, and where the customer is', () => {
    expect(toldAt(asOf, new Map([[101, 'Norway']]))).toEqual([
      ['Books', 'Toys', null],
      ['phone', 'app', null],
      [null, 'Norway', null],
    ]);
  });

  test('are those of the moment: what came back later had not', () => {
    expect(toldAt(daysAgo(30)).slice(0, 2)).toEqual([
      ['Books', 'Toys', null],
      ['store', 'app', null],
    ]);
  });
});

/** Customers who come once a week to once in five, until with a chance of one in eight they do not come again. */
function shop({ customers, days, price = 20 }: { customers: number; days: number; price?: number }) {
  const random = seededRandom(5);
  const visits: { customer: number; time: number; unitPrice: number }[] = [];
  for (let customer = 0; customer < customers; customer++) {
    const gap = 7 + random() * 28;
    const wealth = price * (0.5 + random());
    for (let day = random() * days; day < days; day += -Math.log(1 - random()) * gap) {
      visits.push({ customer, time: daysAgo(days - day), unitPrice: wealth * (0.5 + random()) });
      if (random() < 0.125) break;
    }
  }
  visits.sort((a, b) => a.time - b.time);
  const lines = visits.map((visit, order) => ({ ...visit, order, item: 0 }));
  return makeSnapshot({ asOf, customers, items: [true], lines });
}

describe('values', () => {
  const snapshot = shop({ customers: 1_500, days: 365 });
  const learnt = learnValue(snapshot, recipe, { minorDigits: 2 });
  if ('refusal' in learnt) throw new Error(learnt.refusal);
  const values = [...learnt.values];

  test('are of every customer with an order, ascending, and the same again', () => {
    expect(values.map(({ customerKey }) => customerKey)).toEqual(
      values.map(({ customerKey }) => customerKey).sort((a, b) => a - b),
    );
    expect(values).toHaveLength(learnt.customers);
    const again = learnValue(snapshot, recipe, { minorDigits: 2 });
    expect('values' in again && [...again.values]).toEqual(values);
  });

  test('add up to what the hold-out let expect, and money to orders times their value', () => {
    const { orders } = learnt.holdout.judgement;
    expect(Math.abs(orders.expected / orders.actual - 1)).toBeLessThan(0.15);
    for (const { expectedOrders, orderValueMinor, revenueMinor } of values) {
      expect(Math.abs(revenueMinor! - expectedOrders * orderValueMinor!)).toBeLessThan(1 + expectedOrders);
    }
    const mean = values.reduce((sum, { orderValueMinor }) => sum + orderValueMinor!, 0) / values.length;
    expect(mean).toBeGreaterThan(1_700);
    expect(mean).toBeLessThan(2_300);
  });

  test('place customers by the ranking that did best, from 0 to 1', () => {
    const places = values.map(({ likelierThan }) => likelierThan);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(1);
    expect(places.reduce((sum, place) => sum + place, 0) / places.length).toBeCloseTo(0.5, 3);
  });

  test('tell the next order only where it is likelier than not, and never in the past', () => {
    const told = values.filter(({ nextOrderAt }) => nextOrderAt !== null);
    expect(told.length).toBeGreaterThan(100);
    for (const { nextOrderAt, aliveProbability } of told) {
      expect(nextOrderAt!.getTime()).toBeGreaterThan(asOf);
      expect(nextOrderAt!.getTime()).toBeLessThanOrEqual(asOf + 365 * dayMs);
      expect(aliveProbability ?? 1).toBeGreaterThan(0.5);
    }
  });

  test('do not depend on the unit of money', () => {
    const thousand = learnValue(shop({ customers: 1_500, days: 365, price: 20_000 }), recipe, { minorDigits: 2 });
    if ('refusal' in thousand) throw new Error(thousand.refusal);
    expect(thousand.summary.spend!.p).toBeCloseTo(learnt.summary.spend!.p, 2);
    expect(thousand.summary.spend!.gamma / learnt.summary.spend!.gamma).toBeCloseTo(1_000, -1);
  });
});

describe('refusals', () => {
  test('a shop too young', () => {
    expect(learnValue(shop({ customers: 300, days: 40 }), recipe, { minorDigits: 2 })).toEqual({
      refusal: 'a third of the time observed, 13 days, is too short to judge by',
    });
  });

  test('a shop without customers', () => {
    const empty = makeSnapshot({
      asOf,
      customers: 0,
      items: [true],
      lines: [{ order: 0, time: daysAgo(90), item: 0 }],
    });
    expect(learnValue(empty, recipe, { minorDigits: 2 })).toHaveProperty('refusal');
  });

  test('too few to judge by', () => {
    expect(learnValue(shop({ customers: 60, days: 300 }), recipe, { minorDigits: 2 })).toMatchObject({
      refusal: expect.stringMatching(/ordered again in the last 90 days; to judge by, 50 must have, and as many not$/),
    });
  });

  test('too few who ordered again before the hold-out', () => {
    const strict = { ...recipe, minimumRepeatCustomers: 1_000 };
    expect(learnValue(shop({ customers: 800, days: 300 }), strict, { minorDigits: 2 })).toMatchObject({
      refusal: expect.stringMatching(/^before the last 90 days \d+ customers ordered again, 1000 are needed$/),
    });
  });

  test('a model that is worse in everything, with the figures that show it', () => {
    // In so short a sample shop a fifth of the customers stop coming shortly before the hold-out, all at once.
    const sample = generateSampleShop({ seed: 7, customers: 400, items: 120, days: 180, end: new Date(asOf) });
    const ids = [...sample.customers()].map(({ customer_id }) => customer_id);
    const lines = [...sample.orders()].map(({ customer_id, occurred_at }, order): SaleLine => {
      const customer = ids.indexOf(customer_id!);
      return { ...(customer >= 0 && { customer }), order, time: Date.parse(occurred_at), item: 0 };
    });
    const snapshot = makeSnapshot({ asOf, customers: ids.length, items: [true], lines });
    const refused = learnValue(snapshot, recipe, { minorDigits: 2 });
    expect(refused).toMatchObject({ refusal: expect.stringMatching(/^on the last days it ranks worse/) });
    expect(valueMetrics(refused)).toMatchObject({
      holdout: { days: 59, model_advantage: { high: expect.any(Number) } },
    });
  });

  test('of spend alone: orders are told, money is not', () => {
    const learnt = learnValue(shop({ customers: 1_500, days: 365, price: 0 }), recipe, { minorDigits: 2 });
    if ('refusal' in learnt) throw new Error(learnt.refusal);
    expect(learnt.summary.spend).toBeNull();
    expect(learnt.summary.spend_refusal).toMatch(/^0 customers/);
    expect(learnt.warnings).toContainEqual(expect.stringMatching(/^nothing is said of money/));
    for (const { orderValueMinor, revenueMinor } of learnt.values) {
      expect([orderValueMinor, revenueMinor]).toEqual([null, null]);
    }
  });
});

describe('the probability to be alive', () => {
  /** Half a year of customers who come and leave, and then 60 days in which anybody comes by the toss of a coin, or as before. */
  const shopThen = (isTossed: boolean) => {
    const random = seededRandom(9);
    const visits: { customer: number; time: number }[] = [];
    for (let customer = 0; customer < 1_200; customer++) {
      const gap = 5 + random() * 10;
      let isGone = false;
      for (let day = random() * 60; day < 180 && !isGone; day += -Math.log(1 - random()) * gap) {
        visits.push({ customer, time: daysAgo(240 - day) });
        isGone = random() < 0.2;
      }
      if (isTossed ? random() < 0.4 : !isGone) visits.push({ customer, time: daysAgo(random() * 60) });
    }
    visits.sort((a, b) => a.time - b.time);
    const lines = visits.map((visit, order) => ({ ...visit, order, item: 0, unitPrice: 10 + (order % 7) }));
    return learnValue(
      makeSnapshot({ asOf, customers: 1_200, items: [true], lines }),
      { ...recipe, horizonDays: 60 },
      { minorDigits: 2 },
    );
  };

  test.each([
    [false, true],
    [true, false],
  ])('where the last days are a toss of a coin (%s) it is told: %s', (isTossed, isTold) => {
    const learnt = shopThen(isTossed);
    if ('refusal' in learnt) throw new Error(learnt.refusal);
    const { area_under_curve: areas } = valueMetrics(learnt)['holdout'] as { area_under_curve: Record<string, number> };
    const area = areas['alive_probability_of_repeaters'];
    expect(isTossed ? Math.abs(area - 0.5) : -area).toBeLessThan(isTossed ? 0.06 : -0.6);
    expect(learnt.summary).toMatchObject({ sees_leaving: true, alive_tells: isTold });
    expect([...learnt.values].some(({ aliveProbability }) => aliveProbability !== null)).toBe(isTold);
    expect(learnt.warnings.some((warning) => warning.includes('no better than chance'))).toBe(!isTold);
  });
});
