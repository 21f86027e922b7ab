/** A rule as the contract has it: exactly one of all, any, not, tag, rfm, value, attribute, prediction, segment, behaviour, spend, coupons and random. */
export type RuleBody = Readonly<Record<string, unknown>>;

/** A condition's fields as they are sent: names of the contract, numbers, and money as decimal strings. */
export type Condition = Readonly<Record<string, unknown>>;

export const conditionKinds = [
  'behaviour',
  'spend',
  'last',
  'coupons',
  'tag',
  'rfm',
  'value',
  'attribute',
  'prediction',
  'random',
  'segment',
] as const;
export type ConditionKind = (typeof conditionKinds)[number];

export const modes = ['all', 'any', 'none'] as const;
export type Mode = (typeof modes)[number];

/** A rule as it is shown and edited: groups of parts, and conditions, each of which may be turned round. */
export type Rule =
  | { id: number; mode: Mode; parts: readonly Rule[] }
  | { id: number; isNot: boolean; condition: Condition };
export type RuleGroup = Extract<Rule, { mode: Mode }>;
export type RuleCondition = Extract<Rule, { condition: Condition }>;

export const isGroup = (rule: Rule): rule is RuleGroup => 'mode' in rule;

export const kindOf = (condition: Condition): ConditionKind =>
  conditionKinds.find((kind) => Object.hasOwn(condition, kind)) ?? 'behaviour';

let last = 0;
/** Parts have ids of this page, so that what is typed stays with its part when another goes. */
export function nextId(): number {
  last += 1;
  return last;
}

/** Reads what was sent or stands in an address; what is not a rule is an empty group. */
export function readRule(definition: unknown): RuleGroup {
  const rule = readPart(definition, false);
  if (!rule) return { id: nextId(), mode: 'all', parts: [] };
  return isGroup(rule) ? rule : { id: nextId(), mode: 'all', parts: [rule] };
}

function readPart(part: unknown, isNot: boolean): Rule | undefined {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return undefined;
  const value = part as Record<string, unknown>;
  if ('not' in value) return readPart(value['not'], !isNot);
  const mode = 'all' in value ? 'all' : 'any' in value ? 'any' : undefined;
  if (!mode) return { id: nextId(), isNot, condition: value };
  const parts = (Array.isArray(value[mode]) ? (value[mode] as unknown[]) : []).flatMap(
    (one) => readPart(one, false) ?? [],
  );
  if (!isNot) return { id: nextId(), mode, parts };
  // Not any is none; not all is any of the opposites.
  return mode === 'any'
    ? { id: nextId(), mode: 'none', parts }
    : { id: nextId(), mode: 'none', parts: [{ id: nextId(), mode: 'all', parts }] };
}

/** The definition to be sent; undefined where nothing is asked. */
export function writeRule(rule: Rule): RuleBody | undefined {
  return write(rule) as RuleBody | undefined;
}

function write(rule: Rule): unknown {
  if (!isGroup(rule)) return rule.isNot ? { not: rule.condition } : rule.condition;
  const parts = rule.parts.map(write).filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return rule.mode === 'none' ? { not: { any: parts } } : { [rule.mode]: parts };
}

/**
 * Where each part stands in what `writeRule` gives, as previews and problems name it.
 * @returns ids of parts by JSON pointer
 */
export function pointersOf(rule: Rule, at = '/definition', found = new Map<number, string>()): Map<number, string> {
  found.set(rule.id, at);
  if (!isGroup(rule)) return found;
  const inside = rule.mode === 'none' ? `${at}/not/any` : `${at}/${rule.mode}`;
  rule.parts
    .filter((part) => write(part) !== undefined)
    .forEach((part, place) => {
      pointersOf(part, `${inside}/${place}`, found);
    });
  return found;
}

/** The same rule without the conditions that a test does not let through. */
export function onlyWhere(rule: RuleGroup, keeps: (condition: Condition) => boolean): RuleGroup {
  return {
    ...rule,
    parts: rule.parts.flatMap((part): readonly Rule[] => {
      if (isGroup(part)) return [onlyWhere(part, keeps)];
      return keeps(part.condition) ? [part] : [];
    }),
  };
}

/** Conditions that are asked for, however deep. */
export function conditionsOf(rule: Rule): readonly RuleCondition[] {
  return isGroup(rule) ? rule.parts.flatMap(conditionsOf) : [rule];
}

/** The same rule with one part changed, or without it. */
export function replacePart(rule: RuleGroup, id: number, change: (part: Rule) => Rule | undefined): RuleGroup {
  if (rule.id === id) return change(rule) as RuleGroup;
  return {
    ...rule,
    parts: rule.parts.flatMap((part): readonly Rule[] => {
      if (part.id === id) return [change(part)].filter((one) => one !== undefined);
      return [isGroup(part) ? replacePart(part, id, change) : part];
    }),
  };
}
