import type { Queryable } from '../../db/index.ts';
import type { Grain } from '../definitions/definition.ts';
import type { Dimension } from '../roll-ups/family.ts';

/** What a measure came to, by member and by the key of a period. */
export interface Amount {
  measure: string;
  member: string;
  key: string;
  amount: number;
}

export interface CellQuestion {
  measures: readonly string[];
  dimension: Dimension | 'all';
  /** these members only */
  members: readonly string[] | undefined;
  grain: Grain;
  /** local days: from the first up to, and without, the other */
  from: string;
  until: string;
  timeZone: string;
}

const asked = `cell.measure = any($1::text[]) and cell.dimension = $2 and ($3::text[] is null or cell.member = any($3::text[]))`;
const inTime = `cell.period >= $4::date::timestamp at time zone $6 and cell.period < $5::date::timestamp at time zone $6`;
const valuesOf = ({ measures, dimension, members, from, until, timeZone }: CellQuestion) => [
  ...[measures, dimension, members ?? null, from, until, timeZone],
];

interface AmountRow {
  measure: string;
  member: string;
  day: string;
  amount: string;
}

const toAmount = ({ measure, member, day, amount }: AmountRow): Amount => ({
  measure,
  member,
  key: day,
  amount: Number(amount),
});

/** Cells as they are stored, of one grain but the hour. */
export async function selectCells(db: Queryable, question: CellQuestion): Promise<Amount[]> {
  const rows = await db.query<AmountRow>(
    `select cell.measure, cell.member, (cell.period at time zone $6)::date::text as day, cell.amount
     from indicator_cells as cell where ${asked} and cell.grain = $7 and ${inTime}`,
    [...valuesOf(question), question.grain],
  );
  return rows.map(toAmount);
}

/** Sums of days by week or month. */
export async function selectSums(db: Queryable, question: CellQuestion): Promise<Amount[]> {
  const rows = await db.query<AmountRow>(
    `select cell.measure, cell.member, date_trunc($7, cell.period at time zone $6)::date::text as day, sum(cell.amount) as amount
     from indicator_cells as cell where ${asked} and cell.grain = 'day' and ${inTime} group by 1, 2, 3`,
    [...valuesOf(question), question.grain],
  );
  return rows.map(toAmount);
}

/** What stood at the end of the last day, by day, week or month, that has any. */
export async function selectLevels(db: Queryable, question: CellQuestion): Promise<Amount[]> {
  const rows = await db.query<AmountRow>(
    `with last as (
       select cell.measure, date_trunc($7, cell.period at time zone $6) as first, max(cell.period) as period
       from indicator_cells as cell where ${asked} and cell.grain = 'day' and ${inTime} group by 1, 2)
     select cell.measure, cell.member, last.first::date::text as day, cell.amount
     from last join indicator_cells as cell on cell.measure = last.measure and cell.period = last.period
     where ${asked} and cell.grain = 'day'`,
    [...valuesOf(question), question.grain],
  );
  return rows.map(toAmount);
}

/** Sums of all days before one (null: of all days); their key is empty. */
export async function selectTotals(db: Queryable, question: CellQuestion, before: string | null): Promise<Amount[]> {
  const { measures, dimension, members, timeZone } = question;
  const rows = await db.query<AmountRow>(
    `select cell.measure, cell.member, '' as day, sum(cell.amount) as amount
     from indicator_cells as cell
     where ${asked} and cell.grain = 'day' and ($4::date is null or cell.period < $4::date::timestamp at time zone $5) group by 1, 2`,
    [measures, dimension, members ?? null, before, timeZone],
  );
  return rows.map(toAmount);
}

/** The hours of days, with those of the cells. */
export async function selectHourCells(db: Queryable, question: CellQuestion): Promise<Amount[]> {
  const rows = await db.query<Omit<AmountRow, 'day'> & HourRow>(
    `select cell.measure, cell.member, cell.amount, ${hourColumns('cell.period', '$6')}
     from indicator_cells as cell where ${asked} and cell.grain = 'hour' and ${inTime}`,
    valuesOf(question),
  );
  return rows.map((row) => toAmount({ ...row, day: keyOfHour(row) }));
}

export interface Hour {
  key: string;
  /** local date */
  day: string;
}

