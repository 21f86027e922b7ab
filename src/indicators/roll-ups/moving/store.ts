import type { Transaction } from '../../../db/index.ts';
import {
  countedRelations,
  eventsRelation,
  ordersRelation,
  readMoment,
  refundsRelation,
  relationsWhere,
} from '../../../intake/index.ts';
import { addDays } from '../../../shop/days.ts';
import { type ChangedCell, cellsOf, days as daysGiven, isSame, ofCell } from '../cells/store.ts';
import { type CameIn, type Facts, figuresOf, type Moves, type Source } from '../family.ts';

/** Whom and what facts that came in belong to: keys. */
export interface Scope {
  /** whose events are counted */
  visitors: number[];
  /** whose orders are counted */
  buyingVisitors: number[];
  customers: number[];
  orders: number[];
}

/** So many days before and after the days lie facts on which these hang, and orders among them. */
const before = 9;
const ordersBefore = 92;
const after = 3;

/** SQL: parameters of the moments between which an event and an order is looked for. */
const eventTime = (time: string) => `${time} >= $10::timestamptz and ${time} < $12::timestamptz`;
const orderTime = (time: string) => `${time} >= $11::timestamptz and ${time} < $12::timestamptz`;

/** Moments between which facts lie on which days hang. */
export interface Window {
  from: Date;
  /** of orders, which are looked for longer before */
  ordersFrom: Date;
  until: Date;
}

export function windowOf(days: readonly string[], timeZone: string): Window {
  const sorted = days.toSorted();
  const start = (day: string, more: number) => readMoment(addDays(day, more), timeZone)!;
  return {
    from: start(sorted[0], -before),
    ordersFrom: start(sorted[0], -ordersBefore),
    until: start(sorted.at(-1)!, after),
  };
}

/**
 * Whoever facts are of: their visitors and customers, visitors who name these customers around the days, the customers whom all of
 * them name, and the visitors who name those. Step by step, because a plan is only good where it knows how many there are.
 */
export async function selectScope(tx: Transaction, came: CameIn, { from, until }: Window): Promise<Scope> {
  const keysOf = async (sql: string, values: unknown[]): Promise<number[]> => {
    const rows = await tx.query<{ key: number }>(sql, values);
    return rows.map(({ key }) => key);
  };
  const refunded = await keysOf(
    `select distinct order_key as key from ${refundsRelation} as undone where undone.refund_key = any($1::bigint[])`,
    [came.refund],
  );
  const orders = [...new Set([...came.order, ...refunded])];
  const [seen] = await tx.query<{ visitors: number[]; customers: number[] }>(
    `with came as materialized (
       select event.visitor_key, event.customer_key from ${eventsRelation} as event where event.event_key = any($1::bigint[])
       union all
       select sale.visitor_key, sale.customer_key from ${ordersRelation} as sale where sale.order_key = any($2::bigint[]))
     select array(select distinct visitor_key from came where visitor_key is not null) as visitors,
            array(select distinct customer_key from came where customer_key is not null) as customers`,
    [came.event, orders],
  );
  const visitorsOf = (customers: readonly number[]) =>
    keysOf(
      `select distinct event.visitor_key as key from ${eventsRelation} as event
       where event.customer_key = any($1::int[]) and event.visitor_key is not null
         and event.occurred_at >= $2 and event.occurred_at < $3`,
      [customers, from, until],
    );
  const buyingVisitors = [...new Set([...seen.visitors, ...(await visitorsOf(seen.customers))])];
  const named = await keysOf(
    `select distinct event.customer_key as key from ${eventsRelation} as event
     where event.visitor_key = any($1::bigint[]) and event.customer_key is not null
       and event.occurred_at >= $2 and event.occurred_at < $3
     union
     select distinct sale.customer_key from ${ordersRelation} as sale
     where sale.visitor_key = any($1::bigint[]) and sale.customer_key is not null
       and sale.occurred_at >= $2 and sale.occurred_at < $3`,
    [buyingVisitors, from, until],
  );
  const customers = [...new Set([...seen.customers, ...named])];
  const visitors = [...new Set([...buyingVisitors, ...(await visitorsOf(customers))])];
  return { visitors, buyingVisitors, customers, orders };
}

/** A subject that a day's cell of a distinct measure counts now (1), or does not count any more (-1). */
export interface MovedSubject extends ChangedCell {
  subject: number;
  sign: 1 | -1;
}

