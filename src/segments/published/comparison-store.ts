import type { Queryable } from '../../db/index.ts';
import type { Group } from './customer-segments.ts';

/** How far two versions of the segmentation agree about the customers whom both know. */
export interface SegmentComparison {
  customers: number;
  same_group: number | null;
  same_cluster: number | null;
  /** who changed the group, the most frequent first */
  moves: { from: Group; to: Group; customers: number }[];
}

const paired = `
  (select customer_key, customer_group, cluster from customer_segments where version = $1) as a
  join (select customer_key, customer_group, cluster from customer_segments where version = $2) as b using (customer_key)`;

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
  return { ...figures!, moves };
}

/** How far two versions of the customer values agree about the customers whom both know. */
export interface ValueComparison {
  customers: number;
  /** Pearson's correlation of the expected orders; null where it is not defined */
  expected_orders_correlation: number | null;
  expected_orders_mean: [first: number | null, second: number | null];
}

export async function compareValues(db: Queryable, first: number, second: number): Promise<ValueComparison> {
  const [row] = await db.query<{ customers: number; correlation: number | null; a: number | null; b: number | null }>(
    `select count(*)::int as customers, corr(a.expected_orders, b.expected_orders) as correlation,
            avg(a.expected_orders)::float8 as a, avg(b.expected_orders)::float8 as b
     from (select * from customer_values where version = $1) as a
     join (select * from customer_values where version = $2) as b using (customer_key)`,
    [first, second],
  );
  return {
    customers: row!.customers,
    expected_orders_correlation: row!.correlation,
    expected_orders_mean: [row!.a, row!.b],
  };
}

/** How far two versions of the customer tags agree about the customers whom both know; a tag absent in both is the same. */
export interface TagComparison {
  customers: number;
  same_life_cycle_stage: number | null;
  same_price_band: number | null;
  same_price_sensitivity: number | null;
}

export async function compareTags(db: Queryable, first: number, second: number): Promise<TagComparison> {
  const same = (column: string) => `avg((a.${column} is not distinct from b.${column})::int)::float8`;
  const [row] = await db.query<TagComparison>(
    `select count(*)::int as customers, ${same('life_cycle_stage')} as same_life_cycle_stage,
            ${same('price_band')} as same_price_band, ${same('price_sensitivity')} as same_price_sensitivity
     from (select * from customer_tags where version = $1) as a
     join (select * from customer_tags where version = $2) as b using (customer_key)`,
    [first, second],
  );
  return row!;
}
