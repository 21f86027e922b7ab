import type { Queryable } from '../../../db/index.ts';
import type { TouchedKind } from '../../touches/touches.ts';

/**
 * Relations that indicators are counted from: each is SQL of a sub-select, to be joined under an alias. They are plain selects,
 * so that a condition on `occurred_at` outside of them is answered by an index. Ids and keys are as sent: links between visitors
 * and customers are not resolved, so that what a day showed does not change with a later link.
 */

/** SQL: who did it, as one number: the visitor, or the customer of a fact without one; null: nobody is told. */
const visitorOf = 'coalesce(2 * fact.visitor_key, 2 * fact.customer_key::bigint + 1)';

const events = `select fact.event_key, fact.type, fact.customer_key, fact.visitor_key, ${visitorOf} as visitor,
    fact.item_key, fact.occurred_at, fact.received_at, fact.list_id, fact.list_position, fact.query, fact.name, fact.properties, fact.session_id,
    fact.path, fact.device, fact.campaign, fact.dwell_seconds, fact.rating, fact.topic, fact.order_id, fact.results, fact.page
  from events as fact`;
const orders = `select fact.order_key, fact.order_id, fact.customer_key, fact.visitor_key, ${visitorOf} as visitor,
    fact.occurred_at, fact.total_minor, coalesce(fact.channel, '') as channel, coalesce(fact.store, '') as store,
    coalesce(fact.channel not in ('store', 'phone', 'marketplace'), true) as is_online,
    fact.shipping_minor, fact.tax_minor, fact.payment_fee_minor, fact.status is null as is_settled, fact.paid_at,
    fact.cancelled_at, fact.cancelled_at is not null as is_cancelled
  from orders as fact`;
const refunds = `select fact.refund_key, fact.refund_id, fact.customer_key, fact.occurred_at,
    coalesce(fact.reason, '') as reason, link.line_number,
    link.order_key, link.order_line_number, link.quantity, link.amount_minor
  from refunds as fact join refund_links as link on link.refund_key = fact.refund_key`;
const refundedLines = `select link.order_key, link.order_line_number, link.quantity, link.amount_minor
  from refund_links as link`;
const identityLinks = `select fact.visitor_key, fact.customer_key, fact.valid_from, fact.valid_until
  from identity_links as fact`;
const customers = `select fact.customer_key, fact.customer_id, fact.registered_at, fact.created_at, fact.profiling_allowed
  from customers as fact`;

/** Who a visitor was from when (with it) until when. */
export const identityLinksRelation = `(${identityLinks})`;

/** SQL: of such a row under the alias `link`, whether the visitor was that customer at a time. */
export const linkHoldsAt = (time: string) => `${time} >= link.valid_from and ${time} < link.valid_until`;

/** Columns: those of the table, and `visitor`. */
export const eventsRelation = `(${events})`;

/**
 * Orders with `total_minor`, what was paid beside it, and their life: `is_settled` (no status was told, so that the order is paid at
 * `occurred_at`), `paid_at` and `cancelled_at` of those with a status, `is_cancelled`; `is_online`: not in a store, by telephone or on a
 * marketplace.
 */
export const ordersRelation = `(${orders})`;

/**
 * Sale lines; their time, channel and customer are the order's. `cost_minor`, and that of a piece as exact as it was told: null where
 * no cost is known.
 */
export function orderLinesRelation(minorDigits: number): string {
  return `(select fact.order_key, fact.line_number, fact.item_key, fact.quantity, fact.unit_price, fact.list_price,
      fact.amount_minor, round(fact.unit_cost * fact.quantity * ${10 ** minorDigits}) as cost_minor,
      fact.unit_cost * ${10 ** minorDigits} as unit_cost_minor, fact.coupon_code, fact.list_id, fact.list_position
    from order_lines as fact)`;
}

/** What refunds gave back of sale lines, a row for each sale line: `occurred_at` and `reason` (empty: not told) are the refund's. */
export const refundsRelation = `(${refunds})`;

/** What was given back of each sale line, found by `order_key`. */
export const refundedLinesRelation = `(${refundedLines})`;

/** Items as they are now. */
export const itemsRelation = `(select fact.item_key, fact.item_id, fact.title, coalesce(fact.category, '') as category,
    coalesce(fact.brand, '') as brand, fact.is_product, fact.price, fact.cost, fact.stock, fact.hidden, fact.available_from,
    fact.available_until, fact.created_at, fact.attributes
  from items as fact)`;

