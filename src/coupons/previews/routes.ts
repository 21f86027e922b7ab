import type { Handlers } from '../../http/index.ts';
import type { Coupons } from '../coupons.ts';
import type { NeedCounts } from './preview-policy.ts';

export function previewRoutes(
  { previewCampaign, previewPolicy }: Pick<Coupons, 'previewCampaign' | 'previewPolicy'>,
  money: (minor: number) => string,
): Pick<Handlers, 'previewCampaign' | 'previewPolicy'> {
  return {
    async previewCampaign({ body }) {
      const { mostCostMinor, opensAt, ...preview } = await previewCampaign(body.campaign, body.customers);
      const most_cost = mostCostMinor === null ? null : money(mostCostMinor);
      return { json: { ...preview, most_cost, opens_at: opensAt?.toISOString() ?? null } };
    },
    async previewPolicy({ body }) {
      const { customers, needs, thresholds } = await previewPolicy(body.policy);
      return {
        json: {
          customers,
          needs: needs && needsJson(needs),
          thresholds: thresholds.map(({ threshold, value, choices }) => ({
            threshold,
            value,
            choices: choices.map((one) => ({ value: one.value, ...needsJson(one.needs), moved: one.moved })),
          })),
        },
      };
    },
  };
}

function needsJson({ coupon, 'lower-priced-goods': lower_priced_goods, none }: NeedCounts) {
  return { coupon, lower_priced_goods, none };
}
