import type { Queryable } from '../../db/index.ts';

/** What was spent on a local day; channel and campaign are empty where none was told. */
export interface CostRow {
  day: string;
  channel: string;
  campaign: string;
  amountMinor: number;
  impressions: number | null;
  clicks: number | null;
}

/** What others sold in a month (its first day); the category is empty for all goods. */
export interface MarketFigureRow {
  month: string;
  category: string;
  measure: string;
  whose: string;
  /** decimal string */
  value: string;
  source: string;
}

/** When a row came; null: now. */
export interface ToldAt {
  toldAt: Date | null;
}

/** Stores costs, one a day, channel and campaign. @returns those that are new, or other than what was stored */
export function upsertCosts(
  tx: Queryable,
  rows: readonly (CostRow & ToldAt)[],
): Promise<Pick<CostRow, 'day' | 'channel' | 'campaign'>[]> {
  return tx.query(
    `insert into costs (day, channel, campaign, amount_minor, impressions, clicks, received_at)
     select told.day, told.channel, told.campaign, told.amount_minor, told.impressions, told.clicks, coalesce(told.at, clock_timestamp())
     from unnest($1::date[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[])
       as told (day, channel, campaign, amount_minor, impressions, clicks, at)
     where told.at is null or not exists (
       select from costs as known where known.day = told.day and known.channel = told.channel and known.campaign = told.campaign
         and known.received_at > told.at)
     order by told.day, told.channel collate "C", told.campaign collate "C"
     on conflict (day, channel, campaign) do update set amount_minor = excluded.amount_minor, impressions = excluded.impressions,
       clicks = excluded.clicks, received_at = excluded.received_at
     where (costs.amount_minor, costs.impressions, costs.clicks)
       is distinct from (excluded.amount_minor, excluded.impressions, excluded.clicks)
     returning to_char(day, 'YYYY-MM-DD') as day, channel, campaign`,
    [
      rows.map(({ day }) => day),
      rows.map(({ channel }) => channel),
      rows.map(({ campaign }) => campaign),
      rows.map(({ amountMinor }) => amountMinor),
      rows.map(({ impressions }) => impressions),
      rows.map(({ clicks }) => clicks),
      rows.map(({ toldAt }) => toldAt),
    ],
  );
}

/** Stores market figures, one a month, category, measure and name. @returns those that are new, or other than what was stored */
export function upsertMarketFigures(
  tx: Queryable,
  rows: readonly (MarketFigureRow & ToldAt)[],
): Promise<MarketFigureRow[]> {
  return tx.query(
    `insert into market_figures (month, category, measure, whose, value, source, received_at)
     select told.month, told.category, told.measure, told.whose, told.value, told.source, coalesce(told.at, clock_timestamp())
     from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::text[], $7::timestamptz[])
       as told (month, category, measure, whose, value, source, at)
     where told.at is null or not exists (
       select from market_figures as known where known.month = told.month and known.category = told.category
         and known.measure = told.measure and known.whose = told.whose and known.received_at > told.at)
     order by told.month, told.category collate "C", told.measure, told.whose collate "C"
     on conflict (month, category, measure, whose) do update set value = excluded.value, source = excluded.source,
       received_at = excluded.received_at
     where (market_figures.value, market_figures.source) is distinct from (excluded.value, excluded.source)
     returning to_char(month, 'YYYY-MM-DD') as month, category, measure, whose, value::text, source`,
    [
      rows.map(({ month }) => month),
      rows.map(({ category }) => category),
      rows.map(({ measure }) => measure),
      rows.map(({ whose }) => whose),
      rows.map(({ value }) => value),
      rows.map(({ source }) => source),
      rows.map(({ toldAt }) => toldAt),
    ],
  );
}

/** Which of the rows are asked for: both days count; below `before`, the last row of the page before. */
export interface FigureQuery {
  from: string | undefined;
  to: string | undefined;
  limit: number;
  before: { day: string; key: number } | undefined;
}

function valuesOf({ from, to, before, limit }: FigureQuery): unknown[] {
  return [from ?? null, to ?? null, before?.day ?? null, before?.key ?? null, limit];
}

/** Costs, the latest day first. */
export function selectCosts(db: Queryable, query: FigureQuery): Promise<(CostRow & { key: number })[]> {
  return db.query(
    `select cost_key as key, to_char(day, 'YYYY-MM-DD') as day, channel, campaign, amount_minor as "amountMinor", impressions, clicks
     from costs
     where ($1::date is null or day >= $1) and ($2::date is null or day <= $2)
       and ($3::date is null or (day, cost_key) < ($3, $4::bigint))
     order by costs.day desc, cost_key desc limit $5`,
    valuesOf(query),
  );
}

/** Market figures, the latest month first. */
export function selectMarketFigures(db: Queryable, query: FigureQuery): Promise<(MarketFigureRow & { key: number })[]> {
  return db.query(
    `select figure_key as key, to_char(month, 'YYYY-MM-DD') as month, category, measure, whose,
            trim_scale(value)::text as value, source
     from market_figures
     where ($1::date is null or month >= $1) and ($2::date is null or month <= $2)
       and ($3::date is null or (month, figure_key) < ($3, $4::bigint))
     order by market_figures.month desc, figure_key desc limit $5`,
    valuesOf(query),
  );
}
