import { studentQuantile, studentTails } from '../campaign-effect/distributions.ts';
import type { Estimate } from '../campaign-effect/index.ts';
import type { SalesEffectsRecipe } from './recipe.ts';

/**
 * What was sold of a category's goods through one channel, by item, period (weeks) and price asked: a cell for each price that an
 * item had in a period.
 */
export interface PricedSales {
  readonly items: number;
  readonly periods: number;
  /** by cell: item from 0, period from 0 */
  readonly itemOf: Uint32Array;
  readonly periodOf: Uint32Array;
  /** by cell: units sold at the price, 0 or more */
  readonly sales: Float64Array;
  /** by cell: days on which it could be bought at the price; one of 0 is left out */
  readonly exposure: Float64Array;
  /** by cell: the price asked, above 0 */
  readonly prices: Float64Array;
}

/** What a higher price does to the sales of the same good. */
export interface PriceEffect {
  /** goods that were sold and had at least two prices */
  readonly items: number;
  readonly elasticity: Estimate;
  /** of a price 10 % higher */
  readonly percent: Estimate;
  /** how often chance alone has an effect as clear */
  readonly pValue: number;
  readonly isBeyondChance: boolean;
}

/** Why nothing is told of the price. */
export interface PriceRefusal {
  readonly refusal: 'prices-hardly-varied' | 'too-few-sales' | 'does-not-settle';
  /** goods that were sold and had at least two prices */
  readonly items: number;
}

/** Prices nearer than this, in logarithms, are the same. */
const samePrice = 0.005;

/**
 * The elasticity of sales by price, within goods: Poisson's regression with an effect of every item and of every period, mean =
 * exposure × exp(item + period + elasticity × log price), so that neither what sells an item nor the season of its category is
 * taken for its price. The interval is by the sandwich over items (Liang and Zeger 1986), which holds also where sales vary by more
 * than Poisson's and hang together over time, and not by less than Poisson's.
 *
 * @throws RangeError where the figures contradict each other
 */
export function measurePrice(sold: PricedSales, recipe: SalesEffectsRecipe): PriceEffect | PriceRefusal {
  check(sold);
  const task = prepare(sold);
  if (task.varied.size < recipe.minimumPricedItems) {
    return { refusal: 'prices-hardly-varied', items: task.varied.size };
  }
  if (task.units < recipe.minimumUnits) return { refusal: 'too-few-sales', items: task.varied.size };
  const fit = fitPanel(task);
  if (!fit) return { refusal: 'does-not-settle', items: task.varied.size };
  const { value, error, freedom } = fit;
  const reach = studentQuantile(freedom) * error;
  const elasticity = { value, low: value - reach, high: value + reach };
  const pValue = studentTails(value / error, freedom);
  const percentOf = (power: number) => 100 * Math.expm1(power * Math.log(1.1));
  return {
    items: task.varied.size,
    elasticity,
    percent: { value: percentOf(value), low: percentOf(elasticity.low), high: percentOf(elasticity.high) },
    pValue,
    isBeyondChance: pValue <= recipe.falseAlarmRate,
  };
}

interface Panel {
  readonly items: number;
  readonly periods: number;
  readonly itemOf: Uint32Array;
  readonly periodOf: Uint32Array;
  readonly sales: Float64Array;
  readonly exposure: Float64Array;
  /** logarithms, less the item's mean */
  readonly prices: Float64Array;
  /** items with sales and at least two prices */
  readonly varied: ReadonlySet<number>;
  readonly units: number;
}

/** Only items and periods with sales tell anything. */
function prepare({ items, periods, ...cells }: PricedSales): Panel {
  const [soldOf, soldIn] = [new Float64Array(items), new Float64Array(periods)];
  const [least, most] = [new Float64Array(items).fill(Infinity), new Float64Array(items).fill(-Infinity)];
  const offered = cells.itemOf.map((_, cell) => cell).filter((cell) => cells.exposure[cell] > 0);
  for (const cell of offered) {
    const item = cells.itemOf[cell];
    soldOf[item] += cells.sales[cell];
    soldIn[cells.periodOf[cell]] += cells.sales[cell];
    least[item] = Math.min(least[item], Math.log(cells.prices[cell]));
    most[item] = Math.max(most[item], Math.log(cells.prices[cell]));
  }
  const kept = offered.filter((cell) => soldOf[cells.itemOf[cell]] > 0 && soldIn[cells.periodOf[cell]] > 0);
  const take = (values: Float64Array) => Float64Array.from(kept, (cell) => values[cell]);
  const itemOf = Uint32Array.from(kept, (cell) => cells.itemOf[cell]);
  const prices = take(cells.prices).map(Math.log);
  const varied = new Set([...soldOf.keys()].filter((item) => soldOf[item] > 0 && most[item] - least[item] > samePrice));
  return {
    items,
    periods,
    itemOf,
    periodOf: Uint32Array.from(kept, (cell) => cells.periodOf[cell]),
    sales: take(cells.sales),
    exposure: take(cells.exposure),
    prices: prices.map((price, cell) => price - (least[itemOf[cell]] + most[itemOf[cell]]) / 2),
    varied,
    units: [...varied].reduce((sum, item) => sum + soldOf[item], 0),
  };
}

