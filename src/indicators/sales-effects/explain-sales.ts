import {
  type Attribute,
  type EffectsRefusal,
  measureEffects,
  measurePrice,
  type PriceRefusal,
  recipe,
} from '../../../models/sales-effects/index.ts';
import type { Database } from '../../db/index.ts';
import { say } from '../../sentences/index.ts';
import { addDays } from '../../shop/days.ts';
import type { NightTask } from '../nights/night-task.ts';
import { type PricedGood, priceChannels, pricedSalesOf } from './priced-sales.ts';
import * as store from './store.ts';

const pastDays = 365;
const seed = 1;
/** Of how an item is ordered, and not of what it is. */
const notOfTheGood = new Set(['lead_time_days', 'service_level', 'pack_units']);

const reasons: Record<EffectsRefusal['refusal'], string> = {
  'too-few-items': say('sales-effect.few-items', { items: recipe.minimumItems }),
  'too-few-sales': say('sales-effect.few-sales', { units: recipe.minimumUnits, items: recipe.minimumSellingItems }),
  'no-attributes': say('sales-effect.no-attributes', { items: recipe.minimumLevelItems }),
  'does-not-settle': say('sales-effect.unsettled', {}),
};

const priceReasons: Record<PriceRefusal['refusal'], (sold: number) => string> = {
  'prices-hardly-varied': (sold) => say('sales-effect.few-prices', { sold, items: recipe.minimumPricedItems }),
  'too-few-sales': () => say('sales-effect.few-priced-sales', { units: recipe.minimumUnits }),
  'does-not-settle': () => reasons['does-not-settle'],
};

/**
 * Measures which attributes of goods sell in each category, and what a higher price does, and writes it in place of what was measured
 * before.
 */
export async function explainSales(db: Database, { timeZone, today }: NightTask): Promise<void> {
  const span = { from: addDays(today, -pastDays), until: today, timeZone };
  const byCategory = groupByCategory(await store.selectSoldGoods(db, span));
  const priced = groupByCategory(await store.selectPricedGoods(db, span));
  const rows = Array.from(byCategory, ([category, inIt]) => ({
    ...explain(category, inIt),
    prices: explainPrices(priced.get(category) ?? []),
  }))
    .filter(({ units }) => units > 0)
    .sort((one, other) => other.units - one.units || (one.category < other.category ? -1 : 1))
    .map((row, index) => ({ ...row, place: index + 1 }));
  await db.transaction((tx) => store.replaceEffects(tx, rows));
}

function groupByCategory<Good extends { category: string }>(goods: readonly Good[]): Map<string, Good[]> {
  const byCategory = new Map<string, Good[]>();
  for (const good of goods) {
    const known = byCategory.get(good.category);
    if (known) known.push(good);
    else byCategory.set(good.category, [good]);
  }
  return byCategory;
}

/** In each channel that sold anything. */
function explainPrices(goods: readonly PricedGood[]): store.ChannelPrice[] {
  const sold = new Set(goods.flatMap(({ sales }) => sales.map(({ channel }) => channel)));
  return priceChannels
    .filter((channel) => sold.has(channel))
    .map((channel) => {
      const made = measurePrice(pricedSalesOf(goods, channel, pastDays), recipe);
      if ('refusal' in made) {
        return { channel, items: made.items, refusal: priceReasons[made.refusal](made.items), effect: null };
      }
      const { items, ...effect } = made;
      return { channel, items, refusal: null, effect };
    });
}

function explain(category: string, goods: readonly store.SoldGood[]): Omit<store.CategoryEffects, 'place' | 'prices'> {
  const column = (of: (good: store.SoldGood) => number) => Float64Array.from(goods, of);
  const sales = column(({ units }) => units);
  const made = measureEffects(
    {
      sales,
      exposure: column(({ days }) => days),
      prices: column(({ price }) => price ?? 0),
      attributes: attributesOf(goods),
    },
    recipe,
    seed,
  );
  const common = { category, items: goods.length, units: sales.reduce((sum, units) => sum + units, 0) };
  if ('refusal' in made) return { ...common, refusal: reasons[made.refusal], result: null };
  // Goods that cost more differ in more than their price: what that does is measured within goods.
  const { price: _, ...result } = made;
  return { ...common, refusal: null, result };
}

/** The brand, and whatever the catalogue says in a word, a number or yes and no. */
function attributesOf(goods: readonly store.SoldGood[]): Attribute[] {
  const values = goods.map(({ brand, attributes }) => new Map(valuesOf(brand, attributes)));
  const names = [...new Set(values.flatMap((one) => [...one.keys()]))].sort();
  return names.map((name) => {
    const levels = [...new Set(values.map((one) => one.get(name)).filter((value) => value !== undefined))].sort();
    const places = new Map(levels.map((level, place) => [level, place]));
    return { name, levels, codes: Int32Array.from(values, (one) => places.get(one.get(name) ?? '') ?? -1) };
  });
}

function valuesOf(brand: string, attributes: Readonly<Record<string, unknown>>): [string, string][] {
  const told = Object.entries(attributes).filter(
    ([name, value]) => !notOfTheGood.has(name) && ['string', 'number', 'boolean'].includes(typeof value),
  );
  const own = told.map(([name, value]): [string, string] => [name, String(value)]);
  return brand === '' ? own : [...own, ['brand', brand]];
}
