import {
  itemsRelation,
  marketFiguresRelation,
  orderLinesRelation,
  ordersRelation,
  refundedLinesRelation,
} from '../../../intake/index.ts';

/**
 * Figures of others of the months that begin on the days, each with what the shop itself sold in that month of the same category and
 * of those below it (empty: of all goods), less what was cancelled or given back since; beside `items` the `shared` ones of the same
 * competitor, where told.
 */
export function figuresBesideOwn(minorDigits: number): string {
  return `
    with figure as materialized (
      select days.day, told.category, told.measure, told.whose, told.value
      from days join ${marketFiguresRelation} as told on told.month = days.day),
    month as materialized (
      select distinct figure.day, figure.day::timestamp at time zone $2 as starts_at,
             (figure.day + interval '1 month') at time zone $2 as ends_at
      from figure),
    sold as materialized (
      select month.day, sale.customer_key, item.category, line.amount_minor - coalesce(undone.amount_minor, 0) as amount_minor,
             (line.quantity - coalesce(undone.quantity, 0)) * item.is_product::int as units
      from month join ${ordersRelation} as sale
          on sale.occurred_at >= month.starts_at and sale.occurred_at < month.ends_at and not sale.is_cancelled
        join ${orderLinesRelation(0)} as line on line.order_key = sale.order_key
        join ${itemsRelation} as item on item.item_key = line.item_key
        left join lateral (select sum(link.quantity) as quantity, sum(link.amount_minor) as amount_minor
                           from ${refundedLinesRelation} as link
                           where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone on true),
    own as materialized (
      select asked.day, asked.category, sum(sold.amount_minor) as amount_minor, sum(sold.units) as units,
             count(distinct sold.customer_key) as buyers
      from (select distinct figure.day, figure.category from figure) as asked
        join sold on sold.day = asked.day and (asked.category = '' or sold.category = asked.category
                                               or starts_with(sold.category, asked.category || ' > '))
      group by asked.day, asked.category)
    select figure.day, figure.category, figure.measure, figure.whose,
           case when figure.measure = 'sales' then figure.value * ${10 ** minorDigits} else figure.value end as value,
           coalesce(own.amount_minor, 0) as own_minor, coalesce(own.units, 0) as own_units, coalesce(own.buyers, 0) as own_buyers,
           case when figure.measure = 'items' then shared.value end as shared
    from figure left join own on own.day = figure.day and own.category = figure.category
      left join figure as shared on shared.day = figure.day and shared.category = figure.category
        and shared.whose = figure.whose and shared.measure = 'shared_items'`;
}

/** Months in which the items were sold. */
export const monthsOfSoldItems = `rolled.day in (
  select date_trunc('month', sale.occurred_at at time zone $4)::date from ${orderLinesRelation(0)} as line
    join ${ordersRelation} as sale on sale.order_key = line.order_key
  where line.item_key = any($3::int[]))`;
