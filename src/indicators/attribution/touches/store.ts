import { type Database, deleteInPortions, type Queryable, type Transaction } from '../../../db/index.ts';
import { eventsRelation, orderLinesRelation, ordersRelation, refundedLinesRelation } from '../../../intake/index.ts';
import { saidOfItem, servedListsRelation } from '../../../recommendations/index.ts';
import { releasesRelation } from '../../../versions/index.ts';

/**
 * SQL of which lists facts came from. `$1` are local days, `$2` the shop's zone, `$3` the window in days.
 *
 * A list counts where it is in the log and holds the fact's item: for an event that names it for the window after it was served, and
 * for a sale line for two, as what is clicked at the end of the one may be bought at the end of the next. So no day hangs on lists
 * older than two windows. Whose a fact is, its own ids say: the customer, and the visitor;
 * and for a customer every visitor that an event names beside them within the window. Links are not asked, so that what a day
 * showed changes only with facts of the window before it.
 */

const days = `days as materialized (
  select given.day, given.day::timestamp at time zone $2 as starts_at, (given.day + 1)::timestamp at time zone $2 as ends_at
  from unnest($1::date[]) as given (day))`;

const onDay = (time: string) => `${time} >= days.starts_at and ${time} < days.ends_at`;
const inWindow = (time: string, at: string) => `${time} > ${at} - $3::int * interval '1 day' and ${time} <= ${at}`;
/**
 * Each row looks for what is its own by index: a plan that joined whole tables instead would read all that ever happened. What
 * `of` selects is not joined into the statement around it because of its `offset 0`.
 */
const each = (of: string) => `cross join lateral (${of} offset 0)`;
/** The list of an id, where it is in the log, holds the item and was served not too long before. All SQL. */
const listHolding = (id: string, item: string, { at, windows }: { at: string; windows: 1 | 2 }) =>
  each(`select list.* from ${servedListsRelation} as list where list.list_id = ${id} and ${item} = any(list.item_keys)
    and list.served_at > ${at} - ${windows} * $3::int * interval '1 day'`);
/** A list that was found already. */
const listFound = (id: string) => each(`select list.* from ${servedListsRelation} as list where list.list_id = ${id}`);

/**
 * The visitors of each row of `fact` (fact_key, customer_key, visitor_key, at), and what lists these people clicked and were shown
 * in the window before.
 */
const people = `
  visitor as materialized (
    select fact.fact_key, fact.at, fact.customer_key, fact.visitor_key from fact where fact.visitor_key is not null
    union
    select fact.fact_key, fact.at, fact.customer_key, met.visitor_key
    from fact ${each(`select event.visitor_key from ${eventsRelation} as event
      where event.customer_key = fact.customer_key and ${inWindow('event.occurred_at', 'fact.at')}
        and event.visitor_key is not null`)} as met),
  seen as materialized (
    select fact.fact_key, done.type, done.item_key, done.list_id, done.occurred_at
    from fact ${each(`select event.* from ${eventsRelation} as event
      where event.customer_key = fact.customer_key and ${inWindow('event.occurred_at', 'fact.at')}
        and event.list_id is not null and event.type in ('click', 'impression')`)} as done
    union all
    select visitor.fact_key, done.type, done.item_key, done.list_id, done.occurred_at
    from visitor ${each(`select event.* from ${eventsRelation} as event
      where event.visitor_key = visitor.visitor_key and (event.customer_key is null or visitor.customer_key is null)
        and ${inWindow('event.occurred_at', 'visitor.at')}
        and event.list_id is not null and event.type in ('click', 'impression')`)} as done)`;

/** The list that last showed its item to the person of each row of `wanted` (fact_key, number, customer_key, at, item_key). */
const shown = `
  showing as (
    select wanted.fact_key, wanted.number, list.list_id, list.served_at as at
    from wanted ${each(`select list.list_id, list.served_at from ${servedListsRelation} as list
      where list.customer_key = wanted.customer_key and ${inWindow('list.served_at', 'wanted.at')}
        and wanted.item_key = any(list.item_keys)`)} as list
    union all
    select wanted.fact_key, wanted.number, list.list_id, list.served_at
    from wanted join visitor on visitor.fact_key = wanted.fact_key
      ${each(`select list.list_id, list.served_at from ${servedListsRelation} as list
        where list.customer_key is null and list.visitor_key = visitor.visitor_key
          and ${inWindow('list.served_at', 'wanted.at')} and wanted.item_key = any(list.item_keys)`)} as list
    union all
    select wanted.fact_key, wanted.number, list.list_id, seen.occurred_at
    from wanted join seen on seen.fact_key = wanted.fact_key and seen.item_key = wanted.item_key and seen.type = 'impression'
      ${listHolding('seen.list_id', 'wanted.item_key', { at: 'seen.occurred_at', windows: 1 })} as list),
  shown as (
    select distinct on (showing.fact_key, showing.number) showing.fact_key, showing.number, showing.list_id, showing.at
    from showing order by showing.fact_key, showing.number, showing.at desc, showing.list_id desc)`;

