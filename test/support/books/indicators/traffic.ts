import type { Deed } from '../book-of-facts.ts';
import { sum } from '../book-of-money.ts';
import { ordersOfCustomers, recentBuyers } from './customer-value.ts';
import { distinct, membersOfEvent, part, type Reading, type View, visitorOf, whole } from './view.ts';

const minuteMs = 60_000;
const longestDwell = 1_800;

/** Types of which "somebody meant" none. */
const incidental = ['impression', 'page_view', 'page_ping'];

/**
 * "by the session that events name, else until the visitor is silent for more than 30 minutes, and at the latest until midnight":
 * events of a visitor on a local day, in the sequence of time; "impressions" are out.
 */
function sessionsEver({ book }: View): Deed[][] {
  const sessions = new Map<string, Deed[]>();
  const open = new Map<string, Deed[]>();
  const events = [...book.events.values()].filter(({ type }) => type !== 'impression');
  for (const event of events.sort((a, b) => a.at - b.at)) {
    const visitor = `${book.dayOf(event.at)} ${visitorOf(event)}`;
    if (event.session_id !== undefined) {
      const name = `${visitor} ${event.session_id}`;
      sessions.set(name, [...(sessions.get(name) ?? []), event]);
      continue;
    }
    const last = open.get(visitor);
    if (last && event.at - last.at(-1)!.at <= 30 * minuteMs) last.push(event);
    else {
      open.set(visitor, [event]);
      sessions.set(`${visitor} from ${event.event_id}`, open.get(visitor)!);
    }
  }
  return [...sessions.values()];
}

/** Sessions that began in the period; of the member what they tell first. */
function sessions(view: View): Deed[][] {
  const { book, by, member } = view;
  const first = (session: Deed[]) =>
    session.map((event) => membersOfEvent(book, event)[by!]).find((told) => told !== '') ?? '';
  return sessionsEver(view).filter((session) => view.has(session[0].at) && (by === null || first(session) === member));
}

const pagesOf = (session: readonly Deed[]) => session.filter(({ type }) => type === 'page_view');
const withPages = (view: View) => sessions(view).filter((session) => pagesOf(session).length > 0);
const isBounce = (session: readonly Deed[]) =>
  pagesOf(session).length === 1 && session.every(({ type }) => incidental.includes(type));

/**
 * "by pings or else until the next page of the session, at most 1,800 seconds each"; not "the last page of a session without pings".
 * A ping is of the page that was opened last before it.
 */
function dwells(session: readonly Deed[]): number[] {
  const pages = pagesOf(session);
  return pages.flatMap((page, place) => {
    const next = pages[place + 1];
    const [from, to] = [session.indexOf(page), next ? session.indexOf(next) : session.length];
    const pings = session.slice(from + 1, to).filter(({ type }) => type === 'page_ping');
    const pinged = Math.max(-1, ...pings.map(({ dwell_seconds }) => dwell_seconds!));
    if (pinged >= 0) return [Math.min(pinged, longestDwell)];
    return next ? [Math.min((next.at - page.at) / 1_000, longestDwell)] : [];
  });
}

/** "who came for the first time": whose first event ever lies in the period and is of the member. */
function newVisitors(view: View): number {
  const first = new Map<string, Deed>();
  for (const event of [...view.book.events.values()].sort((a, b) => a.at - b.at)) {
    if (!first.has(visitorOf(event))) first.set(visitorOf(event), event);
  }
  const firsts = [...first.values()];
  return view.events().filter((event) => firsts.includes(event)).length;
}

const registered = ({ book }: View) =>
  [...book.customers.values()].flatMap(({ registered_at: at }) => (at ? [Date.parse(at)] : []));

function activeMembers(view: View): number {
  const named = view.events().map(({ customer_id }) => customer_id);
  return distinct([...named, ...view.sales().map(({ customer }) => customer)]);
}

/** "whom an event or order of the period names on the day of their registration or later" */
function activeRegistered(view: View): number {
  const { book } = view;
  const named = view.events().map(({ customer_id, at }) => ({ customer: customer_id, at }));
  const since = (customer: string | null | undefined) => customer && book.customers.get(customer)?.registered_at;
  const theirs = [...named, ...view.sales()].filter(({ customer, at }) => {
    const registeredAt = since(customer);
    return registeredAt && book.dayOf(Date.parse(registeredAt)) <= book.dayOf(at);
  });
  return distinct(theirs.map(({ customer }) => customer));
}

export const traffic: Record<string, (view: View) => Reading> = {
  sessions: (view) => whole(sessions(view).length),
  'bounce-rate': (view) => part(withPages(view).filter(isBounce).length, withPages(view).length),
  'pages-per-session': (view) => part(sum(withPages(view).map((one) => pagesOf(one).length)), withPages(view).length),
  'mean-dwell': (view) => {
    const told = sessions(view).flatMap(dwells);
    return part(sum(told), told.length);
  },
  'share-of-new-visitors': (view) => part(newVisitors(view), distinct(view.events().map(visitorOf))),
  registrations: (view) => whole(registered(view).filter((at) => view.has(at)).length),
  'active-members': (view) => whole(activeMembers(view)),
  'active-member-rate': (view) =>
    part(activeRegistered(view), registered(view).filter((at) => view.isBeforeEnd(at)).length),
  'member-repurchase-rate': (view) => part(recentBuyers(view), activeMembers(view)),
  'orders-per-member': (view) => part(ordersOfCustomers(view), activeMembers(view)),
};
