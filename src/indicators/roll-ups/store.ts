import type { Queryable, Transaction } from '../../db/index.ts';
import { type ArrivedKind, itemsRelation, keepEvents } from '../../intake/index.ts';

/** A day is counted again after ten seconds at the earliest, and after a hundred times what counting it took. */
const leastWait = `greatest(interval '10 seconds', 100 * rolled.took_ms * interval '1 millisecond')`;

/** SQL: of a day nothing is counted yet to which facts that came in could be put. */
const isWhole = 'is_whole or rolled_up_at is null';

/**
 * Nobody else counts until the transaction ends, and all of it sees the same facts: those committed before it got its turn, of which no
 * events are dropped meanwhile. Before anything else is asked.
 */
export async function holdProgress(tx: Transaction): Promise<void> {
  await tx.query('set transaction isolation level repeatable read');
  await tx.query('lock table roll_up_progress in exclusive mode');
  await keepEvents(tx);
}

/** Whether somebody counts at the moment. A table of another database can have the same number. */
export async function isHeld(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ held: boolean }>(
    `select exists (
       select from pg_locks as lock join pg_database as own on own.oid = lock.database
       where own.datname = current_database() and lock.relation = 'roll_up_progress'::regclass and lock.mode = 'ExclusiveLock' and lock.granted
         and lock.pid <> pg_backend_pid()) as held`,
  );
  return row.held;
}

export async function selectProgress(db: Queryable): Promise<{ number: number; takenAt: Date | null }> {
  const [row] = await db.query<{ number: number; taken_at: Date | null }>(
    `select number, nullif(taken_at, '-infinity') as taken_at from roll_up_progress`,
  );
  return { number: row.number, takenAt: row.taken_at };
}

export async function selectFamilyVersions(db: Queryable): Promise<Map<string, number>> {
  const rows = await db.query<{ family: string; version: number }>('select family, version from roll_up_families');
  return new Map(rows.map((row) => [row.family, row.version]));
}

export async function saveFamilyVersion(tx: Transaction, family: string, version: number): Promise<void> {
  await tx.query(
    `insert into roll_up_families (family, version) values ($1, $2) on conflict (family) do update set version = excluded.version`,
    [family, version],
  );
}

/** All of a family's days are due, and those between two days. */
export async function makeAllDue(tx: Transaction, family: string, days: { first: string; last: string } | undefined) {
  await tx.query(
    `update roll_ups set is_whole = true, due_at = coalesce(due_at, clock_timestamp())
     where family = $1 and (due_at is null or not is_whole)`,
    [family],
  );
  if (!days) return;
  await tx.query(
    `insert into roll_ups (family, day, due_at)
     select $1, day::date, clock_timestamp() from generate_series($2::date, $3::date, interval '1 day') as day
     on conflict (family, day) do nothing`,
    [family, days.first, days.last],
  );
}

/**
 * Days are due as soon as they may be; one that is due already stays so.
 * @param isWhole false: only facts that came in (`insertFacts`) are to be put to them; a day that was never counted is, as a whole
 */
export async function makeDue(
  tx: Transaction,
  family: string,
  days: readonly string[],
  isWhole: boolean,
): Promise<void> {
  if (days.length === 0) return;
  await tx.query(
    `insert into roll_ups as rolled (family, day, due_at) select $1, day, now() from unnest($2::date[]) as touched (day)
     on conflict (family, day) do update
       set due_at = coalesce(rolled.due_at, greatest(clock_timestamp(), rolled.rolled_up_at + ${leastWait}), clock_timestamp()),
           is_whole = $3 or rolled.rolled_up_at is null or rolled.due_at is not null and rolled.is_whole`,
    [family, days, isWhole],
  );
}

/** Facts that came in, to be put to what a family counts. */
export async function insertFacts(
  tx: Transaction,
  family: string,
  facts: ArrivedKind,
  keys: readonly number[],
): Promise<void> {
  await tx.query('insert into roll_up_facts (family, facts, keys) values ($1, $2, $3::bigint[])', [
    family,
    facts,
    keys,
  ]);
}

