import type { Queryable } from '../../../db/index.ts';
import type { CountedType } from '../../behaviours.ts';
import { linkThen, whose } from '../store.ts';

/** Which facts count; what is not given is not asked. */
export interface CountedFacts {
  itemId?: string | undefined;
  /** a category path; the items below it belong to it */
  category?: string | undefined;
  brand?: string | undefined;
  /** of events only with items that the customer did not buy afterwards, until `until` */
  notBought?: boolean | undefined;
  /** of orders, and among the properties of events */
  channel?: string | undefined;
  /** of orders */
  store?: string | undefined;
  /** of the page of an event; one such as `de` with those such as `de-AT` */
  language?: string | undefined;
  /** only within one and the same, the most of any */
  same?: 'item' | 'category' | 'brand' | 'session' | undefined;
  /** the same by a property of events */
  sameProperty?: string | undefined;
  /** facts that may be these customers' alone; others may be among them. Absent: of everybody */
  customerKeys?: readonly number[] | undefined;
}

/** A stretch of time, the end exclusive. */
export interface FactWindow {
  from: Date;
  until: Date;
}

/** Of which time facts count, and as of when: what was given back or cancelled by then did not happen. */
export interface CountedTime extends FactWindow {
  asOf: Date;
}

/** What to count of every customer. */
export interface CountedBehaviour extends CountedFacts, CountedTime {
  behaviour: CountedType;
}

/** Puts a value among a statement's parameters and gives its placeholder. */
export type Bind = (value: unknown) => string;

/** SQL of the keys of all customers who allow profiling, as `customer_key`. */
export const profiledCustomersQuery = 'select customer_key from customers where profiling_allowed';

/** SQL of the keys of customers in a share that a hash of their ids draws. */
export function drawnCustomersQuery(
  { salt, from, below }: { salt: string; from: number; below: number },
  bind: Bind,
): string {
  // The first 32 bits of it, as a share of all that there are.
  const hash = `sha256(convert_to(${bind(salt)}::text || ':' || customer_id, 'UTF8'))`;
  const bits = [0, 1, 2, 3]
    .map((place) => `get_byte(hashed.hash, ${place}) * ${256 ** (3 - place)}::float8`)
    .join(' + ');
  return `select customer_key from (select customer_key, ${hash} as hash from customers) as hashed
    where (${bits}) / ${2 ** 32}::float8 >= ${bind(from)}::float8 and (${bits}) / ${2 ** 32}::float8 < ${bind(below)}::float8`;
}

/**
 * SQL that counts a behaviour of every customer who did it: rows of `customer_key` and `count`. A purchase is an order with a
 * line of such an item of which something was left at `asOf`, and not cancelled by then; a fact of a visitor alone is of the customer that the visitor was then.
 */
export function behaviourCountsQuery(what: CountedBehaviour, bind: Bind): string {
  const { start, within } = bindWindow(what, bind);
  const same = sameBy(what, what.behaviour === 'purchase' ? 'line' : 'fact', bind);
  // The most within one and the same is looked for among them.
  const counted = (count: string, rest: string) =>
    same === undefined
      ? `select ${whose} as customer_key, ${count}::int as count ${rest} group by 1`
      : `select customer_key, max(count) as count from (
          select ${whose} as customer_key, ${count}::int as count ${rest} and ${same} is not null group by 1, ${same}) as keyed group by 1`;
  if (what.behaviour === 'purchase') {
    const now = bindMoment(what.asOf, bind);
    return counted(
      'count(distinct fact.order_key)',
      `from ${linesOf(what, now, bind)} where ${within} and ${whose} is not null and ${isLeft(now)} ${ofOrder(what, bind)}`,
    );
  }
  const bought = () => {
    const now = bindMoment(what.asOf, bind);
    return `
    left join (
      select ${whose} as customer_key, line.item_key, max(fact.occurred_at) as last_at
      from orders fact join order_lines line using (order_key) ${linkThen} ${undoneBy(now, what.customerKeys !== undefined)}
      where fact.occurred_at >= ${start} and fact.occurred_at < ${now} and ${isLeft(now)}${what.customerKeys ? ` and ${mayBeOf(bind(what.customerKeys))}` : ''} group by 1, 2) as bought
    on bought.customer_key = ${whose} and bought.item_key = fact.item_key and bought.last_at >= fact.occurred_at`;
  };
  return counted(
    'count(*)',
    `from events fact ${ofItem('fact', what, bind)} ${linkThen} ${what.notBought ? bought() : ''}
    where fact.type = ${bind(what.behaviour)}::event_type and ${within} and ${whose} is not null ${ofEvent(what, bind)}
      ${what.notBought ? 'and fact.item_key is not null and bought.customer_key is null' : ''}`,
  );
}

