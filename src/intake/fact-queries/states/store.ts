import type { Queryable } from '../../../db/index.ts';
import { behaviours } from '../../behaviours.ts';
import { isDeliberate } from '../../events/store.ts';
import type { Attributes } from '../../request-elements.ts';
import { type Arrival, arrivalOfVisitor } from '../arrivals/store.ts';
import { bytesPerBehaviour } from './packed.ts';

/** So many behaviours of somebody are told. */
const newest = 50;

/** SQL: so many bytes at the beginning of packed behaviours are those that are told. */
export const newestBytes = newest * bytesPerBehaviour;

/** SQL: has the order line of a row of behaviours come back whole, or was its order cancelled? */
const cameBack = `
  (exists (select from orders sale where sale.order_key = latest.fact_key and sale.cancelled_at is not null) or (select sum(link.quantity) from refund_links link
   where link.order_key = latest.fact_key and link.order_line_number = latest.line_number)
  >= (select line.quantity from order_lines line
      where line.order_key = latest.fact_key and line.line_number = latest.line_number))`;

/** Whose facts (alias `fact`) are looked at: SQL of a key, of a column that an index begins with. */
interface Whose {
  column: 'customer_key' | 'visitor_key';
  key: string;
  /** SQL that is true of their facts */
  where?: string;
}

/** Of which time; SQL of moments, absent: from the beginning, to the end. */
export interface Stretch {
  since?: string;
  until?: string;
  /** there are no events before this one: partitions of before are not even opened */
  eventsFrom?: string;
}

/** Rows of the newest behaviours; each part walks an index backwards and stops early. */
function behavioursOf({ column, key, where = 'true' }: Whose, { since, until, eventsFrom }: Stretch = {}): string {
  const bounds = [`fact.${column} = ${key}`, where];
  // Not on time alone: the index of times would look good where few facts are thought to be so young, and is read in vain for each.
  if (since !== undefined) bounds.push(`(fact.${column}, fact.occurred_at) >= (${key}, ${since})`);
  if (until !== undefined) bounds.push(`fact.occurred_at < ${until}`);
  const ofEvents = eventsFrom === undefined ? bounds : [...bounds, `fact.occurred_at >= ${eventsFrom}`];
  return `
    (select type::text as type, item_key, occurred_at, event_key as fact_key, 0 as line_number from events fact
     where ${ofEvents.join(' and ')} and item_key is not null and ${isDeliberate('type')} order by occurred_at desc limit ${newest})
    union all
    (select 'purchase', item_key, occurred_at, order_key, line_number
     from (select order_key, occurred_at from orders fact where ${bounds.join(' and ')} order by occurred_at desc limit ${newest}) as bought
     join order_lines using (order_key))`;
}

/** SQL: facts of a visitor while this link held. */
const byLinkedVisitor: Whose = {
  column: 'visitor_key',
  key: 'link.visitor_key',
  where: 'fact.customer_key is null and fact.occurred_at >= link.valid_from and fact.occurred_at < link.valid_until',
};
const byName = (customer: string): Whose => ({ column: 'customer_key', key: customer });

/**
 * SQL: rows of what a customer did by name and as visitors while they were the customer.
 * @param customer SQL of the key
 */
export function behavioursOfCustomer(customer: string, stretch?: Stretch): string {
  return `
    select * from (${behavioursOf(byName(customer), stretch)}) as own
    union all
    select linked.* from identity_links link, lateral (${behavioursOf(byLinkedVisitor, stretch)}) as linked
    where link.customer_key = ${customer}`;
}

/** SQL: the number of a type of behaviour. */
const numberOfType = `case type ${Object.entries(behaviours)
  .map(([type, { number }]) => `when '${type}' then ${number}`)
  .join(' ')} end`;
const ofOrders = Object.entries(behaviours)
  .filter(([, { source }]) => source !== 'event')
  .map(([type]) => `'${type}'`)
  .join();

const milliseconds = (moment: string) => `floor(extract(epoch from ${moment}) * 1000)::int8`;

/**
 * SQL: the newest of rows of behaviours, newest first, as one value (see `unpackBehaviours`); ties are broken in a fixed way. A
 * purchase that came back whole is told as returned. With the oldest time of an event among them.
 */
