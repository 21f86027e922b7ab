import type { Queryable, Transaction } from '../../db/index.ts';
import type { Grain, Term } from '../definitions/definition.ts';
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
    'indicators-cells',
  );
  return rows.map(toAmount);
}

/** Sums of days by week or month. */
export async function selectSums(db: Queryable, question: CellQuestion): Promise<Amount[]> {
  const rows = await db.query<AmountRow>(
    `select cell.measure, cell.member, date_trunc($7, cell.period at time zone $6)::date::text as day, sum(cell.amount) as amount
     from indicator_cells as cell where ${asked} and cell.grain = 'day' and ${inTime} group by 1, 2, 3`,
    [...valuesOf(question), question.grain],
    'indicators-sums',
  );
  return rows.map(toAmount);
}

/** What stood at the end of the last day with any, by day, week or month; members without a cell of that day had nothing. */
export async function selectLevels(db: Queryable, question: CellQuestion): Promise<Amount[]> {
  const rows = await db.query<AmountRow>(
    `select cell.measure, cell.member, last.first::date::text as day, cell.amount
     from unnest($1::text[]) as level (measure) cross join lateral ${lastDays('level.measure', ['$2', '$4', '$5', '$6', '$7'])} as last
       join indicator_cells as cell on cell.measure = level.measure and cell.period = last.period
     where ${asked} and cell.grain = 'day'`,
    [...valuesOf(question), question.grain],
  );
  return rows.map(toAmount);
}

/** SQL: the last day with cells of a measure, by period. */
function lastDays(measure: string, [dimension, from, until, timeZone, grain]: readonly string[]): string {
  return `(
    select starts.first, found.period
    from generate_series(date_trunc(${grain}, ${from}::date::timestamp), ${until}::date - interval '1 day',
                         ('1 ' || ${grain})::interval) as starts (first)
      cross join lateral (
        select cell.period from indicator_cells as cell
        where cell.measure = ${measure} and cell.dimension = ${dimension} and cell.grain = 'day'
          and cell.period >= greatest(starts.first, ${from}::date::timestamp) at time zone ${timeZone}
          and cell.period < least(starts.first + ('1 ' || ${grain})::interval, ${until}::date::timestamp) at time zone ${timeZone}
        order by cell.period desc limit 1) as found)`;
}

export interface RankedTerm extends Omit<Term, 'ofAll'> {
  kind: 'sum' | 'level' | 'distinct';
  /** in the denominator */
  isBelow: boolean;
}

export interface RankQuestion extends Pick<CellQuestion, 'grain' | 'from' | 'until' | 'timeZone'> {
  dimension: Dimension;
  terms: readonly RankedTerm[];
  /** Of the time asked for: of an hour its local time; over how many days a mean is; the end in days since 1970. */
  periods: readonly { first: string; days: number; end: number }[];
  limit: number;
}

