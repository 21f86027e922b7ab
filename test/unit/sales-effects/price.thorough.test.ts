import { describe, expect, test } from '@jest/globals';
import { seededRandom, shuffle } from '../../../models/random.ts';
import {
  measurePrice,
  type PricedSales,
  type PriceEffect,
  type PriceRefusal,
  recipe,
} from '../../../models/sales-effects/index.ts';
import { type PricedGood, pricedSalesOf } from '../../../src/indicators/sales-effects/priced-sales.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { drawGamma, drawNormal, drawPoisson } from '../../support/simulated/counts.ts';
import { counterPrices } from '../../support/simulated/sample-categories.ts';

const periods = 30;

/** Goods of different prices and popularity in a shop with seasons, a fifth of whose weeks are at 10 to 30 percent off. */
function drawPanel(random: () => number, { items = 30, elasticity = -1.8, variance = 0.5 } = {}): PricedSales {
  const cells = Array.from({ length: items * periods }, (_, cell) => cell);
  const rates = Array.from({ length: items }, () => 1.5 * Math.exp(0.6 * drawNormal(random)));
  const base = Array.from({ length: items }, () => 5 + 20 * random());
  const off = cells.map(() => (random() < 0.2 ? 0.1 + 0.1 * Math.floor(3 * random()) : 0));
  const place = (cell: number) => [Math.floor(cell / periods), cell % periods];
  const exposure = Float64Array.from(cells, () => (random() < 0.05 ? 0 : 7));
  return {
    ...{ items, periods, exposure },
    itemOf: Uint32Array.from(cells, (cell) => place(cell)[0]),
    periodOf: Uint32Array.from(cells, (cell) => place(cell)[1]),
    prices: Float64Array.from(cells, (cell) => base[place(cell)[0]] * (1 - off[cell])),
    sales: Float64Array.from(cells, (cell) => {
      const [item, period] = place(cell);
      const season = Math.exp(0.5 * Math.cos(period / 6)) * (1 - off[cell]) ** elasticity;
      return drawPoisson(random, (exposure[cell] / 7) * rates[item] * season * drawGamma(random, variance));
    }),
  };
}

const measured = (made: PriceEffect | PriceRefusal): PriceEffect => {
  if ('refusal' in made) throw new Error(made.refusal);
  return made;
};

describe('what a higher price does to the sales of the same good', () => {
  test('two goods, two weeks: the elasticity is the logarithm of odds over that of prices', () => {
    const sold: PricedSales = {
      ...{ items: 2, periods: 2, itemOf: Uint32Array.of(0, 0, 1, 1), periodOf: Uint32Array.of(0, 1, 0, 1) },
      ...{ sales: Float64Array.of(300, 900, 200, 100), exposure: Float64Array.of(7, 7, 7, 7) },
      prices: Float64Array.of(10, 8, 4, 4),
    };
    const made = measured(measurePrice(sold, { ...recipe, minimumPricedItems: 1, minimumUnits: 1 }));
    // The second good, of one price, tells what the weeks do: log(900 × 200 / (300 × 100)) / log(8 / 10) = −8.03.
    expect(made.elasticity.value).toBeCloseTo(Math.log(6) / Math.log(0.8), 6);
    expect(made.items).toBe(1);
  });

  // Would see: an interval by Poisson's variance alone (it holds some 0.75 of these), or a season taken for a price.
  test('95 % intervals hold what is planted in 95 of 100 shops, and what does nothing is found in 5', () => {
    const random = seededRandom(1);
    const shops = 100;
    let [held, found, sum] = [0, 0, 0];
    for (let shop = 0; shop < shops; shop++) {
      const { value, low, high } = measured(measurePrice(drawPanel(random), recipe)).elasticity;
      sum += value / shops;
      held += Number(low <= -1.8 && -1.8 <= high);
      found += Number(measured(measurePrice(drawPanel(random, { elasticity: 0 }), recipe)).isBeyondChance);
    }
    // Three standard errors of 100 shops are 6.5 points; of the mean, whose shops scatter by 0.4, 0.12.
    expect(Math.abs(held / shops - 0.95)).toBeLessThan(0.066);
    expect(found / shops).toBeLessThan(recipe.falseAlarmRate + 0.066);
    expect(Math.abs(sum + 1.8)).toBeLessThan(0.12);
  });

  test('refused where prices hardly vary or little is sold, with the number of goods that had two', () => {
    const panel = drawPanel(seededRandom(2), { items: 40 });
    const [base] = [panel.prices.map((_, cell) => panel.prices[panel.itemOf[cell] * periods])];
    const some = panel.prices.map((price, cell) => (panel.itemOf[cell] < 19 ? price : base[cell]));
    expect(measurePrice({ ...panel, prices: some }, recipe)).toEqual({ refusal: 'prices-hardly-varied', items: 19 });
    expect(measurePrice({ ...panel, prices: base }, recipe)).toEqual({ refusal: 'prices-hardly-varied', items: 0 });
    // A hundredth of a percent is no other price.
    const nearly = base.map((price, cell) => price * (1 + 1e-4 * (cell % 2)));
    expect(measurePrice({ ...panel, prices: nearly }, recipe)).toMatchObject({ refusal: 'prices-hardly-varied' });
    const few = panel.sales.map((units, cell) => (cell % periods === 0 ? Math.min(units, 2) : 0));
    expect(measurePrice({ ...panel, sales: few }, recipe)).toMatchObject({ refusal: 'too-few-sales' });
  });

  test('figures that contradict each other are faults by name', () => {
    const panel = drawPanel(seededRandom(3));
    const faulty = (changed: Partial<PricedSales>) => () => measurePrice({ ...panel, ...changed }, recipe);
    expect(faulty({ sales: panel.sales.map(() => -1) })).toThrow(/sales\[0\]/);
    expect(faulty({ prices: panel.prices.map(() => 0) })).toThrow(/prices\[0\]/);
    expect(faulty({ exposure: new Float64Array(3) })).toThrow(/exposure must hold 900/);
    expect(faulty({ items: 3 })).toThrow(/itemOf/);
  });
});