export function packNewest(rows: string): string {
  return `
    select coalesce(string_agg(substr(int2send((${numberOfType})::int2), 2) || int4send(item_key)
             || int8send(${milliseconds('occurred_at')}), ''::bytea), '') as behaviours,
           min(occurred_at) filter (where type not in (${ofOrders})) as oldest_event_at
    from (select case when type = 'purchase' and ${cameBack} then 'returned' else type end as type, item_key, occurred_at
          from (select type, item_key, occurred_at, fact_key, line_number from (${rows}) as every
                order by occurred_at desc, type, fact_key desc, line_number limit ${newest}) as latest) as told`;
}

const newestShown = 200;
/** Of what was shown so often at least it is told: less is no sign. */
const shownLeast = 3;

/** Rows of what was shown in the last days. */
function impressionsOf({ column, key, where = 'true' }: Whose, eventsFrom?: string): string {
  return `(select fact.item_key, fact.occurred_at from events fact
     where fact.${column} = ${key} and ${where} and fact.type = 'impression' and fact.item_key is not null
       and fact.occurred_at > now() - interval '7 days' ${eventsFrom === undefined ? '' : `and fact.occurred_at >= ${eventsFrom}`}
     order by fact.occurred_at desc limit ${newestShown})`;
}

/** Packs them (see `unpackShown`), an item once: how often, one of two days before its last a half, and when last. */
function packShown(rows: string): string {
  return `
    select coalesce(string_agg(int4send(item_key) || float8send(weight) || int8send(${milliseconds('last_at')}), ''::bytea), '') as shown
    from (select item_key, max(occurred_at) as last_at,
                 sum(power(0.5, extract(epoch from (latest - occurred_at))::float8 / 172800)) as weight
          from (select item_key, occurred_at, max(occurred_at) over (partition by item_key) as latest from (${rows}) as every) as seen
          group by item_key having count(*) >= ${shownLeast} order by item_key) as often`;
}

const newestSearches = 3;

/** Rows of what was searched for within a day. */
function searchesOf({ column, key, where = 'true' }: Whose, eventsFrom?: string): string {
  return `(select fact.query, fact.occurred_at from events fact
     where fact.${column} = ${key} and ${where} and fact.type = 'search' and fact.query is not null
       and fact.occurred_at > now() - interval '1 day' ${eventsFrom === undefined ? '' : `and fact.occurred_at >= ${eventsFrom}`}
     order by fact.occurred_at desc limit ${newestSearches})`;
}

/** As JSON, the newest first: pairs of the words and when, in epoch milliseconds. */
function packSearches(rows: string): string {
  return `
    select coalesce(json_agg(json_build_array(query, ${milliseconds('occurred_at')}) order by occurred_at desc, query), '[]') as searches
    from (select query, occurred_at from (${rows}) as every order by occurred_at desc, query limit ${newestSearches}) as latest`;
}

/** SQL: what a customer searched for. */
function searchedBy(customer: string, eventsFrom?: string): string {
  return packSearches(`
    select * from ${searchesOf(byName(customer), eventsFrom)} as own
    union all
    select linked.* from identity_links link, lateral ${searchesOf(byLinkedVisitor, eventsFrom)} as linked
    where link.customer_key = ${customer}`);
}

/**
 * The rows of `table` with the ids asked for. The ids come as JSON and not as an array, whose unknown length would make the
 * planner find a generic plan too dear, so that it planned over all partitions of events anew at every call. The limit makes
 * it look each id up instead of reading the whole table.
 */
function wanted(table: 'customers' | 'visitors', id: string): string {
  return `jsonb_array_elements_text($1::jsonb) as wanted(id),
  lateral (select * from ${table} where ${id} = wanted.id limit 1) as ${table}`;
}

/** SQL: what a customer was shown. */
function shownTo(customer: string, eventsFrom?: string): string {
  return packShown(`
    select * from ${impressionsOf(byName(customer), eventsFrom)} as own
    union all
    select linked.* from identity_links link, lateral ${impressionsOf(byLinkedVisitor, eventsFrom)} as linked
    where link.customer_key = ${customer}`);
}

const customerStates = `
  select customer_key, customer_id, profiling_allowed, customers.attributes, newest.behaviours, shown.shown, searched.searches
  from ${wanted('customers', 'customer_id')},
  lateral (${packNewest(behavioursOfCustomer('customers.customer_key'))}) as newest,
  lateral (${shownTo('customers.customer_key')}) as shown,
  lateral (${searchedBy('customers.customer_key')}) as searched`;

