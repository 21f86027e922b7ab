import { beforeAll, describe, expect, test } from '@jest/globals';
import { type DemandForecasts, forecastDemand, methods, recipe } from '../../../models/demand-forecasts/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { toDemand } from '../../support/simulated/daily-demand.ts';

const horizon = recipe.horizonDays;
const past = 200;
const days = past + horizon;
const items = 120;

/**
 * Items that sell on one day in two, of which each sells 1 to 12, more at the beginning of the week and nothing on Sundays. Those of
 * category 1 repeat their week exactly. Item 0 is sold out from day 150 on every second week.
 */
function openShop(seed: number) {
  const random = seededRandom(seed);
  const truth = Array.from({ length: items }, (_, item) => {
    const repeated = Array.from({ length: 7 }, () => Math.floor(random() * 9));
    const size = 2 + 10 * random();
    const chance = 0.2 + 0.6 * random();
    return Array.from({ length: days }, (_, day) => {
      if (day % 7 === 6) return 0;
      if (item % 4 === 3) return repeated[day % 7];
      return random() < chance * (day % 7 < 2 ? 1 : 0.6) ? 1 + Math.floor(size * random()) : 0;
    });
  });
  const isSoldOut = (day: number) => day >= 150 && Math.floor(day / 7) % 2 === 0;
  const soldOut = truth.map((_, item) =>
    Array.from({ length: past }, (_, day) => Number(item === 0 && isSoldOut(day))),
  );
  const sold = truth.map((row, item) => row.slice(0, past).map((units, day) => (soldOut[item][day] ? 0 : units)));
  const categories = Uint32Array.from(truth, (_, item) => Number(item % 4 === 3));
  return { truth, history: { demand: toDemand(sold), soldOut: toDemand(soldOut), categories, firstWeekday: 0 } };
}

describe('a simulated shop', () => {
  let shop: ReturnType<typeof openShop>;
  let forecasts: DemandForecasts;
  beforeAll(() => {
    shop = openShop(1);
    forecasts = forecastDemand(shop.history, recipe);
  });
  const totalOf = ({ horizon: { means } }: DemandForecasts, item: number) => means[item];
  const ahead = (item: number, first: number, last: number) =>
    shop.truth[item].slice(past + first, past + last).reduce((sum, units) => sum + units, 0);

  test('what repeats its week is foreseen by the week before, everything else by what beats it', () => {
    for (let item = 0; item < items; item++) {
      expect(forecasts.method[item] === 'seasonal-naive').toBe(item % 4 === 3);
      const errors = methods.map((_, method) => forecasts.errors[item * methods.length + method]);
      const chosen = errors[methods.indexOf(forecasts.method[item])];
      expect(chosen).toBe(Math.min(...errors));
      expect(forecasts.judgedWeeks[item]).toBe(item === 0 ? forecasts.judgedWeeks[0] : 4 * recipe.origins);
    }
    for (const item of [3, 7, 11]) {
      expect(Array.from({ length: horizon }, (_, day) => forecasts.days.means[item * horizon + day])).toEqual(
        shop.truth[item].slice(past),
      );
    }
  });

  test('sums by week and of the whole horizon lie in 80 and 95 % intervals of their own as often as stated', () => {
    const held = { week80: 0, week95: 0, horizon80: 0, horizon95: 0 };
    let judged = 0;
    for (let item = 0; item < items; item++) {
      if (item % 4 === 3) continue;
      judged++;
      const within = (low: number, high: number, sold: number) => Number(low <= sold && sold <= high);
      for (let week = 0; week < 4; week++) {
        const [place, sold] = [item * 4 + week, ahead(item, week * 7, week * 7 + 7)];
        held.week80 += within(forecasts.weeks.low80[place], forecasts.weeks.high80[place], sold) / 4;
        held.week95 += within(forecasts.weeks.low95[place], forecasts.weeks.high95[place], sold) / 4;
      }
      const sold = ahead(item, 0, horizon);
      held.horizon80 += within(forecasts.horizon.low80[item], forecasts.horizon.high80[item], sold);
      held.horizon95 += within(forecasts.horizon.low95[item], forecasts.horizon.high95[item], sold);
    }
    // Of the sum, not summed: 28 days do not all sell much at once.
    const sum = (bounds: Float64Array) => bounds.reduce((total, bound) => total + bound, 0);
    expect(sum(forecasts.horizon.high95)).toBeLessThan(0.8 * sum(forecasts.days.high95));
    // 90 items: four standard errors are 17 points for the horizon, half of it for weeks.
    expect(Math.abs(held.week80 / judged - 0.8)).toBeLessThan(0.08);
    expect(Math.abs(held.week95 / judged - 0.95)).toBeLessThan(0.05);
    expect(Math.abs(held.horizon80 / judged - 0.8)).toBeLessThan(0.17);
    expect(Math.abs(held.horizon95 / judged - 0.95)).toBeLessThan(0.09);
  });

  test('on weekdays when the shop is closed nothing is foreseen, and weekdays sell as they do', () => {
    for (let item = 0; item < items; item++) {
      for (let day = 0; day < horizon; day++) {
        const place = item * horizon + day;
        const isClosed = (past + day) % 7 === 6;
        if (isClosed) expect([forecasts.days.means[place], forecasts.days.high95[place]]).toEqual([0, 0]);
      }
    }
    const of = (weekday: number) => {
      let sum = 0;
      for (let item = 1; item < items; item += 4) {
        for (let day = 0; day < horizon; day++) {
          if ((past + day) % 7 === weekday) sum += forecasts.days.means[item * horizon + day];
        }
      }
      return sum;
    };
    // Planted: Mondays and Tuesdays sell 1 / 0.6 = 1.67 times as often as other days.
    expect((of(0) + of(1)) / (of(3) + of(4))).toBeGreaterThan(1.4);
    expect((of(0) + of(1)) / (of(3) + of(4))).toBeLessThan(1.95);
  });

  test('demand lost while an item was sold out is not taken for no demand', () => {
    const unaware = forecastDemand({ ...shop.history, soldOut: undefined }, recipe);
    const always = shop.truth[0].slice(0, past).reduce((sum, units) => sum + units, 0) * (horizon / past);
    expect(Math.abs(totalOf(forecasts, 0) / always - 1)).toBeLessThan(0.2);
    expect(totalOf(unaware, 0) / always).toBeLessThan(0.75);
  });

  test('an item of three weeks takes its category’s method, and has no error of its own', () => {
    const row = (item: number) => shop.truth[item].slice(0, past).map((units, day) => (day < past - 21 ? 0 : units));
    const rows = Array.from({ length: items }, (_, item) => (item < 8 ? row(item) : shop.truth[item].slice(0, past)));
    const short = forecastDemand(
      { demand: toDemand(rows), categories: shop.history.categories, firstWeekday: 0 },
      recipe,
    );
    expect([3, 7].map((item) => short.method[item])).toEqual(['seasonal-naive', 'seasonal-naive']);
    expect(short.method.slice(0, 3)).not.toContain('seasonal-naive');
    expect(short.errors.slice(0, methods.length).every(Number.isNaN)).toBe(true);
    expect(short.judgedWeeks.slice(0, 8).every((weeks) => weeks === 0)).toBe(true);
  });

  test('one day of a thousand units changes next month by little', () => {
    const rows = shop.truth.map((row) => row.slice(0, past));
    rows[1][190] = 1_000;
    const surprised = forecastDemand({ demand: toDemand(rows), firstWeekday: 0 }, recipe);
    rows[1][190] = shop.truth[1][190];
    const usual = forecastDemand({ demand: toDemand(rows), firstWeekday: 0 }, recipe);
    expect(totalOf(surprised, 1) / totalOf(usual, 1)).toBeLessThan(1.2);
  });

  test('the same history gives the same forecast', () => {
    expect(forecastDemand(shop.history, recipe)).toEqual(forecasts);
  });
});

