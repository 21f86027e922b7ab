import type { AnswerOnce, IdempotentRequest } from '../db/idempotency.ts';
import type { Database } from '../db/index.ts';
import { invalidField, notFound, PannierError } from '../errors.ts';
import { findCustomers } from '../intake/index.ts';
import { selectCampaign } from './campaign-store.ts';
import * as store from './code-store.ts';
import { createCodes, normaliseCode } from './codes.ts';
import type { CodesElement } from './elements.ts';

export interface CodeBatch {
  campaignId: string;
  batchId: string;
  codes: number;
}

export interface CodeBatches {
  /**
   * Makes codes of a campaign: many at once, unguessable, or one of the shop's own making. They hold nothing until they are
   * redeemed.
   * @throws PannierError `not_found`, `conflict` when the batch or the code exists, `invalid_request`, `idempotency_mismatch`,
   *   `request_in_progress`
   */
  createCodes(campaignId: string, element: CodesElement, request: IdempotentRequest): Promise<CodeBatch>;
  /** The codes of a batch, as they were made. @throws PannierError `not_found` */
  readCodes(campaignId: string, batchId: string): Promise<AsyncGenerator<string>>;
}

const shortestOwnCode = 4;

export function createCodeBatches(deps: { db: Database; clock: () => Date; answerOnce: AnswerOnce }): CodeBatches {
  const { db, clock, answerOnce } = deps;

  async function findCampaign(campaignId: string) {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    return campaign;
  }

  return {
    async createCodes(campaignId, element, request) {
      const own = checkCodes(element);
      const { campaignKey, validUntil: campaignEnds } = await findCampaign(campaignId);
      const now = clock();
      const validUntil = element.valid_until ? new Date(element.valid_until.toUpperCase()) : campaignEnds;
      if (validUntil > campaignEnds) throw invalidField('/valid_until', 'is later than the end of the campaign');
      const named = element.customer_id;
      const customer = named === undefined ? undefined : (await findCustomers(db, [named])).get(named);
      if (named !== undefined && !customer) throw invalidField('/customer_id', 'is no customer');
      const batch: store.NewCodes = {
        campaignKey,
        batchId: element.batch_id,
        kind: element.kind,
        usageLimit: element.kind === 'single' ? 1 : (element.usage_limit ?? null),
        customerKey: customer?.customerKey ?? null,
        issuedAt: now,
        validUntil,
      };
      const answer = await db.transaction((tx) =>
        answerOnce(tx, request, async () => {
          if (await store.hasBatch(tx, campaignKey, batch.batchId)) {
            throw conflict('/batch_id', 'is taken by codes made before');
          }
          if (own !== undefined && !(await store.insertCode(tx, batch, own))) throw conflict('/code', 'exists');
          const codes = own === undefined ? await store.copyCodes(tx, batch, createCodes(element.count!)) : 1;
          return { answer: { codes }, customerKey: batch.customerKey };
        }),
      );
      return { campaignId, batchId: batch.batchId, codes: answer.codes };
    },

    async readCodes(campaignId, batchId) {
      const { campaignKey } = await findCampaign(campaignId);
      if (!(await store.hasBatch(db, campaignKey, batchId))) throw notFound('batch of codes');
      return store.streamCodes(db, campaignKey, batchId);
    },
  };
}

/** @returns the shop's own code, if it is one. */
function checkCodes({ count, code, kind, usage_limit: limit }: CodesElement): string | undefined {
  if ((count === undefined) === (code === undefined)) throw invalidField('/count', 'or code, one of both, is required');
  if (kind === 'single' && limit !== undefined) throw invalidField('/usage_limit', 'is for shared codes');
  if (code === undefined) return undefined;
  const own = normaliseCode(code);
  if (!/^[0-9A-Z-]+$/.test(own) || own.replaceAll('-', '').length < shortestOwnCode) {
    throw invalidField('/code', `must be at least ${shortestOwnCode} letters and digits`);
  }
  return own;
}

function conflict(field: string, message: string): PannierError {
  return new PannierError('conflict', `${field} ${message}.`, [{ field, message }]);
}