/** Puts to the cells of the days what facts that came in make of a source's rows. */
export async function moveCells(
  tx: Transaction,
  { source, moves, family }: { source: Source; moves: Moves; family: string },
  question: { days: readonly string[]; came: CameIn; scope: Scope; window: Window; timeZone: string },
): Promise<MovedSubject[]> {
  const { days, came, scope, window, timeZone } = question;
  const isDistinct = source.groupings.some((grouping) => figuresOf(grouping).some(({ kind }) => kind === 'distinct'));
  const rows = await tx.query<ChangedCell & { added: number[]; gone: number[] }>(
    movingStatement(source, moves, (figure) => `${family}.${figure}`, isDistinct),
    [
      ...[days, timeZone, came.event, came.order, came.refund],
      ...[scope.visitors, scope.customers, scope.buyingVisitors, scope.orders],
      ...[window.from, window.ordersFrom, window.until],
    ],
  );
  return rows.flatMap(({ added, gone, ...cell }) => [
    ...added.map((subject): MovedSubject => ({ ...cell, subject, sign: 1 })),
    ...gone.map((subject): MovedSubject => ({ ...cell, subject, sign: -1 })),
  ]);
}

/**
 * SQL: facts of the scope, each with whether it `came`. `$3` events, `$4` orders and `$5` refunds that came in; `$6` visitors, `$7`
 * customers, `$8` visitors who buy and `$9` orders that they belong to.
 */
function scopedFacts(by: Moves['by']): string {
  const all = relationsWhere({
    events: `(fact.visitor_key = any($6::bigint[]) or fact.visitor_key is null
        and (fact.customer_key = any($7::int[]) or fact.customer_key is null and fact.event_key = any($3::bigint[])))
      and ${eventTime('fact.occurred_at')}`,
    orders:
      by === 'orders'
        ? 'fact.order_key = any($9::bigint[])'
        : `(fact.customer_key = any($7::int[]) or fact.visitor_key = any($8::bigint[]) or fact.order_key = any($9::bigint[]))
             and ${orderTime('fact.occurred_at')}`,
    refunds: 'fact.refund_key = any($5::bigint[])',
    refundedLines: 'true',
    customers: 'fact.customer_key = any($7::int[])',
  });
  return `given as (select $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[], $8::bigint[], $9::bigint[],
        $10::timestamptz, $11::timestamptz, $12::timestamptz),
    scoped_event as materialized (select fact.*, fact.event_key = any($3::bigint[]) as came from ${all.events} as fact),
    scoped_order as materialized (select fact.*, fact.order_key = any($4::bigint[]) as came from ${all.orders} as fact),
    scoped_refund as materialized (select fact.* from ${all.refunds} as fact),
    scoped_customer as materialized (select fact.* from ${all.customers} as fact)`;
}

const scoped = (condition: string) => ({
  events: `(select * from scoped_event where ${condition})`,
  orders: `(select * from scoped_order where ${condition})`,
  customers: '(select * from scoped_customer)',
});

const withThem: Facts = {
  ...scoped('true'),
  refunds: '(select * from scoped_refund)',
  refundedLines: countedRelations.refundedLines,
  known: countedRelations,
};

const knownWithout = relationsWhere({
  events: 'not (fact.event_key = any($3::bigint[]))',
  orders: 'not (fact.order_key = any($4::bigint[]))',
  refunds: 'not (fact.refund_key = any($5::bigint[]))',
  refundedLines: 'not (link.refund_key = any($5::bigint[]))',
  customers: 'true',
});

const withoutThem: Facts = {
  ...scoped('not came'),
  refunds: '(select * from scoped_refund where false)',
  refundedLines: knownWithout.refundedLines,
  known: knownWithout,
};

const unnested = (subjects: string) => `unnest(${subjects}) as one (subject)`;

/**
 * SQL of a statement that counts rows of the scope with and without the facts that came in, and puts the difference to the cells: amounts
 * are added, subjects come and go.
 */
