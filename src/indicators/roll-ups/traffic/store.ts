import type { Transaction } from '../../../db/index.ts';
import { customersRelation, eventsRelation, isDeliberate } from '../../../intake/index.ts';
import type { CameIn, Facts } from '../family.ts';
import { namedCampaign } from '../named-members/store.ts';

/**
 * Events of the days; `has_ordered`: their visitor, or the customer that they name, placed an order on the same day and not in a
 * store, by telephone or on a marketplace.
 */
export const visits = ({ events, orders }: Facts) => `
  with sale as materialized (
    select days.day, placed.visitor_key, placed.customer_key
    from days join ${orders} as placed on placed.occurred_at >= days.starts_at and placed.occurred_at < days.ends_at
    where placed.is_online)
  select days.day, event.occurred_at as at, event.type, event.visitor,
         coalesce(event.device, '') as device, coalesce(${namedCampaign('event.campaign')}, '') as campaign,
         coalesce((days.day, event.visitor_key) in (select day, visitor_key from sale where visitor_key is not null), false)
           or coalesce((days.day, event.customer_key) in (select day, customer_key from sale where customer_key is not null), false)
           as has_ordered
  from days join ${events} as event on event.occurred_at >= days.starts_at and event.occurred_at < days.ends_at`;

const eventsOf = (events: string) => `days join ${events} as event
  on event.occurred_at >= days.starts_at and event.occurred_at < days.ends_at and event.visitor is not null`;

/** A visitor silent for so long begins another session, where the collector does not name sessions; a day's end ends all of them. */
const silence = `interval '30 minutes'`;
/** Nobody looks at a page for longer. */
const longestDwell = 1_800;

/** SQL of an aggregate: the first value that is there. */
const firstTold = (column: string, order: string) =>
  `(array_agg(${column} order by ${order}) filter (where ${column} is not null))[1]`;

/**
 * Sessions of the days, at their first event: `page_views`, `deeds` (what else was done on purpose), and the pages of which it is known how
 * long they were looked at, with the seconds. Pings tell it, else the next page; of the last page without pings nobody knows.
 */
export const sessions = ({ events }: Facts) => `
  with acted as materialized (
    select days.day, event.visitor, event.session_id, event.occurred_at, event.event_key, event.type, event.dwell_seconds,
           event.device, ${namedCampaign('event.campaign')} as campaign,
           coalesce(event.session_id is null and event.occurred_at - lag(event.occurred_at) over before_it > ${silence}, false)::int
             as begins
    from ${eventsOf(events)} and event.type <> 'impression'
    window before_it as (partition by days.day, event.visitor, event.session_id order by event.occurred_at, event.event_key)),
  placed as (
    select acted.*, sum(begins) over (partition by day, visitor, session_id order by occurred_at, event_key) as run
    from acted),
  paged as (
    select placed.*, count(*) filter (where type = 'page_view') over so_far as page
    from placed
    window so_far as (partition by day, visitor, session_id, run order by occurred_at, event_key)),
  pages as (
    select day, visitor, session_id, run, page, min(occurred_at) as at, max(dwell_seconds) filter (where type = 'page_ping') as pinged,
           count(*) filter (where ${isDeliberate('type')}) as deeds,
           ${firstTold('device', 'occurred_at, event_key')} as device, ${firstTold('campaign', 'occurred_at, event_key')} as campaign
    from paged group by day, visitor, session_id, run, page),
  looked as (
    select pages.*, page > 0 as is_page,
           coalesce(pinged, extract(epoch from lead(at) over (partition by day, visitor, session_id, run order by page) - at)) as dwell
    from pages)
  select day, min(at) as at, count(*) filter (where is_page) as page_views, sum(deeds) as deeds,
         coalesce(${firstTold('device', 'page')}, '') as device, coalesce(${firstTold('campaign', 'page')}, '') as campaign,
         count(dwell) filter (where is_page) as dwelled_pages, sum(least(dwell, ${longestDwell})) filter (where is_page and dwell is not null) as dwell_seconds
  from looked group by day, visitor, session_id, run`;

/** SQL: by the end of the day the customer had registered. */
const hadRegistered = (customerKey: string) => `exists (
    select from ${customersRelation} as customer
    where customer.customer_key = ${customerKey} and customer.registered_at < days.ends_at) as is_registered`;

