import type { TagFacts } from './facts.ts';
import type { PriceBandRecipe } from './recipe.ts';

/** How dear what somebody buys is, among the goods of its category. */
export type PriceBand = 'low' | 'middle' | 'high';

/** A customer's price band, with its evidence. */
export interface CustomerPriceBand {
  band: PriceBand;
  /** mean place of what they buy among the prices of its category, 0 the cheapest to 1 the dearest */
  level: number;
  lines: number;
}

/**
 * Where each item stands among the prices of its category: the share of the category's goods that are cheaper, equal ones
 * counted half. An item's price is its mean list price over its sales, or the mean price paid where no list price is known,
 * so that a discount does not make an item cheap. Items without a category are compared with one another.
 *
 * @returns by item, 0 to 1; NaN where the category has too few goods that were sold
 */
export function levelPrices({ items, lines }: TagFacts, recipe: PriceBandRecipe): Float64Array {
  const count = items.categories.length;
  const [sums, sales] = [new Float64Array(count), new Uint32Array(count)];
  for (let line = 0; line < lines.items.length; line++) {
    const item = lines.items[line];
    const price = lines.listPrices[line] > 0 ? lines.listPrices[line] : lines.unitPrices[line];
    // What was given away says no price.
    if (price === 0) continue;
    sums[item] += price;
    sales[item]++;
  }
  const byCategory = new Map<number, number[]>();
  for (let item = 0; item < count; item++) {
    if (!items.isProduct[item] || sales[item] === 0) continue;
    const category = items.categories[item];
    const others = byCategory.get(category);
    if (others) others.push(item);
    else byCategory.set(category, [item]);
  }
  const levels = new Float64Array(count).fill(Number.NaN);
  const price = (item: number) => sums[item] / sales[item];
  for (const goods of byCategory.values()) {
    if (goods.length < recipe.minimumItems) continue;
    goods.sort((a, b) => price(a) - price(b) || a - b);
    for (let from = 0; from < goods.length; ) {
      let until = from + 1;
      while (until < goods.length && price(goods[until]) === price(goods[from])) until++;
      for (let place = from; place < until; place++) levels[goods[place]] = (from + until) / 2 / goods.length;
      from = until;
    }
  }
  return levels;
}

/**
 * The band of prices in which a customer buys. null below the minimum support.
 *
 * @param own places of the customer's lines
 * @param levels by item, as `levelPrices` gives them
 */
export function findPriceBand(
  { lines }: TagFacts,
  own: Uint32Array,
  levels: Float64Array,
  recipe: PriceBandRecipe,
): CustomerPriceBand | null {
  let sum = 0;
  let count = 0;
  for (const line of own) {
    const level = levels[lines.items[line]];
    if (Number.isNaN(level)) continue;
    sum += level;
    count++;
  }
  if (count < recipe.minimumLines) return null;
  const level = sum / count;
  return { band: level < recipe.low ? 'low' : level > recipe.high ? 'high' : 'middle', level, lines: count };
}
