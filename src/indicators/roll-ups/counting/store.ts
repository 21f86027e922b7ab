import type { Transaction } from '../../../db/index.ts';
import { type ChangedCell, cellsOf, days as daysGiven, isSame, ofCell, type Place } from '../cells/store.ts';
import { type Dimension, figuresOf, isByHour, type Source } from '../family.ts';

const placesAs = `unnest($1::text[], $2::text[]) as place (measure, dimension)`;

const placesOf = (places: readonly Place[]) => [
  places.map(({ measure }) => measure),
  places.map(({ dimension }) => dimension),
];

/** Plans and memory for counting: what it reads it finds by key, and a plan that is compiled first would take longer than the work. */
export async function prepareToCount(tx: Transaction): Promise<void> {
  await tx.query('set local jit = off');
  await tx.query(`set local work_mem = '64MB'`);
}

/** Those of the days of which something was counted by the measure. */
export async function selectCountedDays(
  tx: Transaction,
  measure: string,
  days: readonly string[],
  timeZone: string,
): Promise<Set<string>> {
  const rows = await tx.query<{ day: string }>(
    `select given.day::text from unnest($2::date[]) as given (day) join indicator_cells as cell
       on cell.measure = $1 and cell.dimension = 'all' and cell.grain = 'day'
         and cell.period = given.day::timestamp at time zone $3`,
    [measure, days, timeZone],
  );
  return new Set(rows.map(({ day }) => day));
}

/**
 * Counts days anew: their cells by hour and day. Only cells that come out otherwise are written, because a late fact moves few of a
 * day's.
 * @returns cells of days in which other subjects are counted than before
 */
export async function countDays(
  tx: Transaction,
  family: { name: string; sources: readonly Source[] },
  days: readonly string[],
  timeZone: string,
): Promise<ChangedCell[]> {
  const changed: ChangedCell[] = [];
  const named = (figure: string) => `${family.name}.${figure}`;
  for (const source of family.sources) {
    const places = (['day', 'hour'] as const).flatMap((grain) => placesOf(placesOfSource(source, named, grain)));
    changed.push(...(await tx.query<ChangedCell>(countingStatement(source, named), [days, timeZone, ...places])));
  }
  return changed;
}

/** Where a source has cells of a grain. */
function placesOfSource(source: Source, named: (figure: string) => string, grain: 'day' | 'hour'): Place[] {
  return source.groupings
    .filter(({ hourly }) => grain === 'day' || hourly)
    .flatMap((grouping) => {
      const by = Object.keys(grouping.by) as Dimension[];
      const dimensions = [
        ...(grouping.inAll === false ? [] : (['all'] as const)),
        ...by.filter((one) => grain === 'day' || isByHour(one)),
      ];
      return figuresOf(grouping).flatMap(({ name }) =>
        dimensions.map((dimension) => ({ measure: named(name), dimension })),
      );
    });
}

/**
 * Counts weeks and months anew of whose days other subjects are counted now, from the subjects of their days.
 * @param periods with the first day of each
 */
export async function countPeriods(
  tx: Transaction,
  grain: 'week' | 'month',
  periods: readonly (ChangedCell & { first: string })[],
  timeZone: string,
): Promise<void> {
  if (periods.length === 0) return;
  await tx.query(
    `with groups as materialized (
       select distinct given.measure, given.dimension, given.member, given.first::timestamp at time zone $5 as starts_at,
              (given.first::timestamp + ('1 ' || $6)::interval) at time zone $5 as ends_at
       from unnest($1::text[], $2::text[], $3::text[], $4::date[]) as given (measure, dimension, member, first)),
     counted as materialized (
       select groups.*, counted.amount
       from groups cross join lateral (
         select count(*) as amount from (
           select distinct subjects.subject from indicator_cells as cell cross join lateral unnest(cell.subjects || cell.late_subjects) as subjects (subject)
           where cell.measure = groups.measure and cell.dimension = groups.dimension and cell.grain = 'day'
             and cell.period >= groups.starts_at and cell.period < groups.ends_at and cell.member = groups.member) as subject) as counted),
     gone as (
       delete from indicator_cells as cell using counted
       where cell.measure = counted.measure and cell.dimension = counted.dimension and cell.grain = $6
         and cell.period = counted.starts_at and cell.member = counted.member and counted.amount = 0)
     insert into indicator_cells as cell (measure, dimension, grain, period, member, amount)
     select measure, dimension, $6, starts_at, member, amount from counted where amount > 0
     on conflict (measure, dimension, grain, period, member) do update set amount = excluded.amount
       where cell.amount <> excluded.amount`,
    [
      periods.map(({ measure }) => measure),
      periods.map(({ dimension }) => dimension),
      periods.map(({ member }) => member),
      ...[periods.map(({ first }) => first), timeZone, grain],
    ],
  );
}

