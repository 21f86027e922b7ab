import { type FieldFault, PannierError } from '../../errors.ts';
import type { CodeOutcome } from '../codes/code-obstacles.ts';

export function notRedeemable(field: string, message: string): PannierError {
  return new PannierError('coupon_not_redeemable', `${field} ${message}.`, [{ field, message }]);
}

type Refusal = Exclude<CodeOutcome, 'applied' | 'qualifies'>;

/** By outcome: the field of a request for one code and what is wrong with it; and what is wrong with one code of several. */
const refusals: Record<Refusal, readonly [field: string, message: string, ofSeveral?: string]> = {
  'unknown-code': ['/code', 'is not known'],
  'given-twice': ['/code', 'is given twice'],
  expired: ['/code', 'has expired'],
  'not-valid-yet': ['/code', 'is not valid yet'],
  'not-open-now': ['/code', 'is of a campaign that is not open at this hour'],
  'already-redeemed': ['/code', 'was redeemed before'],
  released: ['/code', 'was released'],
  stopped: ['/code', 'was stopped'],
  replaced: ['/code', 'was replaced by another code'],
  'not-this-customer': ['/customer_id', 'is not the customer of this code', 'is not for this customer'],
  'own-referral': ['/code', 'is handed on by the customer themselves, or by who shares a browser with them'],
  'circular-referral': ['/code', 'is handed on by somebody whom the customer has brought'],
  'not-first-order': ['/customer_id', 'has ordered before, and the code is for a first order', 'is for a first order'],
  'limit-reached': ['/code', 'has reached a limit of its campaign'],
  'budget-spent': ['/code', 'is of a campaign whose budget is spent'],
  'nothing-in-cart-applies': ['/lines', 'has nothing the campaign applies to', 'applies to nothing in the lines'],
  'bundle-incomplete': [
    '/lines',
    'have not the whole bundle that the campaign is for',
    'is for a bundle that the lines have not the whole of',
  ],
  'below-minimum-spend': [
    '/lines',
    'adds up to less than the least that the campaign asks for where it applies',
    'asks for more than the lines where it applies',
  ],
  'gives-nothing': [
    '/lines',
    'would get no discount by this code, so it is not used up',
    'would give no discount, so it is not used up',
  ],
  'same-campaign': [
    '/order_id',
    'has a coupon of this campaign already',
    'is of a campaign that the order has already',
  ],
  'not-combinable': [
    '/order_id',
    'has a coupon that cannot be combined with this one',
    'cannot be combined with the others of the order',
  ],
};

export interface RefusedCode {
  /** in the request; null: it has this one only */
  place: number | null;
  outcome: Refusal;
  /** of the database, where there is such a code */
  couponKey?: number;
  /** instead of what is said of all alike */
  message?: string;
}

/** Why codes are refused. */
export class RefusedCodes extends PannierError {
  /** keys of those that are to give back what they hold */
  readonly expired: number[];
  readonly unknown: number;
  /** why the known ones are */
  readonly outcomes: readonly Refusal[];

  constructor(refused: readonly RefusedCode[]) {
    const outcomes = refused.map(({ outcome }) => outcome);
    // Of a request for one code it is the code that does not exist.
    const faults = outcomes.includes('unknown-code') && refused[0].place === null ? [] : refused.map(faultOf);
    const detail = faults.map(({ field, message }) => `${field} ${message}.`).join(' ');
    super(codeOf(outcomes), detail || 'No such coupon code.', faults);
    this.expired = refused.flatMap(({ outcome, couponKey }) => (outcome === 'expired' ? (couponKey ?? []) : []));
    this.outcomes = outcomes.filter((outcome) => outcome !== 'unknown-code');
    this.unknown = outcomes.length - this.outcomes.length;
  }
}

function faultOf({ place, outcome, message }: RefusedCode): FieldFault {
  const [field, ofOne, ofSeveral] = refusals[outcome];
  if (place === null) return { field, message: message ?? ofOne };
  return { field: `/codes/${place}`, message: ofSeveral ?? ofOne };
}

function codeOf(outcomes: readonly Refusal[]) {
  if (outcomes.includes('unknown-code')) return 'not_found';
  return outcomes.every((outcome) => outcome === 'already-redeemed')
    ? 'coupon_already_redeemed'
    : 'coupon_not_redeemable';
}
