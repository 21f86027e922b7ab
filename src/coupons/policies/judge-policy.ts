import type { NeedJudgement } from '../decisions/choice/judge-need.ts';
import { codeOf } from '../decisions/choice/outcome-codes.ts';
import { type Conditions, type MoneyRange, nameOf, type Policy, type PolicyFacts } from './policy.ts';

/** What a policy says of a customer, whatever the campaign. */
export interface Verdict {
  /** of the outcome that stands against its campaigns; 0: none does */
  readonly code: number;
  /** campaigns whose coupon can take off more are refused; Infinity: none is */
  readonly mostMinor: number;
}

/** All that a policy judges by. */
export interface Judged {
  /** whether a coupon can be given to anybody at all */
  readonly isKnown: boolean;
  /** by the thresholds of the policy, where it decides by cause */
  readonly judgement: Pick<NeedJudgement, 'action' | 'cause' | 'group'>;
  /** null: nobody may know */
  readonly segments: ReadonlySet<string> | null;
  readonly facts: PolicyFacts;
  /** null: no cart */
  readonly cartMinor: number | null;
}

export const given: Verdict = { code: 0, mostMinor: Number.POSITIVE_INFINITY };
export const notNeeded: Verdict = { code: codeOf['not-needed'], mostMinor: Number.POSITIVE_INFINITY };
export const refused: Verdict = { code: codeOf['refused-by-policy'], mostMinor: Number.POSITIVE_INFINITY };

/** Of policies that look at a campaign's model, what holds before it is looked at. */
export function judgePolicy(policy: Policy, judged: Judged): Verdict {
  if (!judged.isKnown) return notNeeded;
  switch (policy.kind) {
    case 'by-cause':
      return judged.judgement.action === 'coupon' ? given : notNeeded;
    case 'first-order':
      return judged.facts.ordered === false ? given : refused;
    case 'rules': {
      const rule = policy.rules.find(({ when }) => fitsAll(when, judged));
      if ((rule?.action ?? policy.otherwise) === 'refuse') return refused;
      const most = rule?.largestDiscountMinor ?? null;
      return most === null ? given : { code: 0, mostMinor: most };
    }
    default:
      return given;
  }
}

function fitsAll(when: Conditions, { judgement, segments, facts, cartMinor }: Judged): boolean {
  const { tags, attributes, valueMinor = null } = facts;
  return (
    (when.groups === undefined || (judgement.group !== null && when.groups.includes(judgement.group))) &&
    (when.causes === undefined || when.causes.includes(judgement.cause)) &&
    (when.segments === undefined || when.segments.some((id) => segments?.has(id))) &&
    (when.notSegments === undefined || (segments !== null && !when.notSegments.some((id) => segments.has(id)))) &&
    (when.tags ?? []).every(({ tag, values }) => values.some((value) => tags?.includes(`${tag} ${value}`))) &&
    (when.attributes ?? []).every((one) => attributes?.includes(nameOf(one))) &&
    (when.ordered === undefined || when.ordered === facts.ordered) &&
    lies(valueMinor, when.value) &&
    lies(cartMinor, when.cart)
  );
}

function lies(minor: number | null, range: MoneyRange | undefined): boolean {
  if (range === undefined) return true;
  if (minor === null) return false;
  return (
    minor >= (range.leastMinor ?? Number.NEGATIVE_INFINITY) && minor < (range.belowMinor ?? Number.POSITIVE_INFINITY)
  );
}
