import type { Group, TagKind } from '../../segments/index.ts';
import { type Cause, type CauseThresholds, usualThresholds } from '../decisions/choice/judge-need.ts';

/**
 * What decides who of those that a campaign aims at gets its coupon:
 * - `by-cause`: who needs one, or whom the campaign's model expects to be won by it;
 * - `everyone`: all who are known;
 * - `first-order`: who has not ordered yet;
 * - `uplift`: to whose chance of an order the campaign's model expects the coupon to add more than nothing, and at least so much;
 * - `largest-incremental-margin`: by whom it expects to earn more than nothing, and at least so much; of several such campaigns the
 *   one that is expected to add most comes first;
 * - `rules`: as the first rule says that fits.
 */
export type Policy =
  | ({ readonly kind: 'by-cause' } & CauseThresholds)
  | { readonly kind: 'everyone' }
  | { readonly kind: 'first-order' }
  | { readonly kind: 'uplift'; readonly leastUplift: number }
  | { readonly kind: 'largest-incremental-margin'; readonly leastMarginMinor: number }
  | { readonly kind: 'rules'; readonly rules: readonly Rule[]; readonly otherwise: 'give' | 'refuse' };

/** What is done with whom all of the conditions fit. */
export interface Rule {
  readonly when: Conditions;
  readonly action: 'give' | 'refuse';
  /** of a coupon that is given: what it can take off at most; null: anything */
  readonly largestDiscountMinor: number | null;
}

/** What is absent is not asked. What nobody may know of a customer does not fit. */
export interface Conditions {
  /** in one of which a customer is */
  readonly groups?: readonly Group[];
  readonly causes?: readonly Cause[];
  readonly segments?: readonly string[];
  /** in none of which */
  readonly notSegments?: readonly string[];
  /** of each of which one value fits */
  readonly tags?: readonly { readonly tag: TagKind; readonly values: readonly string[] }[];
  readonly attributes?: readonly AttributeCondition[];
  /** whether there is an order */
  readonly ordered?: boolean;
  /** revenue that is expected of the customer */
  readonly value?: MoneyRange;
  readonly cart?: MoneyRange;
}

/** An attribute that the shop has told of the customer. */
export interface AttributeCondition {
  readonly attribute: string;
  readonly values: readonly (string | number | boolean)[];
}

export interface MoneyRange {
  readonly leastMinor: number | null;
  readonly belowMinor: number | null;
}

/** What a decision knew of a customer because policies asked; what is absent was not asked, or nobody may know it. */
export interface PolicyFacts {
  readonly ordered?: boolean;
  /** of those asked for: `tag value` */
  readonly tags?: readonly string[];
  /** of the attribute conditions that were asked, those that fit, by `nameOf`: the values themselves are nobody's to keep */
  readonly attributes?: readonly string[];
  readonly valueMinor?: number | null;
}

/** An attribute condition by a name: the same condition has the same. */
export function nameOf({ attribute, values }: AttributeCondition): string {
  return JSON.stringify([attribute, ...values]);
}

/** A version of a policy: never changes. */
export interface PolicyVersion {
  readonly policyId: string;
  readonly version: number;
  readonly policy: Policy;
}

export const builtInKinds = [
  'by-cause',
  'everyone',
  'first-order',
  'uplift',
  'largest-incremental-margin',
] as const satisfies readonly Policy['kind'][];

/** What decisions were made by before policies had versions. */
export const firstByCause: PolicyVersion = {
  policyId: 'by-cause',
  version: 1,
  policy: { kind: 'by-cause', ...usualThresholds },
};
export const firstForEveryone: PolicyVersion = { policyId: 'everyone', version: 1, policy: { kind: 'everyone' } };
