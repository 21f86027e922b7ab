import type { Queryable, Transaction } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { isDefinedSegment } from '../segment-id.ts';
import { readDefinition } from './rules/read-definition.ts';
import { type SegmentRule, segmentsNamed } from './rules/segment-rule.ts';
import { selectDefinitions, selectRules } from './store.ts';

/**
 * A rule whose segments are all defined.
 * @param hold keeps the segments that the rule names from being removed until the transaction ends
 * @throws PannierError `invalid_request` naming the fields that are no rule, and segments that are not defined
 */
export async function readRule(
  db: Queryable,
  definition: unknown,
  minorDigits: number,
  hold = false,
): Promise<SegmentRule> {
  const rule = readDefinition(definition, { at: '/definition', minorDigits });
  const named = segmentsNamed(rule).filter(({ segmentId }) => isDefinedSegment(segmentId));
  const ids = named.map(({ segmentId }) => segmentId);
  const defined = named.length > 0 ? await selectDefinitions(db, ids, hold) : new Map();
  const faults = named
    .filter(({ segmentId }) => !defined.has(segmentId))
    .map(({ field }) => ({ field, message: 'is not a known segment' }));
  if (faults.length > 0) throw new PannierError('invalid_request', 'A segment is not known.', faults);
  return rule;
}

/** Ids of the rule segments whose rule names this one. */
export async function rulesNaming(tx: Transaction, segmentId: string, minorDigits: number): Promise<string[]> {
  const rules = await selectRules(tx);
  return rules.flatMap(({ segment_id, definition }) => {
    const named = segmentsNamed(readDefinition(definition, { at: '/definition', minorDigits }));
    return named.some((one) => one.segmentId === segmentId) ? [segment_id] : [];
  });
}
