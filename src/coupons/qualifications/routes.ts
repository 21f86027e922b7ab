import type { Handlers } from '../../http/index.ts';
import { lineDiscountsJson, orNull, type WriteMoney } from '../discounts/discount-json.ts';
import type { QualificationElement } from '../request-elements.ts';
import type { Qualification, Qualifications } from './qualifications.ts';

export function qualificationRoutes(
  qualifications: Qualifications,
  money: WriteMoney,
): Pick<Handlers, 'qualifyCoupons'> {
  return {
    qualifyCoupons: async ({ body, key }) => ({
      json: qualificationJson(body, await qualifications.qualify(body, key.keyId), money),
    }),
  };
}

function qualificationJson(asked: QualificationElement, qualification: Qualification, money: WriteMoney) {
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
      discount: orNull(discountMinor, money),
    })),
    codes: codes.map(({ code, campaignId, outcome, discountMinor, perLine }) => ({
      code,
      campaign_id: campaignId,
      outcome,
      discount: orNull(discountMinor, money),
      lines: perLine && lineDiscountsJson(cart, perLine, money),
    })),
    together: together && {
      discount: money(together.totalMinor),
      free_shipping: together.freeShipping,
      lines: lineDiscountsJson(cart, together.perLine, money),
    },
  };
}