// Would see: prices of a year taken in the mean (−0.6 of the planted −1.8), or a shop that tells no prices in the course of time.
test('the elasticity that the sample shop plants over the counter is found, and none in prices dealt out', () => {
  const size = { customers: 2_000, items: 300, days: 365 };
  const shop = generateSampleShop({ ...size, seed: 1, end: new Date('2026-11-28T00:00:00Z'), indicators: true });
  const [sold] = counterPrices(shop, size.days, () => 'all').values();
  const planted = shop.truth.trade!.priceElasticity;
  const { elasticity, isBeyondChance } = measured(measurePrice(sold, recipe));
  expect(isBeyondChance).toBe(true);
  expect(elasticity.low).toBeLessThan(planted);
  expect(elasticity.high).toBeGreaterThan(planted);
  expect(elasticity.high - elasticity.low).toBeLessThan(0.8);
  const order = shuffle(
    Uint32Array.from({ length: sold.items }, (_, item) => item),
    seededRandom(1),
  );
  const prices = sold.prices.map(
    (_, cell) => sold.prices[order[sold.itemOf[cell]] * sold.periods + sold.periodOf[cell]],
  );
  expect(measured(measurePrice({ ...sold, prices }, recipe)).isBeyondChance).toBe(false);
});

test('cells of week and price, without days on which nothing could be bought at a known price', () => {
  const good = (changed: Partial<PricedGood>): PricedGood => ({
    ...{ firstDay: 0, lastDay: 14, priceDays: [-3], prices: [4], soldOut: [], sales: [] },
    ...changed,
  });
  const sales = [0, 3, 9].map((day) => ({ channel: 'store' as const, day, units: day + 1 }));
  const cellsOf = (one: PricedGood) => {
    const { itemOf, ...cells } = pricedSalesOf([good({}), one], 'store', 14);
    return [...itemOf.keys()]
      .filter((cell) => itemOf[cell] === 1)
      .map((cell) => [cells.periodOf[cell], cells.prices[cell], cells.exposure[cell], cells.sales[cell]]);
  };
  // Week, price, days, units.
  expect(cellsOf(good({ sales }))).toEqual([
    [0, 4, 7, 1 + 4],
    [1, 4, 7, 10],
  ]);
  // From the third day on at 3, sold out on the fourth, and what was sold then is left out with it.
  expect(cellsOf(good({ sales, priceDays: [-3, 2], prices: [4, 3], soldOut: [3] }))).toEqual([
    [0, 4, 2, 1],
    [0, 3, 4, 0],
    [1, 3, 7, 10],
  ]);
  // Known from the second day on, not known any more from the eighth; and only on sale from the third to the fifth.
  const known = { priceDays: [1, 7], prices: [4, null] };
  expect(cellsOf(good({ sales, ...known }))).toEqual([[0, 4, 6, 4]]);
  expect(cellsOf(good({ sales, ...known, firstDay: 2, lastDay: 5 }))).toEqual([[0, 4, 3, 4]]);
  expect(cellsOf(good({ sales: [{ channel: 'online', day: 1, units: 5 }], ...known }))).toEqual([[0, 4, 6, 0]]);
});
