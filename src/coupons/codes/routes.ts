import { type Handlers, streamRows } from '../../http/index.ts';
import { requestOnce } from '../request-once.ts';
import type { CodeBatches } from './code-batches.ts';

export function codeRoutes(batches: CodeBatches): Pick<Handlers, 'createCodes' | 'listCodes'> {
  return {
    async createCodes(call) {
      const { campaign_id: campaignId } = call.parameters;
      // The path is part of what is asked, so it is part of the request that is answered once.
      const request = requestOnce(`createCodes ${campaignId}`, call);
      const { batchId, codes, code } = await batches.createCodes(campaignId, call.body, request);
      return { status: 201, json: { campaign_id: campaignId, batch_id: batchId, codes, code } };
    },

    async listCodes({ parameters, mediaType }) {
      const codes = await batches.readCodes(parameters.campaign_id, parameters.batch_id);
      return streamRows(mediaType, ['code'], codes, (code) => ({ code }));
    },
  };
}
