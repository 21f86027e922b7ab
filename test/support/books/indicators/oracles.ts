import type { BookOfFacts, Cost } from '../book-of-facts.ts';
import { campaigns } from './campaigns.ts';
import { conversion } from './conversion.ts';
import { costs, costsNeeded } from './costs.ts';
import { customerValue } from './customer-value.ts';
import { goods } from './goods.ts';
import { market, marketNeeded } from './market.ts';
import { overall } from './overall.ts';
import { risk } from './risk.ts';
import { momentsOfStock, stock, stockNeeded } from './stock.ts';
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
  ...costs,
  ...market,
  ...stock,
};

/**
 * Those that the book cannot read, because its shops serve no lists, give no coupons, learn nothing and say of no goods that only they
 * have them: they have to be unavailable.
 */
export const isUnheardOf = (indicatorId: string): boolean =>
  indicatorId.startsWith('list-') || untold.includes(indicatorId);

const untold = [
  ...['share-of-exclusive-goods', 'expected-value', 'expected-orders', 'failed-codes', 'failed-codes-per-redemption'],
  ...['coupon-reach', 'coupon-redemptions', 'coupon-redemption-rate', 'coupon-discount-cost', 'coupon-roi-attributed'],
  ...['coupon-reversals-per-customer', 'coupon-roi-incremental', 'cost-per-incremental-order'],
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
  effects: unheard,
  coupons: unheard,
  redemptions: unheard,
  ad_impressions: (book) => momentsOfCosts(book, ({ impressions }) => impressions ?? 0),
  ad_clicks: (book) => momentsOfCosts(book, ({ clicks }) => clicks ?? 0),
  customer_values: unheard,
  customer_revenue: unheard,
  failed_codes: unheard,
  refunds: ({ refunds }) => Array.from(refunds.values(), ({ at }) => at),
  second_orders: (book) => secondOrders(book),
  stock: momentsOfStock,
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

function momentsOfCosts({ costs, calendar }: BookOfFacts, count: (cost: Cost) => number): number[] {
  return [...costs.values()].filter((cost) => count(cost) > 0).map(({ day }) => calendar.startOfDay(day));
}

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

/** Facts without which an indicator is unknown of a period and member by itself. */
const neededOfPeriod: Record<string, (view: View) => boolean> = { ...costsNeeded, ...marketNeeded, ...stockNeeded };

/** Known of a period where the facts that it needs have come by its end, or those of it. */
export function isAvailable(view: View, needs: readonly { need: string }[]): boolean {
  const { book, grain, period } = view;
  return needs.every(({ need }) => {
    const ofPeriod = neededOfPeriod[need];
    if (ofPeriod) return ofPeriod(view);
    const days = needed[need](book).map((at) => book.dayOf(at));
    const first = days.reduce((least, day) => (day < least ? day : least), '9999-12-31');
    if (grain === 'hour') return first <= period.slice(0, 10);
    return book.calendar.periodOfDay(grain, first)! <= period;
  });
}
