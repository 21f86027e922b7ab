import { describe, expect, test } from '@jest/globals';
import { normalTails, studentQuantile, studentTails } from '../../../models/campaign-effect/distributions.ts';
import {
  adjustByBefore,
  type CampaignOutcomes,
  checkSampleRatio,
  compareMeans,
  describeArms,
  measureCampaign,
  metrics,
  recipe,
} from '../../../models/campaign-effect/index.ts';
import { winsorise } from '../../../models/campaign-effect/winsorise.ts';
import { seededRandom } from '../../../models/random.ts';

/** Treated customers first; the metrics are the orders times 1, 20 and 8. */
function makeOutcomes(treated: number[], control: number[], change: Partial<CampaignOutcomes> = {}): CampaignOutcomes {
  const orders = Float64Array.from([...treated, ...control]);
  return {
    treated: Uint8Array.from(orders, (_, row) => Number(row < treated.length)),
    metrics: { orders, revenue: orders.map((count) => 20 * count), margin: orders.map((count) => 8 * count) },
    discounts: Float64Array.from(orders, (count, row) => (row < treated.length ? 2 * count : 0)),
    expectedShare: 0.5,
    ...change,
  };
}

const repeat = (times: number, ...values: number[]) => Array.from({ length: times }, () => values).flat();

function measure(outcomes: CampaignOutcomes) {
  const effect = measureCampaign(outcomes, recipe);
  if ('refusal' in effect) throw new Error(effect.refusal);
  return effect;
}

describe('distributions', () => {
  test.each([
    // With one degree of freedom 1 - 2 atan(t) / pi, with two 1 - t / sqrt(2 + t^2); the others are quantiles of the tables.
    [1, 1, 0.5],
    [5, 1, 1 - (2 * Math.atan(5)) / Math.PI],
    [0.5, 2, 2 / 3],
    [100, 2, 1 - 100 / Math.sqrt(10_002)],
    [2.776445105, 4, 0.05],
    [2.042272456, 30, 0.05],
    [3.390491311, 100, 0.001],
  ])('t = %f with %f degrees of freedom', (t, freedom, tails) => {
    expect(studentTails(t, freedom) / tails).toBeCloseTo(1, 6);
    expect(studentTails(-t, freedom)).toBe(studentTails(t, freedom));
  });

  test.each([20, 30, 57.3, 100, 1e4, 1e7])('the interval with %f degrees of freedom leaves 5 %% outside', (freedom) => {
    expect(studentTails(studentQuantile(freedom), freedom)).toBeCloseTo(0.05, 6);
  });

  test.each([
    [0, 1],
    [1, 0.317310508],
    [1.959963985, 0.05],
    [3.5, 0.000465258],
    [3.6, 0.000318217],
    [10, 1.523970604e-23],
  ])('z = %f', (z, tails) => {
    expect(normalTails(z) / tails).toBeCloseTo(1, 5);
    expect(normalTails(-z)).toBe(normalTails(z));
  });
});

describe('two means', () => {
  test("are compared by Welch's interval", () => {
    const values = Float64Array.from([...repeat(10, 1, 2, 3, 4, 5, 6), ...repeat(20, 0, 2, 4)]);
    const treated = Uint8Array.from(values, (_, row) => Number(row < 60));
    const { difference, lift, pValue } = compareMeans(describeArms(values, treated));
    expect(difference.value).toBeCloseTo(1.5, 12);
    const error = Math.sqrt(175 / 59 / 60 + 160 / 59 / 60);
    // Variances nearly alike: about 118 degrees of freedom, whose 97.5 % point is 1.98027.
    expect((difference.high - difference.low) / 2 / error).toBeCloseTo(1.98027, 4);
    expect(pValue).toBeLessThan(1e-5);
    expect(lift!.value).toBeCloseTo(0.75, 12);
    expect(lift!.low).toBeLessThan(0.75 - 1.98 * (error / 2));
  });

  test('that do not vary are as they are', () => {
    const of = (treated: number, control: number) =>
      compareMeans(
        describeArms(Float64Array.from([treated, treated, control, control]), Uint8Array.from([1, 1, 0, 0])),
      );
    expect(of(3, 2)).toEqual({
      difference: { value: 1, low: 1, high: 1 },
      lift: { value: 0.5, low: 0.5, high: 0.5 },
      pValue: 0,
    });
    expect(of(0, 0)).toEqual({ difference: { value: 0, low: 0, high: 0 }, lift: null, pValue: 1 });
  });
});

