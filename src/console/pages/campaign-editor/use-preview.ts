import { type Asked, ask, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import type { CampaignPreview } from '../../shared/campaigns/reach.tsx';
import { useSettled } from '../../shared/use-settled.ts';

export interface Previewed extends Asked<CampaignPreview> {
  /** what is shown, if anything, is of terms before these */
  isPending: boolean;
}

/** What would become of the terms, asked anew once they have stood for a moment; it writes nothing. */
export function usePreview(campaign: object, isWhole: boolean): Previewed {
  const may = useMay();
  const now = JSON.stringify({ campaign, isWhole });
  const settled = useSettled(now, 500);
  const { campaign: asked, isWhole: wasWhole } = JSON.parse(settled);
  const isAsked = isWhole && may('coupons');
  const preview = useGet<CampaignPreview>(ask('/v1/campaigns/previews', { body: { campaign: asked } }), {
    when: wasWhole && isAsked,
  });
  return { ...preview, isPending: isAsked && (settled !== now || preview.isFetching) };
}
