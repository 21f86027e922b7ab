import { type Answer, type Asked, post, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useSettled } from '../../shared/use-settled.ts';

export type CampaignPreview = Answer<'/v1/campaigns/previews', 'post'>;

/** What would become of the terms, asked anew once they have stood for a moment; it writes nothing. */
export function usePreview(campaign: object, isWhole: boolean): Asked<CampaignPreview> {
  const may = useMay();
  const settled = JSON.parse(useSettled(JSON.stringify({ campaign, isWhole }), 500));
  const body = { campaign: settled.campaign };
  const { idempotencyKey: _, ...request } = post('/v1/campaigns/previews', { body: body as never });
  return useGet<CampaignPreview>(request, { when: settled.isWhole && isWhole && may('coupons') });
}
