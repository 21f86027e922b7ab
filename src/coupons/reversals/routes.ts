import type { Handlers } from '../../http/index.ts';
import type { WriteMoney } from '../discounts/discount-json.ts';
import { requestOnce } from '../request-once.ts';
import type { Reversals } from './reversals.ts';

export function reversalRoutes(reversals: Reversals, money: WriteMoney): Pick<Handlers, 'reverseCoupon'> {
  return {
    async reverseCoupon(call) {
      const reversal = await reversals.reverse(call.body, requestOnce('reverseCoupon', call));
      return {
        json: {
          reversal_id: reversal.reversalId,
          reversed_at: reversal.reversedAt.toISOString(),
          redemptions: reversal.redemptions.map(({ redemptionId, amountMinor, unitGivenBack }) => ({
            redemption_id: String(redemptionId),
            amount: money(amountMinor),
            unit_given_back: unitGivenBack,
          })),
        },
      };
    },
  };
}
