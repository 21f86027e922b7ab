import type { Handlers } from '../http/index.ts';
import { dayMs } from '../shop/days.ts';
import type { Outcomes } from './outcomes.ts';
import { presenter } from './reports/report-json.ts';

/** Of a report that names no time. */
const usualDays = 365;

export function outcomeRoutes(
  outcomes: Outcomes,
  config: { minorDigits: number; clock?: () => Date },
): Pick<Handlers, 'reportCampaign' | 'reportHoldout' | 'reportDiscountByGroup'> {
  const present = presenter(config.minorDigits);
  return {
    reportCampaign: async ({ parameters }) => ({
      json: present.campaign(await outcomes.reportCampaign(parameters.campaign_id)),
    }),
    reportHoldout: async () => ({ json: present.holdout(await outcomes.reportHoldout()) }),
    async reportDiscountByGroup({ parameters }) {
      const now = config.clock?.() ?? new Date();
      const until = parameters.until === undefined ? now : new Date(parameters.until);
      const from =
        parameters.from === undefined ? new Date(until.getTime() - usualDays * dayMs) : new Date(parameters.from);
      return { json: present.discounts(await outcomes.reportDiscounts(from, until)) };
    },
  };
}