test('smooth demand that rises week by week is foreseen by Holt-Winters', () => {
  const random = seededRandom(5);
  const season = [4, 8, 6, 2, 0, -8, -12];
  const truth = Array.from({ length: 10 }, () =>
    Array.from({ length: days }, (_, day) => Math.round(30 + 0.15 * day + season[day % 7] + 6 * (random() - 0.5))),
  );
  const {
    method,
    horizon: sums,
    demandClass,
  } = forecastDemand({ demand: toDemand(truth.map((row) => row.slice(0, past))), firstWeekday: 0 }, recipe);
  expect(new Set(demandClass)).toEqual(new Set(['smooth']));
  expect(new Set(method)).toEqual(new Set(['holt-winters']));
  for (const [item, row] of truth.entries()) {
    const sold = row.slice(past).reduce((sum, units) => sum + units, 0);
    expect(Math.abs(sums.means[item] / sold - 1)).toBeLessThan(0.04);
    expect(sums.low95[item]).toBeLessThanOrEqual(sold);
    expect(sums.high95[item]).toBeGreaterThanOrEqual(sold);
  }
});

test('little to learn from', () => {
  const foresee = (rows: number[][]) => forecastDemand({ demand: toDemand(rows), firstWeekday: 0 }, recipe);
  const never = foresee([new Array(100).fill(0), Array.from({ length: 100 }, (_, day) => day % 3)]);
  expect(never.demandClass[0]).toBe('none');
  expect(never.horizon.means[0]).toBe(0);
  expect(never.horizon.high95[0]).toBe(0);
  // Nothing is judged in ten days: seasonal naive is what nothing has beaten.
  const young = foresee([[0, 1, 0, 2, 0, 0, 1, 0, 3, 0]]);
  expect(young.method).toEqual(['seasonal-naive']);
  expect(young.days.means.slice(0, 7)).toEqual(Float64Array.of(2, 0, 0, 1, 0, 3, 0));
});

test('a history that contradicts itself is refused by name', () => {
  const demand = toDemand([[1, 0, 2]]);
  const refused = (history: object) => () => forecastDemand({ demand, firstWeekday: 0, ...history }, recipe);
  expect(refused({ demand: { ...demand, values: undefined } })).toThrow(/demand must have values/);
  expect(refused({ demand: { ...demand, values: Float32Array.of(1, -2) } })).toThrow(/demand.values\[1\]/);
  expect(refused({ demand: { ...demand, values: Float32Array.of(1, Number.NaN) } })).toThrow(/demand.values\[1\]/);
  expect(refused({ demand: toDemand([[]]) })).toThrow(/at least one day/);
  expect(refused({ firstWeekday: 7 })).toThrow(/firstWeekday/);
  expect(refused({ soldOut: toDemand([[1, 0]]) })).toThrow(/soldOut/);
  expect(refused({ firstDays: Int32Array.of(0, 1) })).toThrow(/firstDays/);
  expect(refused({ categories: Uint32Array.of() })).toThrow(/categories/);
});
