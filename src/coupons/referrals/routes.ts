import { type Handlers, pageOf } from '../../http/index.ts';
import type { ReferralCode, ReferralOfFriend, Referrals } from './referrals.ts';

export function referralRoutes(
  referrals: Referrals,
): Pick<Handlers, 'giveReferralCode' | 'listReferralCodes' | 'listReferrals'> {
  return {
    giveReferralCode: async ({ parameters: { campaign_id, customer_id } }) => ({
      json: codeJson(await referrals.giveReferralCode(campaign_id, customer_id)),
    }),
    async listReferralCodes({ parameters }) {
      const read = (limit: number, below?: number) => referrals.listReferralCodes(parameters.campaign_id, limit, below);
      return { json: await pageOf(parameters, read, ({ couponKey }) => couponKey, codeJson) };
    },
    async listReferrals({ parameters }) {
      const read = (limit: number, below?: number) => referrals.listReferrals(parameters.campaign_id, limit, below);
      return { json: await pageOf(parameters, read, ({ useId }) => useId, referralJson) };
    },
  };
}

function codeJson(code: ReferralCode) {
  return {
    campaign_id: code.campaignId,
    customer_id: code.customerId,
    code: code.code,
    made_at: code.madeAt.toISOString(),
    stopped_at: code.stoppedAt?.toISOString() ?? null,
    uses: code.uses,
    left: code.left,
    rewards: { waiting: code.waiting, given: code.given, withheld: code.withheld, revoked: code.revoked },
  };
}

function referralJson(referral: ReferralOfFriend) {
  return {
    redemption_id: String(referral.useId),
    code: referral.code,
    referrer_id: referral.referrerId,
    friend_id: referral.friendId,
    order_id: referral.orderId,
    redeemed_at: referral.redeemedAt.toISOString(),
    state: referral.state,
    why: referral.why,
    due_at: referral.dueAt.toISOString(),
    settled_at: referral.settledAt?.toISOString() ?? null,
    reward: referral.rewardCode === null ? null : { code: referral.rewardCode, used: isUsed(referral) },
  };
}

const isUsed = ({ rewardState }: ReferralOfFriend) => rewardState === 'redeemed' || rewardState === 'partly-reversed';
