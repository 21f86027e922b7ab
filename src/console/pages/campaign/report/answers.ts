import type { Answer } from '../../../api/index.ts';

export type CampaignReport = Answer<'/v1/campaigns/{campaign_id}/report'>;
