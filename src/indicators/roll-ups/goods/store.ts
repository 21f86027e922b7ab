import { itemsRelation, stockDaysRelation } from '../../../intake/index.ts';

/**
 * Goods whose stock is known, on each of the days: what was left at its end (of today: now), for how many seconds of it nothing was, and
 * whether only this shop has them, as their attribute `exclusive` says now.
 */
export function goodsOfDays(timeZone: string, minorDigits: number): string {
  return `
    select days.day, item.item_id, item.category, item.brand, stock.closing,
           stock.closing * round(item.cost * ${10 ** minorDigits}) as value_minor,
           coalesce(item.attributes->>'exclusive' = 'true', false) as is_exclusive,
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
