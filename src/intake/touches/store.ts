import { type Database, deleteInPortions, type Queryable, type Transaction } from '../../db/index.ts';
import { type ArrivedKind, mostKeys, type TouchedKind, type Touches } from './touches.ts';

/** SQL: what of a time `Touches` keeps, so that a file's facts come as few moments. */
export function momentOf(time: string): string {
  const kept = `case when ${time} < timestamptz '1973-01-01Z' then ${time}
    else date_bin('15 minutes', ${time}, timestamptz '1970-01-01Z') end`;
  return `(extract(epoch from ${kept}) * 1000)::bigint`;
}

/** Each day has all keys of its change: of facts of many days that would be so many times as much as the facts themselves. */
const mostKeysOfDays = 50_000;

/** Appends what was touched, with the change: nobody waits for it. @param timeZone the shop's */
export async function insertTouches(tx: Queryable, touches: Touches, timeZone: string): Promise<void> {
  const { moments, days, facts: came, itemKeys } = touches;
  for (const { kind, facts, moments: at, keys } of came) {
    if (at.length === 0) continue;
    const isFew = keys.length <= mostKeys;
    await tx.query(
      `insert into touched_days (kind, day, facts, keys)
       select $1, touched.day, case when is_few then $4 end, case when is_few then $5::bigint[] end
       from (select days.day, count(*) over () * coalesce(cardinality($5::bigint[]), 0) <= $6 as is_few
             from (select distinct (at at time zone $3)::date as day from unnest($2::timestamptz[]) as given (at)) as days) as touched`,
      [
        kind,
        at.map((one) => new Date(one).toISOString()),
        timeZone,
        ...[isFew ? facts : null, isFew ? keys : null, mostKeysOfDays],
      ],
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
 * What was touched and not yet taken, each day and item once (a day more than once where facts of several kinds came in). Of days to
 * which very much came in it is not told what. It is gone with the transaction, so counting anew is in it, or noted.
 */
export async function takeTouches(tx: Transaction): Promise<{ days: TouchedDay[]; itemKeys: number[] }> {
  const days = await tx.query<{ kind: TouchedKind; day: string; facts: ArrivedKind | null; keys: number[] | null }>(
    `with taken as materialized (delete from touched_days returning kind, day, facts, keys),
     told as materialized (
       select kind, day, facts, sum(cardinality(keys)) <= ${mostKeys} as is_few from taken group by kind, day, facts),
     named as (
       select kind, day, facts, array_agg(distinct key) as keys
       from told join taken using (kind, day, facts) cross join lateral unnest(taken.keys) as key
       where told.is_few group by kind, day, facts)
     select kind, to_char(day, 'YYYY-MM-DD') as day, case when is_few then facts end as facts, named.keys
     from told left join named using (kind, day, facts) order by kind, day, facts`,
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
              case when known.facts is not null and cardinality(known.keys) <= ${mostKeys} then known.keys end
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
