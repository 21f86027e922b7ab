import type { Queryable, Transaction } from '../../db/index.ts';
import { itemsRelation } from '../../intake/index.ts';

/** A day is counted again after ten seconds at the earliest, and after a hundred times what counting it took. */
const leastWait = `greatest(interval '10 seconds', 100 * rolled.took_ms * interval '1 millisecond')`;

/** Nobody else counts until the transaction ends. @param patient false: who finds somebody counting goes away (false) */
export async function holdProgress(tx: Transaction, patient: boolean): Promise<boolean> {
  const rows = await tx.query(`select from roll_up_progress for update ${patient ? '' : 'skip locked'}`);
  return rows.length === 1;
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
  await tx.query('update roll_ups set due_at = clock_timestamp() where family = $1 and due_at is null', [family]);
  if (!days) return;
  await tx.query(
    `insert into roll_ups (family, day, due_at)
     select $1, day::date, clock_timestamp() from generate_series($2::date, $3::date, interval '1 day') as day
     on conflict (family, day) do nothing`,
    [family, days.first, days.last],
  );
}

/** Days are due as soon as they may be; one that is due already stays so. */
export async function makeDue(tx: Transaction, family: string, days: readonly string[]): Promise<void> {
  await tx.query(
    `insert into roll_ups as rolled (family, day, due_at) select $1, day, now() from unnest($2::date[]) as touched (day)
     on conflict (family, day) do update
       set due_at = coalesce(rolled.due_at, greatest(clock_timestamp(), rolled.rolled_up_at + ${leastWait}), clock_timestamp())`,
    [family, days],
  );
}

/** Days since the last that is known, up to today, are due; so is the last itself, which was not over when it was counted. */
export async function beginDays(tx: Transaction, family: string, today: string): Promise<void> {
  await tx.query(
    `update roll_ups set due_at = coalesce(due_at, clock_timestamp())
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

/** Today is due where it has not been counted lately. */
export async function followClock(db: Queryable, families: readonly string[], today: string): Promise<void> {
  await db.query(
    `update roll_ups set due_at = clock_timestamp()
     where family = any($1::text[]) and day = $2::date and due_at is null and rolled_up_at < clock_timestamp() - ${followedEvery}`,
    [families, today],
  );
}

/** Days on which the family counted something of these items are due. @param measures of the family, those by item */
export async function makeDueByItems(
  tx: Transaction,
  { family, measures, daysOfItems }: { family: string; measures: readonly string[]; daysOfItems: string | undefined },
  itemKeys: readonly number[],
  timeZone: string,
): Promise<void> {
  await tx.query(
    `update roll_ups as rolled
     set due_at = coalesce(rolled.due_at, greatest(clock_timestamp(), rolled.rolled_up_at + ${leastWait}), clock_timestamp())
     where rolled.family = $1 and rolled.day in (
       select (cell.period at time zone $4)::date from indicator_cells as cell
       where cell.measure = any($2::text[]) and cell.dimension = 'item' and cell.grain = 'day'
         and cell.member in (select item.item_id from ${itemsRelation} as item where item.item_key = any($3::int[]))
       ${daysOfItems === undefined ? '' : `union ${daysOfItems}`})`,
    [family, measures, itemKeys, timeZone],
  );
}

export async function markTaken(tx: Transaction): Promise<void> {
  await tx.query('update roll_up_progress set taken_at = clock_timestamp()');
}

/** The days of the family that has waited longest, oldest first. @param byNow only what is due by now, and not what waits */
export async function selectDue(
  db: Queryable,
  byNow: boolean,
  most: (family: string) => number,
): Promise<{ family: string; days: string[] } | undefined> {
  const condition = byNow ? 'due_at <= clock_timestamp()' : 'due_at is not null';
  const [next] = await db.query<{ family: string }>(
    `select family from roll_ups where ${condition} order by due_at, family limit 1`,
  );
  if (!next) return undefined;
  const rows = await db.query<{ day: string }>(
    `select day::text from roll_ups where family = $1 and ${condition} order by day limit $2`,
    [next.family, most(next.family)],
  );
  return { family: next.family, days: rows.map(({ day }) => day) };
}

export async function countDue(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from roll_ups where due_at is not null`,
  );
  return row.count;
}

/** The days are counted; the version of the data is one more. */
export async function markRolledUp(tx: Transaction, family: string, days: readonly string[], msADay: number) {
  await tx.query(
    `update roll_ups set due_at = null, rolled_up_at = clock_timestamp(), took_ms = $3
     where family = $1 and day = any($2::date[])`,
    [family, days, Math.round(msADay)],
  );
  await tx.query('update roll_up_progress set number = number + 1');
}
