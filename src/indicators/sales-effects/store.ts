import type { PriceEffect, SalesEffects } from '../../../models/sales-effects/index.ts';
import type { Queryable, Transaction } from '../../db/index.ts';
import {
  itemPricesRelation,
  itemsRelation,
  orderLinesRelation,
  ordersRelation,
  soldOutDaysRelation,
} from '../../intake/index.ts';
import type { PriceChannel, PricedGood } from './priced-sales.ts';

/** Goods as far as their sales are to be explained. */
export interface SoldGood {
  category: string;
  brand: string;
  attributes: Record<string, unknown>;
  units: number;
  /** days on which it could be bought */
  days: number;
  /** mean price paid, else the catalogue's; null: not known */
  price: number | null;
}

/**
 * Goods of a span of local days (without its end), with what was sold of them, cancelled orders left out. Days on sale count from when an
 * item came (`available_from`, else its first sale or when it was told of), without those on which it was sold out from end to end.
 */
export async function selectSoldGoods(
  db: Queryable,
  { from, until, timeZone }: { from: string; until: string; timeZone: string },
): Promise<SoldGood[]> {
  return db.query<SoldGood>(
    `with sold as (
       select line.item_key, sum(line.quantity)::float8 as units,
         (sum(line.unit_price * line.quantity) / sum(line.quantity))::float8 as price,
         min((sale.occurred_at at time zone $3)::date) as first
       from ${ordersRelation} as sale join ${orderLinesRelation(0)} as line on line.order_key = sale.order_key
       where sale.occurred_at >= $1::date::timestamp at time zone $3 and sale.occurred_at < $2::date::timestamp at time zone $3
         and not sale.is_cancelled and line.quantity > 0 group by 1),
     gone as (
       select stood.item_key, count(*)::int as days from ${soldOutDaysRelation(timeZone)} as stood
       where stood.day >= $1::date and stood.day < $2::date and stood.sold_out_seconds >= stood.day_seconds group by 1),
     came as (
       select item.*, coalesce(sold.units, 0) as units, coalesce(sold.price, item.price::float8) as paid,
         greatest($1::date, least(sold.first,
           coalesce(item.available_from, item.created_at) at time zone $3))::date as first_day,
         coalesce(gone.days, 0) as gone_days
       from ${itemsRelation} as item
         left join sold on sold.item_key = item.item_key left join gone on gone.item_key = item.item_key
       where item.is_product and (sold.item_key is not null or not item.hidden))
     select category, brand, attributes, units, paid as price, greatest(0, $2::date - first_day - gone_days) as days
     from came order by category, item_id`,
    [from, until, timeZone],
  );
}

/**
 * What was asked for each item that was sold, and what was sold of it at that, on the local days of a span (without its end), numbered
 * from 0. A price told before noon is that of the day, one told later that of the next. Cancelled orders, and lines with a coupon, which
 * were not sold at the price asked, are left out.
 */
export async function selectPricedGoods(
  db: Queryable,
  { from, until, timeZone }: { from: string; until: string; timeZone: string },
): Promise<(PricedGood & { category: string })[]> {
  return db.query<PricedGood & { category: string }>(
    `with sold as (
       select line.item_key, (sale.occurred_at at time zone $3)::date - $1::date as day,
         case when sale.is_online then 'online' else sale.channel end as channel, sum(line.quantity)::float8 as units
       from ${ordersRelation} as sale join ${orderLinesRelation(0)} as line on line.order_key = sale.order_key
       where sale.occurred_at >= $1::date::timestamp at time zone $3 and sale.occurred_at < $2::date::timestamp at time zone $3
         and not sale.is_cancelled and line.quantity > 0 and line.coupon_code is null group by 1, 2, 3),
     by_item as (
       select item_key, jsonb_agg(jsonb_build_object('day', day, 'channel', channel, 'units', units)) as sales from sold group by 1),
     told as (
       select item_key, array_agg(((since at time zone $3) + interval '12 hours')::date - $1::date order by since) as days,
         array_agg(price::float8 order by since) as prices
       from ${itemPricesRelation} as told where since < $2::date::timestamp at time zone $3 group by 1),
     gone as (
       select stood.item_key, array_agg(stood.day - $1::date) as days from ${soldOutDaysRelation(timeZone)} as stood
       where stood.day >= $1::date and stood.day < $2::date group by 1)
     select item.category, coalesce(told.days, '{}') as "priceDays", coalesce(told.prices, '{}') as prices, by_item.sales, coalesce(gone.days, '{}') as "soldOut",
       coalesce((item.available_from at time zone $3)::date - $1::date, 0) as "firstDay",
       coalesce((item.available_until at time zone $3)::date, $2::date) - $1::date as "lastDay"
     from by_item join ${itemsRelation} as item on item.item_key = by_item.item_key
       left join told on told.item_key = by_item.item_key left join gone on gone.item_key = by_item.item_key
     where item.is_product order by item.category, item.item_id`,
    [from, until, timeZone],
  );
}

/** What the price does to what a channel sells of a category; without an effect there is a reason. */
export interface ChannelPrice {
  channel: PriceChannel;
  items: number;
  refusal: string | null;
  effect: Omit<PriceEffect, 'items'> | null;
}

export interface CategoryEffects {
  place: number;
  category: string;
  items: number;
  units: number;
  refusal: string | null;
  result: Omit<SalesEffects, 'price'> | null;
  prices: readonly ChannelPrice[];
}

export async function replaceEffects(tx: Transaction, rows: readonly CategoryEffects[]): Promise<void> {
  await tx.query('delete from sales_effects');
  await tx.query(
    `insert into sales_effects (place, category, items, units, refusal, result, prices)
     select row.place, row.category, row.items, row.units, row.refusal, row.result, row.prices
     from jsonb_to_recordset($1::jsonb)
       as row (place int, category text, items int, units float8, refusal text, result jsonb, prices jsonb)`,
    [JSON.stringify(rows)],
  );
}

export async function selectEffects(
  db: Queryable,
  { category, after, limit }: { category: string | undefined; after: number; limit: number },
): Promise<(CategoryEffects & { madeAt: Date })[]> {
  return db.query<CategoryEffects & { madeAt: Date }>(
    `select place, category, items, units, refusal, result, prices, made_at as "madeAt" from sales_effects
     where ($1::text is null or category = $1) and place > $2::bigint order by place limit $3`,
    [category ?? null, after, limit],
  );
}
