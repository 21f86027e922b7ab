import type { Queryable, Transaction } from '../../db/index.ts';
import { type FieldFault, invalidFields, PannierError } from '../../errors.ts';
import { type AttributeType, selectKnownAttributes } from '../../intake/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import { selectPredictedAttributes } from '../labels/store.ts';
import { isDefinedSegment } from '../segment-id.ts';
import { readDefinition } from './rules/read-definition.ts';
import { conditionsOf, type SegmentRule, segmentsNamed } from './rules/segment-rule.ts';
import { selectDefinitions, selectRules } from './store.ts';

const itself = 'is the segment whose rule this is';

/**
 * A rule whose segments are all defined, and whose attributes are known and of a type of which that can be asked.
 * @param options.hold keeps the segments that the rule names from being removed until the transaction ends
 * @param options.barred attributes by which nothing is predicted
 * @param options.of whose rule it is to be, which it cannot name: there are no circles, for a rule never changes and names what is there
 * @throws PannierError `invalid_request` naming the fields that are no rule, and segments and attributes that are not known
 */
export async function readRule(
  db: Queryable,
  definition: unknown,
  minorDigits: number,
  { hold = false, of, barred = [] }: { hold?: boolean; of?: string; barred?: readonly string[] | undefined } = {},
): Promise<SegmentRule> {
  const rule = readDefinition(definition, { at: '/definition', minorDigits });
  const named = segmentsNamed(rule).filter(({ segmentId }) => isDefinedSegment(segmentId));
  const ids = named.map(({ segmentId }) => segmentId);
  const defined = named.length > 0 ? await selectDefinitions(db, ids, hold) : new Map();
  const faults = named
    .filter(({ segmentId }) => !defined.has(segmentId))
    .map(({ field, segmentId }) => ({ field, message: segmentId === of ? itself : 'is not a known segment' }));
  if (faults.length > 0) throw new PannierError('invalid_request', 'A segment is not known.', faults);
  await checkAttributes(db, rule);
  await checkPredictions(db, rule, barred);
  return rule;
}

async function checkPredictions(db: Queryable, rule: SegmentRule, barred: readonly string[]): Promise<void> {
  const asked = conditionsOf(rule).flatMap(({ at, condition }) =>
    condition.kind === 'prediction' ? [{ field: `${at}/prediction`, name: condition.name }] : [],
  );
  if (asked.length === 0) return;
  const bars = new Set(barred);
  const predicted = new Set((await selectPredictedAttributes(db)).map(({ name }) => name));
  const faults = asked.flatMap(({ field, name }): FieldFault[] => {
    if (barredAmong([name], bars) !== undefined) return [{ field, message: 'is a barred attribute' }];
    return predicted.has(name) ? [] : [{ field, message: 'is not an attribute that is predicted' }];
  });
  if (faults.length > 0) throw invalidFields(faults);
}

/** Of an attribute whose type is stated, what only another type can be asked. */
const askedOf: Record<string, AttributeType> = {
  at_least: 'number',
  at_most: 'number',
  since: 'date',
  before: 'date',
  anniversary_within_days: 'date',
  anniversary_past_days: 'date',
};

async function checkAttributes(db: Queryable, rule: SegmentRule): Promise<void> {
  const asked = conditionsOf(rule).flatMap(({ at, condition }) =>
    condition.kind === 'attribute' ? [{ at, condition }] : [],
  );
  if (asked.length === 0) return;
  const known = await selectKnownAttributes(db, [...new Set(asked.map(({ condition }) => condition.name))]);
  const faults = asked.flatMap(({ at, condition }): FieldFault[] => {
    const type = known.get(condition.name);
    if (type === undefined) return [{ field: `${at}/attribute`, message: 'is not a known attribute' }];
    const given = Object.entries({
      at_least: condition.atLeast,
      at_most: condition.atMost,
      since: condition.since,
      before: condition.before,
      anniversary_within_days: condition.anniversaryWithinDays,
      anniversary_past_days: condition.anniversaryPastDays,
    }).filter(([, value]) => value !== undefined);
    return given
      .filter(([name]) => type !== null && askedOf[name] !== type)
      .map(([name]) => ({ field: `${at}/${name}`, message: `cannot be asked of attributes of the type ${type}` }));
  });
  if (faults.length > 0) throw invalidFields(faults);
}

/** Ids of the rule segments whose rule names this one. */
export async function rulesNaming(tx: Transaction, segmentId: string, minorDigits: number): Promise<string[]> {
  const rules = await selectRules(tx);
  return rules.flatMap(({ segment_id, definition }) => {
    const named = segmentsNamed(readDefinition(definition, { at: '/definition', minorDigits }));
    return named.some((one) => one.segmentId === segmentId) ? [segment_id] : [];
  });
}

/** Ids of segments, each after those that its rule names. */
export function inOrderOfNames(
  segments: readonly { segment_id: string; definition: unknown }[],
  minorDigits: number,
): string[] {
  const namedBy = new Map(
    segments.map(({ segment_id, definition }) => [
      segment_id,
      definition === null ? [] : segmentsNamed(readDefinition(definition, { at: '/definition', minorDigits })),
    ]),
  );
  const ordered = new Set<string>();
  const add = (id: string) => {
    if (ordered.has(id)) return;
    for (const { segmentId } of namedBy.get(id) ?? []) if (namedBy.has(segmentId)) add(segmentId);
    ordered.add(id);
  };
  for (const id of namedBy.keys()) add(id);
  return [...ordered];
}