/** @returns and forgets those of the families, each once */
export async function takeFacts(
  tx: Transaction,
  families: readonly string[],
): Promise<Map<string, Record<ArrivedKind, number[]>>> {
  const rows = await tx.query<{ family: string; facts: ArrivedKind; keys: number[] }>(
    `with taken as (delete from roll_up_facts where family = any($1::text[]) returning family, facts, keys)
     select family, facts, array_agg(distinct key) as keys from taken cross join lateral unnest(keys) as key group by family, facts`,
    [families],
  );
  const came = new Map(
    families.map((family) => [family, { event: [], order: [], refund: [] } as Record<ArrivedKind, number[]>]),
  );
  for (const { family, facts, keys } of rows) came.get(family)![facts] = keys;
  return came;
}

/** Of a family: days to which facts that came in are to be put, and how many these are. */
export interface Waiting {
  family: string;
  days: string[];
  facts: number;
}

/** @param byNow only families of which a day is due by now */
export async function selectMoved(tx: Transaction, byNow: boolean): Promise<Waiting[]> {
  return tx.query<Waiting>(
    `select rolled.family, array_agg(rolled.day::text order by rolled.day) as days,
            (select coalesce(sum(cardinality(came.keys)), 0) from roll_up_facts as came where came.family = rolled.family)::int as facts
     from roll_ups as rolled where due_at is not null and not (${isWhole})
     group by rolled.family having ${byNow ? 'min(due_at) <= clock_timestamp()' : 'true'} order by min(due_at), rolled.family`,
  );
}

/** Whether facts are to be put to some of the days. */
export async function areSomeMoved(tx: Transaction, family: string, days: readonly string[]): Promise<boolean> {
  const [row] = await tx.query<{ moved: boolean }>(
    `select exists (
       select from roll_ups as rolled
       where rolled.family = $1 and rolled.day = any($2::date[]) and rolled.due_at is not null and not (${isWhole})) as moved`,
    [family, days],
  );
  return row.moved;
}

/** Days that are due are to be counted from all their facts. */
export async function makeWhole(tx: Transaction, family: string): Promise<void> {
  await tx.query('update roll_ups set is_whole = true where family = $1 and due_at is not null and not is_whole', [
    family,
  ]);
}

/** Days since the last that is known, up to today, are due; so is the last itself, which was not over when it was counted. */
export async function beginDays(tx: Transaction, family: string, today: string): Promise<void> {
  await tx.query(
    `update roll_ups set due_at = coalesce(due_at, clock_timestamp()), is_whole = true
     where family = $1 and day < $2::date and day = (select max(rolled.day) from roll_ups as rolled where rolled.family = $1)`,
    [family, today],
  );
  await tx.query(
    `insert into roll_ups (family, day, due_at)
     select $1, day::date, now()
     from (select max(rolled.day) as last from roll_ups as rolled where rolled.family = $1) as known,
       generate_series(known.last + 1, $2::date, interval '1 day') as day
     on conflict (family, day) do nothing`,
    [family, today],
  );
}

/** What follows the clock is counted again so long after it was. */
const followedEvery = `interval '15 minutes'`;

const isBehind = `family = any($1::text[]) and day = $2::date and due_at is null and rolled_up_at < clock_timestamp() - ${followedEvery}`;

/** Today is due where it has not been counted lately. */
export async function followClock(tx: Transaction, families: readonly string[], today: string): Promise<void> {
  await tx.query(`update roll_ups set due_at = clock_timestamp(), is_whole = true where ${isBehind}`, [
    families,
    today,
  ]);
}

/**
 * Days on which the family counted something of these items are due, of few items at once: a day that one of them made due is not
 * looked at for the others.
 * @param measures of the family, those by item
 */
