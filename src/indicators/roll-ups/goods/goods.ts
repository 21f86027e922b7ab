import { count, type Family, money } from '../family.ts';
import { goodsOfDays } from './store.ts';

const isInStock = 'closing > 0';

/** Goods whose stock is known, and what is left of them at the end of each day. */
export const goods: Family = {
  name: 'goods',
  version: 1,
  reads: ['stock'],
  followsItems: true,
  // Stock stands also on days on which it does not change.
  everyDay: true,
  sources: ({ minorDigits, timeZone }) => [
    {
      rows: goodsOfDays(timeZone, minorDigits),
      groupings: [
        {
          by: { category: 'category', brand: 'brand' },
          levels: {
            skus: count('count(*)'),
            skus_in_stock: count(`count(*) filter (where ${isInStock})`),
            exclusive_skus: count(`count(*) filter (where ${isInStock} and is_exclusive)`),
            stock_units: count('sum(closing)'),
            stock_value: money('coalesce(sum(value_minor), 0)'),
          },
          sums: {
            item_days: count('sum(day_seconds) / 86400.0'),
            sold_out_days: count('sum(sold_out_seconds) / 86400.0'),
          },
        },
      ],
    },
  ],
};
