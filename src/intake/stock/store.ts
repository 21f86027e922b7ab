import { type Database, deleteInPortions, type Queryable } from '../../db/index.ts';
import type { PlacedStep, Standing, StockDay, StockStep } from './stock-day.ts';

/** @returns for each step in its place the local day that it fell on */
export async function placeSteps(tx: Queryable, steps: readonly StockStep[], timeZone: string): Promise<PlacedStep[]> {
  const rows = await tx.query<{ day: string; began: number }>(
    `select to_char(day, 'YYYY-MM-DD') as day, (extract(epoch from day::timestamp at time zone $2) * 1000)::bigint as began
     from unnest($1::timestamptz[]) with ordinality as told (at, place), lateral (select (told.at at time zone $2)::date as day) as local
     order by place`,
    [steps.map(({ at }) => new Date(at).toISOString()), timeZone],
    'intake-place-stock',
  );
  return rows.map(({ day, began }) => ({ day, dayBegan: began }));
}

/** The latest day that is known of each item's stock, and up to which day stock has been carried over. */
export async function selectLatestDays(
  tx: Queryable,
  itemKeys: readonly number[],
): Promise<{ latest: Map<number, StockDay>; carriedUntil: string | undefined }> {
  const rows = await tx.query<StockDay & { changed: Date; known: Date | null }>(
    `select latest.item_key as "itemKey", to_char(latest.day, 'YYYY-MM-DD') as day, opening, lowest, closing,
            sold_out_seconds as "soldOutSeconds", changed_at as changed, known_at as known
     from unnest($1::int[]) as asked (item_key) cross join lateral (
       select * from item_stock_days where item_stock_days.item_key = asked.item_key
       order by item_stock_days.day desc limit 1) as latest`,
    [itemKeys],
    'intake-latest-stock',
  );
  const [carried] = await tx.query<{ until: string }>(
    `select to_char(until, 'YYYY-MM-DD') as until from stock_carried`,
  );
  const latest = rows.map(({ changed, known, ...row }): [number, StockDay] => [
    row.itemKey,
    { ...row, changedAt: changed.getTime(), knownAt: known?.getTime() ?? null },
  ]);
  return { latest: new Map(latest), carriedUntil: carried?.until };
}

export async function upsertDays(tx: Queryable, days: readonly StockDay[]): Promise<void> {
  await tx.query(
    `insert into item_stock_days (item_key, day, opening, lowest, closing, sold_out_seconds, changed_at, known_at)
     select * from unnest($1::int[], $2::date[], $3::int[], $4::int[], $5::int[], $6::int[], $7::timestamptz[], $8::timestamptz[])
       as told (item_key, day, opening, lowest, closing, sold_out_seconds, changed_at, known_at) order by item_key, day
     on conflict (day, item_key) do update set lowest = excluded.lowest, closing = excluded.closing,
       sold_out_seconds = excluded.sold_out_seconds, changed_at = excluded.changed_at`,
    [
      days.map(({ itemKey }) => itemKey),
      days.map(({ day }) => day),
      days.map(({ opening }) => opening),
      days.map(({ lowest }) => lowest),
      days.map(({ closing }) => closing),
      days.map(({ soldOutSeconds }) => soldOutSeconds),
      days.map(({ changedAt }) => new Date(changedAt).toISOString()),
      days.map(({ knownAt }) => (knownAt === null ? null : new Date(knownAt).toISOString())),
    ],
    'intake-upsert-stock-days',
  );
}

export async function insertStanding(tx: Queryable, standing: readonly Standing[], timeZone: string): Promise<void> {
  await tx.query(
    `insert into item_stock_days (item_key, day, opening, lowest, closing, sold_out_seconds, changed_at)
     select item_key, series.day::date, stock, stock, stock, 0, series.day at time zone $5
     from unnest($1::int[], $2::date[], $3::date[], $4::int[]) as told (item_key, first, last, stock),
          generate_series(told.first::timestamp, told.last::timestamp, interval '1 day') as series (day)
     order by 1, 2 on conflict (day, item_key) do nothing`,
    [
      standing.map(({ itemKey }) => itemKey),
      standing.map(({ from }) => from),
      standing.map(({ to }) => to),
      standing.map(({ stock }) => stock),
      timeZone,
    ],
  );
}

