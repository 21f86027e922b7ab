import { z } from 'zod';
import { escapePointer, type FieldFault, invalidFields, mostFaults } from '../../../errors.ts';
import { countedItemEventTypes, countedTypes } from '../../../intake/index.ts';
import { toMinor } from '../../../shop/money.ts';
import { parseSegmentId } from '../../segment-id.ts';
import {
  type Bounds,
  type Condition,
  type RfmField,
  rfmFields,
  type SegmentRule,
  type TagField,
  tagFields,
  type ValueField,
  valueFields,
} from './segment-rule.ts';

const mostConditions = 30;
const mostDays = 3_650;

const moneyFields: readonly string[] = ['monetary', 'average_order_value', 'expected_order_value', 'expected_revenue'];
/** Tags whose values are a closed list. */
const tagValues: { [Tag in TagField]?: readonly string[] } = {
  'price-band': ['low', 'middle', 'high'],
  'price-sensitivity': ['low', 'middle', 'high'],
  'shopping-hours': ['night', 'morning', 'afternoon', 'evening'],
  'shopping-weekday': ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  'life-cycle-stage': ['new', 'active', 'at-risk', 'lapsed', 'won-back'],
};
const sharesAlone: readonly TagField[] = ['discount-share', 'coupon-share', 'abandonment-at-full-price'];

const number = z.number();
const text = z.string().min(1).max(512);
const days = z.number().positive().max(mostDays);
const rules = z.array(z.unknown()).min(1);
const decimal = z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/, 'must be a decimal string such as "12.50"');

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
  behaviour: z.strictObject({
    behaviour: z.enum(countedTypes),
    within_days: days,
    at_least: z.int().min(0).optional(),
    at_most: z.int().min(0).optional(),
    item_id: z.string().min(1).max(128).optional(),
    category: text.optional(),
    brand: text.optional(),
    not_bought: z.boolean().optional(),
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

  function read(given: unknown, at: string): SegmentRule | undefined {
    if (isHopeless()) return undefined;
    const fail = (field: string, message: string) => void faults.push({ field, message });
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return fail(at, 'must be a rule');
    const kinds = ruleKinds.filter((kind) => Object.hasOwn(given, kind));
    if (kinds.length !== 1) {
      return fail(
        at,
        `must have exactly one of ${ruleKinds.join(', ')}${kinds.length > 1 ? `, not ${kinds.join(' and ')}` : ''}`,
      );
    }
    const kind = kinds[0]!;
    const parsed = shapes[kind].safeParse(given);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) for (const fault of toFaults(at, kind, issue)) faults.push(fault);
      return undefined;
    }
    const value = parsed.data as Record<string, any>;
    if (kind === 'all' || kind === 'any') {
      const parts: (SegmentRule | undefined)[] = [];
      for (const [index, part] of (value[kind] as unknown[]).entries()) {
        if (isHopeless()) break;
        parts.push(read(part, `${at}/${kind}/${index}`));
      }
      return { at, [kind]: parts } as unknown as SegmentRule;
    }
    if (kind === 'not') return { at, not: read(value['not'], `${at}/not`)! };
    conditions++;
    const condition = toCondition(kind, value, (name, message) => fail(`${at}/${name}`, message));
    return condition && { at, condition };
  }

  function toCondition(
    kind: Exclude<Kind, 'all' | 'any' | 'not'>,
    value: Record<string, any>,
    fail: (name: string, message: string) => void,
  ): Condition | undefined {
    switch (kind) {
      case 'segment': {
        for (const [index, id] of (value['segment'] as string[]).entries()) {
          if (!parseSegmentId(id)) fail(`segment/${index}`, 'is not the id of a segment');
        }
        return { kind, segmentIds: value['segment'] };
      }
      case 'tag':
        return toTagCondition(value, fail);
      case 'rfm':
      case 'value': {
        const field = value[kind] as RfmField & ValueField;
        const bounds = readBounds(value, fail, moneyFields.includes(field));
        if (value['at_least'] === undefined && value['at_most'] === undefined) {
          fail('at_least', 'or at_most must be given');
        }
        return { kind, field, ...bounds };
      }
      case 'behaviour': {
        const { atLeast, atMost } = readBounds(value, fail, false);
        if (atLeast === 0 && atMost === undefined) fail('at_least', 'must be above 0 where there is no at_most');
        if (value['not_bought'] && !countedItemEventTypes.includes(value['behaviour'])) {
          fail('not_bought', `cannot be asked of a ${value['behaviour']}`);
        }
        return {
          kind,
          behaviour: value['behaviour'],
          withinDays: value['within_days'],
          itemId: value['item_id'],
          category: value['category'],
          brand: value['brand'],
          notBought: value['not_bought'] ?? false,
          atLeast: atLeast ?? (atMost === undefined ? 1 : 0),
          atMost,
        };
      }
    }
  }

  function toTagCondition(value: Record<string, any>, fail: (name: string, message: string) => void): Condition {
    const tag = value['tag'] as TagField;
    const is = value['is'] as string[] | undefined;
    const withinDays = value['within_days'] as number | undefined;
    const allowed = tagValues[tag];
    for (const [index, one] of (is ?? []).entries()) {
      if (allowed && !allowed.includes(one)) fail(`is/${index}`, `must be one of ${allowed.join(', ')}`);
    }
    if (is && (sharesAlone.includes(tag) || tag === 'expected-next-order')) fail('is', `cannot be asked of ${tag}`);
    if (withinDays !== undefined && tag !== 'expected-next-order') fail('within_days', `cannot be asked of ${tag}`);
    const bounds = readBounds(value, fail, false);
    const isMeasured = tag !== 'life-cycle-stage' && tag !== 'expected-next-order';
    if (!isMeasured) {
      for (const name of ['at_least', 'at_most']) {
        if (value[name] !== undefined) fail(name, `cannot be asked of ${tag}`);
      }
    }
    return { kind: 'tag', tag, is, withinDays, ...bounds };
  }

  function readBounds(
    value: Record<string, any>,
    fail: (name: string, message: string) => void,
    isMoney: boolean,
  ): Bounds {
    const readBound = (name: string): number | undefined => {
      if (value[name] === undefined) return undefined;
      const parsed = (isMoney ? decimal : number).safeParse(value[name]);
      if (!parsed.success) {
        fail(name, isMoney ? 'must be a decimal string such as "12.50"' : 'must be a number');
        return undefined;
      }
      return typeof parsed.data === 'string' ? toUnroundedMinor(parsed.data, options.minorDigits) : parsed.data;
    };
    const [atLeast, atMost] = [readBound('at_least'), readBound('at_most')];
    if (atLeast !== undefined && atMost !== undefined && atMost < atLeast) fail('at_most', 'is below at_least');
    return { atLeast, atMost };
  }

  const rule = read(definition, options.at);
  if (conditions > mostConditions) {
    faults.push({ field: options.at, message: `has more than ${mostConditions} conditions` });
  }
  if (faults.length > 0) throw invalidFields(faults);
  return rule!;
}

/** A bound may lie between two amounts, and then neither is on it. */
function toUnroundedMinor(amount: string, minorDigits: number): number {
  const finest = 6;
  return toMinor(amount, finest) / 10 ** (finest - minorDigits);
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
