import { timeAt } from '../calendar.ts';
import { eventId, itemId, numbered, orderId } from '../facts/ids.ts';
import { whose } from '../facts/list-facts.ts';
import type { ShopEvent } from '../facts/shapes.ts';
import { type BrowsedVisit, beginningOf, playBrowsedDays } from '../shoppers/browsed-visits.ts';
import type { Visit } from '../shoppers/visits.ts';
import type { World } from '../world.ts';
import { chance, matters, type PlantedVisits, planted } from './planted.ts';

type Page = NonNullable<ShopEvent['page']>;
/** An event without its id, with the second of its day. */
type Told = Omit<ShopEvent, 'event_id' | 'occurred_at'> & { second: number; base?: string };

const lastSecond = 86_399;
const sharePinged = 0.35;
const meanDwell = 40;
const shareReviewed = 0.06;
const shareComplaining = 0.01;
const topics = ['late', 'broken', 'wrong-item'];
/** Chances of 1 to 5 stars. */
const usualRatings = [0.05, 0.05, 0.1, 0.25, 0.55];
const badRatings = [0.4, 0.25, 0.15, 0.15, 0.05];

/** The events of visits as they are without indicators, each with its session, and the pages, checkouts, reviews and complaints. */
export function* listTradeEvents(world: World): Generator<ShopEvent> {
  const { calendar, catalogue } = world;
  const later = new Map<number, Told[]>();
  // A search shows the goods that are called so.
  const results = new Map<string, number>();
  for (const query of catalogue.queries) results.set(query, (results.get(query) ?? 0) + 1);
  let [day, order, number, extra] = [0, 0, 0, 0];
  for (const visits of playBrowsedDays(world)) {
    const numberOf = new Map(visits.map(({ visit, number }) => [visit, number]));
    const behaviours = visits.flatMap(({ behaviours }) => behaviours);
    const told: Told[] = later.get(day) ?? [];
    later.delete(day);
    for (const behaviour of behaviours.sort((a, b) => a.second - b.second)) {
      const { type, item, second, visit, loggedIn } = behaviour;
      told.push({
        base: eventId(number++),
        type,
        ...whose(world, visit, loggedIn),
        ...(type === 'search'
          ? { query: catalogue.queries[item], results: results.get(catalogue.queries[item]) ?? 0 }
          : { item_id: itemId(item) }),
        session_id: sessionId(numberOf.get(visit)!),
        second,
      });
    }
    for (const browsed of visits) {
      const { visit } = browsed;
      told.push(...pagesOf(world, browsed));
      if (visit.purchase) for (const [due, one] of opinionsOf(world, visit, order++, day)) put(later, due, one);
    }
    told.push(...bouncesOf(world, day, visits.length));
    for (const { second, base, ...event } of told.sort((a, b) => a.second - b.second))
      yield { event_id: base ?? numbered('P', extra++, 8), ...event, occurred_at: timeAt(calendar, day, second) };
    day++;
  }
}

function put(later: Map<number, Told[]>, day: number, told: Told): void {
  const due = later.get(day) ?? [];
  due.push(told);
  later.set(day, due);
}

export const sessionId = (visit: number): string => numbered('Z', visit, 8);

/** The campaign that led to a visit. @param visit its number; below zero for strangers who leave at once */
export function campaignOf({ seeds }: World, visit: number): PlantedVisits | undefined {
  let left = chance(seeds.trade, matters.campaign, visit);
  return planted.campaigns.find(({ share }) => {
    left -= share;
    return left < 0;
  });
}

function deviceOf({ seeds }: World, visitor: number): Page['device'] {
  const drawn = chance(seeds.trade, matters.device, visitor);
  return drawn < 0.5 ? 'mobile' : drawn < 0.9 ? 'desktop' : 'tablet';
}

function landingOf(world: World, visit: number, visitor: number): Page {
  const campaign = campaignOf(world, visit);
  const isSearched = chance(world.seeds.trade, matters.landing, visit) < 0.3;
  return {
    path: campaign ? `/c/${campaign.name}` : '/',
    device: deviceOf(world, visitor),
    language: visitor % 6 === 5 ? 'nl' : 'de',
    ...(campaign
      ? { campaign: { source: campaign.source, medium: campaign.medium, name: campaign.name } }
      : isSearched && { referrer: 'https://search.example/' }),
  };
}