/** Customers whom an event or order of the days names, and whether they had registered by then. */
export const members = ({ events, orders }: Facts) => `
  select days.day, event.occurred_at as at, event.customer_key, ${hadRegistered('event.customer_key')}
  from days join ${events} as event on event.occurred_at >= days.starts_at and event.occurred_at < days.ends_at
  where event.customer_key is not null
  union all
  select days.day, sale.occurred_at, sale.customer_key, ${hadRegistered('sale.customer_key')}
  from days join ${orders} as sale on sale.occurred_at >= days.starts_at and sale.occurred_at < days.ends_at
  where sale.customer_key is not null`;

/** Customers who registered on the days. */
export const registrations = `
  select days.day, customer.registered_at as at
  from days join ${customersRelation} as customer
    on customer.registered_at >= days.starts_at and customer.registered_at < days.ends_at`;

/** SQL: an event of the same visitor (`seen`, by visitor, or by customer where it has none) under a condition on its time. */
const sameVisitor = (events: string, time: string) => `(
  select min(other.occurred_at) as at from ${events} as other
  where other.visitor_key = seen.visitor_key and other.occurred_at ${time}
  union all
  select min(other.occurred_at) from ${events} as other
  where seen.visitor_key is null and other.customer_key = seen.customer_key and other.visitor_key is null
    and other.occurred_at ${time})`;

const visitorsSeen = (events: string) => `
  select days.day, days.starts_at, days.ends_at, event.visitor, event.visitor_key,
         case when event.visitor_key is null then event.customer_key end as customer_key, min(event.occurred_at) as at,
         (array_agg(coalesce(event.device, '') order by event.occurred_at, event.event_key))[1] as device
  from ${eventsOf(events)} group by 1, 2, 3, 4, 5, 6`;

/** Visitors of the days, with the device of their first event, and whether they were never there before the day. */
export const firstVisits = ({ events, known }: Facts) => `
  with seen as materialized (${visitorsSeen(events)})
  select seen.day, seen.at, seen.device,
         not exists (select from ${sameVisitor(known.events, '< seen.starts_at')} as earlier where earlier.at is not null) as is_new
  from seen`;

/** On more days than these all later ones are looked through anew. */
const mostDays = 31;

/** Days on which visitors of the given days came next: they may no longer be new there. */
export async function selectNextVisits(
  tx: Transaction,
  days: readonly string[],
  timeZone: string,
  today: string,
): Promise<string[]> {
  const past = days.filter((day) => day < today).sort();
  if (past.length === 0) return [];
  const rows = await tx.query<{ day: string }>(
    past.length > mostDays
      ? `select day::date::text as day from generate_series($1::date, $2::date, interval '1 day') as day`
      : `with days as materialized (
           select given.day, given.day::timestamp at time zone $2 as starts_at, (given.day + 1)::timestamp at time zone $2 as ends_at
           from unnest($1::date[]) as given (day)),
         seen as materialized (${visitorsSeen(eventsRelation)})
         select distinct (later.at at time zone $2)::date::text as day
         from seen cross join lateral ${sameVisitor(eventsRelation, '>= seen.ends_at')} as later
         where later.at is not null`,
    past.length > mostDays ? [past[0], today] : [past, timeZone],
  );
  return rows.map(({ day }) => day).filter((day) => day <= today);
}

/** Days on which the visitors of events came next after the events' own days. */
export async function selectNextVisitsOf(
  tx: Transaction,
  { event }: CameIn,
  timeZone: string,
  today: string,
): Promise<string[]> {
  if (event.length === 0) return [];
  const rows = await tx.query<{ day: string }>(
    `with seen as materialized (
       select distinct came.visitor_key, case when came.visitor_key is null then came.customer_key end as customer_key,
              ((came.occurred_at at time zone $2)::date + 1)::timestamp at time zone $2 as ends_at
       from ${eventsRelation} as came where came.event_key = any($1::bigint[]) and came.visitor is not null)
     select distinct (later.at at time zone $2)::date::text as day
     from seen cross join lateral ${sameVisitor(eventsRelation, '>= seen.ends_at')} as later
     where later.at is not null`,
    [event, timeZone],
  );
  return rows.map(({ day }) => day).filter((day) => day <= today);
}