/** From their rows of newest behaviours, where these are not of before a day, with what came after. */
function statesByRow(day: string): string {
  const since = 'known.since';
  const eventsFrom = `timestamptz '${day}'`;
  const news = behavioursOfCustomer('customers.customer_key', { since, eventsFrom });
  return `
    select customers.customer_key, customer_id, profiling_allowed, customers.attributes,
           substr(newest.behaviours || known.behaviours, 1, ${newestBytes}) as behaviours, shown.shown, searched.searches
    from ${wanted('customers', 'customer_id')},
    lateral (select held.since, held.behaviours from newest_behaviours as held
             where held.customer_key = customers.customer_key and held.since >= ${eventsFrom} limit 1) as known,
    lateral (${packNewest(news)}) as newest,
    lateral (${shownTo('customers.customer_key', eventsFrom)}) as shown,
    lateral (${searchedBy('customers.customer_key', eventsFrom)}) as searched`;
}

const visitor: Whose = { column: 'visitor_key', key: 'visitors.visitor_key' };
const visitorStates = (arrival: string) => `
  select visitor_key, visitor_id, customer_id, newest.behaviours, shown.shown, searched.searches,
    ${arrival} as arrival
  from ${wanted('visitors', 'visitor_id')}
  left join lateral (select link.customer_key from identity_links link
                     where link.visitor_key = visitors.visitor_key and link.valid_until = 'infinity') as link on true
  left join customers using (customer_key),
  lateral (${packNewest(behavioursOf(visitor))}) as newest,
  lateral (${packShown(impressionsOf(visitor))}) as shown,
  lateral (${packSearches(searchesOf(visitor))}) as searched`;
const visitorsAlone = visitorStates('null::json');
const visitorsWithArrival = visitorStates(arrivalOfVisitor('visitors.visitor_key'));

/** `behaviours` and `shown` are packed. */
interface StateRow {
  behaviours: Buffer;
  shown: Buffer;
  searches: [query: string, at: number][];
}

export interface CustomerRow extends StateRow {
  customer_key: number;
  customer_id: string;
  profiling_allowed: boolean;
  attributes: Attributes;
}

/** What another station reads of each customer in the same statement. */
export interface Beside {
  /** a part of the statement's name: another one for each `columns` and `join` */
  name: string;
  /** SQL; no values, because the planner would plan anew for each of them */
  columns: string;
  /** SQL that joins to `state`, of which `customer_key` and `profiling_allowed` are known, and leaves none of it out */
  join: string;
}

function withBeside(states: string, beside: Beside | undefined): string {
  return beside ? `select state.*, ${beside.columns} from (${states}) as state ${beside.join}` : states;
}

/** From the facts. */
export function selectCustomerStates(
  db: Queryable,
  customerIds: readonly string[],
  beside?: Beside,
): Promise<CustomerRow[]> {
  const name = `intake-customer-states${beside?.name ?? ''}`;
  return db.query(withBeside(customerStates, beside), [JSON.stringify(customerIds)], name);
}

const dayMs = 86_400_000;
/** More than impressions are looked back for. */
const daysLookedBack = 8;
let byRow = { name: '', statement: '' };

/**
 * Of those who have a row of newest behaviours that is a few days old at most: it, and what came after. The days stand in the
 * statement itself, so that partitions of before them are no part of its plan: to open them cost most of it.
 * @param now epoch milliseconds
 */
export function selectStatesByRow(
  db: Queryable,
  customerIds: readonly string[],
  now: number,
  beside?: Beside,
): Promise<CustomerRow[]> {
  const day = new Date(now - daysLookedBack * dayMs).toISOString().slice(0, 10);
  const name = `intake-customer-states-${day}${beside?.name ?? ''}`;
  if (byRow.name !== name) byRow = { name, statement: withBeside(statesByRow(`${day}T00:00:00Z`), beside) };
  return db.query(byRow.statement, [JSON.stringify(customerIds)], name);
}

export function selectVisitorStates(
  db: Queryable,
  visitorIds: readonly string[],
  withArrival: boolean,
): Promise<
  (StateRow & { visitor_key: number; visitor_id: string; customer_id: string | null; arrival: Arrival | null })[]
> {
  const [statement, name] = withArrival
    ? [visitorsWithArrival, 'intake-visitor-states-with-arrival']
    : [visitorsAlone, 'intake-visitor-states'];
  return db.query(statement, [JSON.stringify(visitorIds)], name);
}
