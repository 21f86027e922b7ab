import { timeAt } from '../calendar.ts';
import { numbered } from '../facts/ids.ts';
import { whose } from '../facts/list-facts.ts';
import type { ShopEvent, ShopOrder } from '../facts/shapes.ts';
import type { BrowsedVisit } from '../shoppers/browsed-visits.ts';
import { tellMore } from '../trade/orders.ts';
import { chance } from '../trade/planted.ts';
import { sessionId } from '../trade/visits.ts';
import type { World } from '../world.ts';
import type { ListResponse, PlannedAsk, ShownList } from './list-visit.ts';
import { isMoved, listMatters, plantedLists } from './planted.ts';

/** A visit with what its pages asked for. */
interface Visited {
  readonly day: number;
  readonly browsed: BrowsedVisit;
  readonly planned: readonly PlannedAsk[];
}

/** An event without what all of a visit have alike. */
type Deed = Pick<ShopEvent, 'type' | 'item_id' | 'list_id' | 'position'> & { second: number; loggedIn: boolean };
interface Place {
  readonly list: ShownList;
  readonly index: number;
}

const shareCarted = 0.12;

/** What somebody does with the lists of a visit; a personal one on the first page makes an order of some visits that have none. */
export function respond(world: World, visited: Visited, shown: readonly ShownList[]): ListResponse {
  const { day, browsed, planned } = visited;
  const { number, visit } = browsed;
  const home = shown[planned.findIndex(({ placement }) => placement === 'home')];
  const taken = isMoved(world, browsed) && home && isPersonal(home) ? chosenOf(world, number, home) : undefined;
  const deeds = planned.flatMap((ask, index) => deedsOf(world, browsed, { ask, index, list: shown[index], taken }));
  if (taken) deeds.push({ type: 'checkout_start', second: visit.second - 1, loggedIn: true });
  const events = deeds
    .sort((a, b) => a.second - b.second)
    .map(
      ({ second, loggedIn, ...deed }, n): ShopEvent => ({
        event_id: `${numbered('L', number, 8)}-${n + 1}`,
        ...deed,
        ...whose(world, visit, loggedIn),
        ...(deed.type === 'checkout_start' && { page: { path: '/checkout' } }),
        session_id: sessionId(number),
        occurred_at: timeAt(world.calendar, day, second),
      }),
    );
  return taken ? { events, added: orderOf(world, visited, taken) } : { events };
}

/** Does anything of a list come from what is known of the person? */
function isPersonal({ items }: ShownList): boolean {
  return items.some(({ reason }) => reason.source !== 'popularity' && reason.source !== 'catalogue');
}

function countSeen({ seeds }: World, n: number, { items }: ShownList): number {
  return Math.min(items.length, 2 + Math.floor(chance(seeds.lists, listMatters.seen, n) * (items.length - 1)));
}

/** The item of the first list that is bought, one of those that are seen. */
function chosenOf(world: World, number: number, list: ShownList): Place {
  const seen = countSeen(world, number * 4, list);
  return { list, index: Math.floor(chance(world.seeds.lists, listMatters.place, number) * seen) };
}

function deedsOf(
  world: World,
  { number, visit }: BrowsedVisit,
  { ask, index, list, taken }: { ask: PlannedAsk; index: number; list: ShownList; taken: Place | undefined },
): Deed[] {
  const { seeds, catalogue } = world;
  const { second, loggedIn } = ask;
  const seen = countSeen(world, number * 4 + index, list);
  const bought = new Set(visit.purchase?.items.map((item) => catalogue.items[item].item_id));
  return list.items.slice(0, seen).flatMap(({ item_id }, at): Deed[] => {
    const of = { item_id, list_id: list.list_id, position: at + 1, loggedIn };
    const deeds: Deed[] = [{ type: 'impression', ...of, second: second + 1 }];
    const n = (number * 4 + index) * 8 + at;
    const isTaken = taken?.list === list && taken.index === at;
    const rate = bought.has(item_id) ? plantedLists.clickedBeforeBought : plantedLists.clickRates[at];
    if (!isTaken && chance(seeds.lists, listMatters.click, n) >= rate) return deeds;
    deeds.push({ type: 'click', ...of, second: second + 2 });
    const isCarted = bought.has(item_id) || chance(seeds.lists, listMatters.cartAdd, n) < shareCarted;
    if (isTaken || isCarted) deeds.push({ type: 'cart_add', ...of, second: second + 3 });
    return deeds;
  });
}

function orderOf(world: World, { day, browsed: { number, visit } }: Visited, { list, index }: Place): ShopOrder {
  const { item_id } = list.items[index];
  const item = world.catalogue.items.findIndex((one) => one.item_id === item_id);
  // Numbers below zero are of no order of the shop's own, and so are their draws.
  const order = tellMore(world, { order: -1 - number, day, visit, basket: { items: [item], quantities: [1] } });
  const lines = order.lines.map((line) => ({ ...line, list_id: list.list_id, position: index + 1 }));
  return { ...order, order_id: numbered('L', number, 7), lines };
}
