import type { Group, KlaviyoGroup } from '../../../models/segmentation/index.ts';
import type { Database, Queryable } from '../../db/index.ts';
import { type Bind, type CustomerCondition, type CustomerFigures, customersRelation } from '../../intake/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import type { LearntSegment } from '../segment-id.ts';
import type { CustomerSegment, SegmentComparison } from './customer-segment.ts';

const columns = [
  'customer_key',
  'recency_days',
  'frequency',
  'monetary_minor',
  'recency_score',
  'frequency_score',
  'monetary_score',
  'customer_group',
  'group_since',
  'previous_group',
  'klaviyo_code',
  'klaviyo_group',
  'klaviyo_since',
  'cluster',
  'cluster_since',
  'average_order_minor',
  'average_unit_price',
  'discount_share',
];

interface SegmentRow {
  customer_key: number;
  recency_days: number;
  frequency: number;
  monetary_minor: number;
  recency_score: number;
  frequency_score: number;
  monetary_score: number;
  customer_group: Group;
  group_since: Date;
  previous_group: Group | null;
  klaviyo_code: number | null;
  klaviyo_group: KlaviyoGroup | null;
  klaviyo_since: Date | null;
  cluster: number;
  cluster_since: Date;
  average_order_minor: number;
  average_unit_price: string;
  discount_share: number | null;
}

function toSegment(row: SegmentRow): CustomerSegment {
  return {
    customerKey: row.customer_key,
    recencyDays: row.recency_days,
    frequency: row.frequency,
    monetaryMinor: row.monetary_minor,
    recencyScore: row.recency_score,
    frequencyScore: row.frequency_score,
    monetaryScore: row.monetary_score,
    group: row.customer_group,
    groupSince: row.group_since,
    previousGroup: row.previous_group,
    klaviyoCode: row.klaviyo_code,
    klaviyoGroup: row.klaviyo_group,
    klaviyoSince: row.klaviyo_since,
    cluster: row.cluster,
    clusterSince: row.cluster_since,
    averageOrderMinor: row.average_order_minor,
    averageUnitPrice: row.average_unit_price,
    discountShare: row.discount_share,
  };
}

/** Copies a version's rows; they must come in ascending customer key. */
export function loadCustomerSegments(
  db: Database,
  version: number,
  segments: Iterable<CustomerSegment>,
): Promise<LoadedTable> {
  function* rows(): Generator<unknown[]> {
    for (const s of segments) {
      yield [
        s.customerKey,
        s.recencyDays,
        s.frequency,
        s.monetaryMinor,
        s.recencyScore,
        s.frequencyScore,
        s.monetaryScore,
        s.group,
        s.groupSince,
        s.previousGroup,
        s.klaviyoCode,
        s.klaviyoGroup,
        s.klaviyoSince,
        s.cluster,
        s.clusterSince,
        s.averageOrderMinor,
        s.averageUnitPrice,
        s.discountShare,
      ];
    }
  }
  const indexes = [
    'customer_group, customer_key',
    'klaviyo_group, customer_key',
    'cluster, customer_key',
    'recency_score, frequency_score, monetary_score, customer_key',
  ];
  return loadVersionTable(db, {
    table: 'customer_segments',
    version,
    columns,
    key: 'customer_key',
    indexes,
    rows: rows(),
  });
}

/** Segments of many customers in a version, by customer key; whoever has none is absent. */
export async function readCustomerSegments(
  db: Queryable,
  version: number,
  customerKeys: readonly number[],
): Promise<Map<number, CustomerSegment>> {
  const rows = await db.query<SegmentRow>(
    'select * from customer_segments where version = $1 and customer_key = any($2::int[])',
    [version, customerKeys],
    'segments-of-customers',
  );
  return new Map(rows.map((row) => [row.customer_key, toSegment(row)]));
}

/** Ascending values of figures, between two of which customers are alike. */
interface FigureLimits {
  /** of the average order, not rounded */
  orderMinor: readonly number[];
  unitPrice: readonly number[];
  discountShare: readonly number[];
}

/**
 * Customers of a version who may be profiled, by what limits, group and recency score can tell apart: one of them with how many they are.
 */
export async function countAlike(
  db: Queryable,
  version: number,
  { orderMinor, unitPrice, discountShare }: FigureLimits,
): Promise<{ segment: CustomerSegment; customers: number }[]> {
  const rows = await db.query<SegmentRow & { alike: number }>(
    `with kinds as (
       select min(segment.customer_key) as customer_key, count(*)::int as alike
       from customer_segments as segment join ${customersRelation} as known using (customer_key)
       where segment.version = $1 and known.profiling_allowed
       group by customer_group, recency_score,
         width_bucket(monetary_minor::float8 / frequency, $2::float8[]),
         width_bucket(average_unit_price::float8, $3::float8[]),
         -- As it is read: a real made wider would be another figure.
         width_bucket(discount_share::text::float8, $4::float8[]))
     select segment.*, kinds.alike from kinds join customer_segments as segment using (customer_key)
     where segment.version = $1 order by segment.customer_key`,
    [version, orderMinor, unitPrice, discountShare],
  );
  return rows.map((row) => ({ segment: toSegment(row), customers: row.alike }));
}

/** SQL: is a row of a version in the segment? */
function isInSegment(segment: LearntSegment, bind: Bind): string {
  switch (segment.kind) {
    case 'group':
      return `customer_group = ${bind(segment.group)}`;
    case 'klaviyo':
      return `klaviyo_group = ${bind(segment.group)}`;
    case 'cluster':
      return `cluster = ${bind(segment.cluster)}`;
    case 'cell': {
      const [recency, frequency, monetary] = [...segment.cell].map(Number);
      return `recency_score = ${bind(recency)} and frequency_score = ${bind(frequency)} and monetary_score = ${bind(monetary)}`;
    }
  }
}

