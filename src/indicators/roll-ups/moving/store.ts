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
import type { CameIn, Facts, Moves, Scope, Source, Window } from '../family.ts';

/** So many days before and after the days lie facts on which these hang, and orders among them. */
const before = 9;
const ordersBefore = 92;
const after = 3;

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
export async function selectScope(tx: Transaction, came: CameIn, { from, ordersFrom, until }: Window): Promise<Scope> {
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
  const ordersOfPeople = await keysOf(
    `select sale.order_key as key from ${ordersRelation} as sale
     where sale.customer_key = any($1::int[]) and sale.occurred_at >= $3 and sale.occurred_at < $4
     union
     select sale.order_key from ${ordersRelation} as sale
     where sale.visitor_key = any($2::bigint[]) and sale.occurred_at >= $3 and sale.occurred_at < $4
     union
     select unnest($5::bigint[])`,
    [customers, buyingVisitors, ordersFrom, until, orders],
  );
  return { visitors, customers, orders, ordersOfPeople };
}

/** What facts that came in make of a cell. */
export interface CellDelta extends ChangedCell {
  grain: 'day' | 'hour';
  /** local */
  period: Date;
  /** null: of a distinct measure */
  amount: string | null;
  added: number[];
  gone: number[];
}

/** What facts that came in make of the cells of a source's rows on the days. */
export async function selectDeltas(
  tx: Transaction,
  { source, moves, family }: { source: Source; moves: Moves; family: string },
  question: { days: readonly string[]; came: CameIn; scope: Scope; window: Window; timeZone: string },
): Promise<CellDelta[]> {
  const { days, came, scope, window, timeZone } = question;
  return tx.query<CellDelta>(
    deltaStatement(source, moves, (figure) => `${family}.${figure}`),
    [
      ...[days, timeZone, came.event, came.order, came.refund],
      ...[scope.visitors, scope.customers, moves.by === 'orders' ? scope.orders : scope.ordersOfPeople],
      ...[window.from, window.until],
    ],
  );
}

/**
 * SQL: facts of the scope, each with whether it `came`. `$3` events, `$4` orders and `$5` refunds that came in; `$6` visitors, `$7`
 * customers and `$8` orders that they belong to; `$9` and `$10` are the ends of the time around the days.
 */
