import type { Queryable } from '../../../db/index.ts';

/** Of the newest lines of the first item so many are looked at for orders that hold the others too. */
const linesLookedAt = 20_000;

/** The items of the last orders that hold all of these, order by order, the last first. */
export async function selectBasketsWith(
  db: Queryable,
  itemKeys: readonly number[],
  limit: number,
): Promise<number[][]> {
  const [first, ...others] = itemKeys;
  const rows = await db.query<{ items: number[] }>(
    `with recent as (
       select distinct order_key from (
         select order_key from order_lines where item_key = $1 order by order_key desc limit ${linesLookedAt}) as sold),
     held as (
       select order_key from recent
       where not exists (
         select from unnest($2::int[]) as other (item_key)
         where not exists (
           select from order_lines as line where line.order_key = recent.order_key and line.item_key = other.item_key))
       order by order_key desc limit $3)
     select array_agg(distinct item_key) as items from held join order_lines using (order_key)
     group by order_key order by order_key desc`,
    [first, others, limit],
  );
  return rows.map(({ items }) => items);
}