const said = saidOfItem('list', 'place.position');
/** Where on `list` an item (SQL) stands. */
const placeOf = (item: string) =>
  `cross join lateral (select array_position(list.item_keys, ${item}) as position) as place`;
const listColumns = `list.placement, list.release_id, ${said.source} as source, ${said.ruleId} as rule_id,
  place.position as list_position, list.arm`;

/**
 * Which lists each sale line of the days came from, earliest first: the lists through which its item was clicked in the window
 * before the order, each once, and last the one that the line names. A line with none of them has the list that last showed its
 * item to that person, of kind `shown`.
 */
export const creditsQuery = `
  with ${days},
  fact as materialized (
    select sale.order_key as fact_key, days.day, sale.customer_key, sale.visitor_key, sale.occurred_at as at
    from days join ${ordersRelation} as sale on ${onDay('sale.occurred_at')}),
  ${people},
  line as materialized (
    select fact.fact_key, line.line_number as number, fact.day, fact.customer_key, fact.at, line.item_key, line.list_id
    from fact ${each(`select line.* from ${orderLinesRelation(0)} as line where line.order_key = fact.fact_key`)} as line),
  clicked as (
    select line.fact_key, line.number, list.list_id, max(seen.occurred_at) as at
    from line join seen on seen.fact_key = line.fact_key and seen.item_key = line.item_key and seen.type = 'click'
      ${listHolding('seen.list_id', 'line.item_key', { at: 'seen.occurred_at', windows: 1 })} as list
    group by line.fact_key, line.number, list.list_id),
  named as (
    select line.fact_key, line.number, list.list_id, line.at
    from line ${listHolding('line.list_id', 'line.item_key', { at: 'line.at', windows: 2 })} as list),
  touch as materialized (
    select fact_key, number, list_id, coalesce(clicked.at, named.at) as at, named.list_id is not null as is_named
    from clicked full join named using (fact_key, number, list_id)),
  wanted as (
    select line.* from line
    where not exists (select from touch where touch.fact_key = line.fact_key and touch.number = line.number)),
  ${shown}
  select line.fact_key as order_key, line.number as line_number, credit.touch_number, credit.touches, line.day, credit.kind,
    credit.at as touched_at, credit.list_id, ${listColumns}
  from (select fact_key, number, list_id, at, case when is_named then 'line' else 'click' end as kind,
          (row_number() over (partition by fact_key, number order by is_named, at, list_id))::int as touch_number,
          (count(*) over (partition by fact_key, number))::int as touches
        from touch
        union all
        select fact_key, number, list_id, at, 'shown', 1, 1 from shown) as credit
    join line on line.fact_key = credit.fact_key and line.number = credit.number
    ${listFound('credit.list_id')} as list ${placeOf('line.item_key')}`;

/** What was seen, clicked and put in the cart on the days, by what its list says of the item; and what lists assisted in. */
export const countsQuery = `
  with ${days},
  event as materialized (
    select event.event_key as fact_key, days.day, event.type, event.customer_key, event.visitor_key, event.occurred_at as at,
      event.item_key, event.list_id
    from days join ${eventsRelation} as event on ${onDay('event.occurred_at')}
    where event.type in ('impression', 'click', 'cart_add') and event.item_key is not null),
  listed as materialized (
    select event.fact_key, event.day, event.type, event.item_key, event.list_id
    from event ${listHolding('event.list_id', 'event.item_key', { at: 'event.at', windows: 1 })} as list),
  fact as materialized (
    select event.* from event
    where event.type <> 'impression' and not exists (select from listed where listed.fact_key = event.fact_key)),
  ${people},
  wanted as (select fact.*, 1 as number from fact),
  ${shown},
  counted as (
    select listed.day, listed.type, false as is_assisted, listed.item_key, listed.list_id from listed
    union all
    select fact.day, fact.type, true, fact.item_key, shown.list_id from fact join shown on shown.fact_key = fact.fact_key)
  select counted.day, ${listColumns},
    count(*) filter (where type = 'impression') as impressions,
    count(*) filter (where type = 'click' and not is_assisted) as clicks,
    count(*) filter (where type = 'cart_add' and not is_assisted) as cart_adds,
    count(*) filter (where type = 'click' and is_assisted) as assisted_clicks,
    count(*) filter (where type = 'cart_add' and is_assisted) as assisted_cart_adds
  from counted ${listFound('counted.list_id')} as list ${placeOf('counted.item_key')}
  group by 1, 2, 3, 4, 5, 6, 7`;

const creditColumns = `order_key, line_number, touch_number, touches, day, kind, touched_at, list_id, placement, release_id, source,
  rule_id, list_position, arm`;
