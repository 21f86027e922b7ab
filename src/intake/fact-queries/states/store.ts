import type { Queryable } from '../../../db/index.ts';
import type { BehaviourType } from '../../behaviours.ts';
import { isDeliberate } from '../../events/store.ts';

interface BehaviourColumns {
  types: BehaviourType[];
  item_keys: number[];
  /** epoch milliseconds */
  times: number[];
  shown_keys: number[];
  shown_weights: number[];
  /** epoch milliseconds */
  shown_times: number[];
}

const newest = 50;

/** SQL: has the order line of a row of behaviours come back whole, or was its order cancelled? */
const cameBack = `
  (exists (select from orders sale where sale.order_key = latest.fact_key and sale.cancelled_at is not null) or (select sum(link.quantity) from refund_links link
   where link.order_key = latest.fact_key and link.order_line_number = latest.line_number)
  >= (select line.quantity from order_lines line
      where line.order_key = latest.fact_key and line.line_number = latest.line_number))`;

/** The newest behaviours of events and orders that `where` finds; each part walks an index backwards and stops early. */
function behaviours(where: string): string {
  return `
    (select type::text as type, item_key, occurred_at, event_key as fact_key, 0 as line_number from events fact
     where ${where} and item_key is not null and ${isDeliberate('type')} order by occurred_at desc limit ${newest})
    union all
    (select 'purchase', item_key, occurred_at, order_key, line_number
     from (select order_key, occurred_at from orders fact where ${where} order by occurred_at desc limit ${newest}) as bought
     join order_lines using (order_key))`;
}

/**
 * Gathers rows of behaviours into arrays, newest first; ties are broken in a fixed way. A purchase that came back whole is told
 * as returned.
 */
function gather(rows: string): string {
  return `
    select coalesce(array_agg(case when type = 'purchase' and ${cameBack} then 'returned' else type end), '{}') as types, coalesce(array_agg(item_key), '{}') as item_keys,
           coalesce(array_agg((extract(epoch from occurred_at) * 1000)::float8), '{}') as times
    from (select type, item_key, occurred_at, fact_key, line_number from (${rows}) as every
          order by occurred_at desc, type, fact_key desc, line_number limit ${newest}) as latest`;
}

const newestShown = 200;
/** Of what was shown so often at least it is told: less is no sign. */
const shownLeast = 3;

/** Rows of what was shown in the last days to whom `where` finds. */
function impressions(where: string): string {
  return `(select fact.item_key, fact.occurred_at from events fact
     where ${where} and fact.type = 'impression' and fact.item_key is not null and fact.occurred_at > now() - interval '7 days'
     order by fact.occurred_at desc limit ${newestShown})`;
}

/** Gathers them into arrays, an item once: how often, one of two days before its last a half, and when last. */
function gatherShown(rows: string): string {
  return `
    select coalesce(array_agg(item_key), '{}') as shown_keys, coalesce(array_agg(weight), '{}') as shown_weights,
           coalesce(array_agg(last_at), '{}') as shown_times
    from (select item_key, (extract(epoch from max(occurred_at)) * 1000)::float8 as last_at,
                 sum(power(0.5, extract(epoch from (latest - occurred_at))::float8 / 172800)) as weight
          from (select item_key, occurred_at, max(occurred_at) over (partition by item_key) as latest from (${rows}) as every) as seen
          group by item_key having count(*) >= ${shownLeast} order by item_key) as often`;
}

const ofVisitorWhileLinked = behaviours(`fact.visitor_key = link.visitor_key and fact.customer_key is null
       and fact.occurred_at >= link.valid_from and fact.occurred_at < link.valid_until`);

/**
 * The rows of `table` with the ids asked for. The ids come as JSON and not as an array, whose unknown length would make the
 * planner find a generic plan too dear, so that it planned over all partitions of events anew at every call. The limit makes
 * it look each id up instead of reading the whole table.
 */
function wanted(table: 'customers' | 'visitors', id: string): string {
  return `jsonb_array_elements_text($1::jsonb) as wanted(id),
  lateral (select * from ${table} where ${id} = wanted.id limit 1) as ${table}`;
}

const customerStates = `
  select customer_key, customer_id, profiling_allowed, types, item_keys, times, shown_keys, shown_weights, shown_times
  from ${wanted('customers', 'customer_id')}, lateral (${gather(`
    select * from (${behaviours('fact.customer_key = customers.customer_key')}) as own
    union all
    select linked.* from identity_links link, lateral (${ofVisitorWhileLinked}) as linked
    where link.customer_key = customers.customer_key`)}) as gathered,
  lateral (${gatherShown(`
    select * from ${impressions('fact.customer_key = customers.customer_key')} as own
    union all
    select linked.* from identity_links link, lateral ${impressions(`fact.visitor_key = link.visitor_key and fact.customer_key is null
       and fact.occurred_at >= link.valid_from and fact.occurred_at < link.valid_until`)} as linked
    where link.customer_key = customers.customer_key`)}) as shown`;

const visitorStates = `
  select visitor_key, visitor_id, customer_id, types, item_keys, times, shown_keys, shown_weights, shown_times
  from ${wanted('visitors', 'visitor_id')}
  left join lateral (select link.customer_key from identity_links link
                     where link.visitor_key = visitors.visitor_key and link.valid_until = 'infinity') as link on true
  left join customers using (customer_key),
  lateral (${gather(behaviours('fact.visitor_key = visitors.visitor_key'))}) as gathered,
  lateral (${gatherShown(impressions('fact.visitor_key = visitors.visitor_key'))}) as shown`;

export function selectCustomerStates(
  db: Queryable,
  customerIds: readonly string[],
): Promise<(BehaviourColumns & { customer_key: number; customer_id: string; profiling_allowed: boolean })[]> {
  return db.query(customerStates, [JSON.stringify(customerIds)], 'intake-customer-states');
}

export function selectVisitorStates(
  db: Queryable,
  visitorIds: readonly string[],
): Promise<(BehaviourColumns & { visitor_key: number; visitor_id: string; customer_id: string | null })[]> {
  return db.query(visitorStates, [JSON.stringify(visitorIds)], 'intake-visitor-states');
}
