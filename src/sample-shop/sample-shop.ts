import { seededRandom } from '../../models/random.ts';
import { createCalendar } from './calendar.ts';
import { planCampaign, type ShopCampaign } from './campaign.ts';
import { listCustomers, listEvents, listOrders, listRefunds } from './facts/list-facts.ts';
import type {
  ShopChange,
  ShopCost,
  ShopCustomer,
  ShopEvent,
  ShopItem,
  ShopMarketFigure,
  ShopOrder,
  ShopRefund,
} from './facts/shapes.ts';
import { shelves } from './goods/assortment.ts';
import { createCatalogue } from './goods/catalogue.ts';
import { planLists, type ShopLists } from './lists/plan-lists.ts';
import { createShoppers } from './shoppers/shoppers.ts';
import { listRegistered } from './trade/customers.ts';
import { listTradeOrders } from './trade/orders.ts';
import { listCosts, listMarketFigures } from './trade/outside.ts';
import { itemsAtFirst, listChanges } from './trade/stock.ts';
import { createTradeTruth } from './trade/trade-truth.ts';
import { listTradeEvents } from './trade/visits.ts';
import { createTruth, type Truth } from './truth.ts';
import type { World } from './world.ts';

const earliestEnd = Date.UTC(1990, 0);
const latestEnd = Date.UTC(9999, 0);

/** How large a shop is, and from which seed. */
export interface SampleShopOptions {
  /** any safe integer */
  readonly seed: number;
  readonly customers: number;
  /** at least one for each of the 30 categories */
  readonly items: number;
  /** length of the data */
  readonly days: number;
  /** the data ends with the last whole UTC day before this moment */
  readonly end: Date;
  /** how often people come, against 1 for a usual shop: less makes a larger shop with fewer orders each */
  readonly pace?: number;
  /**
   * Whether it tells all that indicators are made of: visits page by page, what became of orders, sales over the counter, stock by day,
   * costs and the market. What a shop without them has, it has alike.
   */
  readonly indicators?: boolean;
}

/**
 * The elements have the API's shapes and can be sent as they are. Every call of a method plays the same shop again
 * from its seed and keeps a day of it, the refunds to come and some bytes a shopper, so that a shop of any length needs
 * little memory; spread a small one into an array. Orders, refunds and events come in time order, and so do their ids.
 */
export interface SampleShop {
  readonly items: readonly ShopItem[];
  customers(): Iterable<ShopCustomer>;
  orders(): Iterable<ShopOrder>;
  refunds(): Iterable<ShopRefund>;
  events(): Iterable<ShopEvent>;
  /** What is told of stock and prices after the first day; nothing without `indicators`, as with costs and market figures. */
  changes(): Iterable<ShopChange>;
  costs(): Iterable<ShopCost>;
  marketFigures(): Iterable<ShopMarketFigure>;
  /**
   * A campaign of its second last month. No method above has anything of it.
   * @throws RangeError where the data has fewer than 84 days
   */
  campaign(): ShopCampaign;
  /**
   * What people do with lists on the pages of the last month. No method above has anything of it.
   * @throws RangeError as `campaign`
   */
  lists(): ShopLists;
  readonly truth: Truth;
}

/** The demo's shop: about 15,000 orders and 65,000 events in a year. */
export const demoSize = { customers: 2000, items: 300, days: 365 } as const;

/**
 * Makes a believable shop with a truth planted in it.
 *
 * @throws RangeError naming the option that is out of its range
 */
export function generateSampleShop(options: SampleShopOptions): SampleShop {
  const world = createWorld(options);
  const facts = {
    items: world.catalogue.items,
    customers: () => listCustomers(world),
    orders: () => listOrders(world),
    refunds: () => listRefunds(world),
    events: () => listEvents(world),
    changes: () => [],
    costs: () => [],
    marketFigures: () => [],
    campaign: () => planCampaign(world),
    lists: () => planLists(world),
    truth: { ...createTruth(world), trade: null },
  };
  return options.indicators
    ? { ...facts, ...tradeOf(world), truth: { ...facts.truth, trade: createTradeTruth(world) } }
    : facts;
}

function tradeOf(world: World) {
  return {
    items: itemsAtFirst(world),
    customers: () => listRegistered(world),
    orders: () => listTradeOrders(world),
    events: () => listTradeEvents(world),
    changes: () => listChanges(world),
    costs: () => listCosts(world),
    marketFigures: () => listMarketFigures(world),
  };
}

function createWorld({ seed, customers, items, days, end, pace = 1 }: SampleShopOptions): World {
  requireWhole('customers', customers, 1, 10_000_000);
  requireWhole('items', items, shelves.length, 100_000);
  requireWhole('days', days, 1, 3660);
  if (!(pace > 0 && pace <= 100)) throw new RangeError(`pace must be above 0 and at most 100, not ${pace}`);
  if (!(end.getTime() >= earliestEnd && end.getTime() <= latestEnd)) {
    throw new RangeError('end must be a time between the years 1990 and 9999');
  }

  const random = seededRandom(seed);
  const calendar = createCalendar(end, days);
  const drawSeed = () => Math.floor(random() * 2 ** 31);
  return {
    calendar,
    catalogue: createCatalogue(items, calendar, seededRandom(drawSeed())),
    shoppers: createShoppers(customers, days, pace, seededRandom(drawSeed())),
    seeds: {
      customers: drawSeed(),
      visits: drawSeed(),
      browsing: drawSeed(),
      campaign: drawSeed(),
      trade: drawSeed(),
      lists: drawSeed(),
    },
  };
}

function requireWhole(option: string, value: number, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw new RangeError(`${option} must be a whole number from ${lowest} to ${highest}, not ${value}`);
  }
}
