import { type Database, deleteInPortions, type Queryable, type Transaction } from '../../db/index.ts';
import type { ArrivedKind, TouchedKind, Touches } from './touches.ts';

/** SQL: what of a time `Touches` keeps, so that a file's facts come as few moments. */
export function momentOf(time: string): string {
  const kept = `case when ${time} < timestamptz '1973-01-01Z' then ${time}
    else date_bin('15 minutes', ${time}, timestamptz '1970-01-01Z') end`;
  return `(extract(epoch from ${kept}) * 1000)::bigint`;
}

/** Of more facts at once nobody says which: their days are counted as a whole. */
const mostKeys = 5_000;

/** Appends what was touched, with the change: nobody waits for it. @param timeZone the shop's */
export async function insertTouches(tx: Queryable, touches: Touches, timeZone: string): Promise<void> {
  const { moments, days, facts: came, itemKeys } = touches;
  for (const { kind, facts, moments: at, keys } of came) {
    if (at.length === 0) continue;
    const isFew = keys.length <= mostKeys;
    await tx.query(
      `insert into touched_days (kind, day, facts, keys)
       select distinct $1, (at at time zone $3)::date, $4, $5::bigint[] from unnest($2::timestamptz[]) as touched (at)`,
      [kind, at.map((one) => new Date(one).toISOString()), timeZone, isFew ? facts : null, isFew ? keys : null],
      'intake-insert-touched-facts',
    );
  }
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

export interface TouchedDay {
  kind: TouchedKind;
  day: string;
  /** what came in, and nothing else has changed; null: the whole day is to be counted */
  cameIn: { facts: ArrivedKind; keys: number[] } | null;
}

/**
 * What was touched and not yet taken, each day and item once (a day more than once where facts of several kinds came in). It is gone
 * with the transaction, so counting anew is in it, or noted.
 */
export async function takeTouches(tx: Transaction): Promise<{ days: TouchedDay[]; itemKeys: number[] }> {
  const days = await tx.query<{ kind: TouchedKind; day: string; facts: ArrivedKind | null; keys: number[] | null }>(
    `with taken as materialized (delete from touched_days returning kind, day, facts, keys)
     select kind, to_char(day, 'YYYY-MM-DD') as day, facts,
            case when facts is not null then array(
              select distinct key from taken as one cross join lateral unnest(one.keys) as key
              where one.kind = taken.kind and one.day = taken.day and one.facts = taken.facts) end as keys
     from taken group by kind, day, facts order by kind, day, facts`,
  );
  const items = await tx.query<{ item_key: number }>(
    `with taken as (delete from touched_items returning item_key) select distinct item_key from taken order by item_key`,
  );
  return {
    days: days.map(({ kind, day, facts, keys }) => ({ kind, day, cameIn: facts && { facts, keys: keys ?? [] } })),
    itemKeys: items.map(({ item_key }) => item_key),
  };
}

/** Whether anything was touched that nobody has taken. */
export async function hasTouches(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ touched: boolean }>(
    'select exists (select from touched_days) or exists (select from touched_items) as touched',
  );
  return row.touched;
}

/** Where nobody counts, touches stay: of each day and item one is enough, the latest, or one with all their facts. @returns how many went */
export async function deleteDoubles(db: Database, leave?: AbortSignal): Promise<number> {
  const days = deleteInPortions(
    db,
    `with several as materialized (
       select kind, day, facts from touched_days group by kind, day, facts having count(*) > 1 limit $1),
     gone as (
       delete from touched_days as touched using several
       where touched.kind = several.kind and touched.day = several.day and touched.facts is not distinct from several.facts
       returning touched.kind, touched.day, touched.facts, touched.keys),
     merged as (
       insert into touched_days (kind, day, facts, keys)
       select known.kind, known.day, case when cardinality(known.keys) <= ${mostKeys} then known.facts end,
              case when cardinality(known.keys) <= ${mostKeys} then known.keys end
       from (select several.kind, several.day, several.facts,
                    array(select distinct key from gone cross join lateral unnest(gone.keys) as key
                          where gone.kind = several.kind and gone.day = several.day and gone.facts = several.facts) as keys
             from several) as known
       returning 1)
     select ((select count(*) from gone) - (select count(*) from merged))::int as count`,
    [],
    leave,
  );
  const items = () =>
    deleteInPortions(
      db,
      `with doubles as (
         select touch_key from (
           select touch_key, row_number() over (partition by item_key order by touch_key desc) as place from touched_items) as placed
         where place > 1 limit $1),
       gone as (delete from touched_items where touch_key in (select touch_key from doubles) returning 1)
       select count(*)::int as count from gone`,
      [],
      leave,
    );
  return (await days) + (await items());
}
