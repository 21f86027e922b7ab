import type { BookOfFacts } from '../book-of-facts.ts';
import type { Grain } from '../zone-calendar.ts';
import { campaigns } from './campaigns.ts';
import { conversion } from './conversion.ts';
import { customerValue } from './customer-value.ts';
import { goods } from './goods.ts';
import { overall } from './overall.ts';
import { risk } from './risk.ts';
import { traffic } from './traffic.ts';
import type { Reading, View } from './view.ts';

/** How an indicator is read off the book for a period and a member of a dimension: from all facts, each time anew. */
export type Oracle = (view: View) => Reading;

export const oracles: Record<string, Oracle> = {
  ...overall,
  ...traffic,
  ...conversion,
  ...customerValue,
  ...goods,
  ...campaigns,
  ...risk,
};

/**
 * Those that the book cannot read, because its shops serve no lists and tell of no stock, and nobody tells them of the market, of
 * costs or of coupons: they have to be unavailable.
 */
export const isUnheardOf = (indicatorId: string): boolean =>
  indicatorId.startsWith('list-') || untold.includes(indicatorId);

const untold = [
  ...['skus-on-line', 'sell-through-rate', 'stock-out-rate', 'stock-turnover', 'days-of-supply', 'stock-units'],
  ...['stock-value', 'share-of-exclusive-goods'],
  ...['campaign-reach', 'campaign-clicks', 'campaign-click-rate', 'cost-per-click', 'cost-per-campaign-order'],
  ...['campaign-roi-attributed', 'cost-per-visitor', 'acquisition-cost', 'coupon-reach', 'coupon-redemptions'],
  ...['coupon-redemption-rate', 'coupon-discount-cost', 'coupon-roi-attributed', 'coupon-reversals-per-customer'],
  ...['coupon-roi-incremental', 'cost-per-incremental-order'],
  ...['market-share', 'market-share-by-units', 'growth-against-market', 'user-share', 'market-rank', 'price-index'],
  ...['assortment-overlap', 'expected-value', 'expected-orders', 'failed-codes', 'failed-codes-per-redemption'],
];
const unheard = () => [];

/** The moments of the facts without which an indicator is not 0 but unknown. */
const needed: Record<string, (book: BookOfFacts) => number[]> = {
  orders: ({ sales }) => Array.from(sales.values(), ({ at }) => at),
  customers: ({ sales }) => [...sales.values()].filter(({ customer }) => customer !== null).map(({ at }) => at),
  lists: unheard,
  costs_of_goods: ({ sales }) =>
    [...sales.values()].filter(({ lines }) => lines.some(({ unitCost }) => unitCost !== null)).map(({ at }) => at),
  events: ({ events }) => Array.from(events.values(), ({ at }) => at),
  tagged_views: ({ events }) =>
    [...events.values()]
      .filter(({ type, page }) => type === 'page_view' && page?.campaign?.name !== undefined)
      .map(({ at }) => at),
  costs: unheard,
  effects: unheard,
  coupons: unheard,
  redemptions: unheard,
  campaign_costs: unheard,
  ad_impressions: unheard,
  ad_clicks: unheard,
  customer_values: unheard,
  customer_revenue: unheard,
  failed_codes: unheard,
  refunds: ({ refunds }) => Array.from(refunds.values(), ({ at }) => at),
  second_orders: (book) => secondOrders(book),
  stock: unheard,
  market_sales: unheard,
  market_units: unheard,
  market_users: unheard,
  competitors_sales: unheard,
  competitors_prices: unheard,
  competitors_items: unheard,
  members: ({ events, sales }) => [
    ...[...events.values()].filter(({ customer_id }) => customer_id !== undefined).map(({ at }) => at),
    ...[...sales.values()].filter(({ customer }) => customer !== null).map(({ at }) => at),
  ],
  registrations: ({ customers }) =>
    [...customers.values()].flatMap(({ registered_at: at }) => (at ? [Date.parse(at)] : [])),
  item_views: (book) => momentsOf(book, 'view', 'click'),
  cart_adds: (book) => momentsOf(book, 'cart_add'),
  checkouts: (book) => momentsOf(book, 'checkout_start'),
  page_views: (book) => momentsOf(book, 'page_view'),
  reviews: (book) => momentsOf(book, 'review'),
  complaints: (book) => momentsOf(book, 'complaint'),
};

/** Orders of customers who had ordered before. */
function secondOrders({ sales }: BookOfFacts): number[] {
  const seen = new Set<string>();
  return [...sales.values()]
    .sort((a, b) => a.at - b.at)
    .filter(({ customer }) => customer !== null && (seen.has(customer) || !seen.add(customer)))
    .map(({ at }) => at);
}

function momentsOf({ events }: BookOfFacts, ...types: string[]): number[] {
  return [...events.values()].filter(({ type }) => types.includes(type)).map(({ at }) => at);
}

/** Known of a period where the facts that it needs have come by its end. */
export function isAvailable(
  book: BookOfFacts,
  needs: readonly { need: string }[],
  grain: Grain,
  period: string,
): boolean {
  return needs.every(({ need }) => {
    const days = needed[need](book).map((at) => book.dayOf(at));
    const first = days.reduce((least, day) => (day < least ? day : least), '9999-12-31');
    const { calendar } = book;
    if (grain === 'hour') return first <= period.slice(0, 10);
    return calendar.periodOfDay(grain, first)! <= period;
  });
}
