import type { PricedSales } from '../../../models/sales-effects/index.ts';

/** Where goods are sold at prices of their own. */
export const priceChannels = ['online', 'store', 'phone', 'marketplace'] as const;
export type PriceChannel = (typeof priceChannels)[number];

/** What was asked for an item, and what of it was sold at that, in the days of a year: numbered from 0. */
export interface PricedGood {
  /** the first day on which it could be bought, and the first on which it could not any more */
  firstDay: number;
  lastDay: number;
  /** its prices as they were told, oldest first: from which day on (below 0: before the year) and what; null: not known */
  priceDays: readonly number[];
  prices: readonly (number | null)[];
  /** days on which it was sold out for a time */
  soldOut: readonly number[];
  /** without a coupon: day, channel, units */
  sales: readonly { channel: PriceChannel; day: number; units: number }[];
}

const week = 7;

/**
 * What was sold of goods through a channel by week and price: a cell for each price of an item in a week, without days on which
 * its price was not known or it was sold out.
 */
export function pricedSalesOf(goods: readonly PricedGood[], channel: PriceChannel, days: number): PricedSales {
  const cells: { item: number; period: number; price: number; exposure: number; sales: number }[] = [];
  for (const [item, good] of goods.entries()) {
    const asked = pricesByDay(good, days);
    const units = new Float64Array(days);
    for (const sale of good.sales) if (sale.channel === channel) units[sale.day] += sale.units;
    let open: (typeof cells)[number] | undefined;
    for (let day = 0; day < days; day++) {
      const [price, period] = [asked[day], Math.floor(day / week)];
      if (!(price > 0)) continue;
      if (open?.price !== price || open.period !== period) {
        open = { item, period, price, exposure: 0, sales: 0 };
        cells.push(open);
      }
      open.exposure++;
      open.sales += units[day];
    }
  }
  const column = (of: (cell: (typeof cells)[number]) => number) => Float64Array.from(cells, of);
  return {
    items: goods.length,
    periods: Math.ceil(days / week),
    itemOf: Uint32Array.from(cells, ({ item }) => item),
    periodOf: Uint32Array.from(cells, ({ period }) => period),
    sales: column(({ sales }) => sales),
    exposure: column(({ exposure }) => exposure),
    prices: column(({ price }) => price),
  };
}

/** The price asked on each day; not a number where it could not be bought at one that is known. */
function pricesByDay({ firstDay, lastDay, priceDays, prices, soldOut }: PricedGood, days: number): Float64Array {
  const asked = new Float64Array(days).fill(Number.NaN);
  for (const [place, from] of priceDays.entries()) asked.fill(prices[place] ?? Number.NaN, Math.max(0, from));
  asked.fill(Number.NaN, 0, Math.max(0, firstDay));
  asked.fill(Number.NaN, Math.max(0, lastDay));
  for (const day of soldOut) asked[day] = Number.NaN;
  return asked;
}
