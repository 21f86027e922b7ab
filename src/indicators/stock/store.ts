import type { DemandClass, Method } from '../../../models/demand-forecasts/index.ts';
import { copyLine, type Queryable, type Transaction } from '../../db/index.ts';
import {
  itemsRelation,
  orderLinesRelation,
  ordersRelation,
  soldOutDaysRelation,
  stockDaysRelation,
} from '../../intake/index.ts';
import type { DailyUnits } from './daily-units.ts';

/** Local days from the first up to, and without, the other. */
export interface Span {
  from: string;
  until: string;
  timeZone: string;
}

/** SQL: goods sold in a span ($1, $2, zone $3), of orders that were not cancelled. */
const salesOf = `${ordersRelation} as sale join ${orderLinesRelation(0)} as line on line.order_key = sale.order_key
  where sale.occurred_at >= $1::date::timestamp at time zone $3 and sale.occurred_at < $2::date::timestamp at time zone $3
    and not sale.is_cancelled and line.quantity > 0`;

/** Units of each item with sales by day, counted from the first of the span, and on which of these days it was sold out. */
export async function selectDailyUnits(db: Queryable, { from, until, timeZone }: Span): Promise<DailyUnits[]> {
  return db.query<DailyUnits>(
    `with sold as (
       select line.item_key, (sale.occurred_at at time zone $3)::date - $1::date as day, sum(line.quantity)::float8 as units
       from ${salesOf} group by 1, 2),
     by_item as (
       select item_key, array_agg(day order by day) as days, array_agg(units order by day) as units from sold group by item_key),
     sold_out as (
       select stood.item_key, array_agg(stood.day - $1::date order by stood.day) as days
       from ${soldOutDaysRelation(timeZone)} as stood where stood.day >= $1::date and stood.day < $2::date group by stood.item_key)
     select item.item_key as "itemKey", item.item_id as "itemId", item.category,
       (item.available_from at time zone $3)::date - $1::date as "firstDay",
       by_item.days, by_item.units, coalesce(sold_out.days, '{}') as "soldOut"
     from by_item join ${itemsRelation} as item on item.item_key = by_item.item_key
       left join sold_out on sold_out.item_key = by_item.item_key
     where item.is_product order by item.item_key`,
    [from, until, timeZone],
  );
}

/** An item as far as its stock is concerned. */
export interface Good {
  itemKey: number;
  lastSoldOn: string | null;
  /** since when it was there and nobody bought it */
  stillSince: string;
  attributes: Record<string, unknown>;
}

/** Goods with a stock, or with sales in the span. */
export async function selectGoods(db: Queryable, { from, until, timeZone }: Span): Promise<Good[]> {
  return db.query<Good>(
    `with sold as (
       select line.item_key, max((sale.occurred_at at time zone $3)::date) as last from ${salesOf} group by 1)
     select item.item_key as "itemKey", sold.last::text as "lastSoldOn", item.attributes,
       greatest(sold.last, sold_out.day,
         coalesce((item.available_from at time zone $3)::date, least((item.created_at at time zone $3)::date, stood.day)))::text
         as "stillSince"
     from ${itemsRelation} as item left join sold on sold.item_key = item.item_key
       left join lateral (
         select stock.day from ${stockDaysRelation(timeZone)} as stock
         where stock.item_key = item.item_key and stock.day < $2::date order by stock.day limit 1) as stood on true
       left join lateral (
         select stock.day from ${soldOutDaysRelation(timeZone)} as stock
         where stock.item_key = item.item_key and stock.day < $2::date order by stock.day desc limit 1) as sold_out on true
     where item.is_product and (item.stock is not null or sold.item_key is not null)`,
    [from, until, timeZone],
  );
}

/** Expected, low80, high80, low95 and high95, each by period. */
export type BandRows = number[][];

export interface ForecastRow {
  of: 'item' | 'category';
  place: number;
  member: string;
  category: string;
  method: Method;
  demandClass: DemandClass;
  judgedWeeks: number;
  /** units a week; not a number: too young to be judged */
  error: number;
  seasonalNaiveError: number;
  days: BandRows;
  weeks: BandRows;
  horizon: BandRows;
}

export async function replaceForecasts(tx: Transaction, rows: readonly ForecastRow[]): Promise<void> {
  await tx.query('delete from demand_forecasts');
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  const lines = rows.map((row) =>
    copyLine([
      ...[row.of, row.place, row.member, row.category, row.method, row.demandClass, row.judgedWeeks],
      ...[orNull(row.error), orNull(row.seasonalNaiveError), nested(row.days), nested(row.weeks), nested(row.horizon)],
    ]),
  );
  const columns =
    'of, place, member, category, method, demand_class, judged_weeks, error, seasonal_naive_error, days, weeks, horizon';
  await tx.copyInto(`demand_forecasts (${columns})`, lines);
}

