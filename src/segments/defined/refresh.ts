import type { Database } from '../../db/index.ts';
import { readServedVersions } from '../../versions/index.ts';
import { reconcile } from './live/follow.ts';
import { inOrderOfNames } from './named-segments.ts';
import { refreshMembers } from './refresh-members.ts';
import type { RuleBasis } from './rule-query/store.ts';
import * as store from './store.ts';

/**
 * Finds the members of every rule anew, and lets those leave all segments who may not be profiled any more; each segment in a
 * transaction of its own.
 * @param at.now as of when live segments are found: their members are never those of an earlier moment
 * @returns what could not be refreshed, and of which live segments how many members were not what they should have been
 */
export async function refreshSegments(
  db: Database,
  { asOf, now, shop }: Pick<RuleBasis, 'asOf' | 'shop'> & { now: Date },
): Promise<{ failed: { segmentId: string; error: unknown }[]; corrected: { segmentId: string; members: number }[] }> {
  const failed: { segmentId: string; error: unknown }[] = [];
  const corrected: { segmentId: string; members: number }[] = [];
  // A rule that names others sees who is in them tonight.
  for (const segmentId of inOrderOfNames(await store.selectAllDefined(db), shop.minorDigits)) {
    try {
      await db.transaction(async (tx) => {
        const found = await store.selectDefined(tx, segmentId, true);
        if (!found) return;
        if (found.live) {
          const members = await reconcile(tx, found, { asOf: now, shop });
          if (members > 0) corrected.push({ segmentId, members });
          return;
        }
        const versions = await readServedVersions(tx);
        await refreshMembers(tx, found, { asOf, shop, versions });
      });
    } catch (error) {
      failed.push({ segmentId, error });
    }
  }
  return { failed, corrected };
}
