import type { Queryable } from '../../../db/index.ts';
import { ordersRelation } from '../../../intake/index.ts';
import { membershipsRelation, valuesRelation } from '../../../segments/index.ts';
import type { Period } from '../periods.ts';

/** SQL: periods as the local days that sources of rows are counted over; `$1` their first days, `$3` the days after their last, `$2` the zone. */
const periodsAsDays = `days as materialized (
  select given.first as day, given.first::timestamp at time zone $2 as starts_at, given.until::timestamp at time zone $2 as ends_at
  from unnest($1::date[], $3::date[]) as given (first, until))`;

const valuesOf = (periods: readonly Period[], timeZone: string) => [
  periods.map(({ from }) => from),
  timeZone,
  periods.map(({ until }) => until),
];

/** Versions of what was published, as SQL parameters: 0 where nothing was. */
export interface PublishedVersions {
  segmentation: number;
  value: number;
}

/**
 * What figures of a source's rows come to, by segment of their customer and period.
 * @param rows SQL as in `Source`, with `customer_key`
 * @param figures SQL of aggregates, by the measure's name
 */
export async function selectOfSegments(
  db: Queryable,
  rows: string,
  figures: ReadonlyMap<string, string>,
  { periods, timeZone, version, members }: SegmentQuestion,
): Promise<{ measure: string; member: string; first: string; amount: number }[]> {
  const names = [...figures.keys()];
  const told = await db.query<{ member: string; first: string } & Record<string, string | null>>(
    `with ${periodsAsDays},
       member as materialized (
         select known.customer_key, known.segment_id from ${membershipsRelation('$4::int')} as known
         where $5::text[] is null or known.segment_id = any($5::text[])),
       facts as materialized (select * from (${rows}) as fact where fact.customer_key is not null)
     select counted.member, counted.first::text as first, ${names.map((_, place) => `counted.figure_${place}`).join(', ')}
     from (select member.segment_id as member, facts.day as first,
                  ${[...figures.values()].map((sql, place) => `(${sql})::numeric as figure_${place}`).join(', ')}
           from member join facts using (customer_key) group by member.segment_id, facts.day) as counted`,
    [...valuesOf(periods, timeZone), version, members ?? null],
  );
  return told.flatMap(({ member, first, ...amounts }) =>
    names.map((measure, place) => ({ measure, member, first, amount: Number(amounts[`figure_${place}`] ?? 0) })),
  );
}

export interface SegmentQuestion {
  periods: readonly Period[];
  timeZone: string;
  /** of the segmentation; 0: none is published */
  version: number;
  members: readonly string[] | undefined;
}

/**
 * The median time in days between the orders of customers, of all orders before each moment; of a moment before which nobody had ordered
 * twice none.
 */
export async function selectMedianGaps(
  db: Queryable,
  ends: readonly Date[],
): Promise<{ place: number; days: number }[]> {
  return db.query<{ place: number; days: number }>(
    `with gap as materialized (
       select sale.occurred_at, extract(epoch from sale.occurred_at - lag(sale.occurred_at) over customers)::float8 / 86400 as days
       from ${ordersRelation} as sale
       where sale.customer_key is not null and sale.occurred_at < (select max(given.at) from unnest($1::timestamptz[]) as given (at))
       window customers as (partition by sale.customer_key order by sale.occurred_at, sale.order_key))
     select ends.place::int as place, percentile_cont(0.5) within group (order by gap.days) as days
     from unnest($1::timestamptz[]) with ordinality as ends (at, place) join gap on gap.occurred_at < ends.at
     where gap.days is not null group by ends.place`,
    [ends.map((end) => end.toISOString())],
  );
}

/** What customers are expected to bring, in all (an empty member) or by segment. */
export async function selectExpectedValue(
  db: Queryable,
  { value, segmentation }: PublishedVersions,
  bySegment: boolean,
  members: readonly string[] | undefined,
): Promise<{ member: string; customers: number; orders: number; valued: number; revenue: number }[]> {
  return db.query(
    `select ${bySegment ? 'member.segment_id' : `''`} as member, count(*)::int as customers, sum(expected.expected_orders)::float8 as orders,
            count(expected.revenue_minor)::int as valued, coalesce(sum(expected.revenue_minor), 0)::float8 as revenue
     from ${valuesRelation('$1::int')} as expected
       ${bySegment ? `join ${membershipsRelation('$2::int')} as member using (customer_key)` : 'cross join (select $2::int) as unasked'}
     where $3::text[] is null ${bySegment ? 'or member.segment_id = any($3::text[])' : 'or true'}
     group by 1`,
    [value, segmentation, members ?? null],
  );
}
