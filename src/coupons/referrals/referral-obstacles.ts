import type { Queryable } from '../../db/index.ts';
import { customersSharing, readOrdered } from '../../intake/index.ts';
import type { NamedCustomer } from '../codes/code-obstacles.ts';
import type { CodeTerms } from '../codes/code-terms.ts';
import type { CouponCode } from '../codes/store.ts';
import * as store from './store.ts';

export type ReferralObstacle = 'not-this-customer' | 'own-referral' | 'circular-referral' | 'not-first-order';

interface Asked extends CodeTerms {
  code: CouponCode;
}

/** Whether a code is of a campaign whose codes are handed on. */
export const isOfReferrals = ({ campaign }: Pick<CodeTerms, 'campaign'>): boolean => campaign.referral !== null;

/**
 * What stands against codes that are handed on, because of who redeems them, in the order of the codes: undefined where nothing does. Customers who have
 * used the same browser count as one person.
 * @param orderId that they are redeemed on; null: none yet
 */
export async function referralObstacles(
  db: Queryable,
  codes: readonly Asked[],
  customer: NamedCustomer,
  orderId: string | null,
): Promise<(ReferralObstacle | undefined)[]> {
  const among = codes.filter(isOfReferrals);
  if (among.length === 0) return codes.map(() => undefined);
  const referrers = await store.selectReferrers(
    db,
    among.map(({ code }) => code.couponKey),
  );
  const { customerKey } = customer;
  const person = await customersSharing(db, customer);
  if (customerKey !== null) person.push(customerKey);
  const isOrdered = once(async () => (await readOrdered(db, person, orderId)).size > 0);
  return Promise.all(
    codes.map(async ({ code, campaign, terms }): Promise<ReferralObstacle | undefined> => {
      const referrerKey = referrers.get(code.couponKey);
      // What referrers of the same campaign are given is a coupon as any other.
      if (referrerKey === undefined) return undefined;
      if (customer.customerId === undefined) return 'not-this-customer';
      if (referrerKey === null) return undefined;
      if (person.includes(referrerKey)) return 'own-referral';
      if (person.length === 0) return undefined;
      if (await store.haveBrought(db, campaign.campaignKey, person, referrerKey)) return 'circular-referral';
      return terms.referral?.firstOrderOnly && (await isOrdered()) ? 'not-first-order' : undefined;
    }),
  );
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
