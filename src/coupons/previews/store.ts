import type { Queryable } from '../../db/index.ts';
import { type Bind, customersRelation } from '../../intake/index.ts';
import { type Group, membersQuery, segmentIdOf } from '../../segments/index.ts';

/** Whom a campaign is for, and within whom it is asked. */
export interface Target {
  /** a segment; null: everybody who may be profiled */
  within: string | null;
  /** in one of which a customer must be; empty: in any or none */
  groups: readonly Group[];
  segments: readonly string[];
}

export interface TargetSample {
  /** who may be profiled, within the segment */
  customers: number;
  /** how many of them are in the target */
  target: number;
  /** of those, drawn by their keys: the same as long as nobody comes or goes */
  customerIds: string[];
}

/**
 * Counts a target, and draws so many of it at most.
 * @param version of the published segmentation; undefined: nobody is in a group
 */
export async function sampleTarget(
  db: Queryable,
  { within, groups, segments }: Target,
  version: number | undefined,
  count: number,
): Promise<TargetSample> {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const isIn = (ids: readonly string[]) =>
    ids.length === 0 ? 'true' : `known.customer_key in (${membersQuery(ids, version ?? 0, bind)})`;
  const isTarget = [groups.map((group) => segmentIdOf({ kind: 'group', group })), segments].map(isIn).join(' and ');
  const [row] = await db.query<{ customers: number; target: number; ids: string[] }>(
    `with asked as materialized (
       select known.customer_key, known.customer_id, ${isTarget} as is_target from ${customersRelation} as known
       where known.profiling_allowed and ${isIn(within === null ? [] : [within])})
     select (select count(*)::int from asked) as customers, (select count(*)::int from asked where is_target) as target,
       array(select customer_id from asked where is_target order by hashint4(customer_key), customer_key
             limit ${bind(count)}::int) as ids`,
    values,
  );
  return { customers: row.customers, target: row.target, customerIds: row.ids };
}
