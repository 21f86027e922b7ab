import type { Database, Transaction } from '../../db/index.ts';
import { holdOffErasure } from '../../intake/index.ts';
import { readServedVersions } from '../../versions/index.ts';
import { inOrderOfNames } from './named-segments.ts';
import { compileRule, type RuleBasis } from './rule-query/store.ts';
import { readDefinition } from './rules/read-definition.ts';
import * as store from './store.ts';

/**
 * Finds the members of every rule anew, and lets those leave all segments who may not be profiled any more; each segment in a
 * transaction of its own.
 * @returns what could not be refreshed
 */
export async function refreshSegments(
  db: Database,
  { asOf, shop }: Pick<RuleBasis, 'asOf' | 'shop'>,
): Promise<{ segmentId: string; error: unknown }[]> {
  const failed: { segmentId: string; error: unknown }[] = [];
  // A rule that names others sees who is in them tonight.
  for (const segmentId of inOrderOfNames(await store.selectAllDefined(db), shop.minorDigits)) {
    try {
      await db.transaction(async (tx) => {
        const found = await store.selectDefined(tx, segmentId, true);
        if (!found) return;
        const versions = await readServedVersions(tx);
        await refreshMembers(tx, found, { asOf, shop, versions });
      });
    } catch (error) {
      failed.push({ segmentId, error });
    }
  }
  return failed;
}

/**
 * Finds the members of a segment anew.
 * @param listed who shall be in a list; undefined: who is
 */
export async function refreshMembers(
  tx: Transaction,
  row: store.DefinedRow,
  basis: RuleBasis,
  listed?: readonly number[],
): Promise<store.RefreshRow> {
  const { segment_key: segmentKey, segment_id: segmentId } = row;
  const refreshId = await store.insertRefresh(tx, segmentKey, basis.asOf, basis.versions);
  await store.forgetUnprofiled(tx, segmentKey, segmentId);
  if (row.definition !== null) {
    const rule = readDefinition(row.definition, { at: '/definition', minorDigits: basis.shop.minorDigits });
    await store.applyMembers(tx, { segmentKey, segmentId }, refreshId, compileRule(rule, basis));
  } else if (listed) await store.applyMembers(tx, { segmentKey, segmentId }, refreshId, listed);
  // Whoever was erased meanwhile must not come back with it.
  await holdOffErasure(tx);
  await store.forgetUnprofiled(tx, segmentKey, segmentId);
  return store.countRefresh(tx, segmentKey, refreshId);
}
