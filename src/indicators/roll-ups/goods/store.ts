import { itemsRelation, orderLinesRelation, stockDaysRelation } from '../../../intake/index.ts';
import type { Facts } from '../family.ts';

/**
 * Goods whose stock is known, on each of the days: what was left at its end (of today: now), for how many seconds of it nothing was, and
 * whether only this shop has them, as their attribute `exclusive` says now; `is_on_line`: not hidden now, and available at the day's end.
 */
export function goodsOfDays(timeZone: string, minorDigits: number): string {
  return `
    select days.day, item.item_id, item.category, item.brand, stock.closing,
           stock.closing * round(item.cost * ${10 ** minorDigits}) as value_minor,
           coalesce(item.attributes->>'exclusive' = 'true', false) as is_exclusive,
           item.attributes ? 'exclusive' as tells_exclusive,
           not item.hidden and coalesce(item.available_from < days.ends_at, true)
             and coalesce(item.available_until >= days.ends_at, true) as is_on_line,
           stock.day_seconds, stock.sold_out_seconds
    from days cross join ${itemsRelation} as item
      cross join lateral (
        select known.closing,
               case when known.day = days.day then known.day_seconds else whole.seconds end as day_seconds,
               case when known.day = days.day then known.sold_out_seconds when known.closing = 0 then whole.seconds else 0 end
                 as sold_out_seconds
        from ${stockDaysRelation(timeZone)} as known
          cross join lateral (
            select extract(epoch from least(days.ends_at, greatest(now(), days.starts_at)) - days.starts_at)::int as seconds) as whole
        where known.item_key = item.item_key and known.day <= days.day
        order by known.day desc limit 1) as stock
    where item.is_product and stock.closing is not null`;
}

/** Since the first day on which the stock of one of the items was known. */
export const daysOfStockedItems = `rolled.day >= (
  select min(known.day) from ${stockDaysRelation('UTC')} as known where known.item_key = any($3::int[]))`;

/**
 * Goods of the days' orders that were not cancelled, a row a line, with what was given back since; `is_stocked`: on the day of the sale
 * their stock was known. Costs are a piece's.
 */
export function goodsSold(timeZone: string, minorDigits: number, { orders, known }: Facts): string {
  return `
    select days.day, line.quantity, coalesce(undone.quantity, 0) as refunded_quantity, line.unit_cost_minor,
           item.category, item.brand,
           coalesce((select known.closing is not null from ${stockDaysRelation(timeZone)} as known
                     where known.item_key = line.item_key and known.day <= days.day order by known.day desc limit 1), false) as is_stocked
    from days join ${orders} as sale on sale.occurred_at >= days.starts_at and sale.occurred_at < days.ends_at
      join ${orderLinesRelation(minorDigits)} as line on line.order_key = sale.order_key
      join ${itemsRelation} as item on item.item_key = line.item_key
      left join lateral (select sum(link.quantity) as quantity from ${known.refundedLines} as link
                         where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone on true
    where item.is_product and not sale.is_cancelled`;
}
