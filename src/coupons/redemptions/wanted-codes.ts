import type { Transaction } from '../../db/index.ts';
import { type NamedCustomer, obstacleTo } from '../codes/code-obstacles.ts';
import { type CodeTerms, readCodeTerms } from '../codes/code-terms.ts';
import { normaliseCode } from '../codes/code-text.ts';
import { type CouponCode, selectCodes } from '../codes/store.ts';
import type { CartLineElement } from '../request-elements.ts';
import type { IssuedUse } from '../reservations/store.ts';
import { type RefusedCode, RefusedCodes } from './refusals.ts';

/** An order as it is sent, with the codes to be redeemed on it. */
export interface WantedOrder {
  orderId: string;
  customerId: string | undefined;
  /** who the order's customer is as far as is known, where codes were given to a visitor */
  visitorId: string | undefined;
  lines: CartLineElement[];
  codes: string[];
  /** how its codes are named when they are refused */
  isOfOne: boolean;
}

/** A code of a request, with its campaign as it stands and the terms that it is redeemed by. */
export interface WantedCode extends CodeTerms {
  place: number | null;
  code: CouponCode;
  /** the use of an issued code; null: it takes one */
  use: IssuedUse | null;
}

/** The codes of a request with their campaigns. @throws RefusedCodes naming those there are not, or that are there twice */
export async function findWantedCodes(tx: Transaction, { codes: typed, isOfOne }: WantedOrder): Promise<WantedCode[]> {
  const normal = typed.map(normaliseCode);
  const codes = await selectCodes(tx, normal);
  const placeOf = (index: number) => (isOfOne ? null : index);
  const refused = normal.flatMap((code, index): RefusedCode[] => {
    if (!codes.has(code)) return [{ place: placeOf(index), outcome: 'unknown-code' }];
    return normal.indexOf(code) === index ? [] : [{ place: placeOf(index), outcome: 'given-twice' }];
  });
  if (refused.length > 0) throw new RefusedCodes(refused);
  const termsOf = await readCodeTerms(tx, [...codes.values()]);
  return normal.map((text, index) => {
    // Whether it has a unit left is found out by taking it.
    const code = { ...codes.get(text)!, left: null };
    return { place: placeOf(index), code, ...termsOf(code), use: null };
  });
}

/** @throws RefusedCodes naming the codes that something stands against, whatever they are redeemed on */
export function refuseObstructed(wanted: readonly WantedCode[], customer: NamedCustomer, now: Date): void {
  const refused = wanted.flatMap((one): RefusedCode[] => {
    const { place, code, use } = one;
    const outcome = obstacleTo(code, use?.state ?? null, one, customer, now);
    if (!outcome) return [];
    const isNobody = outcome === 'not-this-customer' && customer.customerId === undefined && code.customerKey !== null;
    return [{ place, outcome, couponKey: code.couponKey, ...(isNobody && { message: 'is needed for this code' }) }];
  });
  if (refused.length > 0) throw new RefusedCodes(refused);
}