/** So many items at once, that no statement takes long. */
const itemsAtOnce = 10_000;

/**
 * Carries the stock of items over to the days up to yesterday on which it did not change; an item whose stock is known and of
 * which there is no day yet gets its first one. Once a day there is something to do. @returns how many days were written
 */
export async function carryOver(
  db: Database,
  now: Date,
  timeZone: string,
  mostDays: number,
  leave?: AbortSignal,
): Promise<number> {
  const [{ today, due, last }] = await db.query<{ today: string; due: boolean; last: number }>(
    `select to_char(today, 'YYYY-MM-DD') as today, not exists (select from stock_carried where stock_carried.until >= calendar.today - 1) as due,
            (select coalesce(max(item_key), 0) from items) as last
     from (select ($1::timestamptz at time zone $2)::date as today) as calendar`,
    [now, timeZone],
  );
  if (!due) return 0;
  let written = 0;
  for (let from = 0; from <= last; from += itemsAtOnce) {
    if (leave?.aborted) return written;
    const [{ count }] = await db.query<{ count: number }>(
      `with portion as (select item_key, stock from items where item_key > $1 and item_key <= $1 + ${itemsAtOnce}),
       carried as (
         insert into item_stock_days (item_key, day, opening, lowest, closing, sold_out_seconds, changed_at)
         select portion.item_key, series.day::date, latest.closing, latest.closing, latest.closing, 0, series.day at time zone $4
         from portion cross join lateral (
           select item_stock_days.day, item_stock_days.closing from item_stock_days where item_stock_days.item_key = portion.item_key
           order by item_stock_days.day desc limit 1) as latest,
         generate_series(greatest(latest.day + 1, $2::date - $5::int)::timestamp, ($2::date - 1)::timestamp, interval '1 day')
           as series (day)
         where latest.closing is not null
         order by 1, 2 on conflict (day, item_key) do nothing returning day),
       seeded as (
         insert into item_stock_days (item_key, day, opening, lowest, closing, sold_out_seconds, changed_at, known_at)
         select item_key, $2::date, null, stock, stock, 0, $3::timestamptz, $3::timestamptz from portion
         where stock is not null
           and not exists (select from item_stock_days where item_stock_days.item_key = portion.item_key)
         order by item_key on conflict (day, item_key) do nothing returning day),
       written as (select day from carried union all select day from seeded),
       touched as (insert into touched_days (kind, day) select distinct 'stock', day from written)
       select count(*)::int as count from written`,
      [from, today, now, timeZone, mostDays],
    );
    written += count;
  }
  await db.query(
    `insert into stock_carried (until) values ($1::date - 1)
     on conflict (singleton) do update set until = greatest(stock_carried.until, excluded.until)`,
    [today],
  );
  return written;
}

/**
 * Deletes days before a local day whose retention has passed; of each item the last one before stays where no later one is known,
 * because it says what stands. @returns how many went
 */
export async function expireStockDays(db: Database, before: string, leave?: AbortSignal): Promise<number> {
  // Written down first: what was counted of these days must not be counted anew without them.
  const kept = await db.query(
    `update stock_carried set kept_from = greatest(kept_from, $1::date)
     where exists (select from item_stock_days as old where old.day < $1::date) returning 1 as one`,
    [before],
  );
  if (kept.length === 0) return 0;
  return deleteInPortions(
    db,
    `with due as (
       select old.ctid from item_stock_days as old where old.day < $1::date and exists (
         select from item_stock_days as later
         where later.item_key = old.item_key and later.day > old.day and later.day <= $1::date) limit $2),
     gone as (delete from item_stock_days where ctid = any(array(select ctid from due)) returning 1)
     select count(*)::int as count from gone`,
    [before],
    leave,
  );
}

/** Since which local day stock by day is whole; undefined: none of it has gone. */
export async function selectStockKeptFrom(db: Queryable): Promise<string | undefined> {
  const [row] = await db.query<{ day: string | null }>('select kept_from::text as day from stock_carried');
  return row?.day ?? undefined;
}