const mostSteps = 100;
const mostSweeps = 200;
const negligible = 1e-8;
/** Less than so much of a price's own variation, by expected units, tells nothing. */
const leastInformation = 1e-3;

function fitPanel(panel: Panel): { value: number; error: number; freedom: number } | undefined {
  const { items, periods, itemOf, periodOf, sales, exposure, prices } = panel;
  const byItem = { of: itemOf, effects: new Float64Array(items).fill(1) };
  const byPeriod = { of: periodOf, effects: new Float64Array(periods).fill(1) };
  let value = 0;
  for (let step = 0; step < mostSteps; step++) {
    const base = exposure.map((days, cell) => days * Math.exp(value * prices[cell]));
    balance(base, sales, byItem, byPeriod);
    const expected = base.map((units, cell) => units * byItem.effects[itemOf[cell]] * byPeriod.effects[periodOf[cell]]);
    const own = sweepOut(prices, expected, [byItem, byPeriod]);
    let [information, score] = [0, 0];
    for (const [cell, price] of own.entries()) {
      information += expected[cell] * price * price;
      score += price * (sales[cell] - expected[cell]);
    }
    if (!(information > leastInformation)) return undefined;
    // Far from the maximum a whole step may leap beyond it.
    const change = Math.max(-1, Math.min(1, score / information));
    value += change;
    if (!(Math.abs(value) < 100)) return undefined;
    if (Math.abs(change) < negligible) return { value, ...spreadOf(panel, own, expected, information) };
  }
  return undefined;
}

interface Effects {
  readonly of: Uint32Array;
  readonly effects: Float64Array;
}

/** The effects of items and periods at which all of them sell what they sold (iterative proportional fitting). */
function balance(base: Float64Array, sales: Float64Array, byItem: Effects, byPeriod: Effects): void {
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let moved = 0;
    for (const [one, other] of [
      [byItem, byPeriod],
      [byPeriod, byItem],
    ]) {
      const [sold, expected] = [new Float64Array(one.effects.length), new Float64Array(one.effects.length)];
      for (let cell = 0; cell < base.length; cell++) {
        sold[one.of[cell]] += sales[cell];
        expected[one.of[cell]] += base[cell] * other.effects[other.of[cell]];
      }
      for (let place = 0; place < one.effects.length; place++) {
        if (expected[place] === 0) continue;
        const next = sold[place] / expected[place];
        moved = Math.max(moved, Math.abs(next / one.effects[place] - 1));
        one.effects[place] = next;
      }
    }
    if (moved < negligible) return;
  }
}

/** What of the values neither items nor periods tell: the residuals of a weighted regression on both. */
function sweepOut(values: Float64Array, weights: Float64Array, factors: readonly Effects[]): Float64Array {
  const left = values.slice();
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let moved = 0;
    for (const { of, effects } of factors) {
      const [sums, masses] = [new Float64Array(effects.length), new Float64Array(effects.length)];
      for (let cell = 0; cell < left.length; cell++) {
        sums[of[cell]] += weights[cell] * left[cell];
        masses[of[cell]] += weights[cell];
      }
      for (let cell = 0; cell < left.length; cell++) {
        const mean = masses[of[cell]] > 0 ? sums[of[cell]] / masses[of[cell]] : 0;
        left[cell] -= mean;
        moved = Math.max(moved, Math.abs(mean));
      }
    }
    if (moved < negligible) break;
  }
  return left;
}

function spreadOf(
  { itemOf, sales, items, varied }: Panel,
  own: Float64Array,
  expected: Float64Array,
  information: number,
) {
  const scores = new Float64Array(items);
  for (const [cell, price] of own.entries()) scores[itemOf[cell]] += price * (sales[cell] - expected[cell]);
  const freedom = varied.size - 1;
  const squares = scores.reduce((sum, score) => sum + score * score, 0) * (varied.size / freedom);
  return { error: Math.sqrt(Math.max(squares, information)) / information, freedom };
}

function check({ itemOf, periodOf, sales, exposure, prices, items, periods }: PricedSales): void {
  for (const [name, values] of Object.entries({ periodOf, sales, exposure, prices })) {
    if (values.length !== itemOf.length) {
      throw new RangeError(`${name} must hold ${itemOf.length} values, one a cell, not ${values.length}`);
    }
  }
  for (const [name, values] of Object.entries({ sales, exposure })) {
    const faulty = values.findIndex((value) => !(value >= 0 && value < Infinity));
    if (faulty >= 0) throw new RangeError(`${name}[${faulty}] must be 0 or more, not ${values[faulty]}`);
  }
  const faulty = prices.findIndex((price, cell) => exposure[cell] > 0 && !(price > 0 && price < Infinity));
  if (faulty >= 0) throw new RangeError(`prices[${faulty}] must be above 0, not ${prices[faulty]}`);
  if (itemOf.some((item) => item >= items)) throw new RangeError(`itemOf must be below ${items}`);
  if (periodOf.some((period) => period >= periods)) throw new RangeError(`periodOf must be below ${periods}`);
}