export async function makeDueByItems(
  tx: Transaction,
  { family, measures, daysOfItems }: { family: string; measures: readonly string[]; daysOfItems: string | undefined },
  itemKeys: readonly number[],
  timeZone: string,
): Promise<void> {
  await tx.query(
    `update roll_ups as rolled
     set due_at = coalesce(rolled.due_at, greatest(clock_timestamp(), rolled.rolled_up_at + ${leastWait}), clock_timestamp()),
         is_whole = true
     where rolled.family = $1 and (rolled.due_at is null or not rolled.is_whole) and (
       exists (
         select from indicator_cells as cell
         where cell.measure = any($2::text[]) and cell.dimension = 'item' and cell.grain = 'day'
           and cell.period = rolled.day::timestamp at time zone $4
           and cell.member = any((select array(
             select item.item_id from ${itemsRelation} as item where item.item_key = any($3::int[])))::text[]))
       ${daysOfItems === undefined ? '' : `or ${daysOfItems}`})`,
    [family, measures, itemKeys, timeZone],
  );
}

/** Days on which the family counted something by the member of a dimension are due. */
export async function makeDueByMember(
  tx: Transaction,
  {
    family,
    measures,
    dimension,
    member,
  }: { family: string; measures: readonly string[]; dimension: string; member: string },
  timeZone: string,
): Promise<void> {
  await tx.query(
    `update roll_ups as rolled set due_at = coalesce(rolled.due_at, clock_timestamp()), is_whole = true
     where rolled.family = $1 and rolled.day in (
       select (cell.period at time zone $5)::date from indicator_cells as cell
       where cell.measure = any($2::text[]) and cell.dimension = $3 and cell.grain = 'day' and cell.member = $4)`,
    [family, measures, dimension, member, timeZone],
  );
}

export async function markTaken(tx: Transaction): Promise<void> {
  await tx.query('update roll_up_progress set taken_at = now()');
}

/** The family that has waited longest. @param byNow only what is due by now, and not what waits */
export async function selectDueFamily(tx: Transaction, byNow: boolean): Promise<string | undefined> {
  const condition = byNow ? 'due_at <= clock_timestamp()' : 'due_at is not null';
  const [next] = await tx.query<{ family: string }>(
    `select family from roll_ups where ${condition} order by due_at, family limit 1`,
  );
  return next?.family;
}

/** Days of a family that are to be counted from all their facts, oldest first. */
export async function selectWhole(tx: Transaction, family: string, byNow: boolean, most: number): Promise<string[]> {
  const rows = await tx.query<{ day: string }>(
    `select day::text from roll_ups
     where family = $1 and (${isWhole}) and due_at ${byNow ? '<= clock_timestamp()' : 'is not null'} order by day limit $2`,
    [family, most],
  );
  return rows.map(({ day }) => day);
}

/** Whether anything is due by now, or follows the clock and is behind. */
export async function hasDue(db: Queryable, followingClock: readonly string[], today: string): Promise<boolean> {
  const [row] = await db.query<{ due: boolean }>(
    `select exists (select from roll_ups as due where due.due_at <= clock_timestamp()) or exists (select from roll_ups where ${isBehind}) as due`,
    [followingClock, today],
  );
  return row.due;
}

export async function countDue(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from roll_ups where due_at is not null`,
  );
  return row.count;
}

/** The days are counted; the version of the data is one more. */
export async function markRolledUp(
  tx: Transaction,
  counted: readonly { family: string; days: readonly string[] }[],
  msADay: number,
): Promise<void> {
  const rows = counted.flatMap(({ family, days }) => days.map((day) => ({ family, day })));
  await tx.query(
    `update roll_ups as rolled set due_at = null, is_whole = false, rolled_up_at = now(), took_ms = $3
     from unnest($1::text[], $2::date[]) as given (family, day) where rolled.family = given.family and rolled.day = given.day`,
    [rows.map(({ family }) => family), rows.map(({ day }) => day), Math.round(msADay)],
  );
  await tx.query('update roll_up_progress set number = number + 1');
}
