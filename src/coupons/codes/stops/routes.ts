import type { Handlers } from '../../../http/index.ts';
import type { CodeStops } from './code-stops.ts';

export function stopRoutes(stops: CodeStops): Pick<Handlers, 'stopCoupon' | 'stopCodeBatch' | 'replaceCodeBatch'> {
  return {
    async stopCoupon({ parameters }) {
      const { code, campaignId, stoppedAt } = await stops.stopCode(parameters.code);
      return { json: { code, campaign_id: campaignId, stopped_at: stoppedAt.toISOString() } };
    },
    async stopCodeBatch({ parameters: { campaign_id, batch_id } }) {
      const { stopped, stoppedAt } = await stops.stopBatch(campaign_id, batch_id);
      return { json: { campaign_id, batch_id, stopped, stopped_at: stoppedAt?.toISOString() ?? null } };
    },
    async replaceCodeBatch({ parameters: { campaign_id, batch_id }, body }) {
      const { batchId, replaces, codes } = await stops.replaceBatch(campaign_id, batch_id, body.batch_id);
      return { json: { campaign_id, batch_id: batchId, replaces, codes } };
    },
  };
}
