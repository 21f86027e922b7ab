import { z } from 'zod';
import { escapePointer, type FieldFault, invalidFields, mostFaults } from '../../../errors.ts';
import { countedTypes, lastFacts } from '../../../intake/index.ts';
import { periods } from '../../../shop/calendar.ts';
import { toCondition } from './read-condition.ts';
import { rfmFields, type SegmentRule, sameOfEvents, tagFields, valueFields } from './segment-rule.ts';

const mostConditions = 30;
const mostDays = 3_650;

const number = z.number();
const text = z.string().min(1).max(512);
const days = z.number().positive().max(mostDays);
const day = z.iso.date().refine((text) => text >= '1800' && text < '2200', 'must be a day of the years 1800 to 2199');
const rules = z.array(z.unknown()).min(1);

/** Of which time: exactly one of the first three. */
const window = {
  within_days: days.optional(),
  during: z.enum(periods).optional(),
  since: day.optional(),
  before: day.optional(),
};
const goods = { item_id: z.string().min(1).max(128).optional(), category: text.optional(), brand: text.optional() };

/** What each kind of rule may say; the key that names it comes first. */
const shapes = {
  all: z.strictObject({ all: rules }),
  any: z.strictObject({ any: rules }),
  not: z.strictObject({ not: z.unknown() }),
  tag: z.strictObject({
    tag: z.enum(tagFields),
    is: z.array(z.unknown()).min(1).max(100).pipe(z.array(text)).optional(),
    at_least: number.optional(),
    at_most: number.optional(),
    within_days: days.optional(),
  }),
  rfm: z.strictObject({
    rfm: z.enum(rfmFields),
    at_least: z.unknown().optional(),
    at_most: z.unknown().optional(),
  }),
  value: z.strictObject({
    value: z.enum(valueFields),
    at_least: z.unknown().optional(),
    at_most: z.unknown().optional(),
  }),
  segment: z.strictObject({ segment: z.array(z.unknown()).min(1).max(100).pipe(z.array(z.string())) }),
  attribute: z.strictObject({
    attribute: z.string().min(1).max(64),
    is: z
      .array(z.unknown())
      .min(1)
      .max(100)
      .pipe(z.array(z.union([z.string().max(1_024), z.boolean()])))
      .optional(),
    at_least: number.optional(),
    at_most: number.optional(),
    since: day.optional(),
    before: day.optional(),
    anniversary_within_days: z.int().min(0).max(365).optional(),
    anniversary_past_days: z.int().min(0).max(365).optional(),
  }),
  prediction: z.strictObject({
    prediction: z.string().min(1).max(64),
    is: z
      .array(z.unknown())
      .min(1)
      .max(100)
      .pipe(z.array(z.string().min(1).max(1_024))),
    at_least: z.number().positive().max(1),
  }),
  behaviour: z.strictObject({
    behaviour: z.enum(countedTypes),
    ...window,
    at_least: z.int().min(0).optional(),
    at_most: z.int().min(0).optional(),
    ...goods,
    not_bought: z.boolean().optional(),
    channel: text.optional(),
    store: text.optional(),
    language: text.optional(),
    same: z.enum(sameOfEvents).optional(),
    same_property: text.optional(),
  }),
  spend: z.strictObject({
    spend: z.enum(['net']),
    ...window,
    at_least: z.unknown().optional(),
    at_most: z.unknown().optional(),
    ...goods,
    channel: text.optional(),
    store: text.optional(),
    same: z.enum(['order']).optional(),
  }),
  last: z.strictObject({
    last: z.enum(lastFacts),
    not_within_days: days.optional(),
    within_days: days.optional(),
    or_never: z.boolean().optional(),
  }),
  coupons: z.strictObject({
    coupons: z.enum(['issued', 'redeemed']),
    ...window,
    at_least: z.int().min(0).optional(),
    at_most: z.int().min(0).optional(),
    campaign_id: z.string().min(1).max(128).optional(),
  }),
  random: z.strictObject({
    random: z.string().min(1).max(64),
    from: z.number().min(0).max(1).optional(),
    below: z.number().min(0).max(1),
  }),
};
type Kind = keyof typeof shapes;
const ruleKinds = Object.keys(shapes) as Kind[];

/**
 * Reads a segment's definition.
 *
 * @param at JSON pointer of the definition in what was sent
 * @throws PannierError `invalid_request` naming every faulty field
 */
export function readDefinition(definition: unknown, options: { at: string; minorDigits: number }): SegmentRule {
  const faults: FieldFault[] = [];
  let conditions = 0;
  const isHopeless = () => faults.length > mostFaults || conditions > mostConditions;

  function read(part: unknown, at: string): SegmentRule | undefined {
    if (isHopeless()) return undefined;
    const shaped = shapeOf(part, at, faults);
    if (!shaped) return undefined;
    const { kind, value } = shaped;
    if (kind === 'all' || kind === 'any') {
      const parts: (SegmentRule | undefined)[] = [];
      for (const [index, one] of (value[kind] as unknown[]).entries()) {
        if (isHopeless()) break;
        parts.push(read(one, `${at}/${kind}/${index}`));
      }
      return { at, [kind]: parts } as unknown as SegmentRule;
    }
    if (kind === 'not') return { at, not: read(value['not'], `${at}/not`)! };
    conditions++;
    const fail = (name: string, message: string) => void faults.push({ field: `${at}/${name}`, message });
    return { at, condition: toCondition(kind, value, options.minorDigits, fail) };
  }

  const rule = read(definition, options.at);
  if (conditions > mostConditions) {
    faults.push({ field: options.at, message: `has more than ${mostConditions} conditions` });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return rule!;
}

/** The kind of a part and its fields; undefined where it has not the shape of one kind. */
function shapeOf(
  part: unknown,
  at: string,
  faults: FieldFault[],
): { kind: Kind; value: Record<string, any> } | undefined {
  const fail = (message: string) => void faults.push({ field: at, message });
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return fail('must be a rule');
  const kinds = ruleKinds.filter((kind) => Object.hasOwn(part, kind));
  if (kinds.length !== 1) {
    const several = kinds.length > 1 ? `, not ${kinds.join(' and ')}` : '';
    return fail(`must have exactly one of ${ruleKinds.join(', ')}${several}`);
  }
  const kind = kinds[0];
  const parsed = shapes[kind].safeParse(part);
  if (parsed.success) return { kind, value: parsed.data };
  for (const issue of parsed.error.issues) for (const fault of toFaults(at, kind, issue)) faults.push(fault);
  return undefined;
}

function toFaults(at: string, kind: Kind, issue: z.core.$ZodIssue): FieldFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, mostFaults + 1).map((name) => ({
      field: `${at}/${escapePointer(name)}`,
      message: `is not a field of a ${kind} rule`,
    }));
  }
  const field = [at, ...issue.path.map(String)].join('/');
  return [
    {
      field,
      message:
        issue.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : `is not valid: ${issue.message}`,
    },
  ];
}
