import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { compareRates, measureTrends, recipe, type Trends, weekdayExposure } from '../../../models/trends/index.ts';
import { drawGamma, drawNormal, drawPoisson } from '../../support/simulated/counts.ts';
import { toDemand } from '../../support/simulated/daily-demand.ts';

const days = 196;
const firstRecent = days - recipe.recentDays;

/** Members of unlike sizes (the first two of 4 a day), busier on two days of the week, that vary as shops do; what `change` says changes 28 days before the end. */
function drawShop(random: () => number, change: (member: number) => number, { members = 30, dispersion = 1 } = {}) {
  return toDemand(
    Array.from({ length: members }, (_, member) => {
      const rate = member < 2 ? 4 : 2 * Math.exp(0.7 * drawNormal(random));
      return Array.from({ length: days }, (_, day) => {
        const mean = rate * (day % 7 < 2 ? 1.5 : 0.8) * (day >= firstRecent ? change(member) : 1);
        return drawPoisson(random, dispersion > 0 ? mean * drawGamma(random, dispersion) : mean);
      });
    }),
  );
}

function measure(counts: ReturnType<typeof toDemand>, exposure = weekdayExposure(counts)): Trends {
  const trends = measureTrends(counts, exposure, recipe);
  if ('refusal' in trends) throw new Error(trends.refusal);
  return trends;
}

describe('the index', () => {
  test.each([
    [{ count: 30, exposure: 10 }, { count: 100, exposure: 50 }, 1, [1.4804892, 0.9656289, 2.1722033, 0.0714329]],
    [{ count: 0, exposure: 8 }, { count: 12, exposure: 60 }, 1, [0.369606, 0.0093667, 1.5765482, 0.1712342]],
    [{ count: 3.5, exposure: 7.25 }, { count: 40.5, exposure: 100 }, 2, [1.1193451, 0.3770399, 2.4047973, 0.8996752]],
  ])('of %j over %j is that of scipy’s gamma posteriors', (recent, past, prior, [ratio, low, high, tails]) => {
    const found = compareRates(recent, past, prior);
    expect(found.ratio).toBeCloseTo(ratio, 6);
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
    // The second: less than half of the posterior lies above 1, so the smaller side counts.
    expect(found.tails).toBeCloseTo(tails, 6);
  });

  test('weighs days by their age, recent ones and those before apart (numpy and scipy)', () => {
    // Every other day one until the last 28 days, two on each of these.
    const row = Array.from({ length: 98 }, (_, day) => (day >= 70 ? 2 : Number(day % 2 === 0)));
    const { index, low, high, recentRate, pastRate } = measure(toDemand([row]), new Float64Array(98).fill(1));
    expect(recentRate[0]).toBeCloseTo(2, 12);
    expect(pastRate[0]).toBeCloseTo(33.91794151936724 / 68.116923428694, 12);
    expect([index[0], low[0], high[0]].map((value) => value.toFixed(6))).toEqual(['3.819169', '2.397060', '6.101454']);
  });

  test('a member that varies more is called less: weeks of 0 and 20 are 10 times as varied as Poisson’s', () => {
    // Σ (y − 10)² / 10 = 10 a week over 24 weeks; 23 degrees of freedom, both members alike.
    const row = Array.from({ length: days }, (_, day) =>
      day % 14 === 3 && day < firstRecent ? 20 : Number(day >= firstRecent) * 2,
    );
    const { overdispersion, low, index } = measure(toDemand([row, row]), new Float64Array(days).fill(1));
    expect(overdispersion[0]).toBeCloseTo(240 / 23, 10);
    expect(index[0]).toBeGreaterThan(1.2);
    expect(low[0]).toBeLessThan(1);
  });

  test('a shop that sells twice as much of everything: all rise, and none beside the shop', () => {
    const counts = drawShop(seededRandom(1), () => 2, { dispersion: 0 });
    const totals = new Float64Array(days);
    for (const [place, day] of counts.indices.entries()) totals[day] += counts.values[place];
    const flat = new Float64Array(days).fill(1);
    expect(measure(counts, flat).rising.length).toBeGreaterThan(20);
    expect(measure(counts, totals).rising.length).toBeLessThan(3);
  });

  test('days when the shop was closed are no fall', () => {
    const isClosed = (day: number) => day >= firstRecent && day % 2 === 0;
    const row = (units: number) => Array.from({ length: days }, (_, day) => (isClosed(day) ? 0 : units));
    const { index, falling } = measure(toDemand([row(3), row(1)]));
    expect(falling).toHaveLength(0);
    expect(Math.abs(index[0] - 1)).toBeLessThan(0.05);
  });

  test('few counts are not judged, a short past is refused, and what contradicts itself is a fault by name', () => {
    const rare = toDemand([Array.from({ length: days }, (_, day) => Number(day % 40 === 0)), new Array(days).fill(1)]);
    const { index, falseDiscovery } = measure(rare);
    expect([...index].map(Number.isNaN)).toEqual([true, false]);
    expect(falseDiscovery[0]).toBeNaN();
    const short = toDemand([new Array(recipe.recentDays + recipe.minimumPastDays - 1).fill(1)]);
    expect(measureTrends(short, weekdayExposure(short), recipe)).toEqual({ refusal: 'past-too-short' });
    expect(() => measureTrends(rare, new Float64Array(3), recipe)).toThrow(/exposure must hold 196/);
    expect(() => measureTrends(rare, new Float64Array(days).fill(-1), recipe)).toThrow(/exposure\[0\]/);
    const negative = { ...rare, values: rare.values.map((value) => -value) };
    expect(() => measureTrends(negative, new Float64Array(days), recipe)).toThrow(/counts.values\[0\]/);
  });
});