/** The hours of local days, also of one with 23 or 25 of them. */
export async function selectHours(db: Queryable, from: string, until: string, timeZone: string): Promise<Hour[]> {
  const rows = await db.query<HourRow>(
    `select ${hourColumns('hour', '$3')}
     from (select distinct date_trunc('hour', hour, $3) as hour
           from generate_series($1::date::timestamp at time zone $3,
                                $2::date::timestamp at time zone $3 - interval '1 second', interval '30 minutes') as hour) as hours
     order by hours.hour`,
    [from, until, timeZone],
  );
  return rows.map((row) => ({ key: keyOfHour(row), day: row.local.slice(0, 10) }));
}

interface HourRow {
  /** `2026-10-25T02:00:00` */
  local: string;
  instant: number;
}

function hourColumns(hour: string, timeZone: string): string {
  return `to_char(${hour} at time zone ${timeZone}, 'YYYY-MM-DD"T"HH24:MI:SS') as local, extract(epoch from ${hour})::bigint as instant`;
}

/** Both of an hour that clocks go through twice are told apart by the offset. */
function keyOfHour({ local, instant }: HourRow): string {
  const offset = (Date.parse(`${local}Z`) / 1_000 - instant) / 60;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The first local day with a cell of each of these places, where there is one. */
export async function selectFirstDays(
  db: Queryable,
  places: readonly { measure: string; dimension: string }[],
  timeZone: string,
): Promise<Map<string, string>> {
  const rows = await db.query<{ measure: string; day: string | null }>(
    `select place.measure, (first.period at time zone $3)::date::text as day
     from unnest($1::text[], $2::text[]) as place (measure, dimension) cross join lateral (
       select cell.period from indicator_cells as cell
       where cell.measure = place.measure and cell.dimension = place.dimension and cell.grain = 'day'
       order by cell.period limit 1) as first`,
    [places.map(({ measure }) => measure), places.map(({ dimension }) => dimension), timeZone],
  );
  return new Map(rows.flatMap(({ measure, day }) => (day === null ? [] : [[measure, day] as const])));
}

export interface Standing {
  dataVersion: number;
  takenAt: Date | null;
  /** days of these families that are to be counted anew */
  pendingDays: number;
  /** since when the oldest of them stands as it is told; null: none of them was counted before */
  pendingSince: Date | null;
  now: Date;
}

/** How new the figures of families are, between two days. */
export async function selectStanding(
  db: Queryable,
  families: readonly string[],
  from: string,
  until: string,
): Promise<Standing> {
  const [row] = await db.query<{
    number: number;
    taken_at: Date | null;
    days: number;
    since: Date | null;
    now: Date;
  }>(
    `select progress.number, nullif(progress.taken_at, '-infinity') as taken_at, clock_timestamp() as now,
            count(rolled.day)::int as days, min(rolled.rolled_up_at) as since
     from roll_up_progress as progress
       left join roll_ups as rolled on rolled.family = any($1::text[]) and rolled.due_at is not null
         and rolled.day >= $2::date and rolled.day < $3::date
     group by progress.number, progress.taken_at`,
    [families, from, until],
  );
  return {
    dataVersion: row.number,
    takenAt: row.taken_at,
    pendingDays: row.days,
    pendingSince: row.since,
    now: row.now,
  };
}

export interface CountedDay {
  family: string;
  day: string;
  isCounted: boolean;
}

/** Days of families of which some were never counted; nothing of those of which all were. */
export async function selectDaysWithUncounted(
  db: Queryable,
  families: readonly string[],
  from: string,
  until: string,
): Promise<CountedDay[]> {
  const rows = await db.query<{ family: string; day: string; is_counted: boolean }>(
    `select rolled.family, rolled.day::text as day, rolled.rolled_up_at is not null as is_counted
     from roll_ups as rolled
     where rolled.day >= $2::date and rolled.day < $3::date and rolled.family in (
       select waiting.family from roll_ups as waiting
       where waiting.family = any($1::text[]) and waiting.due_at is not null and waiting.rolled_up_at is null)`,
    [families, from, until],
  );
  return rows.map(({ family, day, is_counted }) => ({ family, day, isCounted: is_counted }));
}
