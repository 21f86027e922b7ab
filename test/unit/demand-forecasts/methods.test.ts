import { describe, expect, test } from '@jest/globals';
import {
  classify,
  croston,
  meanOfLast,
  repeatWeek,
  smooth,
  smoothManySums,
  smoothSeasons,
  smoothSums,
  syntetosBoylan,
  teunterSyntetosBabai,
} from '../../../models/demand-forecasts/index.ts';
import { countProbability, countQuantile } from '../../../models/demand-forecasts/intervals/count-distribution.ts';
import { readCalendar } from '../../../models/demand-forecasts/series/calendar.ts';
import { ordinaryBefore, readSeries } from '../../../models/demand-forecasts/series/series.ts';
import { betaQuantile, normalProbability, normalQuantile } from '../../../models/quantiles.ts';
import { toDemand } from '../../support/simulated/daily-demand.ts';

/** Days of a series and what statsforecast 2.1.1 foresees of it: the first is that of the reference values. */
const series = {
  reference: [0, 0, 3, 0, 0, 0, 2, 0, 5, 0, 0, 1, 0, 0, 0, 4, 0, 0, 2, 0, 0, 0, 0, 3, 0, 1, 0, 0],
  rare: [
    0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 12,
  ].concat([0, 0, 0, 0]),
  busy: [5, 7, 3, 8, 6, 9, 4, 5, 8, 2, 7, 6, 10, 3, 5, 6, 8, 7, 4, 6, 9, 11, 5, 7, 6, 8, 3, 6, 7, 5],
  // Sales 20 days / 8 = 2.5 days apart: sums of two days, a half going to the even.
  halfway: [0, 1, 0, 0, 2, 0, 1, 0, 0, 3, 0, 1, 0, 0, 1, 0, 2, 0, 0, 1],
};
const levels = {
  croston: (days: Float64Array) => croston(days, 0.1),
  sba: (days: Float64Array) => syntetosBoylan(days, 0.1),
  tsb: (days: Float64Array) => teunterSyntetosBabai(days, { size: 0.1, chance: 0.1 }),
  adida: smoothSums,
  imapa: smoothManySums,
  ses: (days: Float64Array) => smooth(days, 0.1),
  mean: (days: Float64Array) => meanOfLast(days, 7),
};

describe('levels are those of statsforecast to 1e-6', () => {
  const goldens: Record<keyof typeof series, Record<keyof typeof levels, number>> = {
    reference: {
      croston: 0.866107,
      sba: 0.822801,
      tsb: 0.718898,
      adida: 0.830024,
      imapa: 0.67265,
      ses: 0.597779,
      mean: 0.571429,
    },
    rare: {
      croston: 0.617958492,
      sba: 0.587060568,
      tsb: 0.442028512,
      adida: 0.486333333,
      imapa: 0.575890448,
      ses: 0.856461432,
      mean: 1.714285714,
    },
    busy: {
      croston: 6.182868753,
      sba: 5.873725316,
      tsb: 6.182868753,
      adida: 6.182868753,
      imapa: 6.182868753,
      ses: 6.182868753,
      mean: 6,
    },
    halfway: {
      croston: 0.554130592,
      sba: 0.526424062,
      tsb: 0.472637177,
      adida: 0.569990485,
      imapa: 0.557622676,
      ses: 0.534105601,
      mean: 0.571428571,
    },
  };
  test.each(Object.keys(series) as (keyof typeof series)[])('%s', (name) => {
    for (const [method, golden] of Object.entries(goldens[name])) {
      const level = levels[method as keyof typeof levels](Float64Array.from(series[name]));
      expect({ method, off: Math.abs(level - golden) < 1e-6 ? 0 : level - golden }).toEqual({ method, off: 0 });
    }
  });

  test('what never sold is foreseen never to sell', () => {
    for (const level of Object.values(levels)) expect(level(new Float64Array(30))).toBe(0);
  });
});

