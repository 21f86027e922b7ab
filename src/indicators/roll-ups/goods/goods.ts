import { selectStockKeptFrom } from '../../../intake/index.ts';
import { count, type Family, money, moving } from '../family.ts';
import { daysOfStockedItems, goodsOfDays, goodsSold } from './store.ts';

const isInStock = 'closing > 0 and is_on_line';

/** Goods whose stock is known, and what is left of them at the end of each day. */
export const goods: Family = {
  name: 'goods',
  version: 4,
  reads: ['stock', 'order', 'refund'],
  keptFrom: selectStockKeptFrom,
  followsItems: true,
  daysOfItems: daysOfStockedItems,
  // Stock stands also on days on which it does not change.
  everyDay: true,
  // How long nothing was left of it.
  followsClock: true,
  sources: ({ minorDigits, timeZone }) => [
    moving('orders', [], () => goodsOfDays(timeZone, minorDigits), [
      {
        by: { category: 'category', brand: 'brand' },
        levels: {
          skus: count('count(*)'),
          skus_in_stock: count(`count(*) filter (where ${isInStock})`),
          exclusive_skus: count(`count(*) filter (where ${isInStock} and is_exclusive)`),
          stock_units: count('sum(closing)'),
          stock_value: money('coalesce(sum(value_minor), 0)'),
          /** whose cost is known, and of which somebody told whether they are exclusive */
          costed_skus: count('count(value_minor)'),
          skus_told_exclusive: count('count(*) filter (where tells_exclusive and is_on_line)'),
        },
        sums: {
          item_days: count('sum(day_seconds) filter (where is_on_line) / 86400.0'),
          sold_out_days: count('sum(sold_out_seconds) filter (where is_on_line) / 86400.0'),
        },
      },
    ]),
    moving('orders', ['order', 'refund'], (facts) => goodsSold(timeZone, minorDigits, facts), [
      {
        by: { category: 'category', brand: 'brand' },
        sums: {
          sold_stocked_units: count('sum(quantity) filter (where is_stocked)'),
          sold_stocked_cost: money(
            'sum(round(unit_cost_minor * (quantity - refunded_quantity))) filter (where is_stocked)',
          ),
        },
      },
    ]),
  ],
};
