import { timeAt } from '../calendar.ts';
import { itemId } from '../facts/ids.ts';
import { whose } from '../facts/list-facts.ts';
import { type BrowsedVisit, beginningOf, playBrowsedDays } from '../shoppers/browsed-visits.ts';
import type { World } from '../world.ts';
import type { ListVisit, PlannedAsk } from './list-visit.ts';
import { plantedLists, requireListsFrom } from './planted.ts';
import { respond } from './respond.ts';

/** The lists on the pages of a shop. Which items they hold, and who is held out of personal ones, is for whoever serves them. */
export interface ShopLists {
  /** They are shown from then on. */
  readonly from: string;
  /** The end of the data. */
  readonly until: string;
  /** of people who are to get popular lists instead of personal ones */
  readonly holdoutShare: number;
  /** The visits of each day of these, in time order; everybody who comes sees a list. */
  days(): Iterable<readonly ListVisit[]>;
}

export function planLists(world: World): ShopLists {
  const { calendar } = world;
  const from = requireListsFrom(calendar);
  return {
    from: timeAt(calendar, from, 0),
    until: `${new Date(Date.parse(calendar.dates[calendar.days - 1]) + 86_400_000).toISOString().slice(0, 19)}Z`,
    holdoutShare: plantedLists.holdoutShare,
    *days() {
      let day = 0;
      for (const visits of playBrowsedDays(world)) {
        const today = day++;
        if (today >= from) yield visits.map((browsed) => planVisit(world, today, browsed));
      }
    },
  };
}

function planVisit(world: World, day: number, browsed: BrowsedVisit): ListVisit {
  const planned = askedIn(browsed);
  return {
    asks: planned.map(({ placement, second, loggedIn, item, cart }) => {
      const who = whose(world, browsed.visit, loggedIn);
      return {
        placement,
        limit: plantedLists.lengths[placement],
        at: timeAt(world.calendar, day, second),
        ...('customer_id' in who && { customerId: who.customer_id }),
        visitorId: who.visitor_id,
        ...(item !== undefined && { itemId: itemId(item) }),
        ...(cart && { cartItemIds: cart.map(itemId) }),
      };
    }),
    respond: (shown) => respond(world, { day, browsed, planned }, shown),
  };
}

/** The page on which a visit begins, the page of the first item that is looked at, and the cart before its last item comes in. */
function askedIn(browsed: BrowsedVisit): PlannedAsk[] {
  const { visit, behaviours } = browsed;
  const asks: PlannedAsk[] = [
    { placement: 'home', second: beginningOf(browsed), loggedIn: behaviours[0]?.loggedIn ?? false },
  ];
  const viewed = behaviours.find(({ type }) => type === 'view');
  if (viewed) {
    const { item, second, loggedIn } = viewed;
    asks.push({ placement: 'item', second: second + 1, loggedIn, item });
  }
  const carted = behaviours.filter(({ type }) => type === 'cart_add').map(({ item }) => item);
  const cart = visit.purchase ? visit.purchase.items.slice(0, -1) : [...new Set(carted)];
  if (cart.length > 0) {
    const loggedIn = visit.purchase !== undefined || (behaviours.at(-1)?.loggedIn ?? false);
    asks.push({ placement: 'cart', second: visit.second - 7, loggedIn, cart });
  }
  return asks;
}
