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
import { type CellsKept, isCellKept } from '../kept-cells/store.ts';

/** So many days before and after the days lie facts on which these hang. */
const before = 9;
const after = 3;
/** The same of orders, for families that count customers by their orders alone. */
const ordersAloneBefore = 92;

/** @param areOrdersAlone for families that read no events */
export function windowOf(days: readonly string[], timeZone: string, areOrdersAlone: boolean): Window {
  const sorted = days.toSorted();
  const start = (day: string, more: number) => readMoment(addDays(day, more), timeZone)!;
  return {
    from: start(sorted[0], -before),
    ordersFrom: start(sorted[0], areOrdersAlone ? -ordersAloneBefore : -before),
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

/** What facts that came in make of a cell of a distinct measure: the subjects that it has now, and those that it has no more. */
export interface CellDelta extends ChangedCell {
  grain: 'day' | 'hour';
  /** as Postgres writes it */
  period: string;
  added: number[];
  gone: number[];
}

/**
 * Puts what facts that came in make of the cells of a source's rows on the days to amounts.
 * @param question.kept cells of days before are left as they are
 * @returns what they make of distinct measures
 */
export async function addAmounts(
  tx: Transaction,
  { source, moves, family }: { source: Source; moves: Moves; family: string },
  question: { days: readonly string[]; came: CameIn; scope: Scope; window: Window; timeZone: string; kept: CellsKept },
): Promise<CellDelta[]> {
  const { days, came, scope, window, timeZone, kept } = question;
  const deltas = await tx.query<CellDelta & { isEmpty: boolean }>(
    deltaStatement(source, moves, (figure) => `${family}.${figure}`),
    [
      ...[days, timeZone, came.event, came.order, came.refund],
      ...[scope.visitors, scope.customers, moves.by === 'orders' ? scope.orders : scope.ordersOfPeople],
      ...[window.from, window.until, kept.hours, kept.members],
    ],
  );
  const empty = deltas.filter(({ isEmpty }) => isEmpty);
  if (empty.length > 0) await deleteCells(tx, empty);
  return deltas.filter(({ isEmpty }) => !isEmpty);
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

/**
 * SQL of a statement that counts rows of the scope with and without the facts that came in, puts what is different to amounts, and
 * tells it of distinct measures, and which cells have come to nothing. `$11` and `$12`: see `CellsKept`.
 */
function deltaStatement(source: Source, { rows }: Moves, named: (figure: string) => string): string {
  const columns = [...ofCell, 'amount', 'subjects'].join();
  const isDistinct = 'coalesce(counted.subjects, earlier.subjects) is not null';
  const without = (subjects: string, others: string) =>
    `case when ${isDistinct} then array(
       select subject from unnest(${subjects}) as one (subject) where subject <> all(coalesce(${others}, '{}'))) end`;
  return `with ${daysGiven},
    ${scopedFacts()},
    facts as materialized (${rows(withThem)}),
    facts_before as materialized (${rows(withoutThem)}),
    counted (${columns}) as materialized (${cellsOf(source, 'facts', named)}),
    counted_before (${columns}) as materialized (${cellsOf(source, 'facts_before', named)}),
    delta as materialized (
      select different.*, (different.period at time zone $2)::date::text as day,
             row_number() over (order by ${ofCell.map((column) => `different.${column}`).join()}) as place
      from (select ${ofCell.map((column) => `coalesce(counted.${column}, earlier.${column}) as ${column}`).join(', ')},
                   coalesce(counted.amount, 0) - coalesce(earlier.amount, 0) as amount,
                   ${isDistinct} as is_distinct,
                   ${without('counted.subjects', 'earlier.subjects')} as added, ${without('earlier.subjects', 'counted.subjects')} as gone
            from counted full join counted_before as earlier on ${isSame('earlier', 'counted')}
            where counted.amount is distinct from earlier.amount or counted.subjects is distinct from earlier.subjects) as different),
    kept as materialized (select * from delta where ${isCellKept('delta', { hours: '$11', members: '$12' })}),
    updated as (
      update indicator_cells as cell set amount = cell.amount + kept.amount
      from kept where ${isSame('cell', 'kept')} and not kept.is_distinct returning kept.place, cell.amount),
    inserted as (
      insert into indicator_cells (${ofCell.join()}, amount)
      select ${ofCell.join()}, amount from kept
      where not is_distinct and not exists (select from updated where updated.place = kept.place) order by place)
    select ${ofCell.map((column) => (column === 'period' ? 'period::text as period' : column)).join(', ')}, day, added, gone,
           not is_distinct as "isEmpty"
    from kept where is_distinct or place in (select updated.place from updated where updated.amount = 0)`;
}

const given = `unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[]`;

const placesIn = (deltas: readonly CellDelta[]) => [
  deltas.map(({ measure }) => measure),
  deltas.map(({ dimension }) => dimension),
  deltas.map(({ grain }) => grain),
  deltas.map(({ period }) => period),
  deltas.map(({ member }) => member),
];

async function deleteCells(tx: Transaction, cells: readonly CellDelta[]): Promise<void> {
  await tx.query(
    `delete from indicator_cells as cell using ${given}) as empty (${ofCell.join()}) where ${isSame('cell', 'empty')}`,
    placesIn(cells),
  );
}

/** A subject that a day's cell of a distinct measure counts now (1), or does not count any more (-1). */
export interface MovedSubject extends ChangedCell {
  subject: number;
  sign: 1 | -1;
}

/** Of fewer subjects a cell is written anew; with more of them these stay as they are, and what comes later is kept beside them. */
const longSubjects = 256;
/** Of so many that came later all are written anew. */
const mostLateSubjects = 256;

/** SQL: whether a key is among a cell's sorted subjects, or those that came later. Arrays must not be stored ones, which are read anew for each key. */
const isAmong = (key: string, { subjects, late }: { subjects: string; late: string }) =>
  `(coalesce(${subjects}[width_bucket(${key}, ${subjects})] = ${key}, false) or coalesce(${key} = any(${late}), false))`;

/** SQL: the array in memory. */
const inMemory = (array: string) => `${array} || '{}'::bigint[]`;

/** Puts subjects to cells, and takes them out. @returns those that the cells of days did not have, or had */
export async function moveSubjects(
  tx: Transaction,
  deltas: readonly CellDelta[],
  timeZone: string,
): Promise<MovedSubject[]> {
  const subjects = deltas.flatMap(({ added, gone }, place) => [
    ...added.map((subject) => ({ place, subject, sign: 1 })),
    ...gone.map((subject) => ({ place, subject, sign: -1 })),
  ]);
  if (subjects.length === 0) return [];
  const known = (key: string) => isAmong(key, { subjects: 'stored.subjects', late: 'stored.late_subjects' });
  const rows = await tx.query<ChangedCell & { added: number[]; gone: number[] }>(
    `with delta as materialized (
       select delta.* from ${given}) with ordinality as delta (${ofCell.join()}, place)),
     subject as materialized (
       select given.place + 1 as place, array_agg(given.subject) filter (where given.sign = 1) as added,
              array_agg(given.subject) filter (where given.sign = -1) as gone
       from unnest($6::int[], $7::bigint[], $8::int[]) as given (place, subject, sign) group by given.place),
     stored as (
       select delta.*, subject.added, subject.gone, cell.measure is not null as is_stored,
              ${inMemory('cell.subjects')} as subjects, cell.late_subjects
       from delta join subject on subject.place = delta.place
         left join indicator_cells as cell on ${isSame('cell', 'delta')}
       offset 0),
     changed as (
       select stored.*, array(select one.subject from unnest(stored.added) as one (subject) where not ${known('one.subject')}) as came,
              array(select one.subject from unnest(stored.gone) as one (subject) where ${known('one.subject')}) as went,
              coalesce(cardinality(stored.subjects), 0) as count, coalesce(cardinality(stored.late_subjects), 0) as late_count
       from stored offset 0),
     moved as (
       select changed.*, count + late_count + cardinality(came) - cardinality(went) as amount,
              went = '{}' and count >= ${longSubjects} and late_count + cardinality(came) <= ${mostLateSubjects} as is_late
       from changed where came <> '{}' or went <> '{}' offset 0),
     written as materialized (
       select ${ofCell.map((column) => `moved.${column}`).join(', ')}, moved.is_stored, moved.is_late, moved.came, moved.went,
              moved.amount, case when is_late then moved.late_subjects || came end as late_subjects,
              case when not is_late then array(
                select one.subject from unnest(moved.subjects || moved.late_subjects || moved.came) as one (subject)
                where moved.went = '{}' or one.subject <> all(moved.went) order by one.subject) end as subjects
       from moved),
     deleted as (
       delete from indicator_cells as cell using written where ${isSame('cell', 'written')} and written.amount = 0),
     appended as (
       update indicator_cells as cell set amount = written.amount, late_subjects = written.late_subjects
       from written where ${isSame('cell', 'written')} and written.is_late),
     updated as (
       update indicator_cells as cell set amount = written.amount, subjects = written.subjects, late_subjects = null
       from written where ${isSame('cell', 'written')} and written.is_stored and not written.is_late and written.amount <> 0),
     inserted as (
       insert into indicator_cells (${ofCell.join()}, amount, subjects)
       select ${ofCell.join()}, amount, subjects from written where not is_stored and amount <> 0)
     select measure, dimension, member, (period at time zone $9)::date::text as day, came as added, went as gone
     from written where grain = 'day'`,
    [
      ...placesIn(deltas),
      ...[subjects.map(({ place }) => place), subjects.map(({ subject }) => subject), subjects.map(({ sign }) => sign)],
      timeZone,
    ],
  );
  return rows.flatMap(({ added, gone, ...cell }) => [
    ...added.map((subject): MovedSubject => ({ ...cell, subject, sign: 1 })),
    ...gone.map((subject): MovedSubject => ({ ...cell, subject, sign: -1 })),
  ]);
}

/** What has moved on a day of a week or month, with the first day of that. */
export type MovedInPeriod = MovedSubject & { grain: 'week' | 'month'; first: string };

/**
 * Puts to weeks and months what has moved on their days, of measures of which each subject counts once: one that is on none of the
 * period's other days.
 */
export async function movePeriods(tx: Transaction, moved: readonly MovedInPeriod[], timeZone: string): Promise<void> {
  if (moved.length === 0) return;
  const isIn = isAmong('mover.subject', { subjects: 'day.subjects', late: 'day.late_subjects' });
  await tx.query(
    `with moved as (
       select given.measure, given.dimension, given.member, given.grain, given.first, given.subject, sum(given.sign)::int as net
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::bigint[], $7::int[])
         as given (measure, dimension, member, grain, first, subject, sign)
       group by 1, 2, 3, 4, 5, 6),
     period as materialized (
       select row_number() over () as number, kind.*, kind.first::timestamp at time zone $8 as starts_at,
              (kind.first::timestamp + ('1 ' || kind.grain)::interval) at time zone $8 as ends_at
       from (select measure, dimension, member, grain, first, array_agg(subject) as subjects, array_agg(net) as nets
             from moved group by 1, 2, 3, 4, 5) as kind),
     seen as materialized (
       select day.number, mover.subject, count(*) as days
       from (select period.number, period.subjects as movers, ${inMemory('cell.subjects')} as subjects, cell.late_subjects
             from period join indicator_cells as cell on cell.measure = period.measure and cell.dimension = period.dimension
               and cell.grain = 'day' and cell.period >= period.starts_at and cell.period < period.ends_at and cell.member = period.member
             offset 0) as day
         cross join lateral unnest(day.movers) as mover (subject)
       where ${isIn} group by 1, 2),
     told as (
       select mover.number, mover.net, coalesce(seen.days, 0) as days
       from (select period.number, one.subject, one.net from period cross join lateral unnest(period.subjects, period.nets) as one (subject, net))
           as mover
         left join seen on seen.number = mover.number and seen.subject = mover.subject),
     delta as materialized (
       select period.*, change.amount
       from (select number, sum((days > 0)::int - (days - net > 0)::int) as amount from told group by number) as change
         join period on period.number = change.number
       where change.amount <> 0),
     stored as materialized (
       select delta.number, cell.amount from delta join indicator_cells as cell on cell.measure = delta.measure
         and cell.dimension = delta.dimension and cell.grain = delta.grain and cell.period = delta.starts_at and cell.member = delta.member),
     gone as (
       delete from indicator_cells as cell using delta join stored on stored.number = delta.number
       where cell.measure = delta.measure and cell.dimension = delta.dimension and cell.grain = delta.grain
         and cell.period = delta.starts_at and cell.member = delta.member and delta.amount + stored.amount = 0)
     insert into indicator_cells as cell (measure, dimension, grain, period, member, amount)
     select delta.measure, delta.dimension, delta.grain, delta.starts_at, delta.member, delta.amount + coalesce(stored.amount, 0)
     from delta left join stored on stored.number = delta.number where delta.amount + coalesce(stored.amount, 0) <> 0
     on conflict (measure, dimension, grain, period, member) do update set amount = excluded.amount`,
    [
      moved.map(({ measure }) => measure),
      moved.map(({ dimension }) => dimension),
      moved.map(({ member }) => member),
      moved.map(({ grain }) => grain),
      moved.map(({ first }) => first),
      moved.map(({ subject }) => subject),
      moved.map(({ sign }) => sign),
      timeZone,
    ],
  );
}
