import type { SalesEffects } from '../../../models/sales-effects/index.ts';
import type { Queryable, Transaction } from '../../db/index.ts';
import { itemsRelation, orderLinesRelation, ordersRelation, soldOutDaysRelation } from '../../intake/index.ts';

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

export interface CategoryEffects {
  place: number;
  category: string;
  items: number;
  units: number;
  refusal: string | null;
  result: SalesEffects | null;
}

export async function replaceEffects(tx: Transaction, rows: readonly CategoryEffects[]): Promise<void> {
  await tx.query('delete from sales_effects');
  await tx.query(
    `insert into sales_effects (place, category, items, units, refusal, result)
     select row.place, row.category, row.items, row.units, row.refusal, row.result
     from jsonb_to_recordset($1::jsonb) as row (place int, category text, items int, units float8, refusal text, result jsonb)`,
    [JSON.stringify(rows)],
  );
}

export async function selectEffects(
  db: Queryable,
  { category, after, limit }: { category: string | undefined; after: number; limit: number },
): Promise<(CategoryEffects & { madeAt: Date })[]> {
  return db.query<CategoryEffects & { madeAt: Date }>(
    `select place, category, items, units, refusal, result, made_at as "madeAt" from sales_effects
     where ($1::text is null or category = $1) and place > $2::bigint order by place limit $3`,
    [category ?? null, after, limit],
  );
}
