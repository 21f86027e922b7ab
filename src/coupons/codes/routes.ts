import { type Handlers, pageOf, streamRows } from '../../http/index.ts';
import { requestOnce } from '../request-once.ts';
import type { CodeBatches } from './code-batches.ts';
import type { CodeStops } from './stops/code-stops.ts';
import type { StoredBatch } from './store.ts';

export function codeRoutes(
  batches: CodeBatches & Pick<CodeStops, 'readReplacements'>,
): Pick<Handlers, 'createCodes' | 'listCodes' | 'listCodeBatches'> {
  return {
    async createCodes(call) {
      const { campaign_id: campaignId } = call.parameters;
      // The path is part of what is asked, so it is part of the request that is answered once.
      const request = requestOnce(`createCodes ${campaignId}`, call);
      const { batchId, codes, code } = await batches.createCodes(campaignId, call.body, request);
      return { status: 201, json: { campaign_id: campaignId, batch_id: batchId, codes, code } };
    },

    async listCodeBatches({ parameters }) {
      const read = (limit: number, below: number | undefined) =>
        batches.readBatches(parameters.campaign_id, limit, below);
      return { json: await pageOf(parameters, read, ({ firstKey }) => firstKey, batchJson) };
    },

    async listCodes({ parameters, mediaType }) {
      const replacements = await batches.readReplacements(parameters.campaign_id, parameters.batch_id);
      if (replacements) return streamRows(mediaType, ['code', 'replaces'], replacements, (one) => one);
      const codes = await batches.readCodes(parameters.campaign_id, parameters.batch_id);
      return streamRows(mediaType, ['code'], codes, (code) => ({ code }));
    },
  };
}

function batchJson({ batchId, kind, madeAt, validUntil, codes, redeemed, usedUp, ended, stopped, left }: StoredBatch) {
  return {
    batch_id: batchId,
    kind,
    made_at: madeAt.toISOString(),
    valid_until: validUntil?.toISOString() ?? null,
    codes,
    redeemed,
    used_up: usedUp,
    ended,
    stopped,
    left,
  };
}
