import { groupByCustomer, placesOf } from '../group-by-customer.ts';
import { type CustomerChannel, findChannel } from './channel.ts';
import type { TagFacts } from './facts.ts';
import { findLifeCycle, findRhythm, findShopGap, type LifeCycle } from './life-cycle.ts';
import { expectNextOrder, type NextOrder } from './next-order.ts';
import { findPreferences, type Preference } from './preferences.ts';
import { type CustomerPriceBand, findPriceBand, levelPrices } from './price-band.ts';
import { findPriceSensitivity, gatherPrices, type PriceSensitivity } from './price-sensitivity.ts';
import type { CustomerTagsRecipe } from './recipe.ts';
import { findShoppingTimes, type LocalTime, type ShoppingTimes } from './shopping-times.ts';

/** What is said of one customer; whatever has not its minimum support is empty or null. */
export interface CustomerTags extends ShoppingTimes {
  customer: number;
  categories: Preference[];
  brands: Preference[];
  priceBand: CustomerPriceBand | null;
  priceSensitivity: PriceSensitivity | null;
  channel: CustomerChannel | null;
  lifeCycle: LifeCycle | null;
  nextOrder: NextOrder | null;
}

/** What tags need beside the facts. */
export interface TagOptions {
  /** hour and weekday on the shop's clock */
  localTime: (time: number) => LocalTime;
  /** when the model of customer value expects the next order of a customer index, epoch milliseconds; null: it says nothing */
  nextOrderByValue: (customer: number) => number | null;
}

/** Everybody's tags, and what they are measured by. */
export interface DerivedTags {
  /** days; null: too few customers ordered twice */
  shopGap: number | null;
  /** of everybody with an order or an event, ascending; made anew at every walk */
  tags: Iterable<CustomerTags>;
}

/**
 * Every customer's tags from what they did before `asOf`; what each tag means and what it needs at least is said where it is
 * found (`findLifeCycle`, `findPriceBand`, …). Prices and rhythms of the whole shop are worked out at once, the tags of a
 * customer when the walk comes to them.
 *
 * @param facts columns of equal length in order of time; they are not checked, and not changed
 */
export function deriveTags(facts: TagFacts, recipe: CustomerTagsRecipe, options: TagOptions): DerivedTags {
  const { customerCount, items, asOf } = facts;
  const lines = groupByCustomer(facts.lines.customers, customerCount);
  const events = groupByCustomer(facts.events.customers, customerCount);
  const channels = groupByCustomer(facts.channels.customers, customerCount);
  const rhythmOf = (customer: number) => findRhythm(facts, placesOf(lines, customer));
  // Found twice instead of kept: of everybody they are many times the facts that they are found in.
  function* rhythms() {
    for (let customer = 0; customer < customerCount; customer++) yield rhythmOf(customer);
  }
  const shopGap = findShopGap(rhythms(), recipe.lifeCycle);
  const levels = levelPrices(facts, recipe.priceBand);
  const prices = gatherPrices(facts);

  function* tags(): Generator<CustomerTags> {
    for (let customer = 0; customer < customerCount; customer++) {
      const own = { lines: placesOf(lines, customer), events: placesOf(events, customer) };
      if (own.lines.length + own.events.length === 0) continue;
      const rhythm = rhythmOf(customer);
      const lifeCycle = rhythm && shopGap !== null ? findLifeCycle(rhythm, shopGap, recipe.lifeCycle) : null;
      yield {
        customer,
        categories: findPreferences(facts, own.lines, items.categories, recipe.preferences),
        brands: findPreferences(facts, own.lines, items.brands, recipe.preferences),
        priceBand: findPriceBand(facts, own.lines, levels, recipe.priceBand),
        priceSensitivity: findPriceSensitivity(facts, own, prices, recipe.priceSensitivity),
        ...findShoppingTimes(facts, own, options.localTime, recipe.shoppingTimes),
        channel: findChannel(facts.channels, placesOf(channels, customer), recipe.channel),
        lifeCycle,
        nextOrder: lifeCycle && expectNextOrder(lifeCycle, asOf, options.nextOrderByValue(customer), recipe.nextOrder),
      };
    }
  }
  return { shopGap, tags: { [Symbol.iterator]: tags } };
}
