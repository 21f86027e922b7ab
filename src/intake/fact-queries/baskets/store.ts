import type { Queryable } from '../../../db/index.ts';

/** The items of the last orders that hold all of these, order by order, the last first. */
export async function selectBasketsWith(
  db: Queryable,
  itemKeys: readonly number[],
  limit: number,
): Promise<number[][]> {
  const rows = await db.query<{ items: number[] }>(
    `with held as (
       select order_key from order_lines where item_key = any($1::int[])
       group by order_key having count(distinct item_key) = cardinality($1::int[]) order by order_key desc limit $2)
     select array_agg(distinct item_key) as items from held join order_lines using (order_key)
     group by order_key order by order_key desc`,
    [itemKeys, limit],
  );
  return rows.map(({ items }) => items);
}