/** Takes out who was counted on days that begin in a stretch of time; how many stays. @returns of how many cells */
export async function deleteSubjects(
  tx: Transaction,
  places: readonly Place[],
  { from, until, timeZone }: { from: Date; until: Date; timeZone: string },
): Promise<number> {
  const rows = await tx.query(
    `update indicator_cells as cell set subjects = null, late_subjects = null from ${placesAs}
     where cell.measure = place.measure and cell.dimension = place.dimension and cell.grain in ('day', 'hour')
       and date_trunc('day', cell.period, $5) >= $3 and date_trunc('day', cell.period, $5) < $4 and cell.subjects is not null
     returning 1 as one`,
    [...placesOf(places), from, until, timeZone],
  );
  return rows.length;
}

/** SQL: what is counted of an item on a day lies together, because what comes later is mostly of few items and all of these figures. */
const manyOfOne = `case when counted.dimension in ('item', 'campaign') then counted.grain end,
      case when counted.dimension in ('item', 'campaign') then counted.period end,
      case when counted.dimension in ('item', 'campaign') then counted.member end`;

/**
 * SQL of a statement that counts a source's rows of the days `$1` in the zone `$2` into cells: every figure of every grouping, in all
 * and by its dimensions, by day (places `$3`, `$4`) and by hour (`$5`, `$6`). Cells that are not counted any more go.
 * What goes and what changes is found before the table is joined: of one join of all three the planner expects a row, and
 * compares every cell with every other.
 * Days are told to the index by their ends too: otherwise it may read a measure's cells of all time for each of them.
 * @param named puts the family's name before a figure's
 */
function countingStatement(source: Source, named: (figure: string) => string): string {
  const cells = (measures: string, dimensions: string, grain: string, isIn: string) => `
      select cell.* from unnest(${measures}::text[], ${dimensions}::text[]) as place (measure, dimension) cross join days
        join indicator_cells as cell on cell.measure = place.measure and cell.dimension = place.dimension
          and cell.grain = '${grain}' and ${isIn}
          and cell.period >= (select min(starts_at) from days) and cell.period < (select max(ends_at) from days)`;
  return `with ${daysGiven},
    facts as materialized (${source.rows}),
    counted (${[...ofCell, 'amount', 'subjects'].join()}) as materialized (${cellsOf(source, 'facts', named)}),
    stored as materialized (${cells('$3', '$4', 'day', 'cell.period = days.starts_at')}
      union all ${cells('$5', '$6', 'hour', 'cell.period >= days.starts_at and cell.period < days.ends_at')}),
    uncounted as materialized (
      select ${ofCell.map((column) => `stored.${column}`).join()} from stored
      where not exists (select from counted where ${isSame('counted', 'stored')})),
    gone as (
      delete from indicator_cells as cell using uncounted where ${isSame('cell', 'uncounted')}
      returning cell.measure, cell.dimension, cell.grain, cell.period, cell.member, cell.subjects),
    otherwise as materialized (
      select counted.* from counted join stored on ${isSame('stored', 'counted')}
      where counted.amount <> stored.amount or counted.subjects is distinct from stored.subjects),
    changed as (
      update indicator_cells as cell set amount = otherwise.amount, subjects = otherwise.subjects, late_subjects = null
      from otherwise where ${isSame('cell', 'otherwise')}
      returning cell.measure, cell.dimension, cell.grain, cell.period, cell.member, cell.subjects),
    added as (
    insert into indicator_cells (${[...ofCell, 'amount', 'subjects'].join(', ')})
    select counted.* from counted where not exists (select from stored where ${isSame('stored', 'counted')})
    order by ${manyOfOne}, ${ofCell.map((column) => `counted.${column}`).join()}
      returning measure, dimension, grain, period, member, subjects)
    select moved.measure, moved.dimension, moved.member, (moved.period at time zone $2)::date::text as day
    from (select * from gone union all select * from changed union all select * from added) as moved
    where moved.grain = 'day' and moved.subjects is not null`;
}
