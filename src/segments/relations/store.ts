import { groups } from '../../../models/segmentation/index.ts';
import type { Queryable } from '../../db/index.ts';
import { segmentIdColumns, segmentIdOf } from '../segment-id.ts';

/** Relations that indicators are read from, as intake's: each is SQL of a sub-select, to be joined under an alias. */

/**
 * Who is in which of the four groups and of the segments that a person defined, by the last snapshot of each: `customer_key`, `segment_id`.
 * @param version SQL: of the published segmentation; of one that does not exist there are no groups
 */
export function membershipsRelation(version: string): string {
  return `(select fact.customer_key, ${segmentIdColumns('fact').group} as segment_id from customer_segments as fact
      where fact.version = ${version}
    union all
    select fact.customer_key, segment.segment_id
    from segment_memberships as fact join defined_segments as segment on segment.segment_key = fact.segment_key
    where fact.left_refresh is null)`;
}

/** What customers are expected to bring in a version: `customer_key`, `expected_orders`, and `revenue_minor` (null: nothing is said of money). */
export function valuesRelation(version: string): string {
  return `(select fact.customer_key, fact.expected_orders, fact.revenue_minor from customer_values as fact
    where fact.version = ${version})`;
}

/** Segments of which there is a snapshot. @param version of the published segmentation; null: none */
export async function readKnownSegments(db: Queryable, version: number | null): Promise<Set<string>> {
  const rows = await db.query<{ segment_id: string }>(
    `select segment.segment_id from defined_segments as segment
     where exists (select from segment_refreshes as refresh where refresh.segment_key = segment.segment_key)`,
  );
  const learnt = version === null ? [] : groups.map((group) => segmentIdOf({ kind: 'group', group }));
  return new Set([...learnt, ...rows.map(({ segment_id }) => segment_id)]);
}