/** The members with the largest numerators in the periods, then the largest denominators; nobody without both. */
export async function selectLargestMembers(db: Queryable, question: RankQuestion): Promise<string[]> {
  const { terms, periods, dimension, grain, from, until, timeZone, limit } = question;
  const rows = await db.query<{ member: string }>(
    `with term as materialized (
       select given.*, case when over_time in ('period', 'mean') then $8::date::timestamp at time zone $10 else '-infinity' end as since,
              case when over_time = 'all-time' then 'infinity' else $9::date::timestamp at time zone $10 end as until
       from unnest($1::text[], $2::text[], $3::int[], $4::boolean[], $5::text[], $6::boolean[], $7::boolean[])
         as given (measure, grain, sign, is_below, over_time, times_end, is_level)),
     period as materialized (select * from unnest($11::timestamp[], $12::float8[], $13::float8[]) as given (first, days, ends)),
     told as materialized (
       select term.is_below, term.over_time, term.times_end, cell.member,
              case when cell.period >= $8::date::timestamp at time zone $10 then date_trunc($15, cell.period at time zone $10) end as first,
              sum(term.sign * cell.amount) as amount
       from term join indicator_cells as cell on cell.measure = term.measure and cell.dimension = $14 and cell.grain = term.grain
         and cell.period >= term.since and cell.period < term.until
       where not term.is_level
       group by 1, 2, 3, 4, 5
       union all
       select term.is_below, term.over_time, term.times_end, cell.member, last.first, sum(term.sign * cell.amount)
       from term cross join lateral ${lastDays('term.measure', ['$14', '$8', '$9', '$10', '$15'])} as last
         join indicator_cells as cell on cell.measure = term.measure and cell.dimension = $14 and cell.grain = 'day'
           and cell.period = last.period
       where term.is_level
       group by 1, 2, 3, 4, 5),
     placed as (
       select told.is_below, told.member, period.first,
              told.amount * case when told.over_time = 'mean' then 1 / period.days else 1 end
                * case when told.times_end then period.ends else 1 end as amount
       from told join period on told.first = period.first and told.over_time in ('period', 'mean')
       union all
       select told.is_below, told.member, period.first, told.amount * case when told.times_end then period.ends else 1 end
       from told join period on told.over_time = 'all-time'
         or told.over_time = 'until-end' and coalesce(told.first, '-infinity') <= period.first
         or told.over_time = 'before' and coalesce(told.first, '-infinity') < period.first
       where told.over_time in ('all-time', 'until-end', 'before')),
     sizes as (
       select placed.member, placed.first, coalesce(sum(amount) filter (where not is_below), 0) as above,
              coalesce(sum(amount) filter (where is_below), 0) as below
       from placed group by 1, 2)
     select sizes.member from sizes
     group by sizes.member having sum(abs(above)) > 0 or sum(abs(below)) > 0
     order by sum(abs(above)) desc, sum(abs(below)) desc, sizes.member limit $16`,
    [
      terms.map(({ measure }) => measure),
      terms.map(({ kind, over }) =>
        kind === 'distinct' && over === 'period' ? grain : grain === 'hour' ? 'hour' : 'day',
      ),
      ...[terms.map(({ sign }) => sign), terms.map(({ isBelow }) => isBelow), terms.map((term) => term.over)],
      ...[terms.map(({ timesEnd }) => timesEnd), terms.map(({ kind, over }) => kind === 'level' && over !== 'mean')],
      ...[from, until, timeZone],
      ...[periods.map(({ first }) => first), periods.map(({ days }) => days), periods.map(({ end }) => end)],
      ...[dimension, grain, limit],
    ],
  );
  return rows.map(({ member }) => member);
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
    'indicators-first-days',
  );
  return new Map(rows.flatMap(({ measure, day }) => (day === null ? [] : [[measure, day] as const])));
}

export interface Standing {
  dataVersion: number;
  takenAt: Date | null;
  /** days of these families that are to be counted anew */
  pendingDays: number;
  /** since when the oldest of them stands as it is told; null: one of them was never counted */
  pendingSince: Date | null;
  /** when today was last counted by those of these families whose figures of today change as time passes; null: no such one is asked for */
  followedUntil: Date | null;
  now: Date;
}

/** Until the transaction ends all that is read is of one moment. Nothing may have been read before. */
export async function holdMoment(tx: Transaction): Promise<void> {
  await tx.query('set transaction isolation level repeatable read, read only');
}

/** How new the figures of families are, between two days. */
export async function selectStanding(
  db: Queryable,
  families: readonly string[],
  time: { from: string; until: string; today: string; followingClock: readonly string[] },
): Promise<Standing> {
  const [row] = await db.query<{
    number: number;
    taken_at: Date | null;
    days: number;
    since: Date | null;
    followed_until: Date | null;
    now: Date;
  }>(
    `select progress.number, nullif(progress.taken_at, '-infinity') as taken_at, now() as now,
            count(rolled.day)::int as days, case when count(rolled.rolled_up_at) = count(rolled.day) then min(rolled.rolled_up_at) end as since,
            (select min(followed.rolled_up_at) from roll_ups as followed
             where followed.family = any($1::text[]) and followed.family = any($5::text[]) and followed.day = $4::date
               and $4::date >= $2::date and $4::date < $3::date) as followed_until
     from roll_up_progress as progress
       left join roll_ups as rolled on rolled.family = any($1::text[]) and rolled.due_at is not null
         and rolled.day >= $2::date and rolled.day < $3::date
     group by progress.number, progress.taken_at`,
    [families, time.from, time.until, time.today, time.followingClock],
    'indicators-standing',
  );
  return {
    dataVersion: row.number,
    takenAt: row.taken_at,
    pendingDays: row.days,
    pendingSince: row.since,
    followedUntil: row.followed_until,
    now: row.now,
  };
}

export interface CountedDay {
  family: string;
  day: string;
  isCounted: boolean;
}

/** Days of families of which some were never counted, in order; nothing of those of which all were. */
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
       where waiting.family = any($1::text[]) and waiting.due_at is not null and waiting.rolled_up_at is null)
     order by rolled.family, rolled.day`,
    [families, from, until],
    'indicators-uncounted',
  );
  return rows.map(({ family, day, is_counted }) => ({ family, day, isCounted: is_counted }));
}