const nested = (rows: BandRows) => `{${rows.map((row) => `{${row.join(',')}}`).join(',')}}`;

export interface SupplyRow {
  itemKey: number;
  lastSoldOn: string | null;
  stillSince: string;
  expectedADay: number;
  leadDays: number;
  serviceLevel: number;
  packUnits: number;
  point: number;
  upTo: number;
  safetyStock: number;
  soldHigh: number[];
  soldLow: number[];
}

export async function replaceSupplies(tx: Transaction, rows: readonly SupplyRow[]): Promise<void> {
  await tx.query('delete from item_supplies');
  const lines = rows.map((row) =>
    copyLine([
      ...[row.itemKey, row.lastSoldOn, row.stillSince, row.expectedADay, row.leadDays, row.serviceLevel, row.packUnits],
      ...[row.point, row.upTo, row.safetyStock, row.soldHigh, row.soldLow],
    ]),
  );
  const columns = `item_key, last_sold_on, still_since, expected_a_day, lead_time_days, service_level, pack_units,
    reorder_point, order_up_to, safety_stock, sold_high, sold_low`;
  await tx.copyInto(`item_supplies (${columns})`, lines);
}

export interface Progress {
  madeAt: Date;
  firstDay: string;
  historyDays: number;
}

export async function saveProgress(
  tx: Transaction,
  { firstDay, historyDays }: Omit<Progress, 'madeAt'>,
): Promise<void> {
  await tx.query(
    `insert into demand_forecast_progress (made_at, first_day, history_days) values (clock_timestamp(), $1, $2)
     on conflict (singleton) do update
       set made_at = excluded.made_at, first_day = excluded.first_day, history_days = excluded.history_days`,
    [firstDay, historyDays],
  );
}

/** undefined: none was ever made */
export async function selectProgress(db: Queryable): Promise<Progress | undefined> {
  const [row] = await db.query<Progress>(
    `select made_at as "madeAt", first_day::text as "firstDay", history_days as "historyDays" from demand_forecast_progress`,
  );
  return row;
}

const forecastColumns = `forecast.of, forecast.place, forecast.member, forecast.category, forecast.method,
  forecast.demand_class as "demandClass", forecast.judged_weeks as "judgedWeeks", forecast.error,
  forecast.seasonal_naive_error as "seasonalNaiveError", forecast.days, forecast.weeks, forecast.horizon`;

/** As it is read: null in place of not a number. */
export type StoredForecast = Omit<ForecastRow, 'error' | 'seasonalNaiveError'> & {
  error: number | null;
  seasonalNaiveError: number | null;
};

export async function selectForecasts(
  db: Queryable,
  { of, category, after, limit }: { of: 'item' | 'category'; category?: string; after: number; limit: number },
): Promise<StoredForecast[]> {
  return db.query<StoredForecast>(
    `select ${forecastColumns} from demand_forecasts as forecast
     where forecast.of = $1 and ($2::text is null or forecast.category = $2) and forecast.place > $3::bigint order by forecast.place limit $4`,
    [of, category ?? null, after, limit],
  );
}

/** undefined: there is no such item; without a forecast it had no sale */
export async function selectItemForecast(
  db: Queryable,
  itemId: string,
): Promise<{ forecast: StoredForecast | null } | undefined> {
  const [row] = await db.query<StoredForecast | { of: null }>(
    `select ${forecastColumns} from ${itemsRelation} as item
       left join demand_forecasts as forecast on forecast.of = 'item' and forecast.member = item.item_id
     where item.item_id = $1`,
    [itemId],
  );
  if (!row) return undefined;
  return { forecast: row.of === null ? null : row };
}

export const stockStates = ['sold-out', 'runs-out', 'dead', 'enough'] as const;
/** How a stock stands: nothing left, time to order, lying there unsold, or none of it. */
export type StockState = (typeof stockStates)[number];

export interface StockQuestion {
  /** undefined: all */
  states: readonly StockState[] | undefined;
  category: string | undefined;
  /** without a sale for so long it is dead */
  deadAfterDays: number;
  today: string;
  /** what is hidden, or not available at this moment, need not be ordered */
  now: Date;
  minorDigits: number;
  /** only what is used up within so many days by what is expected, the soonest first */
  goneWithinDays: number | undefined;
  /** days between the first one foreseen and today */
  passedDays: number;
  /** of the last one of the page before: money in minor units, or thousandths of a day that it lasts, and key */
  after: readonly number[] | undefined;
  limit: number;
}

