import { PannierError } from '../../errors.ts';
import { type Handlers, listOf, maySee } from '../../http/index.ts';
import type { Coupons } from '../coupons.ts';
import type { CampaignDecision } from './campaign-decisions.ts';

export function campaignDecisionRoutes({
  listDecisions,
}: Pick<Coupons, 'listDecisions'>): Pick<Handlers, 'listCampaignDecisions'> {
  return {
    async listCampaignDecisions({ parameters, key }) {
      const { campaign_id: campaignId, outcome, cause, arm, giving, customer, from, to, limit, cursor } = parameters;
      const isNamed = maySee(key, 'coupons', 'customers');
      if (customer !== undefined && !isNamed) {
        throw new PannierError('forbidden', 'Whose a decision was is for those who may see customers.');
      }
      const times = { from: momentOf(from), to: momentOf(to) };
      const filter = { outcomes: outcome, causes: cause, arm, giving, customer, ...times };
      const { page, next, lookedBackTo } = await listDecisions(campaignId, filter, { limit, cursor });
      const items = page.map((one) => toItem(one, isNamed));
      return { json: { customers_shown: isNamed, looked_back_to: lookedBackTo, ...listOf(items, next) } };
    },
  };
}

const momentOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

function toItem(
  { decisionId, at, customerId, outcome, arm, version, action, cause, reason, explored }: CampaignDecision,
  isNamed: boolean,
) {
  return {
    decision_id: decisionId,
    decided_at: at,
    customer_id: isNamed ? customerId : null,
    outcome,
    arm,
    version,
    action: action as 'none',
    cause: cause as 'no-need',
    reason,
    explored,
  };
}
