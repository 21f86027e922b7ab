import type { Handlers } from '../../http/index.ts';
import type { Coupons } from '../coupons.ts';

export function previewRoutes(
  { previewCampaign }: Pick<Coupons, 'previewCampaign'>,
  money: (minor: number) => string,
): Pick<Handlers, 'previewCampaign'> {
  return {
    async previewCampaign({ body }) {
      const { mostCostMinor, opensAt, ...preview } = await previewCampaign(body.campaign, body.customers);
      const most_cost = mostCostMinor === null ? null : money(mostCostMinor);
      return { json: { ...preview, most_cost, opens_at: opensAt?.toISOString() ?? null } };
    },
  };
}
