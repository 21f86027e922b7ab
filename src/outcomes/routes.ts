import type { Handlers } from '../http/index.ts';
import { dayMs } from '../shop/days.ts';
import type { Outcomes } from './outcomes.ts';
import { presentValue } from './policies/policy-json.ts';
import { presenter } from './reports/report-json.ts';

/** Of a report that names no time. */
const usualDays = 365;

export function outcomeRoutes(
  outcomes: Outcomes,
  config: { minorDigits: number; clock?: () => Date },
): Pick<Handlers, 'reportCampaign' | 'reportHoldout' | 'reportDiscountByGroup' | 'valuePolicyVersion'> {
  const present = presenter(config.minorDigits);
  return {
    reportCampaign: async ({ parameters }) => ({
      json: present.campaign(await outcomes.reportCampaign(parameters.campaign_id)),
    }),
    reportHoldout: async () => ({ json: present.holdout(await outcomes.reportHoldout()) }),
    async valuePolicyVersion({ parameters: { policy_id, version, reward, days, from } }) {
      const now = config.clock?.() ?? new Date();
      const since = from === undefined ? new Date(now.getTime() - usualDays * dayMs) : new Date(from);
      const value = await outcomes.valuePolicy({ policyId: policy_id, version, reward, days, from: since });
      return { json: { policy_id, version, reward, days, ...presentValue(value) } };
    },
    async reportDiscountByGroup({ parameters }) {
      const now = config.clock?.() ?? new Date();
      const until = parameters.until === undefined ? now : new Date(parameters.until);
      const from =
        parameters.from === undefined ? new Date(until.getTime() - usualDays * dayMs) : new Date(parameters.from);
      return { json: present.discounts(await outcomes.reportDiscounts(from, until)) };
    },
  };
}
