import type { Transaction } from '../../db/index.ts';
import { holdOffErasure } from '../../intake/index.ts';
import { compileRule, type RuleBasis } from './rule-query/store.ts';
import { readDefinition } from './rules/read-definition.ts';
import * as store from './store.ts';

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