function scopedFacts(): string {
  const all = relationsWhere({
    events: `(fact.visitor_key = any($6::bigint[]) or fact.visitor_key is null
        and (fact.customer_key = any($7::int[]) or fact.customer_key is null and fact.event_key = any($3::bigint[])))
      and fact.occurred_at >= $9::timestamptz and fact.occurred_at < $10::timestamptz`,
    orders: 'fact.order_key = any($8::bigint[])',
    refunds: 'fact.refund_key = any($5::bigint[])',
    refundedLines: 'true',
    customers: 'fact.customer_key = any($7::int[])',
  });
  return `given as (
      select $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[], $8::bigint[], $9::timestamptz, $10::timestamptz),
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

/** SQL of a statement that counts rows of the scope with and without the facts that came in, and tells what is different. */
function deltaStatement(source: Source, { rows }: Moves, named: (figure: string) => string): string {
  const columns = [...ofCell, 'amount', 'subjects'].join();
  const without = (subjects: string, others: string) =>
    `array(select subject from unnest(${subjects}) as one (subject) where subject <> all(coalesce(${others}, '{}')))`;
  return `with ${daysGiven},
    ${scopedFacts()},
    facts as materialized (${rows(withThem)}),
    facts_before as materialized (${rows(withoutThem)}),
    counted (${columns}) as materialized (${cellsOf(source, 'facts', named)}),
    counted_before (${columns}) as materialized (${cellsOf(source, 'facts_before', named)})
    select ${ofCell.map((column) => `coalesce(counted.${column}, earlier.${column}) as ${column}`).join(', ')},
           (coalesce(counted.period, earlier.period) at time zone $2)::date::text as day,
           case when coalesce(counted.subjects, earlier.subjects) is null
                then coalesce(counted.amount, 0) - coalesce(earlier.amount, 0) end::text as amount,
           ${without('counted.subjects', 'earlier.subjects')} as added, ${without('earlier.subjects', 'counted.subjects')} as gone
    from counted full join counted_before as earlier on ${isSame('earlier', 'counted')}
    where counted.amount is distinct from earlier.amount or counted.subjects is distinct from earlier.subjects`;
}

const given = `unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]`;

const placesIn = (deltas: readonly CellDelta[]) => [
  deltas.map(({ measure }) => measure),
  deltas.map(({ dimension }) => dimension),
  deltas.map(({ grain }) => grain),
  deltas.map(({ period }) => period),
  deltas.map(({ member }) => member),
];

const writeMoved = `
    deleted as (
      delete from indicator_cells as cell using moved
      where ${isSame('cell', 'moved')} and moved.is_stored and moved.amount = 0),
    updated as (
      update indicator_cells as cell set amount = moved.amount, subjects = moved.subjects
      from moved where ${isSame('cell', 'moved')} and moved.is_stored and moved.amount <> 0),
    inserted as (
      insert into indicator_cells (${ofCell.join()}, amount, subjects)
      select ${ofCell.map((column) => `moved.${column}`).join(', ')}, moved.amount, moved.subjects
      from moved where not moved.is_stored and moved.amount <> 0)`;

/** Puts to amounts of cells what has come to them. */
export async function addAmounts(tx: Transaction, deltas: readonly CellDelta[]): Promise<void> {
  const amounts = deltas.filter(({ amount }) => amount !== null);
  if (amounts.length === 0) return;
  await tx.query(
    `with moved as materialized (
       select ${ofCell.map((column) => `delta.${column}`).join(', ')}, cell.measure is not null as is_stored,
              delta.amount + coalesce(cell.amount, 0) as amount, null::bigint[] as subjects
       from ${given}, $6::numeric[]) as delta (${ofCell.join()}, amount)
         left join indicator_cells as cell on ${isSame('cell', 'delta')}),
     ${writeMoved} select`,
    [...placesIn(amounts), amounts.map(({ amount }) => amount)],
  );
}

/** A subject that a day's cell of a distinct measure counts now (1), or does not count any more (-1). */
export interface MovedSubject extends ChangedCell {
  subject: number;
  sign: 1 | -1;
}

/** Puts subjects to cells, and takes them out. @returns those that the cells of days did not have, or had */
export async function moveSubjects(
  tx: Transaction,
  deltas: readonly CellDelta[],
  timeZone: string,
): Promise<MovedSubject[]> {
  const distinct = deltas.filter(({ amount }) => amount === null);
  const subjects = distinct.flatMap(({ added, gone }, place) => [
    ...added.map((subject) => ({ place, subject, sign: 1 })),
    ...gone.map((subject) => ({ place, subject, sign: -1 })),
  ]);
  if (subjects.length === 0) return [];
  const isIn = (subject: string) =>
    `coalesce(cell.subjects[width_bucket(${subject}, cell.subjects)] = ${subject}, false)`;
  const rows = await tx.query<ChangedCell & { added: number[]; gone: number[] }>(
    `with delta as materialized (
       select delta.* from ${given}) with ordinality as delta (${ofCell.join()}, place)),
     subject as materialized (
       select given.place + 1 as place, array_agg(given.subject) filter (where given.sign = 1) as added,
              array_agg(given.subject) filter (where given.sign = -1) as gone
       from unnest($6::int[], $7::bigint[], $8::int[]) as given (place, subject, sign) group by given.place),
     changed as materialized (
       select ${ofCell.map((column) => `delta.${column}`).join(', ')}, cell.measure is not null as is_stored,
              coalesce(cell.subjects, '{}') as before,
              array(select one.subject from unnest(subject.added) as one (subject) where not ${isIn('one.subject')}) as added,
              array(select one.subject from unnest(subject.gone) as one (subject) where ${isIn('one.subject')}) as gone
       from delta join subject on subject.place = delta.place
         left join indicator_cells as cell on ${isSame('cell', 'delta')}),
     moved as materialized (
       select ${ofCell.map((column) => `changed.${column}`).join(', ')}, is_stored, added, gone,
              cardinality(together.subjects) as amount, together.subjects
       from changed cross join lateral (
         select array(select one.subject from unnest(changed.before || changed.added) as one (subject)
                      where changed.gone = '{}' or one.subject <> all(changed.gone) order by one.subject) as subjects) as together
       where added <> '{}' or gone <> '{}'),
     ${writeMoved}
     select measure, dimension, member, (period at time zone $9)::date::text as day, added, gone from moved where grain = 'day'`,
    [
      ...placesIn(distinct),
      ...[subjects.map(({ place }) => place), subjects.map(({ subject }) => subject), subjects.map(({ sign }) => sign)],
      timeZone,
    ],
  );
  return rows.flatMap(({ added, gone, ...cell }) => [
    ...added.map((subject): MovedSubject => ({ ...cell, subject, sign: 1 })),
    ...gone.map((subject): MovedSubject => ({ ...cell, subject, sign: -1 })),
  ]);
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
