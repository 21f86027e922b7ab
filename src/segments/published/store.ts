import type { Database, Queryable } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import type { CustomerSegment, Group, KlaviyoGroup } from './customer-segments.ts';

export const tables = ['customer_segments'];

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

export function copySegments(db: Database, version: number, segments: Iterable<CustomerSegment>): Promise<LoadedTable> {
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

export async function selectSegment(
  db: Queryable,
  version: number,
  customerKey: number,
): Promise<CustomerSegment | undefined> {
  const [row] = await db.query<SegmentRow>(
    'select * from customer_segments where version = $1 and customer_key = $2',
    [version, customerKey],
    'segment-of-customer',
  );
  return row && toSegment(row);
}

export async function selectSegments(
  db: Queryable,
  version: number,
  customerKeys: readonly number[],
): Promise<CustomerSegment[]> {
  const rows = await db.query<SegmentRow>(
    'select * from customer_segments where version = $1 and customer_key = any($2::int[])',
    [version, customerKeys],
    'segments-of-customers',
  );
  return rows.map(toSegment);
}

/** One segment of one scheme. */
export type Place =
  | { kind: 'group'; group: string }
  | { kind: 'klaviyo'; group: string }
  | { kind: 'cluster'; cluster: number }
  | { kind: 'cell'; scores: [number, number, number] };

function conditionOf(place: Place | undefined): { sql: string; values: unknown[] } {
  switch (place?.kind) {
    case 'group':
      return { sql: 'customer_group = $4', values: [place.group] };
    case 'klaviyo':
      return { sql: 'klaviyo_group = $4', values: [place.group] };
    case 'cluster':
      return { sql: 'cluster = $4', values: [place.cluster] };
    case 'cell':
      return { sql: 'recency_score = $4 and frequency_score = $5 and monetary_score = $6', values: place.scores };
    case undefined:
      return { sql: 'true', values: [] };
  }
}

/** Members of a place in key order after `after`; of none: everybody. */
export async function selectMembers(
  db: Queryable,
  version: number,
  place: Place | undefined,
  after: number,
  limit: number,
): Promise<CustomerSegment[]> {
  const { sql, values } = conditionOf(place);
  const rows = await db.query<SegmentRow>(
    `select * from customer_segments where version = $1 and customer_key > $2 and ${sql} order by customer_key limit $3`,
    [version, after, limit, ...values],
  );
  return rows.map(toSegment);
}

export async function deleteCustomer(db: Queryable, customerKey: number): Promise<void> {
  await db.query('delete from customer_segments where customer_key = $1', [customerKey]);
}