/** The pages of a visit: where it began, what was viewed and searched, each with how long it was looked at; and the checkout. */
function pagesOf(world: World, browsed: BrowsedVisit): Told[] {
  const { visit, number, behaviours } = browsed;
  const { seeds } = world;
  const visitor = 2 * visit.shopper + visit.device;
  const landing = landingOf(world, number, visitor);
  const of = { device: landing.device, language: landing.language };
  const pages: Told[] = [
    {
      ...inVisit(world, visit, number, behaviours[0]?.loggedIn ?? false),
      type: 'page_view',
      page: landing,
      second: beginningOf(browsed),
    },
  ];
  for (const { type, item, second, loggedIn } of behaviours) {
    if (type !== 'view' && type !== 'search') continue;
    const page = { path: type === 'view' ? `/items/${itemId(item)}` : '/search', ...of };
    const shown = type === 'view' ? { item_id: itemId(item) } : {};
    pages.push({ ...inVisit(world, visit, number, loggedIn), type: 'page_view', ...shown, page, second });
  }
  const isCarted = behaviours.some(({ type }) => type === 'cart_add');
  const isAbandoned = chance(seeds.trade, matters.checkout, number) < planted.abandonedShare;
  const told = [...pages, ...pingsOf(world, pages, number)];
  if (visit.purchase || (isCarted && isAbandoned)) {
    const loggedIn = visit.purchase !== undefined || (behaviours.at(-1)?.loggedIn ?? false);
    const second = Math.max(0, visit.second - 1);
    told.push({
      ...inVisit(world, visit, number, loggedIn),
      type: 'checkout_start',
      page: { path: '/checkout', ...of },
      second,
    });
  }
  return told;
}

function inVisit(world: World, visit: Visit, number: number, loggedIn: boolean) {
  return { ...whose(world, visit, loggedIn), session_id: sessionId(number) };
}

function pingsOf({ seeds }: World, pages: readonly Told[], number: number): Told[] {
  return pages.flatMap((page, index): Told[] => {
    const n = number * 64 + index;
    if (chance(seeds.trade, matters.ping, n) >= sharePinged) return [];
    const stays = -Math.log(1 - chance(seeds.trade, matters.dwell, n)) * meanDwell;
    const until = pages[index + 1]?.second ?? lastSecond;
    const dwell = Math.floor(Math.min(stays, until - page.second, lastSecond - page.second, 1_800));
    const { item_id: _, ...same } = page;
    return dwell < 1 ? [] : [{ ...same, type: 'page_ping', dwell_seconds: dwell, second: page.second + dwell }];
  });
}

/** Reviews of what was bought, and complaints about orders, each with the day on which it comes. */
function* opinionsOf(world: World, visit: Visit, order: number, day: number): Generator<[number, Told]> {
  const { calendar, catalogue, seeds } = world;
  const who = whose(world, visit, true);
  const about = { ...who, order_id: orderId(order) };
  for (const [line, item] of visit.purchase!.items.entries()) {
    const n = order * 16 + line;
    const drawn = chance(seeds.trade, matters.review, n);
    const due = day + 3 + Math.floor((drawn / shareReviewed) * 17);
    if (drawn >= shareReviewed || due >= calendar.days) continue;
    const isBad = catalogue.items[item].category === planted.badCategory && due >= badFrom(calendar.days);
    const rating = drawRating(isBad ? badRatings : usualRatings, chance(seeds.trade, matters.rating, n));
    yield [due, { ...about, type: 'review', item_id: itemId(item), rating, second: visit.second }];
  }
  const drawn = chance(seeds.trade, matters.complaint, order);
  const due = day + 2 + Math.floor((drawn / shareComplaining) * 5);
  if (drawn >= shareComplaining || due >= calendar.days) return;
  yield [due, { ...about, type: 'complaint', topic: topics[order % topics.length], second: visit.second }];
}

/** Since when the bad goods are rated badly. */
export function badFrom(days: number): number {
  return Math.floor(days * 0.75);
}

function drawRating(chances: readonly number[], uniform: number): number {
  let left = uniform;
  const index = chances.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return index < 0 ? chances.length : index + 1;
}

/** How many strangers look at one page and leave. */
export function countBounces(visits: number): number {
  return Math.round(visits * planted.bounces);
}

/** So many a day at most, so that each has a number of its own. */
const mostBounces = 1_000_000;

export function bounceNumber(day: number, index: number): number {
  return -1 - (day * mostBounces + index);
}

function bouncesOf(world: World, day: number, visits: number): Told[] {
  return Array.from({ length: countBounces(visits) }, (_, index): Told => {
    const number = bounceNumber(day, index);
    const drawn = chance(world.seeds.trade, matters.bounce, number);
    return {
      type: 'page_view',
      visitor_id: `W${-number}`,
      session_id: `Y${-number}`,
      page: landingOf(world, number, -number),
      second: 25_200 + Math.floor(drawn * 60_000),
    };
  });
}
