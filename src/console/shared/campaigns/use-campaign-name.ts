import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';

/** What campaigns are called, by their ids; one that is not among the latest hundred is called by its id. */
export function useCampaignName(): (campaignId: string) => string {
  const may = useMay();
  const { data } = useGet(get('/v1/campaigns', { query: { limit: 100 } }), { when: may('coupons', 'view') });
  return (id) => data?.items.find(({ campaign_id }) => campaign_id === id)?.name ?? id;
}
