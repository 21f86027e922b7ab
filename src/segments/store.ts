import type { Database, Queryable } from '../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../versions/index.ts';
import type { CustomerSegment, Group } from './customer-segments.ts';

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
        s.cluster,
        s.clusterSince,
        s.averageOrderMinor,
        s.averageUnitPrice,
        s.discountShare,
      ];
    }
  }
  const indexes = ['customer_key', 'customer_group, customer_key', 'cluster, customer_key'];
  return loadVersionTable(db, { table: 'customer_segments', version, columns, indexes, rows: rows() });
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

/** Members in key order after `after`; `group` or `cluster` narrows, neither is everybody. */
export async function selectMembers(
  db: Queryable,
  version: number,
  where: { group?: Group; cluster?: number },
  after: number,
  limit: number,
): Promise<CustomerSegment[]> {
  const condition = where.group ? 'customer_group = $4' : where.cluster ? 'cluster = $4' : '$4::int is null';
  const rows = await db.query<SegmentRow>(
    `select * from customer_segments where version = $1 and customer_key > $2 and ${condition} order by customer_key limit $3`,
    [version, after, limit, where.group ?? where.cluster ?? null],
  );
  return rows.map(toSegment);
}

export async function deleteCustomer(db: Queryable, customerKey: number): Promise<void> {
  await db.query('delete from customer_segments where customer_key = $1', [customerKey]);
}
