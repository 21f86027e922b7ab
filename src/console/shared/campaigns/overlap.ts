import type { Campaign } from './types.ts';

/** When a campaign is, and whom it is for. */
export interface WhenAndWhom extends Pick<Campaign, 'target_groups' | 'target_segments'> {
  valid_from: string;
  valid_until: string;
}

type Other = WhenAndWhom & Pick<Campaign, 'campaign_id' | 'status' | 'priority' | 'referral'>;

/**
 * Campaigns that customers of this one may get a coupon of in the same time, those of the highest priority first. Nobody is in two of
 * the four groups; who is in two segments is not known here. Those of referrals give by the codes that customers hand on alone.
 * @param campaignId of the campaign itself, which is none of them
 */
export function overlapping<C extends Other>(
  asked: WhenAndWhom,
  campaignId: string,
  campaigns: readonly C[],
  now: Date,
): C[] {
  const from = Math.max(Date.parse(asked.valid_from), now.getTime());
  const until = Date.parse(asked.valid_until);
  const mayShare = (one: readonly string[], other: readonly string[]) =>
    one.length === 0 || other.length === 0 || one.some((group) => other.includes(group));
  return campaigns
    .filter(
      (other) =>
        other.campaign_id !== campaignId &&
        other.status !== 'ended' &&
        other.referral === null &&
        Date.parse(other.valid_from) < until &&
        Date.parse(other.valid_until) > from &&
        mayShare(asked.target_groups, other.target_groups),
    )
    .sort((one, other) => other.priority - one.priority);
}