function movingStatement(
  source: Source,
  { by, rows }: Moves,
  named: (figure: string) => string,
  isDistinct: boolean,
): string {
  const cells = (relation: string) => cellsOf(source, relation, named);
  const columns = [...ofCell, 'amount', 'subjects'].join();
  const keys = ofCell.map((column) => `delta.${column}`).join(', ');
  const moved = `
    subject as materialized (
      select ${keys}, stored.measure is not null as is_stored, stored.subjects,
             array(select subject from ${unnested('delta.subjects')} where subject <> all(coalesce(stored.subjects, '{}'))) as added,
             array(select subject from ${unnested('delta.subjects_before')}
                   where subject = any(stored.subjects) and subject <> all(coalesce(delta.subjects, '{}'))) as gone
      from delta left join stored on ${isSame('stored', 'delta')} where delta.is_distinct),
    moved as materialized (
      select ${keys}, stored.measure is not null as is_stored, delta.amount + coalesce(stored.amount, 0) as amount,
             null::bigint[] as subjects, null::bigint[] as added, null::bigint[] as gone
      from delta left join stored on ${isSame('stored', 'delta')} where not delta.is_distinct
      ${
        isDistinct
          ? `union all
      select ${ofCell.map((column) => `subject.${column}`).join(', ')}, is_stored, cardinality(together.subjects), together.subjects, added, gone
      from subject cross join lateral (
        select array(select subject from ${unnested('subject.subjects || subject.added')}
                     where subject <> all(subject_gone.gone) order by subject) as subjects
        from (select subject.gone) as subject_gone) as together
      where added <> '{}' or gone <> '{}'`
          : ''
      })`;
  return `with ${daysGiven},
    ${scopedFacts(by)},
    facts as materialized (${rows(withThem)}),
    facts_before as materialized (${rows(withoutThem)}),
    counted (${columns}) as materialized (${cells('facts')}),
    counted_before (${columns}) as materialized (${cells('facts_before')}),
    delta as materialized (
      select ${ofCell.map((column) => `coalesce(counted.${column}, earlier.${column}) as ${column}`).join(', ')},
             coalesce(counted.amount, 0) - coalesce(earlier.amount, 0) as amount,
             coalesce(counted.subjects, earlier.subjects) is not null as is_distinct,
             counted.subjects, earlier.subjects as subjects_before
      from counted full join counted_before as earlier on ${isSame('earlier', 'counted')}
      where counted.amount is distinct from earlier.amount or counted.subjects is distinct from earlier.subjects),
    stored as materialized (select cell.* from delta join indicator_cells as cell on ${isSame('cell', 'delta')}),
    ${moved},
    deleted as (
      delete from indicator_cells as cell using moved where ${isSame('cell', 'moved')} and moved.amount = 0),
    updated as (
      update indicator_cells as cell set amount = moved.amount, subjects = moved.subjects
      from moved where ${isSame('cell', 'moved')} and moved.amount <> 0),
    inserted as (
      insert into indicator_cells (${columns})
      select ${ofCell.map((column) => `moved.${column}`).join(', ')}, moved.amount, moved.subjects
      from moved where not moved.is_stored and moved.amount <> 0)
    select measure, dimension, member, (period at time zone $2)::date::text as day, added, gone
    from moved where grain = 'day' and added is not null`;
}

/**
 * Puts to weeks or months what has moved on their days, of measures of which each subject counts once: one that is on none of the
 * period's other days.
 * @param moved with the first day of each one's period
 */
export async function movePeriods(
  tx: Transaction,
  grain: 'week' | 'month',
  moved: readonly (MovedSubject & { first: string })[],
  timeZone: string,
): Promise<void> {
  if (moved.length === 0) return;
  await tx.query(
    `with moved as materialized (
       select given.measure, given.dimension, given.member, given.first, given.subject, sum(given.sign) as net
       from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[], $6::int[])
         as given (measure, dimension, member, first, subject, sign)
       group by 1, 2, 3, 4, 5),
     groups as materialized (
       select row_number() over () as number, moved.measure, moved.dimension, moved.member, moved.first,
              moved.first::timestamp at time zone $7 as starts_at, (moved.first::timestamp + ('1 ' || $8)::interval) at time zone $7 as ends_at
       from (select distinct measure, dimension, member, first from moved) as moved),
     day as materialized (
       select groups.number, cell.subjects || '{}'::bigint[] as subjects
       from groups join indicator_cells as cell on cell.measure = groups.measure and cell.dimension = groups.dimension
         and cell.grain = 'day' and cell.period >= groups.starts_at and cell.period < groups.ends_at and cell.member = groups.member),
     told as materialized (
       select groups.number, moved.net,
              (select count(*) from day where day.number = groups.number
                 and day.subjects[width_bucket(moved.subject, day.subjects)] = moved.subject) as days
       from moved join groups on groups.measure = moved.measure and groups.dimension = moved.dimension
         and groups.member = moved.member and groups.first = moved.first),
     delta as materialized (
       select groups.*, change.amount
       from (select number, sum((days > 0)::int - (days - net > 0)::int) as amount from told group by number) as change
         join groups on groups.number = change.number
       where change.amount <> 0),
     stored as materialized (
       select delta.number, cell.amount from delta join indicator_cells as cell on cell.measure = delta.measure
         and cell.dimension = delta.dimension and cell.grain = $8 and cell.period = delta.starts_at and cell.member = delta.member),
     gone as (
       delete from indicator_cells as cell using delta join stored on stored.number = delta.number
       where cell.measure = delta.measure and cell.dimension = delta.dimension and cell.grain = $8
         and cell.period = delta.starts_at and cell.member = delta.member and delta.amount + stored.amount = 0)
     insert into indicator_cells as cell (measure, dimension, grain, period, member, amount)
     select delta.measure, delta.dimension, $8, delta.starts_at, delta.member, delta.amount + coalesce(stored.amount, 0)
     from delta left join stored on stored.number = delta.number where delta.amount + coalesce(stored.amount, 0) <> 0
     on conflict (measure, dimension, grain, period, member) do update set amount = excluded.amount`,
    [
      moved.map(({ measure }) => measure),
      moved.map(({ dimension }) => dimension),
      moved.map(({ member }) => member),
      moved.map(({ first }) => first),
      moved.map(({ subject }) => subject),
      moved.map(({ sign }) => sign),
      ...[timeZone, grain],
    ],
  );
}
