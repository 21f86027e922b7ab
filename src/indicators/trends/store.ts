import { copyLine, type Queryable, type Transaction } from '../../db/index.ts';
import { eventsRelation, itemsRelation, orderLinesRelation, ordersRelation } from '../../intake/index.ts';
import { type DailyCounts, type Direction, fewestVisitors, type Trend, type TrendOf } from './trend.ts';

/** Local days from the first up to, and without, the other. */
export interface Span {
  from: string;
  until: string;
  timeZone: string;
}

const inTime = (fact: string) =>
  `${fact}.occurred_at >= $1::date::timestamp at time zone $3 and ${fact}.occurred_at < $2::date::timestamp at time zone $3`;
const dayOf = (fact: string) => `(${fact}.occurred_at at time zone $3)::date - $1::date`;
const byMember = (counted: string) =>
  `select member, array_agg(day order by day) as days, array_agg(count order by day) as counts, min(visitors) as visitors
   from (${counted}) as counted where member <> '' group by member order by member`;
/** SQL: what was searched for, so that case and spaces make no difference. */
const word = `lower(btrim(event.query))`;

/** Orders by day that hold goods of each member; cancelled ones do not count. */
export async function selectOrderCounts(
  db: Queryable,
  of: Exclude<TrendOf, 'search'>,
  { from, until, timeZone }: Span,
): Promise<DailyCounts[]> {
  const member = { category: 'item.category', brand: 'item.brand', item: 'item.item_id' }[of];
  return db.query<DailyCounts>(
    byMember(`select ${member} as member, ${dayOf('sale')} as day, count(distinct sale.order_key)::int as count,
        null::int as visitors
      from ${ordersRelation} as sale join ${orderLinesRelation(0)} as line on line.order_key = sale.order_key
        join ${itemsRelation} as item on item.item_key = line.item_key
      where ${inTime('sale')} and not sale.is_cancelled and item.is_product group by 1, 2`),
    [from, until, timeZone],
  );
}

/** So many words are told of, those that most search for: anybody can search for anything. */
export const mostWords = 10_000;

/** Visitors by day who searched for each word, of the words for which most did. */
export async function selectSearchCounts(db: Queryable, { from, until, timeZone }: Span): Promise<DailyCounts[]> {
  return db.query<DailyCounts>(
    `with searched as materialized (
       select ${word} as member, ${dayOf('event')} as day, event.visitor from ${eventsRelation} as event
       where ${inTime('event')} and event.type = 'search' group by 1, 2, 3),
     most as (
       select searched.member, count(distinct searched.visitor)::int as visitors from searched where searched.member <> ''
       group by searched.member order by count(searched.visitor) desc, searched.member limit ${mostWords})
     ${byMember(`select most.member, searched.day, count(searched.visitor)::int as count, most.visitors
       from searched join most on most.member = searched.member group by most.member, searched.day, most.visitors`)}`,
    [from, until, timeZone],
  );
}

export interface SearchWord {
  word: string;
  place: number;
  searches: number;
  withoutResults: number;
  withoutClick: number;
  /** different ones who searched for it */
  visitors: number;
}

/** What was searched for, most first and no more than `mostWords`, and whether anything was found and looked at within half an hour. */
export async function countSearches(
  db: Queryable,
  { from, until, timeZone }: Span,
): Promise<Omit<SearchWord, 'place'>[]> {
  return db.query<Omit<SearchWord, 'place'>>(
    `with followed as (
       select event.type, event.visitor, ${word} as word, event.results, event.occurred_at, min(event.occurred_at)
           filter (where event.type in ('click', 'view', 'favourite', 'cart_add'))
           over (partition by event.visitor order by event.occurred_at desc) as looked_at
       from ${eventsRelation} as event
       where ${inTime('event')} and event.type in ('search', 'click', 'view', 'favourite', 'cart_add'))
     select word, count(*)::int as searches, (count(*) filter (where results = 0))::int as "withoutResults",
       (count(*) filter (where results is distinct from 0
         and coalesce(looked_at > occurred_at + interval '30 minutes', true)))::int as "withoutClick",
       count(distinct visitor)::int as visitors
     from followed where type = 'search' and word <> '' group by word order by searches desc, word limit ${mostWords}`,
    [from, until, timeZone],
  );
}

