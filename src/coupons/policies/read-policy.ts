import { type FieldFault, invalidFields } from '../../errors.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import { fromMinor, isWhole, toMinor } from '../../shop/money.ts';
import { usualThresholds } from '../decisions/choice/judge-need.ts';
import type { PolicyElement, RuleElement } from '../request-elements.ts';
import { builtInKinds, type Conditions, type MoneyRange, type Policy, type Rule } from './policy.ts';

/** Which fields a kind takes beside itself. */
const fieldsOf: Record<Policy['kind'], readonly (keyof PolicyElement)[]> = {
  'by-cause': ['lapsing_recency_score', 'weak_purse', 'discount_prone'],
  everyone: [],
  'first-order': [],
  uplift: ['least_uplift'],
  'largest-incremental-margin': ['least_margin'],
  rules: ['rules', 'otherwise'],
};
const ownFields = [...new Set(Object.values(fieldsOf).flat())];

/**
 * Reads a policy as it is sent.
 * @param policyId a policy that is called as a kind is of that kind
 * @param barred what may not be decided by
 * @throws PannierError `invalid_request` naming every field that contradicts another
 */
export function readPolicy(
  policyId: string,
  element: PolicyElement,
  { digits, barred }: { digits: number; barred: ReadonlySet<string> },
): Policy {
  const { kind } = element;
  const faults: FieldFault[] = [];
  const fault = (field: string, message: string) => void faults.push({ field, message });
  if (builtInKinds.some((known) => known === policyId) && kind !== policyId) {
    fault('/policy/kind', `must be ${policyId}, as this policy is called`);
  }
  for (const field of ownFields) {
    if (element[field] !== undefined && !fieldsOf[kind].includes(field)) {
      fault(`/policy/${field}`, `is not of a policy of the kind ${kind}`);
    }
  }
  const reading: Reading = { digits, barred, fault };
  const policy = contentOf(element, reading);
  if (faults.length > 0) throw invalidFields(faults);
  return policy;
}

interface Reading {
  digits: number;
  barred: ReadonlySet<string>;
  fault: (field: string, message: string) => void;
}

function contentOf(element: PolicyElement, reading: Reading): Policy {
  const { kind } = element;
  switch (kind) {
    case 'by-cause': {
      const lapsing = { ...usualThresholds.lapsingRecencyScore, ...element.lapsing_recency_score };
      return {
        kind,
        lapsingRecencyScore: { 'high-value': lapsing['high-value'], 'high-quality': lapsing['high-quality'] },
        weakPurse: element.weak_purse ?? usualThresholds.weakPurse,
        discountProne: element.discount_prone ?? usualThresholds.discountProne,
      };
    }
    case 'uplift':
      return { kind, leastUplift: element.least_uplift ?? 0 };
    case 'largest-incremental-margin':
      return { kind, leastMarginMinor: readMoney(element.least_margin, '/policy/least_margin', 0, reading) ?? 0 };
    case 'rules': {
      const rules = (element.rules ?? []).map((rule, place) => readRule(rule, `/policy/rules/${place}`, reading));
      return { kind, rules, otherwise: element.otherwise ?? 'refuse' };
    }
    default:
      return { kind };
  }
}

function readRule({ when, action, largest_discount: largest }: RuleElement, at: string, reading: Reading): Rule {
  const { fault, barred } = reading;
  const bar = (names: readonly string[], field: string) => {
    if (barredAmong(names, barred) !== undefined)
      fault(`${at}/when/${field}`, 'aims by an attribute that is barred from decisions');
  };
  if (when.groups) bar(['group'], 'groups');
  if (when.value) bar(['value'], 'value');
  for (const [place, { tag }] of (when.tags ?? []).entries()) bar([tag.replaceAll('-', '_')], `tags/${place}/tag`);
  for (const [place, { attribute }] of (when.attributes ?? []).entries()) {
    bar([attribute], `attributes/${place}/attribute`);
  }
  if (largest !== undefined && action === 'refuse') {
    fault(`${at}/largest_discount`, 'is not valid: a rule that refuses gives no discount');
  }
  const conditions: Conditions = {
    ...(when.groups && { groups: when.groups }),
    ...(when.causes && { causes: when.causes }),
    ...(when.segments && { segments: when.segments }),
    ...(when.not_segments && { notSegments: when.not_segments }),
    ...(when.tags && { tags: when.tags }),
    ...(when.attributes && { attributes: when.attributes }),
    ...(when.ordered !== undefined && { ordered: when.ordered }),
    ...(when.value && { value: readRange(when.value, `${at}/when/value`, reading) }),
    ...(when.cart && { cart: readRange(when.cart, `${at}/when/cart`, reading) }),
  };
  const largestDiscountMinor = readMoney(largest, `${at}/largest_discount`, 0, reading);
  return { when: conditions, action, largestDiscountMinor };
}

function readRange({ least, below }: { least?: string; below?: string }, at: string, reading: Reading): MoneyRange {
  const range = {
    leastMinor: readMoney(least, `${at}/least`, 0, reading),
    belowMinor: readMoney(below, `${at}/below`, 1, reading),
  };
  if (range.leastMinor !== null && range.belowMinor !== null && range.belowMinor <= range.leastMinor) {
    reading.fault(`${at}/below`, `must be > ${least}`);
  }
  return range;
}

function readMoney(value: string | undefined, field: string, least: number, { digits, fault }: Reading): number | null {
  if (value === undefined) return null;
  const minor = toMinor(value, digits);
  if (!isWhole(value, digits)) fault(field, `has more than the ${digits} decimals of the currency`);
  else if (minor < least) fault(field, `must be at least ${fromMinor(least, digits)}`);
  return minor;
}

/** A policy as it is sent. */
export function policyElement(policy: Policy, money: (minor: number) => string): PolicyElement {
  switch (policy.kind) {
    case 'by-cause':
      return {
        kind: policy.kind,
        lapsing_recency_score: policy.lapsingRecencyScore,
        weak_purse: policy.weakPurse,
        discount_prone: policy.discountProne,
      };
    case 'uplift':
      return { kind: policy.kind, least_uplift: policy.leastUplift };
    case 'largest-incremental-margin':
      return { kind: policy.kind, least_margin: money(policy.leastMarginMinor) };
    case 'rules':
      return {
        kind: policy.kind,
        rules: policy.rules.map((rule) => ruleElement(rule, money)),
        otherwise: policy.otherwise,
      };
    default:
      return { kind: policy.kind };
  }
}

function ruleElement({ when, action, largestDiscountMinor }: Rule, money: (minor: number) => string): RuleElement {
  const range = ({ leastMinor, belowMinor }: MoneyRange) => ({
    ...(leastMinor !== null && { least: money(leastMinor) }),
    ...(belowMinor !== null && { below: money(belowMinor) }),
  });
  const { notSegments, value, cart, groups, causes, segments, tags, attributes, ordered } = when;
  return {
    when: {
      ...(groups && { groups: [...groups] }),
      ...(causes && { causes: [...causes] }),
      ...(segments && { segments: [...segments] }),
      ...(notSegments && { not_segments: [...notSegments] }),
      ...(tags && { tags: tags.map(({ tag, values }) => ({ tag, values: [...values] })) }),
      ...(attributes && {
        attributes: attributes.map(({ attribute, values }) => ({ attribute, values: [...values] })),
      }),
      ...(ordered !== undefined && { ordered }),
      ...(value && { value: range(value) }),
      ...(cart && { cart: range(cart) }),
    },
    action,
    ...(largestDiscountMinor !== null && { largest_discount: money(largestDiscountMinor) }),
  };
}
