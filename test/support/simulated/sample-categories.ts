import type { CategorySales, PricedSales } from '../../../models/sales-effects/index.ts';
import type { SampleShop } from '../../../src/sample-shop/index.ts';

/**
 * What was sold over the counter of a sample shop with `indicators`, by category: there its attributes and prices do what
 * `truth.trade` says. Prices are against the list price, as the planted elasticity is; goods of a season are left out.
 *
 * @param categoryOf what counts as one; default: the item's
 */
export function counterCategories(
  shop: SampleShop,
  days: number,
  categoryOf: (category: string) => string = (category) => category,
): Map<string, CategorySales> {
  const sold = new Map<string, { units: number; money: number; listed: number }>();
  for (const order of shop.orders()) {
    if (order.channel !== 'store') continue;
    for (const { item_id, quantity, unit_price, list_price } of order.lines) {
      const known = sold.get(item_id) ?? { units: 0, money: 0, listed: 0 };
      known.units += quantity;
      known.money += quantity * Number(unit_price);
      known.listed += quantity * Number(list_price);
      sold.set(item_id, known);
    }
  }
  const soldOut = new Map<string, number>();
  for (const { itemId, from, to } of shop.truth.trade!.stockOuts()) {
    soldOut.set(itemId, (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1);
  }
  const byCategory = groupGoods(shop, categoryOf);
  return new Map(
    Array.from(byCategory, ([category, items]): [string, CategorySales] => {
      const column = (of: (item: (typeof items)[number]) => number) => Float64Array.from(items, of);
      const attribute = (name: string) => {
        const values = items.map(({ attributes }) => String(attributes[name]));
        const levels = [...new Set(values)].sort();
        return { name, levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) };
      };
      const ofItem = (item_id: string) => sold.get(item_id) ?? { units: 0, money: 1, listed: 1 };
      return [
        category,
        {
          sales: column(({ item_id }) => ofItem(item_id).units),
          exposure: column(({ item_id }) => days - (soldOut.get(item_id) ?? 0)),
          prices: column(({ item_id }) => ofItem(item_id).money / ofItem(item_id).listed),
          attributes: [attribute('variant'), attribute('organic')],
        },
      ];
    }),
  );
}

/** Goods that are sold all the year, by category. */
function groupGoods(shop: SampleShop, categoryOf: (category: string) => string): Map<string, SampleShop['items']> {
  const goods = shop.items.filter(({ hidden, available_until }) => !hidden && available_until === undefined);
  const byCategory = new Map<string, SampleShop['items'][number][]>();
  for (const item of goods) {
    const name = categoryOf(item.category);
    byCategory.set(name, [...(byCategory.get(name) ?? []), item]);
  }
  return byCategory;
}

const week = 7;

/**
 * The same by week and price, as the shop told its prices in the course of time: a cell for each week of an item's year, without days on
 * which it was sold out. Its prices change with its weeks.
 */
export function counterPrices(
  shop: SampleShop,
  days: number,
  categoryOf: (category: string) => string = (category) => category,
): Map<string, PricedSales> {
  const byCategory = groupGoods(shop, categoryOf);
  const goods = [...byCategory.values()].flat();
  const first = Date.parse(goods[0].updated_at!.slice(0, 10));
  const dayOf = (time: string) => Math.floor((Date.parse(time.slice(0, 10)) - first) / 86_400_000);
  const weeks = Math.ceil(days / week);
  const byItem = new Map(
    goods.map(({ item_id, price }) => [
      item_id,
      {
        sales: new Float64Array(weeks),
        exposure: Float64Array.from({ length: weeks }, (_, place) => Math.min(week, days - week * place)),
        prices: new Float64Array(weeks).fill(Number(price)),
      },
    ]),
  );
  for (const { item_id, price, updated_at } of shop.changes()) {
    if (price !== undefined) byItem.get(item_id)?.prices.fill(Number(price), dayOf(updated_at) / week);
  }
  for (const order of shop.orders()) {
    if (order.channel !== 'store') continue;
    const place = Math.floor(dayOf(order.occurred_at) / week);
    for (const { item_id, quantity } of order.lines) {
      const known = byItem.get(item_id);
      if (known) known.sales[place] += quantity;
    }
  }
  for (const { itemId, from, to } of shop.truth.trade!.stockOuts()) {
    const exposure = byItem.get(itemId)?.exposure;
    for (let day = dayOf(from); exposure && day <= dayOf(to); day++) exposure[Math.floor(day / week)]--;
  }
  return new Map(
    Array.from(byCategory, ([category, inIt]) => {
      const of = (name: 'sales' | 'exposure' | 'prices') =>
        Float64Array.from(inIt.flatMap(({ item_id }) => [...byItem.get(item_id)![name]]));
      const places = Array.from({ length: inIt.length * weeks }, (_, cell) => cell);
      const cells = {
        itemOf: Uint32Array.from(places, (cell) => Math.floor(cell / weeks)),
        periodOf: Uint32Array.from(places, (cell) => cell % weeks),
        ...{ sales: of('sales'), exposure: of('exposure'), prices: of('prices') },
      };
      return [category, { items: inIt.length, periods: weeks, ...cells }];
    }),
  );
}

/** What a level of an attribute truly does beside another, in percent. */
export function plantedPercent(shop: SampleShop, attribute: string, level: string, reference: string): number {
  const factorOf = (value: string) =>
    shop.truth.trade!.attributeEffects.find(
      (effect) => effect.attribute === attribute && String(effect.value) === value,
    )?.factor ?? 1;
  return 100 * (factorOf(level) / factorOf(reference) - 1);
}