export interface StockRow {
  /** goods that are meant, on all pages */
  total: number;
  /** what it is listed by: minus the money in minor units, or the thousandths of a day that it lasts */
  rank: number;
  itemKey: number;
  itemId: string;
  title: string | null;
  category: string;
  stock: number;
  state: StockState;
  /** minor units; null: price or cost is not known */
  moneyMinor: number | null;
  /** of the stock: what it has cost, or else what it is sold for; null: neither is known */
  worthMinor: number | null;
  isCostKnown: boolean;
  lastSoldOn: string | null;
  expectedADay: number;
  leadTimeDays: number;
  serviceLevel: number;
  packUnits: number;
  reorderPoint: number;
  orderUpTo: number;
  safetyStock: number;
  soldHigh: number[];
  soldLow: number[];
  /** units by day; null: no forecast */
  expected: number[] | null;
}

/**
 * SQL: for how many days a stock lasts by what is expected within the next $10 days, of `stood` and its `forecast`; null: longer.
 * The first day foreseen lies $11 days back; beyond the last one its last week goes on (as `daysOfSupply` counts).
 */
const lastsWithin = `select case when sum(day.units) >= stood.stock - 1e-9 or stood.stock = 0
    then sum(case when day.before >= stood.stock then 0 when day.units > 0 then least(1, (stood.stock - day.before) / day.units)
      else 1 end) end as days
  from (
    select one.units, coalesce(sum(one.units) over (order by one.place rows between unbounded preceding and 1 preceding), 0) as before
    from (
      select ahead.place, forecast.days[1][case when ahead.place < length.days then ahead.place + 1
        else length.days - 6 + (ahead.place - length.days) % 7 end]::float8 as units
      from (select array_length(forecast.days, 2) as days) as length
        cross join generate_series($11::int, $11::int + $10::int - 1) as ahead(place)) as one) as day`;

/** Goods whose stock is known as it is now, those first in which most money lies; of those that will be gone, the soonest first. */
export async function selectStock(db: Queryable, question: StockQuestion): Promise<StockRow[]> {
  const { states, category, deadAfterDays, today, now, minorDigits, goneWithinDays, passedDays, after, limit } =
    question;
  return db.query<StockRow>(
    `with stood as (
       select item.*, supply.*, item.item_key as key, offered.is_offered, item.stock * coalesce(item.cost, item.price) as worth, case
           when item.stock = 0 and supply.expected_a_day > 0 and offered.is_offered then 'sold-out'
           when item.stock <= supply.reorder_point and supply.expected_a_day > 0 and offered.is_offered then 'runs-out'
           when item.stock > 0 and supply.still_since <= $3::date - $4::int then 'dead'
           else 'enough' end as state
       from ${itemsRelation} as item join item_supplies as supply on supply.item_key = item.item_key
         cross join lateral (
           select not item.hidden and coalesce(item.available_from <= $9, true) and coalesce(item.available_until > $9, true)
             as is_offered) as offered
       where item.stock is not null and ($2::text is null or item.category = $2)),
     told as (
       select stood.*, round(10 ^ $5::int * case
           when stood.state in ('sold-out', 'runs-out') then greatest(stood.price - stood.cost, 0) * stood.expected_a_day
           when stood.state = 'dead' then stood.worth end)::bigint as money
       from stood where $1::text[] is null or stood.state = any($1::text[])),
     listed as (
       select told.*, -coalesce(told.money, 0) as rank from told where $10::int is null
       union all
       select stood.*, lasting.lasts as rank
       from told as stood join demand_forecasts as forecast on forecast.of = 'item' and forecast.member = stood.item_id
         cross join lateral (select round(1000 * within.days)::bigint as lasts from (${lastsWithin}) as within) as lasting
       where $10::int is not null and stood.is_offered and stood.expected_a_day > 0 and lasting.lasts is not null)
     select (select count(*) from listed)::int as total, told.rank, told.key as "itemKey", told.item_id as "itemId", told.title, told.category, told.stock, told.state,
       told.money as "moneyMinor", round(10 ^ $5::int * told.worth)::bigint as "worthMinor",
       told.cost is not null as "isCostKnown", told.last_sold_on::text as "lastSoldOn", told.expected_a_day as "expectedADay",
       told.lead_time_days as "leadTimeDays", told.service_level as "serviceLevel", told.pack_units as "packUnits",
       told.reorder_point as "reorderPoint", told.order_up_to as "orderUpTo", told.safety_stock as "safetyStock",
       told.sold_high as "soldHigh", told.sold_low as "soldLow", forecast.days[1:1] as expected
     from listed as told left join demand_forecasts as forecast on forecast.of = 'item' and forecast.member = told.item_id
     where $6::bigint is null or told.rank > $6::bigint or (told.rank = $6::bigint and told.key > $7::bigint)
     order by told.rank, told.key limit $8`,
    [
      states ?? null,
      category ?? null,
      today,
      deadAfterDays,
      minorDigits,
      after === undefined ? null : goneWithinDays === undefined ? -after[0] : after[0],
      after?.[1] ?? null,
      limit,
      now,
      goneWithinDays ?? null,
      passedDays,
    ],
  );
}
