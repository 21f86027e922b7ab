import type { Queryable } from '../../db/index.ts';
import type { Campaign, TermsVersion } from '../campaigns/campaign-terms.ts';
import { selectCampaignsByKey } from '../campaigns/store.ts';
import { selectTerms } from '../campaigns/terms/store.ts';
import type { CouponCode } from './store.ts';

/** Of a code: its campaign as it stands, and the terms that the code has. */
export interface CodeTerms {
  campaign: Campaign;
  terms: TermsVersion;
}

/** What a customer was given keeps the terms that it was issued under; a code that nobody was given has those that hold now. */
export async function readCodeTerms(
  db: Queryable,
  codes: readonly Pick<CouponCode, 'campaignKey' | 'termsKey'>[],
): Promise<(code: Pick<CouponCode, 'campaignKey' | 'termsKey'>) => CodeTerms> {
  const campaignKeys = codes.map(({ campaignKey }) => campaignKey);
  const campaigns = await selectCampaignsByKey(db, campaignKeys);
  const earlier = codes.flatMap(({ campaignKey, termsKey }) =>
    termsKey !== null && termsKey !== campaigns.get(campaignKey)!.termsKey ? termsKey : [],
  );
  const known = earlier.length > 0 ? await selectTerms(db, earlier) : new Map<number, TermsVersion>();
  return ({ campaignKey, termsKey }) => {
    const campaign = campaigns.get(campaignKey)!;
    return { campaign, terms: known.get(termsKey ?? campaign.termsKey) ?? campaign };
  };
}
