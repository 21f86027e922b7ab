import type { Queryable } from '../../db/index.ts';
import { itemsRelation, orderLinesRelation, ordersRelation, refundedLinesRelation } from '../../intake/index.ts';
import { membershipsRelation } from '../../segments/index.ts';
import type { ChangedFigure, ChangedMember } from './explain-change.ts';

/** Local days, both with it. */
export interface Stretch {
  from: string;
  to: string;
}

type Row = Pick<ChangedMember, 'dimension' | 'member'> &
  Record<`${'before' | 'now'}_${'net' | 'orders' | 'customers'}`, number>;

/**
 * What sales came to before and now, by the group that customers are in now, category and item. An order, and a customer, count once
 * each: among the lines that it has in a stretch it is shared out evenly.
 * @param version of the published segmentation; 0: none
 */
export async function selectChangedMembers(
  db: Queryable,
  {
    before,
    now,
    timeZone,
    minorDigits,
    version,
  }: { before: Stretch; now: Stretch; timeZone: string; minorDigits: number; version: number },
): Promise<ChangedMember[]> {
  const amounts = (side: 'before' | 'now') => `
    coalesce(sum(net) filter (where side = '${side}'), 0)::float8 as ${side}_net,
    coalesce(sum(orders) filter (where side = '${side}'), 0)::float8 as ${side}_orders,
    coalesce(sum(customers) filter (where side = '${side}'), 0)::float8 as ${side}_customers`;
  const rows = await db.query<Row>(
    `with stretch as materialized (
       select given.side, given.first::timestamp at time zone $1 as starts_at, (given.last + 1)::timestamp at time zone $1 as ends_at
       from unnest($2::text[], $3::date[], $4::date[]) as given (side, first, last)),
     sold as materialized (
       select stretch.side, sale.order_key, sale.customer_key, line.item_key,
              case when sale.is_cancelled then 0 else line.amount_minor - coalesce(undone.amount_minor, 0) end as net
       from stretch join ${ordersRelation} as sale on sale.occurred_at >= stretch.starts_at and sale.occurred_at < stretch.ends_at
         join ${orderLinesRelation(minorDigits)} as line on line.order_key = sale.order_key
         left join lateral (select sum(link.amount_minor) as amount_minor from ${refundedLinesRelation} as link
                            where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone on true),
     shared as materialized (
       select side, item_key, customer_key, net, 1.0::float8 / count(*) over (partition by side, order_key) as orders,
              case when customer_key is null then 0
                   else 1.0::float8 / count(*) over (partition by side, customer_key) end as customers
       from sold),
     grouped as (
       select customer_key, segment_id from ${membershipsRelation('$5::int')} as member where segment_id like 'group-%'),
     by_item as materialized (
       select side, item_key, sum(net) as net, sum(orders) as orders, sum(customers) as customers from shared group by 1, 2),
     placed as (
       select by_item.side, place.dimension, place.member, by_item.net, by_item.orders, by_item.customers
       from by_item join ${itemsRelation} as item on item.item_key = by_item.item_key
         cross join lateral (values ('item', item.item_id), ('category', item.category)) as place (dimension, member)
       union all
       select shared.side, 'segment', coalesce(grouped.segment_id, ''), sum(shared.net), sum(shared.orders), sum(shared.customers)
       from shared left join grouped on grouped.customer_key = shared.customer_key group by 1, 3)
     select dimension, member, ${amounts('before')}, ${amounts('now')} from placed group by 1, 2`,
    [timeZone, ['before', 'now'], [before.from, now.from], [before.to, now.to], version],
  );
  return rows.map((row) => {
    const side = (of: 'before' | 'now'): Record<ChangedFigure, number> => ({
      'net-sales': row[`${of}_net`],
      orders: row[`${of}_orders`],
      customers: row[`${of}_customers`],
    });
    return { dimension: row.dimension, member: row.member, before: side('before'), now: side('now') };
  });
}
