import { type Handlers, listOf } from '../../http/index.ts';
import type { WriteMoney } from '../discounts/discount-json.ts';
import type { CampaignCosts } from './campaign-costs.ts';
import type { CostSum } from './store.ts';

type Operations = 'listCampaignCosts' | 'setCampaignCost' | 'deleteCampaignCost';

export function costRoutes(costs: CampaignCosts, money: WriteMoney): Pick<Handlers, Operations> {
  const toJson = (cost: CostSum) => costJson(cost, money);
  return {
    listCampaignCosts: async ({ parameters }) => ({
      json: listOf((await costs.listCosts(parameters.campaign_id)).map(toJson)),
    }),
    setCampaignCost: async ({ parameters: { campaign_id, cost_id }, body }) => ({
      json: toJson(await costs.setCost(campaign_id, cost_id, body)),
    }),
    async deleteCampaignCost({ parameters: { campaign_id, cost_id } }) {
      await costs.removeCost(campaign_id, cost_id);
      return { json: { campaign_id, cost_id } };
    },
  };
}

function costJson({ costId, name, per, amount, day, toldAt, units, totalMinor }: CostSum, money: WriteMoney) {
  const told_at = toldAt.toISOString();
  return { cost_id: costId, name, per, amount, day, told_at, units, total: money(totalMinor) };
}
