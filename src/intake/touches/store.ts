import { type Database, deleteInPortions, type Queryable, type Transaction } from '../../db/index.ts';
import type { TouchedKind, Touches } from './touches.ts';

/** SQL: what of a time `Touches` keeps, so that a file's facts come as few moments. */
export function momentOf(time: string): string {
  const kept = `case when ${time} < timestamptz '1973-01-01Z' then ${time}
    else date_bin('15 minutes', ${time}, timestamptz '1970-01-01Z') end`;
  return `(extract(epoch from ${kept}) * 1000)::bigint`;
}

/** Appends what was touched, with the change: nobody waits for it. @param timeZone the shop's */
export async function insertTouches(tx: Queryable, touches: Touches, timeZone: string): Promise<void> {
  const { moments, days, itemKeys } = touches;
  if (moments.length + days.length > 0) {
    await tx.query(
      `insert into touched_days (kind, day)
       select touched.kind, (touched.at at time zone $3)::date from unnest($1::text[], $2::timestamptz[]) as touched (kind, at)
       union
       select touched.kind, touched.day from unnest($4::text[], $5::date[]) as touched (kind, day)`,
      [
        moments.map(({ kind }) => kind),
        moments.map(({ at }) => new Date(at).toISOString()),
        timeZone,
        days.map(({ kind }) => kind),
        days.map(({ day }) => day),
      ],
      'intake-insert-touched-days',
    );
  }
  if (itemKeys.length > 0) {
    await tx.query('insert into touched_items (item_key) select unnest($1::int[])', [itemKeys]);
  }
}

/** What was touched and not yet taken, each day and item once. It is gone with the transaction, so counting anew is in it, or noted. */
export async function takeTouches(
  tx: Transaction,
): Promise<{ days: { kind: TouchedKind; day: string }[]; itemKeys: number[] }> {
  const days = await tx.query<{ kind: TouchedKind; day: string }>(
    `with taken as (delete from touched_days returning kind, day)
     select kind, to_char(day, 'YYYY-MM-DD') as day from taken group by kind, day order by kind, day`,
  );
  const items = await tx.query<{ item_key: number }>(
    `with taken as (delete from touched_items returning item_key) select distinct item_key from taken order by item_key`,
  );
  return { days, itemKeys: items.map(({ item_key }) => item_key) };
}

/** Whether anything was touched that nobody has taken. */
export async function hasTouches(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ touched: boolean }>(
    'select exists (select from touched_days) or exists (select from touched_items) as touched',
  );
  return row.touched;
}

/** Where nobody counts, touches stay: of each day and item one is enough, the latest. @returns how many went */
export async function deleteDoubles(db: Database, leave?: AbortSignal): Promise<number> {
  const without = (table: string, same: string) =>
    deleteInPortions(
      db,
      `with doubles as (
         select touch_key from (
           select touch_key, row_number() over (partition by ${same} order by touch_key desc) as place from ${table}) as placed
         where place > 1 limit $1),
       gone as (delete from ${table} where touch_key in (select touch_key from doubles) returning 1)
       select count(*)::int as count from gone`,
      [],
      leave,
    );
  return (await without('touched_days', 'kind, day')) + (await without('touched_items', 'item_key'));
}
