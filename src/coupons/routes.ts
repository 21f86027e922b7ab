import type { IdempotentRequest } from '../db/idempotency.ts';
import { inFigures } from '../formats/figures.ts';
import type { components } from '../http/contract.ts';
import { type Call, type Handlers, pageOf, streamRows } from '../http/index.ts';
import { fromMinor } from '../shop/money.ts';
import type { Discount } from './campaigns/campaign-terms.ts';
import type { CampaignWithStatus } from './campaigns/campaigns.ts';
import type { Coupons } from './coupons.ts';
import { describeScore, type LoggedScore, readScore } from './decisions/choice/expected-gain.ts';
import { consideredJson } from './decisions/considered-campaigns.ts';
import type { GrantedCoupon } from './decisions/decision-inputs.ts';
import type { Decision } from './decisions/decisions.ts';
import type { Qualification } from './decisions/qualify.ts';
import type { SettledOrder, SettledRedemption } from './redemptions/redemptions.ts';
import type { CartLineElement, QualificationElement } from './request-elements.ts';
import type { Reversal } from './reversals/store.ts';

type Operations =
  | 'createCampaign'
  | 'listCampaigns'
  | 'getCampaign'
  | 'pauseCampaign'
  | 'resumeCampaign'
  | 'decideCoupon'
  | 'getCouponDecision'
  | 'redeemCoupon'
  | 'redeemOrder'
  | 'reverseCoupon'
  | 'releaseCoupon'
  | 'qualifyCoupons'
  | 'createCodes'
  | 'listCodes'
  | 'checkCouponLedger';