describe('weeks', () => {
  test('seasonal naive is the week before, and the last known day of a weekday where that is not known', () => {
    const ahead = new Float64Array(9);
    repeatWeek(Float64Array.from(series.reference), ahead);
    expect([...ahead]).toEqual([0, 0, 3, 0, 1, 0, 0, 0, 0]);
    const days = Float64Array.from([...series.reference, 9, 9, Number.NaN, Number.NaN, 9, 9, 9]);
    repeatWeek(days, ahead);
    expect([...ahead]).toEqual([9, 9, 3, 0, 9, 9, 9, 9, 9]);
  });

  // From statsmodels 0.15.0 with the same weights and first values (damped trend, additive season of 7).
  const weeks = [
    20, 24, 21, 26, 18, 9, 4, 23, 22, 25, 27, 19, 8, 6, 22, 27, 24, 30, 20, 11, 5, 25, 26, 27, 29, 23, 10, 7,
  ].concat([24, 29, 26, 31, 22]);
  test.each([
    [
      { level: 0.1, trend: 0.01, season: 0.05 },
      [
        11.36111349, 7.78558343, 24.52345108, 26.32912731, 26.07204424, 29.68488521, 21.60032562, 11.49536572,
        7.91715062,
      ],
    ],
    [
      { level: 0.3, trend: 0.05, season: 0.1 },
      [12.140892, 8.59912706, 25.65725963, 27.7458051, 27.18879109, 30.93317592, 22.89161425, 12.69586342, 9.14299905],
    ],
  ])('Holt-Winters with %j is that of statsmodels', (weights, golden) => {
    const ahead = new Float64Array(9);
    const lists = { level: [weights.level], trend: [weights.trend], season: [weights.season], damping: 0.98 };
    expect(smoothSeasons(Float64Array.from(weeks), ahead, lists)).toBe(true);
    for (const [day, expected] of golden.entries()) {
      // statsmodels overwrites what the last day says of its own weekday.
      if (day !== 6) expect(ahead[day]).toBeCloseTo(expected, 7);
    }
    // Squared errors 86.4 and 71.3: of both, the past chooses the second.
    const chosen = new Float64Array(9);
    smoothSeasons(Float64Array.from(weeks), chosen, { level: [0.1, 0.3], trend: [0.05], season: [0.1], damping: 0.98 });
    expect(chosen[0]).toBeCloseTo(12.140892, 7);
  });
});

test('classes by days between sales and variation of what is sold', () => {
  const classOf = (...days: number[]) => classify(Float64Array.from(days)).class;
  expect(classOf(5, 6, 5, 6)).toBe('smooth');
  expect(classOf(1, 1, 1, 20)).toBe('erratic');
  expect(classOf(0, 2, 0, 2)).toBe('intermittent');
  expect(classOf(0, 1, 0, 1, 0, 1, 0, 20)).toBe('lumpy');
  expect(classOf(0, 0)).toBe('none');
  expect(classify(Float64Array.from([0, 2, 0, 4])).variation).toBeCloseTo(1 / 9, 12);
});

test('counts and quantiles are those of scipy 1.17', () => {
  for (const [mean, dispersion, count, probability, quantiles] of [
    [3, 0.5, 4, 0.76672, [0, 2, 7, 12]],
    [0.2, 8, 0, 0.8874182002360939, [0, 0, 1, 4]],
    [150, 0.02, 140, 0.36416662710482217, [119, 149, 182, 212]],
    // Where the probability of nothing is less than a float64 can hold.
    [1900, 0.002, 1850, 0.30594417911662847, [1779, 1899, 2023, 2128]],
    [1500, 0.75, 900, 0.4047242134447589, [250, 1146, 3218, 5999]],
  ] as const) {
    expect(countProbability(count, mean, dispersion)).toBeCloseTo(probability, 10);
    expect([0.1, 0.5, 0.9, 0.99].map((share) => countQuantile(share, mean, dispersion))).toEqual(quantiles);
  }
  // Beyond a mean of 2,000 an approximation; the exact values by adding up the probabilities.
  for (const [dispersion, quantiles] of [
    [0.003, [4641, 4995, 5366, 5681]],
    [0.3, [1964, 4510, 8673, 13448]],
    [5, [0, 519, 15123, 55059]],
  ] as const) {
    for (const [place, share] of [0.1, 0.5, 0.9, 0.99].entries()) {
      const found = countQuantile(share, 5000, dispersion);
      expect(Math.abs(found - quantiles[place])).toBeLessThanOrEqual(0.005 * quantiles[place]);
    }
  }
  expect(countProbability(4200, 5000, 0.3)).toBeCloseTo(0.4511, 3);
  expect(countProbability(4200, 5000, 5)).toBeCloseTo(0.7419, 3);
  for (const [share, value] of [
    [1e-9, -5.99780702],
    [0.025, -1.95996398],
    [0.3, -0.52440051],
    [0.9, 1.28155157],
  ]) {
    expect(normalQuantile(share)).toBeCloseTo(value, 7);
  }
  expect(normalProbability(-3.2)).toBeCloseTo(0.0006871379379158471, 12);
  expect(betaQuantile(0.025, 3.5, 40)).toBeCloseTo(0.02028148, 8);
  expect(betaQuantile(0.5, 3.5, 40)).toBeCloseTo(0.07406856, 8);
});

