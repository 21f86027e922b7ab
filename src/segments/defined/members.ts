import type { Queryable } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import { profiledCustomerIdsOf } from '../../intake/index.ts';
import type { DefinedMember, MembersPage, Refresh } from './defined-segment.ts';
import { type MembershipRow, type RefreshRow, selectDefined, selectMemberships, selectRefresh } from './store.ts';

/** One page of members, of the last refresh or pinned to that of `from`. @throws PannierError `not_found` */
export async function readMembers(
  db: Queryable,
  segmentId: string,
  limit: number,
  from?: { snapshotId: number; after: number },
): Promise<MembersPage> {
  const segment = await selectDefined(db, segmentId);
  if (!segment) throw notFound('segment');
  const refresh = await selectRefresh(db, segment.segment_key, from?.snapshotId);
  if (!refresh) throw notFound('snapshot of this segment');
  const rows = await selectMemberships(db, segment.segment_key, refresh, from?.after ?? 0, limit + 1);
  const page = rows.slice(0, limit);
  return {
    refresh: toRefresh(refresh),
    members: await withIds(db, page),
    after: rows.length > limit ? page.at(-1)!.customer_key : null,
  };
}

export function toRefresh(row: RefreshRow): Refresh {
  return {
    snapshotId: row.refresh_id,
    asOf: row.as_of,
    versions: row.versions,
    members: row.members,
    entered: row.arrived,
    left: row.departed,
    refreshedAt: row.refreshed_at,
  };
}

/** Ids live in intake; a customer who was erased or objected meanwhile has none here and drops out. */
async function withIds(db: Queryable, rows: MembershipRow[]): Promise<DefinedMember[]> {
  const ids = await profiledCustomerIdsOf(
    db,
    rows.map((row) => row.customer_key),
  );
  return rows.flatMap((row) => {
    const customerId = ids.get(row.customer_key);
    if (customerId === undefined) return [];
    return [
      {
        customerId,
        since: row.entered_at,
        recencyDays: row.recency_days,
        frequency: row.frequency,
        monetaryMinor: row.monetary_minor,
        recencyScore: row.recency_score,
        frequencyScore: row.frequency_score,
        monetaryScore: row.monetary_score,
      },
    ];
  });
}
