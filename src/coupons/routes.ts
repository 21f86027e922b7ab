import { cutPage, readCursor } from '../cursor.ts';
import type { IdempotentRequest } from '../db/idempotency.ts';
import type { Call, Handlers } from '../http/index.ts';
import { fromMinor } from '../money.ts';
import type { Discount } from './campaign-terms.ts';
import type { CampaignWithStatus } from './campaigns.ts';
import type { Coupons } from './coupons.ts';
import type { GrantedCoupon } from './decision-store.ts';
import type { Decision } from './decisions.ts';
import type { Redemption } from './ledger-store.ts';

type Operations =
  | 'createCampaign'
  | 'listCampaigns'
  | 'getCampaign'
  | 'pauseCampaign'
  | 'resumeCampaign'
  | 'decideCoupon'
  | 'getCouponDecision'
  | 'redeemCoupon';

export function couponRoutes(coupons: Coupons, config: { minorDigits: number }): Pick<Handlers, Operations> {
  const money = (minor: number) => fromMinor(minor, config.minorDigits);
  const orNull = (minor: number | null) => (minor === null ? null : money(minor));

  const toDiscount = (discount: Discount) =>
    discount.type === 'amount'
      ? { type: discount.type, amount: money(discount.amountMinor) }
      : {
          type: discount.type,
          percent: discount.percent,
          ...(discount.maximumMinor !== null && { maximum_discount: money(discount.maximumMinor) }),
        };

  const toCampaign = (campaign: CampaignWithStatus) => ({
    campaign_id: campaign.campaignId,
    name: campaign.name,
    status: campaign.status,
    discount: toDiscount(campaign.discount),
    valid_from: campaign.validFrom.toISOString(),
    valid_until: campaign.validUntil.toISOString(),
    coupon_valid_days: campaign.couponValidDays,
    budget: { coupons: campaign.couponBudget, money: orNull(campaign.moneyBudgetMinor) },
    limit_per_customer: campaign.limitPerCustomer,
    minimum_spend: orNull(campaign.minimumSpendMinor),
    target_groups: campaign.targetGroups,
    applies_to: { item_ids: campaign.itemIds, categories: campaign.categories },
    priority: campaign.priority,
    created_at: campaign.createdAt.toISOString(),
    counters: {
      issued: campaign.counters.issued,
      redeemed: campaign.counters.redeemed,
      expired: campaign.counters.expired,
      money_reserved: money(campaign.counters.moneyReservedMinor),
      money_redeemed: money(campaign.counters.moneyRedeemedMinor),
    },
  });

  const toCoupon = (coupon: GrantedCoupon) => ({
    code: coupon.code,
    campaign_id: coupon.campaignId,
    discount: toDiscount(coupon.discount),
    minimum_spend: orNull(coupon.minimumSpendMinor),
    valid_until: coupon.validUntil.toISOString(),
  });

  const toDecision = (decision: Decision) => ({
    decision_id: String(decision.decisionId),
    customer_id: decision.customerId,
    decided_at: decision.decidedAt.toISOString(),
    action: decision.action,
    reason: decision.reason,
    group: decision.group,
    cause: decision.cause,
    evidence: decision.evidence,
    campaigns: decision.campaigns.map(({ campaignId, outcome }) => ({ campaign_id: campaignId, outcome })),
    coupon: decision.coupon && toCoupon(decision.coupon),
    lower_priced_items: [...decision.lowerPricedItems],
  });

  const toRedemption = (redemption: Redemption) => ({
    redemption_id: String(redemption.redemptionId),
    code: redemption.code,
    campaign_id: redemption.campaignId,
    order_id: redemption.orderId,
    discount: money(redemption.discountMinor),
    redeemed_at: redemption.redeemedAt.toISOString(),
  });

  return {
    createCampaign: async ({ body }) => ({ status: 201, json: toCampaign(await coupons.createCampaign(body)) }),
    async listCampaigns({ parameters }) {
      const [before] = readCursor(parameters.cursor, 1) ?? [];
      const limit = parameters.limit!;
      const rows = await coupons.listCampaigns(limit + 1, before);
      const { page, next } = cutPage(rows, limit, (campaign) => [campaign.campaignKey]);
      return { json: { campaigns: page.map(toCampaign), next_cursor: next } };
    },
    getCampaign: async ({ parameters }) => ({ json: toCampaign(await coupons.readCampaign(parameters.campaign_id)) }),
    pauseCampaign: async ({ parameters }) => ({
      json: toCampaign(await coupons.pauseCampaign(parameters.campaign_id)),
    }),
    resumeCampaign: async ({ parameters }) => ({
      json: toCampaign(await coupons.resumeCampaign(parameters.campaign_id)),
    }),
    decideCoupon: async (call) => ({ json: toDecision(await coupons.decide(call.body, once('decideCoupon', call))) }),
    getCouponDecision: async ({ parameters }) => ({
      json: toDecision(await coupons.readDecision(parameters.decision_id)),
    }),
    redeemCoupon: async (call) => ({ json: toRedemption(await coupons.redeem(call.body, once('redeemCoupon', call))) }),
  };
}

/** The contract requires key and body of both writes. */
function once(operation: string, call: Pick<Call, 'key' | 'idempotencyKey' | 'rawBody'>): IdempotentRequest {
  return { operation, keyId: call.key.keyId, idempotencyKey: call.idempotencyKey!, body: call.rawBody! };
}
