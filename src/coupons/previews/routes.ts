import type { Handlers } from '../../http/index.ts';
import type { Coupons } from '../coupons.ts';
import type { CampaignPreview } from './preview.ts';
import type { NeedCounts } from './preview-policy.ts';

type Operations = 'previewCampaign' | 'previewGiving' | 'previewPolicy';

export function previewRoutes(
  { previewCampaign, previewGiving, previewPolicy }: Pick<Coupons, Operations>,
  money: (minor: number) => string,
): Pick<Handlers, Operations> {
  return {
    async previewCampaign({ body }) {
      return { json: previewJson(await previewCampaign(body.campaign, body.customers), money) };
    },
    async previewGiving({ parameters, body: { customers, ...whom } }) {
      return { json: previewJson(await previewGiving(parameters.campaign_id, whom, customers), money) };
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

function previewJson(
  { examples, mostCostMinor, opensAt, ...counts }: CampaignPreview,
  money: (minor: number) => string,
) {
  return {
    ...counts,
    examples: examples.map(({ outcome, customerIds }) => ({ outcome, customer_ids: customerIds })),
    most_cost: mostCostMinor === null ? null : money(mostCostMinor),
    opens_at: opensAt?.toISOString() ?? null,
  };
}

function needsJson({ coupon, 'lower-priced-goods': lower_priced_goods, none }: NeedCounts) {
  return { coupon, lower_priced_goods, none };
}
