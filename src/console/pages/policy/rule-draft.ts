import type { paths } from '../../../client/contract.ts';

type Versions = paths['/v1/policies/{policy_id}/versions']['get']['responses'][200]['content']['application/json'];
export type PolicyRule = NonNullable<Versions['items'][number]['policy']['rules']>[number];
export type When = PolicyRule['when'];
export type ConditionName = keyof When;

/** Of what one can ask, in the order in which it is offered. */
export const conditionNames = [
  'groups',
  'causes',
  'segments',
  'not_segments',
  'tags',
  'attributes',
  'ordered',
  'value',
  'cart',
] as const satisfies readonly ConditionName[];

/** What a condition begins with. */
const beginnings: { [Name in ConditionName]-?: When[Name] } = {
  groups: [],
  causes: [],
  segments: [],
  not_segments: [],
  tags: [{ tag: 'price-band', values: [] }],
  attributes: [{ attribute: '', values: [] }],
  ordered: false,
  value: {},
  cart: {},
};

/** The rule that a list without any begins with: a cart that is worth something. */
export const firstRule = (): PolicyRule => ({ when: { cart: { least: '30.00' } }, action: 'give' });

/** The same rule with one condition more; of tags and attributes there may be several. */
export function withCondition({ when, ...rule }: PolicyRule, name: ConditionName): PolicyRule {
  const before = when[name];
  const more = beginnings[name];
  const value =
    Array.isArray(before) && (name === 'tags' || name === 'attributes') ? [...before, ...(more as [])] : more;
  return { ...rule, when: { ...when, [name]: value } };
}

/** What can still be asked in a rule. */
export const openConditions = ({ when }: PolicyRule): readonly ConditionName[] =>
  conditionNames.filter((name) => when[name] === undefined || name === 'tags' || name === 'attributes');

/** The rule with a condition changed; undefined: without it. */
export function withValue<Name extends ConditionName>(
  { when, ...rule }: PolicyRule,
  name: Name,
  value: When[Name] | undefined,
): PolicyRule {
  const { [name]: _, ...others } = when;
  const isNone = value === undefined || (Array.isArray(value) && value.length === 0 && (when[name] as []).length > 1);
  return { ...rule, when: isNone ? others : { ...others, [name]: value } };
}

/** Whether each condition says what it asks: one without a value would fit nobody, or everybody. */
export function isRuleWhole({ when }: PolicyRule): boolean {
  return conditionNames.every((name) => {
    const value = when[name];
    if (value === undefined || typeof value === 'boolean') return true;
    if (!Array.isArray(value)) return Object.values(value).some((bound) => bound !== undefined && bound !== '');
    return (
      value.length > 0 &&
      (value as readonly unknown[]).every((one) => {
        if (typeof one === 'string') return true;
        const { values, attribute } = one as { values: readonly unknown[]; attribute?: string };
        return values.length > 0 && attribute !== '';
      })
    );
  });
}

/** In the order that they are asked in: the one at `from` goes to `to`. */
export function moved<One>(list: readonly One[], from: number, to: number): readonly One[] {
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, list[from] as One);
}
