import { inFigures } from '../../formats/figures.ts';
import type { components } from '../../http/contract.ts';
import type { Handlers } from '../../http/index.ts';
import { fromMinor } from '../../shop/money.ts';
import { discountJson, orNull, type WriteMoney } from '../discounts/discount-json.ts';
import { requestOnce } from '../request-once.ts';
import { describeScore, type LoggedScore, readScore } from './choice/expected-gain.ts';
import { consideredJson, policyJson } from './considered-campaigns.ts';
import type { Decision } from './decision.ts';
import type { GrantedCoupon } from './decision-inputs.ts';
import type { Decisions } from './decisions.ts';

export function decisionRoutes(
  decisions: Decisions,
  digits: number,
): Pick<Handlers, 'decideCoupon' | 'getCouponDecision' | 'replayCouponDecision'> {
  return {
    async decideCoupon(call) {
      const decision = await decisions.decide(call.body, requestOnce('decideCoupon', call));
      return decisionReply(decision, digits, call.parameters.campaigns);
    },
    async getCouponDecision({ parameters: { decision_id, campaigns } }) {
      const { text } = decisionReply(await decisions.readDecision(decision_id), digits, campaigns);
      return { json: JSON.parse(text) };
    },
    async replayCouponDecision({ parameters: { decision_id } }) {
      const { verdict, rulesVersion, rulesNow, answer } = await decisions.replay(decision_id);
      const { action = null, cause = null, reason = null } = answer ?? {};
      const made = { action, cause, reason };
      return { json: { decision_id, verdict, rules_version: rulesVersion, rules_now: rulesNow, ...made } };
    },
  };
}

/** The campaigns would be most of it: they are told where they are asked for, their JSON put together from parts that are there. */
function decisionReply(decision: Decision, digits: number, tellsCampaigns = false) {
  const money = (minor: number) => fromMinor(minor, digits);
  const beforeCampaigns = {
    decision_id: String(decision.decisionId),
    customer_id: decision.customerId,
    visitor_id: decision.visitorId,
    decided_at: decision.decidedAt.toISOString(),
    action: decision.action,
    reason: decision.reason,
    group: decision.group,
    cause: decision.cause,
    evidence: decision.evidence,
  };
  const afterCampaigns: Omit<components['schemas']['CouponDecision'], keyof typeof beforeCampaigns | 'campaigns'> = {
    coupon: decision.coupon && couponJson(decision.coupon, money),
    lower_priced_items: [...decision.lowerPricedItems],
    model_version: decision.modelVersion ?? null,
    // Decisions from before all of it was logged have none of the following.
    rules_version: decision.rulesVersion ?? null,
    policy: decision.policy && policyJson(decision.policy),
    probability: decision.probability ?? null,
    holdout: decision.holdout ?? null,
    explored: decision.explored ?? null,
    budget_left: decision.budgetLeft
      ? { coupons: decision.budgetLeft.coupons, money: orNull(decision.budgetLeft.moneyMinor, money) }
      : null,
  };
  const contentType = 'application/json; charset=utf-8';
  if (!tellsCampaigns)
    return { text: JSON.stringify(inFigures({ ...beforeCampaigns, ...afterCampaigns })), contentType };
  const scores =
    decision.scores && new Map(decision.scores.map((logged) => [logged[0], inFigures(scoreJson(logged, digits))]));
  const before = `${JSON.stringify(inFigures(beforeCampaigns)).slice(0, -1)},"campaigns":`;
  const after = `,${JSON.stringify(inFigures(afterCampaigns)).slice(1)}`;
  const missing = decision.missing && new Map(decision.missing);
  return { text: consideredJson(before, decision.campaigns, scores, after, missing), contentType };
}

function couponJson(coupon: GrantedCoupon, money: WriteMoney) {
  return {
    code: coupon.code,
    campaign_id: coupon.campaignId,
    discount: discountJson(coupon.discount, money),
    minimum_spend: orNull(coupon.minimumSpendMinor, money),
    valid_until: coupon.validUntil,
  };
}

function scoreJson(logged: LoggedScore, digits: number) {
  const score = readScore(logged);
  const inUnits = (minor: number) => Number((minor / 10 ** digits).toFixed(6));
  return {
    model_version: String(score.run),
    uplift: score.uplift,
    probability_with_coupon: score.withCoupon,
    order_margin: inUnits(score.marginMinor),
    discount: inUnits(score.discountMinor),
    expected_margin: inUnits(score.expectedMinor),
    least: inUnits(score.leastMinor),
    text: describeScore(score, digits),
  };
}