describe('what is known of an item', () => {
  const open = { closed: new Uint8Array(8), closedWeekdays: new Uint8Array(7), firstWeekday: 0 };
  const days = [0, 4, 2, 0, 1, 5, 0, 0];

  test('begins with its first sale, or when it could first be bought', () => {
    expect([...readSeries({ demand: toDemand([days]), firstWeekday: 0 }, 0, open).known]).toEqual([
      4, 2, 0, 1, 5, 0, 0,
    ]);
    const listed = { demand: toDemand([days]), firstDays: Int32Array.of(0), firstWeekday: 0 };
    expect([...readSeries(listed, 0, open).known]).toEqual(days);
  });

  test('a day sold out is not a day without demand, and one sold out late asked for the mean at least', () => {
    // Sold out on days 3 (all day), 4 (after one unit: until then 4 and 2 were sold) and 5 (after five).
    const history = { demand: toDemand([days]), soldOut: toDemand([[0, 0, 0, 1, 1, 1, 0, 0]]), firstWeekday: 0 };
    const { known, calendar, isWhole } = readSeries(history, 0, open);
    expect([...known]).toEqual([4, 2, 3, 5, 0, 0]);
    expect([...calendar]).toEqual([4, 2, Number.NaN, 3, 5, 0, 0]);
    expect([...isWhole]).toEqual([1, 1, 0, 0, 0, 1, 1]);
  });

  test('what was known before a day is the same whatever comes after', () => {
    const sold = [0, 3, 1, 0, 2, 0, 0, 40, 1, 2, 0, 90];
    const out = [0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0];
    const calendar = { closed: new Uint8Array(12), closedWeekdays: new Uint8Array(7), firstWeekday: 0 };
    const whole = readSeries({ demand: toDemand([sold]), soldOut: toDemand([out]), firstWeekday: 0 }, 0, calendar);
    for (let day = 2; day <= 12; day++) {
      const history = { demand: toDemand([sold], day), soldOut: toDemand([out], day), firstWeekday: 0 };
      const then = readSeries(history, 0, calendar);
      expect(ordinaryBefore(whole, day, 0.8)).toEqual(ordinaryBefore(then, day, 0.8));
    }
    // Sales are 1, 2, 2, 3, 7.7, 40 and 90 (sold out days as the mean before them): the 80 % place is 40, twice the median 6.
    expect(Math.max(...ordinaryBefore(whole, 12, 0.8).known)).toBe(40);
    expect(ordinaryBefore(whole, 12, 0.8).whole.at(-1)).toBe(90);
  });

  test('days without a sale in the whole shop are closed where so much sells that this is no chance', () => {
    const shop = (items: number) =>
      toDemand(
        Array.from({ length: items }, () =>
          Array.from({ length: 70 }, (_, day) => Number(day % 7 !== 5 && day !== 30)),
        ),
      );
    const large = readCalendar(shop(20), 0);
    expect([...large.closedWeekdays]).toEqual([0, 0, 0, 0, 0, 1, 0]);
    expect(large.closed.reduce((sum, closed) => sum + closed, 0)).toBe(11);
    expect(large.closed[30]).toBe(1);
    // As day 0 is a Thursday, day 5 is a Tuesday.
    expect(readCalendar(shop(20), 3).closedWeekdays.indexOf(1)).toBe(1);
    const small = readCalendar(shop(5), 0);
    expect(small.closed.includes(1)).toBe(false);
    expect(small.closedWeekdays.includes(1)).toBe(false);
  });
});