const countColumns = `day, placement, release_id, source, rule_id, list_position, arm, impressions, clicks, cart_adds, assisted_clicks,
  assisted_cart_adds`;

/** Finds anew which lists the events and sale lines of local days came from. */
export async function replaceAttribution(
  tx: Transaction,
  days: readonly string[],
  { timeZone, windowDays }: { timeZone: string; windowDays: number },
): Promise<void> {
  const values = [days, timeZone, windowDays];
  await tx.query('delete from list_counts where day = any($1::date[])', [days]);
  await tx.query('delete from list_credits where day = any($1::date[])', [days]);
  // A shop that serves no lists is not looked through for what came from them.
  const [log] = await tx.query<{ serves: boolean }>(
    `select exists (select from ${servedListsRelation} as list) as serves`,
  );
  if (!log.serves) return;
  await tx.query(`insert into list_counts (${countColumns}) ${countsQuery}`, values);
  await tx.query(`insert into list_credits (${creditColumns}) ${creditsQuery}`, values);
}

/** Since which local day the tables are whole; undefined: nothing of them has gone. */
export async function selectListsKeptFrom(db: Queryable): Promise<string | undefined> {
  const [row] = await db.query<{ day: string | null }>('select lists_kept_from::text as day from roll_up_progress');
  return row?.day ?? undefined;
}

/** Deletes what was found of days before a local day, whose retention has passed. @returns how many rows */
export async function expireAttribution(db: Database, before: string, leave?: AbortSignal): Promise<number> {
  // Written down first: what was counted of these days must not be counted anew without it.
  await db.query(
    `update roll_up_progress set lists_kept_from = greatest(lists_kept_from, $1::date)
     where exists (select from list_counts as count where count.day < $1::date)
       or exists (select from list_credits as credit where credit.day < $1::date)`,
    [before],
  );
  const expire = (table: string) =>
    deleteInPortions(
      db,
      `with due as (select ctid from ${table} where day < $1::date limit $2),
            gone as (delete from ${table} where ctid = any(array(select ctid from due)) returning 1)
       select count(*)::int as count from gone`,
      [before],
      leave,
    );
  return (await expire('list_counts')) + (await expire('list_credits'));
}

/** SQL: the model that a source's items come from, with its version in the release `made`. */
const modelOf = (source: string) => {
  const kind = `case when ${source} in ('popularity', 'trending') then 'popularity'
    when ${source} = 'segment-popularity' then 'segmentation'
    when ${source} in ('association-rules', 'co-occurrence', 'category-complement') then 'association-rules'
    else 'collaborative-filtering' end`;
  return `case when ${source} in ('', 'catalogue', 'recently-viewed', 'new-arrivals', 'on-sale', 'given', 'pinned', 'content', 'exposure', 'search') then ${source}
    else ${kind} || coalesce(' ' || (made.versions ->> (${kind})), '') end`;
};

/** What was counted of lists (SQL of a relation), by day, with the model of the item. */
export const countsWithModel = (counts: string) => `(select counted.*, ${modelOf('counted.source')} as model
  from ${counts} as counted left join ${releasesRelation} as made on made.release_id = counted.release_id)`;

/** The same of what is stored. */
export const listCountsRelation = countsWithModel('list_counts');

export const storedCredits = '(select stored.* from list_credits as stored)';

/**
 * Credits (SQL of a relation) with the model and what the sale line kept: `kept` (0: its order was cancelled) times its quantity and
 * amount less what was given back, and of a line of known cost that amount and that cost.
 */
export function creditedLines(credits: string, minorDigits: number): string {
  return `(select credit.*, ${modelOf('credit.source')} as model, sale.is_cancelled,
      kept.lines * (line.quantity - coalesce(undone.quantity, 0)) as net_quantity,
      kept.lines * (line.amount_minor - coalesce(undone.amount_minor, 0)) as net_minor,
      case when line.cost_minor is not null then kept.lines * (line.amount_minor - coalesce(undone.amount_minor, 0)) end as costed_minor,
      round(kept.lines * line.cost_minor * (1 - coalesce(undone.quantity, 0) / line.quantity)) as net_cost_minor
    from ${credits} as credit
      join ${ordersRelation} as sale on sale.order_key = credit.order_key
      cross join lateral (select (not sale.is_cancelled)::int as lines) as kept
      join ${orderLinesRelation(minorDigits)} as line on line.order_key = credit.order_key and line.line_number = credit.line_number
      left join lateral (select sum(link.quantity) as quantity, sum(link.amount_minor) as amount_minor
                         from ${refundedLinesRelation} as link
                         where link.order_key = credit.order_key and link.order_line_number = credit.line_number) as undone on true
      left join ${releasesRelation} as made on made.release_id = credit.release_id)`;
}