describe('the time before', () => {
  test('takes away what it foretold, and keeps the difference where the arms were alike', () => {
    const random = seededRandom(1);
    const before = Float64Array.from({ length: 4000 }, () => 10 * random());
    const treated = Uint8Array.from(before, () => Number(random() < 0.5));
    const values = before.map((x, row) => 2 * x + 3 * treated[row] + random());
    const { values: adjusted, varianceSaved } = adjustByBefore(values, before, treated);
    expect(varianceSaved).toBeGreaterThan(0.99);
    const { difference } = compareMeans(describeArms(adjusted, treated));
    expect(difference.high - difference.low).toBeLessThan(0.1);
    expect(Math.abs(difference.value - 3)).toBeLessThan(0.05);
  });

  test('is left out where it does not help', () => {
    const outcomes = makeOutcomes(repeat(100, 0, 1, 2), repeat(100, 0, 1));
    const noise = seededRandom(5);
    const before = { orders: Float64Array.from(outcomes.treated, noise), revenue: new Float64Array(500) };
    expect(measure({ ...outcomes, expectedShare: 0.6, before })).toEqual(measure({ ...outcomes, expectedShare: 0.6 }));
  });
});

describe('a campaign', () => {
  test('is measured by what its treated did more than its control', () => {
    const effect = measure(makeOutcomes(repeat(200, 0, 1, 2, 1), repeat(200, 0, 1, 0, 1), { fixedCost: 100 }));
    const { orders, revenue, margin } = effect.effects;
    expect(orders).toMatchObject({ treatedMean: 1, controlMean: 0.5, isBeyondChance: true, varianceSaved: 0 });
    expect(orders.lift!.value).toBe(1);
    expect(orders.total.value).toBe(400);
    expect([revenue.total.value, margin.total.value]).toEqual([8000, 3200]);
    // 800 orders at 2 off; margin of 400 orders more at 8.
    expect(effect.cost).toBe(1700);
    expect(effect.profit.value).toBeCloseTo(1500, 9);
    expect(effect.returnOnInvestment!.value).toBeCloseTo(1500 / 1700, 12);
    expect(effect.verdict).toBe('earns');
  });

  test('that only gives discounts away loses', () => {
    const effect = measure(makeOutcomes(repeat(200, 0, 1, 2, 1), repeat(200, 0, 1, 2, 1)));
    expect(effect.effects.orders).toMatchObject({ perCustomer: { value: 0 }, isBeyondChance: false, pValue: 1 });
    expect(effect).toMatchObject({ verdict: 'loses', returnOnInvestment: { value: -1 } });
  });

  test('without a cost has no return on it, and an effect within chance no verdict', () => {
    const outcomes = makeOutcomes(repeat(101, 0, 1), repeat(100, 0, 1));
    const effect = measure({ ...outcomes, discounts: new Float64Array(402) });
    expect(effect).toMatchObject({ cost: 0, returnOnInvestment: null, verdict: 'unclear' });
  });

  test.each([
    ['there is no control', makeOutcomes(repeat(300, 0, 1), []), /no control/],
    [
      'the control is small',
      makeOutcomes(repeat(300, 0, 1), repeat(49, 0, 1)),
      /600 customers are treated and 98 control/,
    ],
    [
      'the arms are not as assigned',
      makeOutcomes(repeat(300, 0, 1), repeat(250, 0, 1, 1)),
      /600 of 1350 customers are treated where 675 .*arms are not as assigned/,
    ],
  ])('has no lift where %s', (_, outcomes, words) => {
    const refused = measureCampaign(outcomes, recipe);
    expect(refused).toEqual({ refusal: expect.stringMatching(words), sampleRatio: expect.anything() });
  });

  test('is alarmed of by Holm: each metric at the rate over those that are left', () => {
    const random = seededRandom(11);
    const chance = (rate: number) =>
      Float64Array.from({ length: 4000 }, (_, row) => Number(random() < (row < 2000 ? rate : 0.2)));
    const outcomes = makeOutcomes(repeat(2000, 0), repeat(2000, 0));
    const { effects } = measure({
      ...outcomes,
      metrics: { orders: chance(0.3), revenue: chance(0.232), margin: chance(0.2) },
    });
    const values = metrics.map((metric) => effects[metric].pValue);
    expect(effects.orders.isBeyondChance).toBe(true);
    expect(effects.revenue.isBeyondChance).toBe(values[1] < 0.025);
    expect(effects.margin.isBeyondChance).toBe(false);
  });

  test.each([
    [{ treated: new Uint8Array(4).fill(3) }, /^treated\[0\] must be 0 or 1/],
    [{ discounts: new Float64Array(3) }, /^discounts must have 4/],
    [{ discounts: new Float64Array(4).fill(-1) }, /^discounts\[0\]/],
    [{ before: { revenue: new Float64Array(4).fill(Number.NaN) } }, /^before\.revenue\[0\]/],
    [{ fixedCost: -1 }, /^fixedCost/],
    [{ expectedShare: 1 }, /^expectedShare/],
  ])('names the field that cannot be', (change, message) => {
    expect(() => measureCampaign(makeOutcomes([1, 2], [1, 2], change), recipe)).toThrow(message);
  });
});

