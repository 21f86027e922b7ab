import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Bands,
  type DemandForecasts,
  demandOver,
  forecastDemand,
  planReorder,
  recipe,
} from '../../../models/demand-forecasts/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { drawGamma, drawPoisson } from '../../support/simulated/counts.ts';
import { toDemand } from '../../support/simulated/daily-demand.ts';

const horizon = recipe.horizonDays;
const past = 280;
const items = 400;
const kinds = ['steady', 'seldom', 'lumpy', 'seasonal'] as const;
const kindOf = (item: number) => kinds[item % kinds.length];

/**
 * Items that sell every day, one day in five, now and then in unlike amounts, or 90 days long in a season of their own and hardly
 * at all before and after; units by day, of the past and the horizon.
 */
function openSeasonalShop(seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: items }, (_, item) => {
    const kind = kindOf(item);
    const rate = 2 + 10 * random();
    const chance = 0.1 + 0.2 * random();
    const start = Math.floor(random() * (past + horizon)) - 40;
    return Array.from({ length: past + horizon }, (_, day) => {
      if (kind === 'steady') return drawPoisson(random, rate);
      if (kind === 'seldom') return random() < chance ? 1 + Math.floor(2 * random()) : 0;
      if (kind === 'lumpy') return random() < chance ? 1 + drawPoisson(random, rate * drawGamma(random, 1.5)) : 0;
      const since = day - start;
      if (since < 0 || since > 90) return Number(random() < 0.02);
      return drawPoisson(random, rate * Math.min(1, since / 20) * drawGamma(random, 0.5));
    });
  });
}

describe('a shop of which a quarter of the goods has a season', () => {
  const shops = [1, 2].map((seed) => ({ rows: openSeasonalShop(seed) }) as { rows: number[][]; made: DemandForecasts });
  beforeAll(() => {
    for (const shop of shops)
      shop.made = forecastDemand({ demand: toDemand(shop.rows, past), firstWeekday: 0 }, recipe);
  });

  /** Of each sum of so many days, what came and where its interval lies. */
  function* casesOf(days: number, of: (made: DemandForecasts) => Bands) {
    for (const { rows, made } of shops) {
      const bands = of(made);
      const periods = horizon / days;
      for (const [place, mean] of bands.means.entries()) {
        const item = Math.floor(place / periods);
        const from = past + (place % periods) * days;
        const sold = rows[item].slice(from, from + days).reduce((sum, units) => sum + units, 0);
        yield { item, made, bands, place, mean, sold };
      }
    }
  }

  // Would see: errors of when hardly anything was foreseen taken for those of the season (a week's interval held 0.3 of the goods
  // in season, and lay below what was expected for 97 of 400 items).
  test('what is expected lies within, to whole units, and 95 % intervals hold those of 80 %', () => {
    for (const [days, of] of [
      [1, (made) => made.days],
      [7, (made) => made.weeks],
      [horizon, (made) => made.horizon],
    ] as [number, (made: DemandForecasts) => Bands][]) {
      for (const { bands, place, mean } of casesOf(days, of)) {
        const { low80, high80, low95, high95 } = bands;
        const inOrder = [low95[place], low80[place], Math.ceil(mean), high80[place] + 1, high95[place] + 1];
        if (inOrder.some((value, nth) => nth > 0 && value < inOrder[nth - 1])) expect(inOrder).toEqual('in order');
      }
    }
  });

  test('80 % intervals of weeks and of 28 days hold what came of every kind, and of what is in season', () => {
    const shares = (days: number, of: (made: DemandForecasts) => Bands) => {
      const tally: Record<string, [held: number, cases: number]> = {};
      for (const { item, made, bands, place, sold } of casesOf(days, of)) {
        const isInSeason = kindOf(item) === 'seasonal' && made.horizon.means[item] > 20;
        for (const name of isInSeason ? ['seasonal', 'in season'] : [kindOf(item)]) {
          tally[name] ??= [0, 0];
          tally[name][0] += Number(bands.low80[place] <= sold && sold <= bands.high80[place]);
          tally[name][1]++;
        }
      }
      return Object.fromEntries(Object.entries(tally).map(([name, [held, cases]]) => [name, held / cases]));
    };
    const [weeks, all] = [shares(7, (made) => made.weeks), shares(horizon, (made) => made.horizon)];
    // 200 items a kind: three standard errors are 8.5 points of 28 days; a count holds no exact share.
    for (const kind of kinds) {
      for (const share of [weeks[kind], all[kind]]) expect(Math.abs(share - 0.8)).toBeLessThan(0.085);
    }
    // Of 60 in season a third ends within the 28 days, which nobody can know.
    for (const share of [weeks['in season'], all['in season']]) expect(share).toBeGreaterThan(0.6);
  });

  test('reorder points follow: one cycle in twenty goes short, and who wants more certainty orders earlier', () => {
    const leadDays = 14;
    const terms = { leadDays, reviewDays: 7 };
    let [short, all] = [0, 0];
    for (const { rows, made } of shops) {
      for (const [item, row] of rows.entries()) {
        const [half, usual, sure] = [0.5, 0.95, 0.99].map((serviceLevel) =>
          planReorder(made, item, 0, { ...terms, serviceLevel }),
        );
        expect([half.point <= usual.point, usual.point <= sure.point]).toEqual([true, true]);
        // Of what is asked for at all, more than is expected.
        if (usual.point - usual.safetyStock >= 1) expect(usual.safetyStock).toBeGreaterThan(0);
        short += Number(row.slice(past, past + leadDays).reduce((sum, units) => sum + units, 0) > usual.point);
        all++;
      }
    }
    // 800 items: three standard errors are 2.3 points.
    expect(Math.abs(short / all - 0.05)).toBeLessThan(0.023);
  });

  test('the more is foreseen, the higher are the bounds; the longer the time, the more may be asked for', () => {
    const [{ made }] = shops;
    for (let item = 0; item < 8; item++) {
      for (const share of [0.1, 0.5, 0.9, 0.95]) {
        let before = 0;
        for (let days = 1; days <= 2 * horizon; days++) {
          const units = demandOver(made, item, days).quantile(share);
          // Beyond the horizon the weekdays repeat: a unit less is rounding.
          expect(units).toBeGreaterThanOrEqual(before - 1);
          before = units;
        }
      }
    }
  });
});
