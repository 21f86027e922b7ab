import type { Transaction } from '../../../db/index.ts';
import { type Dimension, figuresOf, type Grouping, isByHour, type Source } from '../family.ts';

/** Where a measure has cells. */
export interface Place {
  measure: string;
  dimension: Dimension | 'all';
}

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
 */
export async function countDays(
  tx: Transaction,
  family: { name: string; sources: readonly Source[] },
  days: readonly string[],
  timeZone: string,
): Promise<void> {
  const named = (figure: string) => `${family.name}.${figure}`;
  for (const source of family.sources) {
    const places = (['day', 'hour'] as const).flatMap((grain) => placesOf(placesOfSource(source, named, grain)));
    await tx.query(countingStatement(source, named), [days, timeZone, ...places]);
  }
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

/** Counts the weeks and months around days anew, of measures of which each subject counts once, from the subjects of their days. */
export async function countPeriods(
  tx: Transaction,
  places: readonly Place[],
  daysOf: (grain: 'week' | 'month') => readonly string[],
  timeZone: string,
): Promise<void> {
  for (const grain of ['week', 'month'] as const) {
    const values = [...placesOf(places), daysOf(grain), timeZone, grain];
    const periods = `(select distinct date_trunc($5, day::timestamp) as first from unnest($3::date[]) as given (day)) as period`;
    await tx.query(
      `delete from indicator_cells as cell using ${placesAs}, ${periods}
       where cell.measure = place.measure and cell.dimension = place.dimension and cell.grain = $5
         and cell.period = period.first at time zone $4`,
      values,
    );
    await tx.query(
      `with groups as materialized (
         select place.measure, place.dimension, period.first at time zone $4 as starts_at,
                (period.first + ('1 ' || $5)::interval) at time zone $4 as ends_at, cell.member
         from ${placesAs} cross join ${periods}
           join indicator_cells as cell on cell.measure = place.measure and cell.dimension = place.dimension and cell.grain = 'day'
             and cell.period >= period.first at time zone $4
             and cell.period < (period.first + ('1 ' || $5)::interval) at time zone $4
         group by place.measure, place.dimension, period.first, cell.member)
       insert into indicator_cells (measure, dimension, grain, period, member, amount)
       select groups.measure, groups.dimension, $5, groups.starts_at, groups.member, counted.amount
       from groups cross join lateral (
         select count(*) as amount from (
           select distinct subjects.subject from indicator_cells as cell cross join lateral unnest(cell.subjects) as subjects (subject)
           where cell.measure = groups.measure and cell.dimension = groups.dimension and cell.grain = 'day'
             and cell.period >= groups.starts_at and cell.period < groups.ends_at and cell.member = groups.member) as subject) as counted`,
      values,
    );
  }
}

/** Takes out who was counted on days that begin in a stretch of time; how many stays. @returns of how many cells */
export async function deleteSubjects(
  tx: Transaction,
  places: readonly Place[],
  { from, until }: { from: Date; until: Date },
): Promise<number> {
  const rows = await tx.query(
    `update indicator_cells as cell set subjects = null from ${placesAs}
     where cell.measure = place.measure and cell.dimension = place.dimension and cell.grain = 'day'
       and cell.period >= $3 and cell.period < $4 and cell.subjects is not null
     returning 1 as one`,
    [...placesOf(places), from, until],
  );
  return rows.length;
}

/** A grouping of its source's rows, as columns and grouping sets of SQL. */
interface Parts {
  /** aliases of the dimensions' columns, with the SQL of each */
  columns: [alias: string, dimension: Dimension, sql: string][];
  isHourly: boolean;
  inAll: boolean;
}

const dayStart = 'counted.day::timestamp at time zone $2';

const ofCell = ['measure', 'dimension', 'grain', 'period', 'member'];
const isSame = (one: string, other: string) =>
  ofCell.map((column) => `${one}.${column} = ${other}.${column}`).join(' and ');

/**
 * SQL of a statement that counts a source's rows of the days `$1` in the zone `$2` into cells: every figure of every grouping, in all
 * and by its dimensions, by day (places `$3`, `$4`) and by hour (`$5`, `$6`). Cells that are not counted any more go.
 * @param named puts the family's name before a figure's
 */
function countingStatement(source: Source, named: (figure: string) => string): string {
  const selects = source.groupings.flatMap((grouping) => selectsOf(grouping, named));
  const cells = (measures: string, dimensions: string, grain: string, isIn: string) => `
      select cell.* from unnest(${measures}::text[], ${dimensions}::text[]) as place (measure, dimension) cross join days
        join indicator_cells as cell on cell.measure = place.measure and cell.dimension = place.dimension
          and cell.grain = '${grain}' and ${isIn}`;
  return `with days as materialized (
      select given.day, given.day::timestamp at time zone $2 as starts_at, (given.day + 1)::timestamp at time zone $2 as ends_at
      from unnest($1::date[]) as given (day)),
    facts as materialized (${source.rows}),
    counted (${[...ofCell, 'amount', 'subjects'].join()}) as materialized (${selects.join('\n    union all\n    ')}),
    stored as materialized (${cells('$3', '$4', 'day', 'cell.period = days.starts_at')}
      union all ${cells('$5', '$6', 'hour', 'cell.period >= days.starts_at and cell.period < days.ends_at')}),
    gone as (
      delete from indicator_cells as cell using stored
      where ${isSame('cell', 'stored')} and not exists (select from counted where ${isSame('counted', 'stored')})),
    changed as (
      update indicator_cells as cell set amount = counted.amount, subjects = counted.subjects
      from counted join stored on ${isSame('stored', 'counted')}
      where ${isSame('cell', 'counted')}
        and (counted.amount <> stored.amount or counted.subjects is distinct from stored.subjects))
    insert into indicator_cells (${[...ofCell, 'amount', 'subjects'].join(', ')})
    select counted.* from counted where not exists (select from stored where ${isSame('stored', 'counted')})`;
}

function selectsOf(grouping: Grouping, named: (figure: string) => string): string[] {
  const { by, inAll = true, hourly = false } = grouping;
  const columns = Object.entries(by).map(([dimension, sql], place): Parts['columns'][number] => [
    `member_${place}`,
    dimension as Dimension,
    sql,
  ]);
  const parts = { columns, inAll, isHourly: hourly };
  const figures = figuresOf(grouping);
  const added = figures.filter(({ kind }) => kind !== 'distinct');
  const distinct = figures.filter(({ kind }) => kind === 'distinct');
  const cell = (name: string, amount: string, subjects: string) =>
    `('${named(name)}', (${amount})::numeric, ${subjects})`;
  const selects: string[] = [];
  if (added.length > 0) {
    const cells = added.map(({ name, sql }) => ({ sql, cell: (value: string) => cell(name, value, 'null::bigint[]') }));
    // Of a level it tells something that it is 0.
    const kept = added.filter(({ kind }) => kind === 'level').map(({ name }) => `'${named(name)}'`);
    const condition = [
      'amount <> 0',
      ...(kept.length > 0 ? [`measure in (${kept.join()}) and amount is not null`] : []),
    ];
    selects.push(
      ...(hourly ? (['day', 'hour'] as const) : (['day'] as const)).map((grain) =>
        select(parts, grain, cells, condition.join(' or ')),
      ),
    );
  }
  if (distinct.length > 0) {
    const subjects = distinct.map(({ name, sql }) => ({
      sql: `array_agg(distinct (${sql})::bigint order by (${sql})::bigint) filter (where (${sql}) is not null)`,
      cell: (value: string) => cell(name, `cardinality(${value})`, value),
    }));
    selects.push(select(parts, 'day', subjects, 'amount > 0'));
    const counts = distinct.map(({ name, sql }) => ({
      sql: `count(distinct (${sql})::bigint)`,
      cell: (value: string) => cell(name, value, 'null::bigint[]'),
    }));
    if (hourly) selects.push(select(parts, 'hour', counts, 'amount > 0'));
  }
  return selects;
}

function select(
  { columns, inAll }: Parts,
  grain: 'day' | 'hour',
  figures: readonly { sql: string; cell: (value: string) => string }[],
  condition: string,
): string {
  const time = grain === 'hour' ? ['day', 'hour'] : ['day'];

  const wanted = grain === 'hour' ? columns.filter(([, dimension]) => isByHour(dimension)) : columns;
  const sets = [...(inAll ? [time] : []), ...wanted.map(([alias]) => [...time, alias])];
  const pick = (values: (column: Parts['columns'][number]) => string, otherwise: string) =>
    wanted.length === 0
      ? `'${otherwise}'`
      : `case ${wanted.map((column) => `when grouping(${column[0]}) = 0 then ${values(column)}`).join(' ')} else '${otherwise}' end`;
  const inner = columns.map(([alias, , sql]) => `, (${sql})::text as ${alias}`).join('');
  const hour = grain === 'hour' ? `, date_trunc('hour', counted.at, $2) as hour` : '';
  return `select cell.measure, grouped.dimension, '${grain}', grouped.period, grouped.member, cell.amount, cell.subjects
    from (select ${pick(([, dimension]) => `'${dimension}'`, 'all')} as dimension, ${pick(([alias]) => alias, '')} as member,
                 ${grain === 'hour' ? 'counted.hour' : dayStart} as period,
                 ${figures.map(({ sql }, place) => `${sql} as figure_${place}`).join(', ')}
          from (select counted.*${inner}${hour} from facts as counted) as counted
          group by grouping sets (${sets.map((set) => `(${set.join()})`).join(', ')})) as grouped
      cross join lateral (values ${figures.map(({ cell }, place) => cell(`grouped.figure_${place}`)).join(', ')})
        as cell (measure, amount, subjects)
    where ${condition.replaceAll(/\b(amount|measure)\b/g, 'cell.$1')}`;
}
