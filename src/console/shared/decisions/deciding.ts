import type { decisionTexts } from '../../texts/decisions.ts';

type Words = (typeof decisionTexts)['en' | 'zh'];
export type DecidingKey = keyof Words['withheld'];

/** What kept a coupon from who could have had one, and of which campaign, as far as that is known. */
export interface Deciding {
  key: DecidingKey;
  campaignId?: string | undefined;
  /** the limit or budget that was reached */
  limit?: string | undefined;
}

interface Considered {
  campaign_id: string;
  outcome: string;
}

const limits = ['customer-limit-reached', 'period-limit-reached', 'coupon-budget-spent', 'money-budget-spent'];
/** Of which outcome the campaign is that is meant. */
const meant: Partial<Record<DecidingKey, readonly string[]>> = {
  'decision.control': ['control-group'],
  'decision.bundle-incomplete': ['bundle-incomplete'],
  'decision.no-campaign': limits,
};

/**
 * What decided that there was no coupon, by the sentences of the reason; undefined: what was found of the customer did.
 * @param campaigns that were considered, the first first
 */
export function decidingOf(
  action: string,
  reason: readonly { key: string }[],
  words: Words['withheld'],
  campaigns: readonly Considered[] = [],
): Deciding | undefined {
  const key = reason.map((one) => one.key).find((one) => Object.hasOwn(words, one)) as DecidingKey | undefined;
  if (action !== 'none' || key === undefined) return undefined;
  const campaign = campaigns.find(({ outcome }) => meant[key]?.includes(outcome));
  const limit = campaign && limits.includes(campaign.outcome) ? campaign.outcome : undefined;
  return { key, campaignId: campaign?.campaign_id, limit };
}

/** The same as a part of a sentence. @param campaign what the campaign is called */
export function decidingWords(t: Words, { key, limit }: Deciding, campaign: string | undefined): string {
  const why = limit === undefined ? t.withheld[key] : t.outcomes[limit as keyof Words['outcomes']];
  return campaign === undefined ? why : t.withheldBy(why, campaign);
}