/**
 * SQL of what every customer who bought has paid, less what was given back by `asOf`: rows of `customer_key` and `amount` in
 * minor units. Orders that were cancelled by then are none.
 * @param what `inOneOrder`: the most of any order, instead of all together
 */
export function spendQuery(
  what: Omit<CountedFacts, 'same'> & { inOneOrder?: boolean } & CountedTime,
  bind: Bind,
): string {
  const { within } = bindWindow(what, bind);
  const now = bindMoment(what.asOf, bind);
  const paid = `
    select ${whose} as customer_key, sum(line.amount_minor - coalesce(undone.amount_minor, 0))::float8 as amount
    from ${linesOf(what, now, bind)}
    where ${within} and ${whose} is not null and ${isKept(now)} ${ofOrder(what, bind)} group by 1`;
  if (!what.inOneOrder) return paid;
  return `select customer_key, max(amount) as amount from (${paid}, fact.order_key) as of_orders group by 1`;
}

/** What of a customer one asks when it was last: seen by any event or order; ordered something of which something was left. */
export const lastFacts = ['seen', 'ordered'] as const;
export type LastFact = (typeof lastFacts)[number];

/** SQL of when it was last, of every customer of whom there is such a fact in a time: rows of `customer_key` and `last_at`. */
export function lastFactsQuery(
  { what, ...time }: { what: LastFact; customerKeys?: readonly number[] | undefined } & CountedTime,
  bind: Bind,
): string {
  const { within } = bindWindow(time, bind);
  const factsOf = (relation: string, isCounted = 'true') =>
    `select ${whose} as customer_key, fact.occurred_at from ${relation} where ${within} and ${whose} is not null and ${isCounted}`;
  const ordered = () => {
    const now = bindMoment(time.asOf, bind);
    return factsOf(linesOf(time, now, bind), isLeft(now));
  };
  const seen = () => ['events', 'orders'].map((table) => factsOf(`${table} fact ${linkThen}`)).join(' union all ');
  const facts = what === 'ordered' ? ordered() : seen();
  return `select customer_key, max(occurred_at) as last_at from (${facts}) as fact group by 1`;
}

/** SQL of what every customer bought and did not give back whole: rows of `customer_key` and `item_key`, of goods, each once. */
export function boughtItemsQuery(what: CountedTime, bind: Bind): string {
  const { within } = bindWindow(what, bind);
  const now = bindMoment(what.asOf, bind);
  return `
    select distinct ${whose} as customer_key, line.item_key
    from ${linesOf({ same: 'category' }, now, bind)}
    where ${within} and ${whose} is not null and ${isLeft(now)} and item.is_product`;
}

/** Days of 24 hours before a moment on which a customer ordered something of which something was left then. */
export interface OrderDays {
  days: number;
  /** how long before the moment the first and the last lie */
  first: number;
  last: number;
  /** of the first order: where it came in, and the top of the category of its goods of greatest value; null: not known */
  channel: string | null;
  category: string | null;
}

/** undefined: the customer had ordered nothing. */
export async function readOrderDays(db: Queryable, customerKey: number, asOf: Date): Promise<OrderDays | undefined> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const what = { from: new Date(0), until: asOf, asOf, customerKeys: [customerKey], same: 'category' as const };
  const { within } = bindWindow(what, bind);
  const now = bindMoment(asOf, bind);
  const [row] = await db.query<OrderDays>(
    `with own as (
       select floor(extract(epoch from ${now} - fact.occurred_at) / 86400)::int as day, fact.occurred_at, fact.order_key,
              line.line_number, fact.channel, case when item.is_product then split_part(item.category, ' > ', 1) end as category,
              line.amount_minor - coalesce(undone.amount_minor, 0) as amount
       from ${linesOf(what, now, bind)}
       where ${within} and ${whose} = ${bind(customerKey)}::int and ${isLeft(now)})
     select count(distinct day)::int as days, max(day) as first, min(day) as last,
            (array_agg(channel order by occurred_at, order_key))[1] as channel,
            (array_agg(category order by occurred_at, order_key, category is null, amount desc, line_number))[1] as category
     from own`,
    values,
  );
  return row.days === 0 ? undefined : row;
}

const bindMoment = (at: Date, bind: Bind) => `${bind(at)}::timestamptz`;

function bindWindow(
  { from, until, customerKeys }: CountedFacts & FactWindow,
  bind: Bind,
): { start: string; within: string } {
  const [start, end] = [bindMoment(from, bind), bindMoment(until, bind)];
  const within = `fact.occurred_at >= ${start} and fact.occurred_at < ${end}`;
  return { start, within: customerKeys ? `${within} and ${mayBeOf(bind(customerKeys))}` : within };
}