/** Figures of a customer that lists go by. */
export type LearntFigure = 'monetary' | 'frequency' | 'recency_days';

/** SQL of the keys of who is in any of some segments in a version, as `customer_key`. */
export function learntMembersQuery(segments: readonly LearntSegment[], version: number, bind: Bind): string {
  const isIn = segments.map((segment) => `(${isInSegment(segment, bind)})`).join(' or ');
  return `select customer_key from customer_segments where version = ${bind(version)}::int and (${isIn})`;
}

/** Who is in the segment in a version, and may be profiled still. */
export function learntMember(version: number, segment: LearntSegment): CustomerCondition {
  return (bind) => `profiling_allowed and customer_key in (
    select customer_key from customer_segments where version = ${bind(version)} and ${isInSegment(segment, bind)})`;
}

/** What a version says of customers in figures, to list them by. */
export function learntFigures(version: number, figure: LearntFigure): CustomerFigures {
  const column = { monetary: 'monetary_minor', frequency: 'frequency', recency_days: 'recency_days' }[figure];
  return (bind) => `(select learnt.customer_key as ranked_key, learnt.${column}::float8 as figure
    from customer_segments as learnt where learnt.version = ${bind(version)})`;
}

/** What a page of members tells of each. */
export interface MemberRow
  extends Pick<
    CustomerSegment,
    'customerKey' | 'recencyDays' | 'frequency' | 'monetaryMinor' | 'recencyScore' | 'frequencyScore' | 'monetaryScore'
  > {
  /** null: not kept of a cell */
  since: Date | null;
}

/** SQL: since when a customer has been in a segment of a kind. */
const sinceColumns: Record<LearntSegment['kind'], string> = {
  group: 'group_since',
  klaviyo: 'klaviyo_since',
  cluster: 'cluster_since',
  cell: 'null::timestamptz',
};

/** Members of a segment in key order after `after`. */
export function selectMembers(
  db: Queryable,
  version: number,
  segment: LearntSegment,
  after: number,
  limit: number,
): Promise<MemberRow[]> {
  const values: unknown[] = [version, after, limit];
  const isMember = isInSegment(segment, (value) => `$${values.push(value)}`);
  return db.query(
    `select customer_key as "customerKey", recency_days as "recencyDays", frequency, monetary_minor as "monetaryMinor",
            recency_score as "recencyScore", frequency_score as "frequencyScore", monetary_score as "monetaryScore",
            ${sinceColumns[segment.kind]} as since
     from customer_segments where version = $1 and customer_key > $2 and ${isMember} order by customer_key limit $3`,
    values,
    `segments-members-${segment.kind}`,
  );
}

/** Every customer's segment of a version, in ascending customer key. */
export async function* streamCustomerSegments(db: Queryable, version: number): AsyncGenerator<CustomerSegment> {
  for (let after = 0; ; ) {
    const page = await db.query<SegmentRow>(
      'select * from customer_segments where version = $1 and customer_key > $2 order by customer_key limit 10000',
      [version, after],
    );
    yield* page.map(toSegment);
    if (page.length < 10_000) return;
    after = page.at(-1)!.customer_key;
  }
}

const paired = `
  (select customer_key, customer_group, cluster from customer_segments where version = $1) as a
  join (select customer_key, customer_group, cluster from customer_segments where version = $2) as b using (customer_key)`;

/** How many customers of both versions are in the same group and cluster, and who moves between groups. */
export async function compareSegments(db: Queryable, first: number, second: number): Promise<SegmentComparison> {
  const [figures] = await db.query<Omit<SegmentComparison, 'moves'>>(
    `select count(*)::int as customers, avg((a.customer_group = b.customer_group)::int)::float8 as same_group,
            avg((a.cluster = b.cluster)::int)::float8 as same_cluster
     from ${paired}`,
    [first, second],
  );
  const moves = await db.query<SegmentComparison['moves'][number]>(
    `select a.customer_group as "from", b.customer_group as "to", count(*)::int as customers
     from ${paired} where a.customer_group <> b.customer_group
     group by 1, 2 order by customers desc, 1, 2`,
    [first, second],
  );
  return { ...figures, moves };
}

/** What customers are counted by where they move between segmentations. */
export type FlowScheme = 'group' | 'klaviyo' | 'cluster';

const flowColumns: Record<FlowScheme, string> = {
  group: 'customer_group',
  klaviyo: 'klaviyo_group',
  cluster: 'cluster::text',
};

/** Customers of either version by what they were in both, the most first; null: they were in none. */
export function selectFlows(
  db: Queryable,
  scheme: FlowScheme,
  [from, to]: readonly [number, number],
): Promise<{ from: string | null; to: string | null; customers: number }[]> {
  const of = (version: string) =>
    `(select customer_key, ${flowColumns[scheme]} as segment from customer_segments where version = ${version})`;
  return db.query(
    `select a.segment as "from", b.segment as "to", count(*)::int as customers
     from ${of('$1')} as a full join ${of('$2')} as b using (customer_key)
     where a.segment is not null or b.segment is not null
     group by 1, 2 order by customers desc, 1, 2`,
    [from, to],
  );
}

export async function deleteCustomerSegments(db: Queryable, customerKey: number): Promise<void> {
  await db.query('delete from customer_segments where customer_key = $1', [customerKey]);
}