describe('simulated shops', () => {
  test('planted rises and falls are found, and the lists begin with the clearest', () => {
    const random = seededRandom(3);
    const planted = (member: number) => [2.5, 0.3][member] ?? 1;
    const [found, wrong] = [[0, 0], [0]];
    const shops = 40;
    for (let shop = 0; shop < shops; shop++) {
      const { rising, falling, low } = measure(drawShop(random, planted, { members: 20, dispersion: 0.3 }));
      found[0] += Number(rising.includes(0));
      found[1] += Number(falling.includes(1));
      wrong[0] += [...rising, ...falling].filter((member) => member > 1).length;
      for (let place = 1; place < rising.length; place++) {
        expect(low[rising[place - 1]]).toBeGreaterThanOrEqual(low[rising[place]]);
      }
    }
    expect(Math.min(...found)).toBeGreaterThan(0.85 * shops);
    expect(wrong[0] / (wrong[0] + found[0] + found[1])).toBeLessThan(0.15);
  });

  test('where nothing changes at most one shop in ten has anything called, and the interval holds 1 in 95 of 100', () => {
    const random = seededRandom(4);
    const shops = 200;
    let [alarms, held, judged] = [0, 0, 0];
    for (let shop = 0; shop < shops; shop++) {
      const { rising, falling, low, high, index } = measure(drawShop(random, () => 1, { members: 12 }));
      alarms += Number(rising.length + falling.length > 0);
      for (const [member, value] of index.entries()) {
        if (Number.isNaN(value)) continue;
        judged++;
        held += Number(low[member] <= 1 && high[member] >= 1);
      }
    }
    // The stated rate and three standard errors of 200 shops.
    const rate = recipe.falseDiscoveryRate;
    expect(alarms / shops).toBeLessThan(rate + 3 * Math.sqrt((rate * (1 - rate)) / shops));
    expect(alarms).toBeGreaterThan(0);
    expect(held / judged).toBeGreaterThan(0.94);
    expect(held / judged).toBeLessThan(0.985);
  });
});