export const customersRelation = `(${customers})`;

/** Relations from which figures of days are counted. */
export interface CountedRelations {
  events: string;
  orders: string;
  refunds: string;
  refundedLines: string;
  customers: string;
}

export const countedRelations: CountedRelations = {
  events: eventsRelation,
  orders: ordersRelation,
  refunds: refundsRelation,
  refundedLines: refundedLinesRelation,
  customers: customersRelation,
};

/** The same of a part of the facts. @param conditions SQL, of `fact`; of refunded lines of `link` */
export function relationsWhere(conditions: Record<keyof CountedRelations, string>): CountedRelations {
  return {
    events: `(${events} where ${conditions.events})`,
    orders: `(${orders} where ${conditions.orders})`,
    refunds: `(${refunds} where ${conditions.refunds})`,
    refundedLines: `(${refundedLines} where ${conditions.refundedLines})`,
    customers: `(${customers} where ${conditions.customers})`,
  };
}

/** Quotes a text for SQL. */
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * Stock by item and local day, of days on which it was known: `opening`, `lowest` and `closing` (null: not known), how long the item
 * was sold out on that day so far (`sold_out_seconds`), and for how long of the day so far its stock was known (`day_seconds`).
 */
export function stockDaysRelation(timeZone: string): string {
  return stockDays(timeZone, 'true');
}

/** Of these the days on which an item was sold out for a time: they are few, and an index knows them. */
export function soldOutDaysRelation(timeZone: string): string {
  return stockDays(timeZone, '(fact.sold_out_seconds > 0 or fact.closing = 0)');
}

function stockDays(timeZone: string, condition: string): string {
  const ends = `least(((fact.day + 1)::timestamp at time zone ${literal(timeZone)}), greatest(now(), fact.changed_at))`;
  return `(select fact.item_key, fact.day, fact.opening, fact.lowest, fact.closing,
      fact.sold_out_seconds + case when fact.closing = 0 then extract(epoch from ${ends} - fact.changed_at)::int else 0 end
        as sold_out_seconds,
      greatest(extract(epoch from ${ends} - coalesce(fact.known_at, fact.day::timestamp at time zone ${literal(timeZone)})), 0)::int
        as day_seconds
    from item_stock_days as fact where ${condition})`;
}

/** Prices as the catalogue told them, `since` when (null: not known from then on). */
export const itemPricesRelation = `(select fact.item_key, fact.since, fact.price from item_prices as fact)`;

/** Costs by `day`, `channel` and `campaign` (empty: not told): `amount_minor`, `impressions`, `clicks`. */
export const costsRelation = `(select fact.day, fact.channel, fact.campaign, fact.amount_minor, fact.impressions, fact.clicks
  from costs as fact)`;

/** Figures of others by `month` (its first day), `category` (empty: all goods), `measure` and `whose`: `value` and its `source`. */
export const marketFiguresRelation = `(select fact.month, fact.category, fact.measure, fact.whose, fact.value, fact.source
  from market_figures as fact)`;

/** SQL: when facts of a kind began and ended; `$1` is the shop's zone. */
const spans: Partial<Record<TouchedKind, string>> = {
  event: 'select min(occurred_at) as first, max(occurred_at) as last from events',
  order: 'select min(occurred_at) as first, max(occurred_at) as last from orders',
  refund: 'select min(occurred_at) as first, max(occurred_at) as last from refunds',
  cost: 'select min(day)::timestamp at time zone $1 as first, max(day)::timestamp at time zone $1 as last from costs',
  market:
    'select min(month)::timestamp at time zone $1 as first, max(month)::timestamp at time zone $1 as last from market_figures',
};

/** The first and last local day with a fact of the kinds, as far as these are of a time; undefined: there is none. */
export async function selectDaysOfFacts(
  db: Queryable,
  timeZone: string,
  kinds: readonly TouchedKind[],
): Promise<{ first: string; last: string } | undefined> {
  const wanted = kinds.flatMap((kind) => spans[kind] ?? []);
  if (wanted.length === 0) return undefined;
  const [row] = await db.query<{ first: string | null; last: string | null }>(
    `select (min(fact.first) at time zone $1)::date::text as first, (max(fact.last) at time zone $1)::date::text as last
     from (${wanted.join(' union all ')}) as fact`,
    [timeZone],
  );
  return row.first === null || row.last === null ? undefined : { first: row.first, last: row.last };
}
