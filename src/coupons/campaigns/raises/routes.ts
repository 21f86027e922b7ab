import { type Handlers, pageOf } from '../../../http/index.ts';
import { orNull, type WriteMoney } from '../../discounts/discount-json.ts';
import type { BudgetRaises, RaiseWithState } from './budget-raises.ts';

type Operations = 'listBudgetRaises' | 'approveBudgetRaise' | 'rejectBudgetRaise';

export function raiseRoutes(raises: BudgetRaises, money: WriteMoney): Pick<Handlers, Operations> {
  const toJson = (raise: RaiseWithState) => raiseJson(raise, money);
  return {
    async listBudgetRaises({ parameters }) {
      const read = (limit: number, below?: number) => raises.listRaises(parameters.campaign_id, limit, below);
      return { json: await pageOf(parameters, read, ({ raiseId }) => raiseId, toJson) };
    },
    approveBudgetRaise: async ({ parameters: { campaign_id, raise_id }, key }) => ({
      json: toJson(await raises.approveRaise(campaign_id, raise_id, key)),
    }),
    rejectBudgetRaise: async ({ parameters: { campaign_id, raise_id }, key }) => ({
      json: toJson(await raises.rejectRaise(campaign_id, raise_id, key)),
    }),
  };
}

export function raiseJson(raise: RaiseWithState, money: WriteMoney) {
  return {
    raise_id: String(raise.raiseId),
    budget: { coupons: raise.couponBudget, money: orNull(raise.moneyBudgetMinor, money) },
    state: raise.state,
    asked_by: raise.askedByName,
    asked_at: raise.askedAt.toISOString(),
    expires_at: raise.expiresAt.toISOString(),
    decided_by: raise.decidedByName,
    decided_at: raise.decidedAt?.toISOString() ?? null,
  };
}