describe('a few huge orders', () => {
  test('of the values above 0 the highest are brought down to a quantile of them, and nothing else moves', () => {
    // Of 1 to 100 the 99th percentile lies between 99 and 100: 1 + 0.99 × 99.
    const values = Float64Array.from([-50, 0, 0, ...Array.from({ length: 100 }, (_, n) => n + 1)]);
    const { values: cut, cap } = winsorise(values, 0.01);
    expect(cap).toBeCloseTo(99.01, 12);
    expect([...cut]).toEqual([...values.slice(0, -1), cap]);
    expect(winsorise(new Float64Array(3), 0.01)).toEqual({
      values: new Float64Array(3),
      cap: Number.POSITIVE_INFINITY,
    });
  });

  // Would see: the winsorised figure left at the whole one, or cut by arm.
  test('decide the plain figure and not the winsorised one', () => {
    const { metrics: values, ...rest } = makeOutcomes(repeat(100, 0, 1, 1), repeat(100, 0, 1, 1));
    const { effects } = measure({ ...rest, metrics: { ...values, revenue: values.revenue.with(1, 20_000) } });
    // 20 for each of 400 buyers, of whom the one is brought down to the others.
    expect(effects.revenue.perCustomer.value).toBeCloseTo(19_980 / 300, 9);
    expect(effects.revenue.winsorised).toEqual({
      cap: 20,
      perCustomer: expect.objectContaining({ value: 0 }),
      total: expect.objectContaining({ value: 0 }),
    });
    expect(effects.orders.winsorised).toBeNull();
  });
});

test('the sample ratio is checked against the share assigned, not against a half', () => {
  expect(checkSampleRatio(900, 100, 0.9).pValue).toBe(1);
  expect(checkSampleRatio(500, 500, 0.9).pValue).toBeLessThan(1e-100);
  expect(checkSampleRatio(531, 469, 0.5).pValue).toBeCloseTo(0.0499, 3);
});
