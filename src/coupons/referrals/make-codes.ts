import type { Transaction } from '../../db/index.ts';
import { findErased, holdCustomers } from '../../intake/index.ts';
import type { Campaign, Referral } from '../campaigns/campaign-terms.ts';
import { createCode } from '../codes/code-text.ts';
import * as store from './store.ts';

/**
 * The codes that customers hand on, made where they have none; asked for twice at once, each is made once.
 * @returns by the customers' keys; whoever has gone is absent
 */
export async function makeCodes(
  tx: Transaction,
  { campaignKey, referral, now }: Pick<Campaign, 'campaignKey'> & { referral: Referral; now: Date },
  customerKeys: readonly number[],
): Promise<Map<number, string>> {
  const isWhole = (await holdCustomers(tx, customerKeys)) === customerKeys.length;
  const gone = new Set(isWhole ? [] : await findErased(tx, customerKeys));
  const wanted = customerKeys.filter((key) => !gone.has(key));
  await store.lockReferrers(tx, campaignKey, wanted);
  const known = await store.selectCodesOf(tx, campaignKey, wanted);
  const codes = wanted.filter((key) => !known.has(key)).map((key) => [key, createCode()] as const);
  if (codes.length > 0) {
    await store.insertReferralCodes(tx, { campaignKey, usageLimit: referral.usesPerCode, now, codes });
  }
  return new Map([...known, ...codes]);
}