export async function replaceTrends(
  tx: Transaction,
  of: TrendOf,
  trends: readonly Trend[],
  { lastDay, days, refusal }: { lastDay: string; days: number; refusal: string | null },
): Promise<void> {
  await tx.query('delete from trends where of = $1', [of]);
  const lines = trends.map((trend) =>
    copyLine([
      ...[of, trend.direction, trend.place, trend.member, trend.index, trend.low, trend.high],
      ...[trend.recentCount, trend.pastCount, trend.falseDiscoveryRate, trend.visitors],
    ]),
  );
  const columns =
    'of, direction, place, member, index, low, high, recent_count, past_count, false_discovery_rate, visitors';
  await tx.copyInto(`trends (${columns})`, lines);
  await tx.query(
    `insert into trend_progress (of, made_at, last_day, days, refusal) values ($1, clock_timestamp(), $2, $3, $4)
     on conflict (of) do update set made_at = excluded.made_at, last_day = excluded.last_day, days = excluded.days,
       refusal = excluded.refusal`,
    [of, lastDay, days, refusal],
  );
}

export async function replaceSearchWords(tx: Transaction, words: readonly Omit<SearchWord, 'place'>[]): Promise<void> {
  await tx.query('delete from search_words');
  const lines = words.map((one, index) =>
    copyLine([one.word, index + 1, one.searches, one.withoutResults, one.withoutClick, one.visitors]),
  );
  await tx.copyInto('search_words (word, place, searches, without_results, without_click, visitors)', lines);
}

/** @param seesAll also search words that few visitors typed */
export async function selectTrends(
  db: Queryable,
  {
    of,
    direction,
    after,
    limit,
    seesAll,
  }: { of: TrendOf; direction: Direction; after: number; limit: number; seesAll: boolean },
): Promise<Trend[]> {
  return db.query<Trend>(
    `select of, direction, place, member, index, low, high, recent_count as "recentCount", past_count as "pastCount",
       false_discovery_rate as "falseDiscoveryRate", visitors
     from trends where of = $1 and direction = $2 and place > $3::bigint
       and ($5 or of <> 'search' or coalesce(visitors, 0) >= ${fewestVisitors}) order by place limit $4`,
    [of, direction, after, limit, seesAll],
  );
}

export interface TrendProgress {
  madeAt: Date;
  lastDay: string;
  days: number;
  refusal: string | null;
}

/** undefined: no night has measured them */
export async function selectProgress(db: Queryable, of: TrendOf): Promise<TrendProgress | undefined> {
  const [row] = await db.query<TrendProgress>(
    `select made_at as "madeAt", last_day::text as "lastDay", days, refusal from trend_progress where of = $1`,
    [of],
  );
  return row;
}

export type SearchOrder = 'searches' | 'without-results' | 'without-click';

/**
 * Those first of which there are most.
 * @param after the count and place of the last one of the page before
 * @param seesAll also words that few visitors typed
 */
export async function selectSearchWords(
  db: Queryable,
  {
    order,
    after,
    limit,
    seesAll,
  }: { order: SearchOrder; after: readonly number[] | undefined; limit: number; seesAll: boolean },
): Promise<(SearchWord & { count: number })[]> {
  const count = { searches: 'searches', 'without-results': 'without_results', 'without-click': 'without_click' }[order];
  return db.query<SearchWord & { count: number }>(
    `select word, place, searches, without_results as "withoutResults", without_click as "withoutClick", visitors,
       ${count} as count
     from search_words
     where ${count} > 0 and ($4 or visitors >= ${fewestVisitors})
       and ($1::bigint is null or ${count} < $1 or (${count} = $1 and place > $2::bigint))
     order by ${count} desc, place limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, limit, seesAll],
  );
}
