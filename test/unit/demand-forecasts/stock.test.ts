import { describe, expect, test } from '@jest/globals';
import {
  type DemandForecasts,
  demandOver,
  measureSupply,
  planReorder,
} from '../../../models/demand-forecasts/index.ts';
import { levels } from '../../../models/demand-forecasts/intervals/by-level.ts';
import { Calibration } from '../../../models/demand-forecasts/intervals/calibration.ts';
import { SpanErrors } from '../../../models/demand-forecasts/intervals/learn-errors.ts';

/** One item of which `means` are foreseen by day, with one dispersion for sums of any length. */
function foreseen(means: number[], dispersion = 0.5): DemandForecasts {
  const curve = new Float64Array(levels).fill(Math.log(dispersion));
  const errors = new SpanErrors(curve, Float64Array.of(1), new Calibration());
  const likely = Float64Array.from(means);
  const spread = { day: errors, week: errors, horizon: errors };
  return { horizonDays: means.length, days: { means: likely }, likely, spread } as DemandForecasts;
}
const steady = foreseen(new Array(28).fill(2));

describe('demand over days', () => {
  test('mean, deviation and quantiles of a negative binomial of mean 10 and dispersion 0.5 (scipy)', () => {
    const demand = demandOver(steady, 0, 5);
    expect(demand.mean).toBe(10);
    expect(demand.deviation).toBeCloseTo(Math.sqrt(10 + 0.5 * 100), 12);
    expect(demand.quantile(0.9)).toBe(20);
    expect(demand.quantile(0.95)).toBe(25);
    expect(demand.quantile(0.95, 'normal')).toBeCloseTo(22.74098140826384, 8);
    expect(demandOver(steady, 0, 2.5).mean).toBe(5);
    expect(() => demandOver(steady, 0, 0)).toThrow(RangeError);
  });

  test('beyond the horizon the last week goes on', () => {
    const rising = foreseen(Array.from({ length: 28 }, (_, day) => (day < 21 ? 1 : day - 20)));
    expect(demandOver(rising, 0, 30).mean).toBe(21 + 28 + 1 + 2);
    expect(demandOver(rising, 0, 35).mean).toBe(21 + 28 + 28);
  });
});

describe('how long a stock lasts', () => {
  test('nine units at two a day: four and a half days, used up on the fifth', () => {
    // Of 90 % quantiles the first above 9 is that of three days, of 10 % quantiles that of 20 days (scipy).
    expect(measureSupply(steady, 0, 9)).toEqual({ days: 4.5, runsOut: 4, earliest: 2, latest: 19 });
    expect(measureSupply(steady, 0, 8)).toMatchObject({ days: 4, runsOut: 3 });
  });

  test('nothing lasts no time, what nobody asks for lasts for ever', () => {
    expect(measureSupply(steady, 0, 0)).toMatchObject({ days: 0, runsOut: 0, earliest: 0 });
    const dead = foreseen(new Array(28).fill(0));
    expect(measureSupply(dead, 0, 3)).toEqual({
      days: Infinity,
      runsOut: Infinity,
      earliest: Infinity,
      latest: Infinity,
    });
    // On closed days nothing is used up: 2 a day from Monday to Saturday.
    const weekly = foreseen(Array.from({ length: 28 }, (_, day) => (day % 7 === 6 ? 0 : 2)));
    expect(measureSupply(weekly, 0, 13)).toMatchObject({ days: 7.5, runsOut: 7 });
  });
});

describe('when and how much to order', () => {
  const terms = { leadDays: 5, reviewDays: 7, serviceLevel: 0.9 };

  test('the point covers the lead time, ordered is up to lead and review time', () => {
    // 90 % quantiles of means 10 and 24 (scipy): 20 and 48.
    expect(planReorder(steady, 0, 20, terms)).toEqual({ point: 20, upTo: 48, safetyStock: 10, quantity: 28 });
    expect(planReorder(steady, 0, 21, terms).quantity).toBe(0);
    expect(planReorder(steady, 0, -3, terms).quantity).toBe(51);
    expect(planReorder(steady, 0, 20, { ...terms, packUnits: 12 }).quantity).toBe(36);
    expect(planReorder(steady, 0, 20, { ...terms, packUnits: 12, minimumUnits: 40 }).quantity).toBe(48);
    // Mean + 1.28155 × deviation: 10 + 1.28155 √60 = 19.93, and 24 + 1.28155 √312 = 46.64.
    expect(planReorder(steady, 0, 0, { ...terms, distribution: 'normal' })).toMatchObject({ point: 20, upTo: 47 });
  });

  test('a lead time that is uncertain by two days asks for more', () => {
    // Dispersion 0.5 + (2/5)² at the point (scipy: 22), 0.5 + (2/12)² for what is ordered up to (48).
    expect(planReorder(steady, 0, 0, { ...terms, leadDeviation: 2 })).toMatchObject({ point: 22, upTo: 48 });
  });

  test('figures out of their range are refused by name', () => {
    expect(() => planReorder(steady, 0, 0, { ...terms, serviceLevel: 1 })).toThrow(/serviceLevel/);
    expect(() => planReorder(steady, 0, 0, { ...terms, leadDays: 0 })).toThrow(/leadDays/);
    expect(() => planReorder(steady, 0, 0, { ...terms, packUnits: -1 })).toThrow(/packUnits/);
  });
});
