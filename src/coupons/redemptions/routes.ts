import type { Handlers } from '../../http/index.ts';
import { lineDiscountsJson, type WriteMoney } from '../discounts/discount-json.ts';
import type { CartLineElement } from '../request-elements.ts';
import { requestOnce } from '../request-once.ts';
import type { Redemptions } from './redemptions.ts';
import type { SettledOrder, SettledRedemption } from './settled-order.ts';

export function redemptionRoutes(
  redemptions: Redemptions,
  money: WriteMoney,
): Pick<Handlers, 'redeemCoupon' | 'redeemOrder'> {
  return {
    async redeemCoupon(call) {
      const { lines, order_id } = call.body;
      const redeemed = await redemptions.redeem(call.body, requestOnce('redeemCoupon', call));
      return { json: { ...redemptionJson(redeemed, lines, money), order_id, ...orderJson(redeemed, lines, money) } };
    },

    async redeemOrder(call) {
      const { lines, order_id } = call.body;
      const settled = await redemptions.redeemOrder(call.body, requestOnce('redeemOrder', call));
      const redeemed = settled.redemptions.map((one) => redemptionJson(one, lines, money));
      return { json: { order_id, redemptions: redeemed, ...orderJson(settled, lines, money) } };
    },
  };
}

function restatedJson(redemption: SettledRedemption, lines: readonly CartLineElement[], money: WriteMoney) {
  return {
    redemption_id: String(redemption.redemptionId),
    code: redemption.code,
    campaign_id: redemption.campaignId,
    discount: money(redemption.discountMinor),
    lines: lineDiscountsJson(lines, redemption.perLine, money),
  };
}

function redemptionJson(redemption: SettledRedemption, lines: readonly CartLineElement[], money: WriteMoney) {
  return {
    ...restatedJson(redemption, lines, money),
    free_shipping: redemption.freeShipping,
    redeemed_at: redemption.redeemedAt.toISOString(),
  };
}

function orderJson({ restated, order }: SettledOrder, lines: readonly CartLineElement[], money: WriteMoney) {
  return {
    restated: restated.map((one) => ({ ...restatedJson(one, lines, money), unit_given_back: one.unitGivenBack })),
    order: {
      discount: money(order.discountMinor),
      free_shipping: order.freeShipping,
      lines: lineDiscountsJson(lines, order.perLine, money),
    },
  };
}