/** Said of the fact itself, so that its indexes serve. */
const mayBeOf = (keys: string) => `(fact.customer_key = any(${keys}::int[]) or fact.customer_key is null
    and fact.visitor_key = any(array(select own.visitor_key from identity_links as own where own.customer_key = any(${keys}::int[]))))`;

const isKept = (now: string) => `(fact.cancelled_at is null or fact.cancelled_at >= ${now})`;
const isLeft = (now: string) => `line.quantity > coalesce(undone.quantity, 0) and ${isKept(now)}`;

/** What was given back: of few lines each looks for its own. */
const undoneBy = (now: string, isOfFew: boolean) =>
  isOfFew
    ? `
    left join lateral (
      select sum(part.quantity) as quantity, sum(part.amount_minor) as amount_minor
      from refund_links part join refunds refund using (refund_key)
      where part.order_key = line.order_key and part.order_line_number = line.line_number and refund.occurred_at < ${now}
    ) as undone on true`
    : `
    left join (
      select link.order_key, link.order_line_number as line_number, sum(link.quantity) as quantity, sum(link.amount_minor) as amount_minor
      from refund_links link join refunds refund using (refund_key) where refund.occurred_at < ${now} group by 1, 2
    ) as undone on undone.order_key = line.order_key and undone.line_number = line.line_number`;

const linesOf = (what: CountedFacts, now: string, bind: Bind) =>
  `orders fact join order_lines line using (order_key) ${ofItem('line', what, bind)} ${linkThen} ${undoneBy(now, what.customerKeys !== undefined)}`;

function ofOrder({ channel, store }: CountedFacts, bind: Bind): string {
  return [
    ...(channel === undefined ? [] : [`and fact.channel = ${bind(channel)}::text`]),
    ...(store === undefined ? [] : [`and fact.store = ${bind(store)}::text`]),
  ].join(' ');
}

function ofEvent({ channel, language }: CountedFacts, bind: Bind): string {
  const spoken = `lower(fact.page ->> 'language')`;
  const asked = language === undefined ? '' : `lower(${bind(language)}::text)`;
  return [
    ...(channel === undefined ? [] : [`and fact.properties ->> 'channel' = ${bind(channel)}::text`]),
    ...(language === undefined ? [] : [`and (${spoken} = ${asked} or starts_with(${spoken}, ${asked} || '-'))`]),
  ].join(' ');
}

function sameBy({ same, sameProperty }: CountedFacts, source: 'line' | 'fact', bind: Bind): string | undefined {
  if (sameProperty !== undefined) return `(fact.properties ->> ${bind(sameProperty)}::text)`;
  if (same === undefined) return undefined;
  return { item: `${source}.item_key`, category: 'item.category', brand: 'item.brand', session: 'fact.session_id' }[
    same
  ];
}

function ofItem(source: 'line' | 'fact', { itemId, category, brand, same }: CountedFacts, bind: Bind): string {
  const conditions = [
    ...(itemId === undefined ? [] : [`item.item_id = ${bind(itemId)}::text`]),
    ...(category === undefined ? [] : [inCategory('item.category', bind(category))]),
    ...(brand === undefined ? [] : [`item.brand = ${bind(brand)}::text`]),
  ];
  if (conditions.length === 0 && same !== 'category' && same !== 'brand') return '';
  return `join items item on ${[`item.item_key = ${source}.item_key`, ...conditions].join(' and ')}`;
}

function inCategory(column: string, category: string): string {
  return `(${column} = ${category}::text or starts_with(${column}, ${category}::text || ' > '))`;
}

/** SQL of the customers of whom there is a fact in one of these stretches: events, orders, and what was given back. */
export function movedCustomersQuery(slices: readonly FactWindow[], bind: Bind): string {
  const bounds = slices.map(({ from, until }) => [`${bind(from)}::timestamptz`, `${bind(until)}::timestamptz`]);
  const within = (time: string) =>
    bounds.map(([from, until]) => `${time} >= ${from} and ${time} < ${until}`).join(' or ');
  return `
    select distinct ${whose} as customer_key from (
      select event.customer_key, event.visitor_key, event.occurred_at from events as event where ${within('event.occurred_at')}
      union all
      select placed.customer_key, placed.visitor_key, placed.occurred_at from orders as placed where ${within('placed.occurred_at')}
      union all
      select undone.customer_key, undone.visitor_key, undone.occurred_at from orders as undone
        join refund_links as part using (order_key) join refunds as refund using (refund_key) where ${within('refund.occurred_at')}
    ) as fact ${linkThen} where ${whose} is not null`;
}