export function couponRoutes(coupons: Coupons, config: { minorDigits: number }): Pick<Handlers, Operations> {
  const money = (minor: number) => fromMinor(minor, config.minorDigits);
  const orNull = (minor: number | null) => (minor === null ? null : money(minor));

  const toDiscount = (discount: Discount) => {
    const { type } = discount;
    if (discount.type === 'amount') return { type, amount: money(discount.amountMinor) };
    if (discount.type === 'free-shipping') return { type };
    return {
      type,
      percent: discount.percent,
      ...(discount.type === 'buy-x-get-y' && { buy: discount.buy, get: discount.get }),
      ...(discount.maximumMinor !== null && { maximum_discount: money(discount.maximumMinor) }),
    };
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
    target_segments: campaign.targetSegments,
    applies_to: { item_ids: campaign.itemIds, categories: campaign.categories },
    priority: campaign.priority,
    limits: campaign.limits,
    time_zone: campaign.timeZone,
    week_start: campaign.weekStart,
    stacking: campaign.stacking,
    stacking_order: campaign.stackingOrder,
    control_share: campaign.controlShare,
    created_at: campaign.createdAt.toISOString(),
    counters: {
      issued: campaign.counters.issued,
      redeemed: campaign.counters.redeemed,
      expired: campaign.counters.expired,
      released: campaign.counters.released,
      reversed: campaign.counters.reversed,
      money_reserved: money(campaign.counters.moneyReservedMinor),
      money_redeemed: money(campaign.counters.moneyRedeemedMinor),
      money_reversed: money(campaign.counters.moneyReversedMinor),
    },
  });

  const toCoupon = (coupon: GrantedCoupon) => ({
    code: coupon.code,
    campaign_id: coupon.campaignId,
    discount: toDiscount(coupon.discount),
    minimum_spend: orNull(coupon.minimumSpendMinor),
    valid_until: coupon.validUntil,
  });

  const toScore = (logged: LoggedScore) => {
    const score = readScore(logged);
    const inUnits = (minor: number) => Number((minor / 10 ** config.minorDigits).toFixed(6));
    return {
      model_version: String(score.run),
      uplift: score.uplift,
      probability_with_coupon: score.withCoupon,
      order_margin: inUnits(score.marginMinor),
      discount: inUnits(score.discountMinor),
      expected_margin: inUnits(score.expectedMinor),
      least: inUnits(score.leastMinor),
      text: describeScore(score, config.minorDigits),
    };
  };

  /** The campaigns are most of it, so their JSON is put together from parts that are there. */
  const decisionReply = (decision: Decision) => {
    const found = {
      decision_id: String(decision.decisionId),
      customer_id: decision.customerId,
      decided_at: decision.decidedAt.toISOString(),
      action: decision.action,
      reason: decision.reason,
      group: decision.group,
      cause: decision.cause,
      evidence: decision.evidence,
    };
    const scores = decision.scores && new Map(decision.scores.map((logged) => [logged[0], inFigures(toScore(logged))]));
    const given: Omit<components['schemas']['CouponDecision'], keyof typeof found | 'campaigns'> = {
      coupon: decision.coupon && toCoupon(decision.coupon),
      lower_priced_items: [...decision.lowerPricedItems],
      model_version: decision.modelVersion ?? null,
      // Decisions from before all of it was logged have none of the following.
      rules_version: decision.rulesVersion ?? null,
      probability: decision.probability ?? null,
      holdout: decision.holdout ?? null,
      explored: decision.explored ?? null,
      budget_left: decision.budgetLeft
        ? { coupons: decision.budgetLeft.coupons, money: orNull(decision.budgetLeft.moneyMinor) }
        : null,
    };
    const before = `${JSON.stringify(inFigures(found)).slice(0, -1)},"campaigns":`;
    return {
      text: consideredJson(before, decision.campaigns, scores, `,${JSON.stringify(inFigures(given)).slice(1)}`),
      contentType: 'application/json; charset=utf-8',
    };
  };

  /** Of the lines of a request; none were told where a request was answered before they were kept. */
  const toLines = (lines: readonly CartLineElement[], perLine: readonly number[]) =>
    perLine.map((minor, place) => ({ item_id: lines[place].item_id, discount: money(minor) }));

  const toRestated = (redemption: SettledRedemption, lines: readonly CartLineElement[]) => ({
    redemption_id: String(redemption.redemptionId),
    code: redemption.code,
    campaign_id: redemption.campaignId,
    discount: money(redemption.discountMinor),
    lines: toLines(lines, redemption.perLine),
  });

  const toRedemption = (redemption: SettledRedemption, lines: readonly CartLineElement[]) => ({
    ...toRestated(redemption, lines),
    free_shipping: redemption.freeShipping,
    redeemed_at: redemption.redeemedAt.toISOString(),
  });

  const toOrder = ({ restated, order }: SettledOrder, lines: readonly CartLineElement[]) => ({
    restated: restated.map((one) => ({ ...toRestated(one, lines), unit_given_back: one.unitGivenBack })),
    order: {
      discount: money(order.discountMinor),
      free_shipping: order.freeShipping,
      lines: toLines(lines, order.perLine),
    },
  });

  const toReversal = (reversal: Reversal) => ({
    reversal_id: reversal.reversalId,
    reversed_at: reversal.reversedAt.toISOString(),
    redemptions: reversal.redemptions.map(({ redemptionId, amountMinor, unitGivenBack }) => ({
      redemption_id: String(redemptionId),
      amount: money(amountMinor),
      unit_given_back: unitGivenBack,
    })),
  });

  const toQualification = (asked: QualificationElement, qualification: Qualification) => {
    const { customer_id: customerId, cart = [] } = asked;
    const { judgement, campaigns, codes, together } = qualification;
    return {
      customer_id: customerId ?? null,
      action: judgement.action,
      reason: judgement.reason,
      group: judgement.group,
      cause: judgement.cause,
      campaigns: campaigns.map(({ campaignId, outcome, discountMinor }) => ({
        campaign_id: campaignId,
        outcome,
        discount: orNull(discountMinor),
      })),
      codes: codes.map(({ code, campaignId, outcome, discountMinor, perLine }) => ({
        code,
        campaign_id: campaignId,
        outcome,
        discount: orNull(discountMinor),
        lines: perLine && toLines(cart, perLine),
      })),
      together: together && {
        discount: money(together.totalMinor),
        free_shipping: together.freeShipping,
        lines: toLines(cart, together.perLine),
      },
    };
  };

  return {
    createCampaign: async ({ body }) => ({ status: 201, json: toCampaign(await coupons.createCampaign(body)) }),
    listCampaigns: async ({ parameters }) => ({
      json: await pageOf(parameters, coupons.listCampaigns, ({ campaignKey }) => campaignKey, toCampaign),
    }),
    getCampaign: async ({ parameters }) => ({ json: toCampaign(await coupons.readCampaign(parameters.campaign_id)) }),
    pauseCampaign: async ({ parameters }) => ({
      json: toCampaign(await coupons.pauseCampaign(parameters.campaign_id)),
    }),
    resumeCampaign: async ({ parameters }) => ({
      json: toCampaign(await coupons.resumeCampaign(parameters.campaign_id)),
    }),
    decideCoupon: async (call) => decisionReply(await coupons.decide(call.body, once('decideCoupon', call))),
    getCouponDecision: async ({ parameters }) => decisionReply(await coupons.readDecision(parameters.decision_id)),
    redeemCoupon: async (call) => {
      const { lines, order_id } = call.body;
      const redeemed = await coupons.redeem(call.body, once('redeemCoupon', call));
      return { json: { ...toRedemption(redeemed, lines), order_id, ...toOrder(redeemed, lines) } };
    },
    redeemOrder: async (call) => {
      const { lines, order_id } = call.body;
      const settled = await coupons.redeemOrder(call.body, once('redeemOrder', call));
      const redemptions = settled.redemptions.map((one) => toRedemption(one, lines));
      return { json: { order_id, redemptions, ...toOrder(settled, lines) } };
    },
    reverseCoupon: async (call) => ({
      json: toReversal(await coupons.reverse(call.body, once('reverseCoupon', call))),
    }),
    releaseCoupon: async (call) => {
      const { code: asked } = call.parameters;
      // Nothing is asked but what the path names.
      const request = once('releaseCoupon', call, Buffer.from(asked));
      const { code, releasedAt, moneyMinor } = await coupons.release({ code: asked }, request);
      return { json: { code, released_at: releasedAt.toISOString(), money: money(moneyMinor) } };
    },
    qualifyCoupons: async ({ body, key }) => ({
      json: toQualification(body, await coupons.qualify(body, key.keyId)),
    }),
    createCodes: async (call) => {
      const { campaign_id: campaignId } = call.parameters;
      // The path is part of what is asked, so it is part of the request that is answered once.
      const request = once(`createCodes ${campaignId}`, call);
      const { batchId, codes, code } = await coupons.createCodes(campaignId, call.body, request);
      return { status: 201, json: { campaign_id: campaignId, batch_id: batchId, codes, code } };
    },
    async listCodes({ parameters, mediaType }) {
      const codes = await coupons.readCodes(parameters.campaign_id, parameters.batch_id);
      return streamRows(mediaType, ['code'], codes, (code) => ({ code }));
    },
    async checkCouponLedger() {
      const { entries, differences } = await coupons.checkLedger();
      const told = differences.map(({ campaignId, ...rest }) => ({ campaign_id: campaignId, ...rest }));
      return { json: { consistent: told.length === 0, entries, differences: told } };
    },
  };
}

/** The contract requires key and body of every write. */
function once(
  operation: string,
  call: Pick<Call, 'key' | 'idempotencyKey' | 'rawBody'>,
  body = call.rawBody!,
): IdempotentRequest {
  return { operation, keyId: call.key.keyId, idempotencyKey: call.idempotencyKey!, body };
}
