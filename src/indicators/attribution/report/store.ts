import type { Queryable } from '../../../db/index.ts';
import { ordersRelation, refundedLinesRelation } from '../../../intake/index.ts';
import { countsQuery, countsWithModel, creditedLines, creditsQuery, storedCredits } from '../touches/store.ts';
import type { TouchRule } from './touch-rule.ts';

/** By what a report parts its figures; `all` has one member, which is empty. */
export const parts = ['all', 'placement', 'model', 'source', 'rule', 'position', 'arm'] as const;
export type Part = (typeof parts)[number];

/** Money in minor units. */
export interface PartFigures {
  impressions: number;
  clicks: number;
  cartAdds: number;
  assistedClicks: number;
  assistedCartAdds: number;
  orders: number;
  revenueMinor: number;
  /** part of the revenue that is of lines whose cost is known */
  costedMinor: number;
  /** of that part */
  marginMinor: number;
  assistedOrders: number;
  assistedRevenueMinor: number;
}

export interface ReportQuestion {
  /** local days */
  days: readonly string[];
  timeZone: string;
  minorDigits: number;
  windowDays: number;
  touch: TouchRule;
  placement: string | undefined;
}

/** A row for each member of each part; `of` is a row with the columns of what a list says of an item. */
const partedBy = (
  of: string,
) => `cross join lateral (values ('all', ''), ('placement', ${of}.placement), ('model', ${of}.model),
  ('source', ${of}.source), ('rule', ${of}.rule_id), ('position', ${of}.list_position::text), ('arm', ${of}.arm)) as part (name, member)`;

type Row<Figures> = Figures & { part: Part; member: string };

/** SQL: the rows of a table that are of the days asked for, with the parameters of the queries that find them anew. */
const stored = (table: string) =>
  `select * from ${table} as stored where day = any($1::date[]) and $2::text <> '' and $3::int > 0`;

/** What lists were seen, clicked and put in the cart from: as it is stored, or found now where another window than its own is asked for. */
export function selectCounts(
  db: Queryable,
  { days, timeZone, windowDays, placement }: ReportQuestion,
  isStored: boolean,
): Promise<Row<Pick<PartFigures, 'impressions' | 'clicks' | 'cartAdds' | 'assistedClicks' | 'assistedCartAdds'>>[]> {
  return db.query(
    `with found as materialized (${isStored ? stored('list_counts') : countsQuery})
     select part.name as part, part.member, sum(counted.impressions)::bigint as impressions, sum(counted.clicks)::bigint as clicks,
       sum(counted.cart_adds)::bigint as "cartAdds", sum(counted.assisted_clicks)::bigint as "assistedClicks",
       sum(counted.assisted_cart_adds)::bigint as "assistedCartAdds"
     from ${countsWithModel('found')} as counted ${partedBy('counted')}
     where $4::text is null or counted.placement = $4 group by part.name, part.member`,
    [days, timeZone, windowDays, placement ?? null],
  );
}

const weightOf: Record<TouchRule, string> = {
  last: '(touch_number = touches)::int',
  first: '(touch_number = 1)::int',
  linear: '1::numeric / touches',
};

/**
 * What the sale lines of the days earned that came from lists, as they stand in the table of credits or, with another window than
 * its own, found now in the log of lists. An order counts for a member as far as the most of its lines do that was not given back.
 */
export function selectEarned(
  db: Queryable,
  question: ReportQuestion,
  isStored: boolean,
): Promise<
  Row<
    Pick<
      PartFigures,
      'orders' | 'revenueMinor' | 'costedMinor' | 'marginMinor' | 'assistedOrders' | 'assistedRevenueMinor'
    >
  >[]
> {
  const { days, timeZone, windowDays, touch, minorDigits, placement } = question;
  return db.query(
    `with credit as materialized (${isStored ? stored(storedCredits) : creditsQuery}),
     line as (select credited.*, ${weightOf[touch]} as weight, kind = 'shown' as is_assisted
              from ${creditedLines('credit', minorDigits)} as credited where $4::text is null or placement = $4),
     by_line as (
       select part.name, part.member, line.order_key, line.is_assisted,
         coalesce(sum(line.weight) filter (where line.net_quantity > 0), 0) as orders, sum(line.weight * line.net_minor) as revenue,
         sum(line.weight * line.costed_minor) as costed, sum(line.weight * (line.costed_minor - line.net_cost_minor)) as margin
       from line ${partedBy('line')} where line.weight > 0
       group by part.name, part.member, line.order_key, line.line_number, line.is_assisted),
     by_order as (
       select name, member, order_key, is_assisted, max(orders) as orders, sum(revenue) as revenue, sum(costed) as costed,
         sum(margin) as margin
       from by_line group by name, member, order_key, is_assisted)
     select name as part, member, coalesce(sum(orders) filter (where not is_assisted), 0)::float8 as orders,
       coalesce(round(sum(revenue) filter (where not is_assisted)), 0)::bigint as "revenueMinor",
       coalesce(round(sum(costed) filter (where not is_assisted)), 0)::bigint as "costedMinor",
       coalesce(round(sum(margin) filter (where not is_assisted)), 0)::bigint as "marginMinor",
       coalesce(sum(orders) filter (where is_assisted), 0)::float8 as "assistedOrders",
       coalesce(round(sum(revenue) filter (where is_assisted)), 0)::bigint as "assistedRevenueMinor"
     from by_order group by name, member`,
    [days, timeZone, windowDays, placement ?? null],
  );
}

/** What the whole shop sold on the days, less what was cancelled or given back since. */
export async function selectShopRevenue(
  db: Queryable,
  { days, timeZone }: Pick<ReportQuestion, 'days' | 'timeZone'>,
): Promise<number> {
  const [row] = await db.query<{ revenue: number }>(
    `select coalesce(sum(sale.total_minor - coalesce(undone.amount_minor, 0)), 0)::bigint as revenue
     from unnest($1::date[]) as given (day)
       join ${ordersRelation} as sale on sale.occurred_at >= given.day::timestamp at time zone $2
         and sale.occurred_at < (given.day + 1)::timestamp at time zone $2 and not sale.is_cancelled
       left join lateral (select sum(link.amount_minor) as amount_minor from ${refundedLinesRelation} as link
                          where link.order_key = sale.order_key) as undone on true`,
    [days, timeZone],
  );
  return row.revenue;
}

/** When a local day begins. */
export async function selectStartOfDay(db: Queryable, day: string, timeZone: string): Promise<Date> {
  const [row] = await db.query<{ at: Date }>('select $1::date::timestamp at time zone $2 as at', [day, timeZone]);
  return row.at;
}
