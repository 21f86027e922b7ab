import { noteDeed } from '../../audit/index.ts';
import type { AnswerOnce, IdempotentRequest } from '../../db/idempotency.ts';
import type { Database, Transaction } from '../../db/index.ts';
import { conflict, invalidField, notFound } from '../../errors.ts';
import { findCustomers, holdCustomers } from '../../intake/index.ts';
import { selectCampaign } from '../campaigns/store.ts';
import type { CodesElement } from '../request-elements.ts';
import { canBeOwn, createCodes, normaliseCode, ownCodeLength } from './code-text.ts';
import * as store from './store.ts';

export interface CodeBatch {
  campaignId: string;
  batchId: string;
  codes: number;
  /** the code of the shop's own making, in the form in which it is kept; null: they were made in bulk */
  code: string | null;
}

export interface CodeBatches {
  /**
   * Makes codes of a campaign: many at once, unguessable, or one of the shop's own making. They hold nothing until they are
   * redeemed, and are good for whoever has them: a campaign with a control group, which must not have them, takes none.
   * @throws PannierError `not_found`, `conflict` when the batch or the code exists or the campaign has a control group,
   *   `invalid_request` also for a customer who does not allow profiling, `idempotency_mismatch`, `request_in_progress`
   */
  createCodes(campaignId: string, element: CodesElement, request: IdempotentRequest): Promise<CodeBatch>;
  /** The batches of a campaign, newest first, below one, with what has become of their codes. @throws PannierError `not_found` */
  readBatches(campaignId: string, limit: number, below: number | undefined): Promise<store.StoredBatch[]>;
  /** The codes of a batch, as they were made. @throws PannierError `not_found` */
  readCodes(campaignId: string, batchId: string): Promise<AsyncGenerator<string>>;
}

export function createCodeBatches(deps: { db: Database; clock: () => Date; answerOnce: AnswerOnce }): CodeBatches {
  const { db, clock, answerOnce } = deps;

  async function findCampaign(campaignId: string) {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    return campaign;
  }

  async function holdCustomer(tx: Transaction, customerId: string): Promise<number> {
    const customer = (await findCustomers(tx, [customerId])).get(customerId);
    if (!customer || (await holdCustomers(tx, [customer.customerKey])) === 0) {
      throw invalidField('/customer_id', 'is no customer');
    }
    if (!customer.profilingAllowed) throw invalidField('/customer_id', 'does not allow a coupon of their own');
    return customer.customerKey;
  }

  return {
    async createCodes(campaignId, element, request) {
      const own = checkCodes(element);
      const {
        campaignKey,
        validUntil: campaignEnds,
        controlShare,
        referral,
        groupOffer,
      } = await findCampaign(campaignId);
      if (referral) throw conflict('campaign_id', "is one of referrals, whose codes are each a customer's");
      if (controlShare > 0) throw conflict('campaign_id', 'has a control group, which codes like these would reach');
      if (groupOffer) throw conflict('campaign_id', 'is a group offer, which is for those who join');
      const now = clock();
      const validUntil = element.valid_until === undefined ? null : new Date(element.valid_until.toUpperCase());
      if (validUntil && validUntil > campaignEnds)
        throw invalidField('/valid_until', 'is later than the end of the campaign');
      const { batch_id: batchId, customer_id: named } = element;
      const answer = await db.transaction((tx) =>
        answerOnce(tx, request, async () => {
          const batch: store.NewCodes = {
            campaignKey,
            batchId,
            kind: element.kind,
            usageLimit: element.kind === 'single' ? 1 : (element.usage_limit ?? null),
            customerKey: named === undefined ? null : await holdCustomer(tx, named),
            issuedAt: now,
            validUntil,
          };
          await store.lockBatch(tx, campaignKey, batchId);
          if (await store.hasBatch(tx, campaignKey, batchId)) {
            throw conflict('/batch_id', 'is taken by codes made before');
          }
          if (own !== undefined && !(await store.insertCode(tx, batch, own))) throw conflict('/code', 'exists');
          const codes = own === undefined ? await store.copyCodes(tx, batch, createCodes(element.count!)) : 1;
          await noteDeed(tx, {
            subject: 'code-batch',
            subjectId: batchId,
            details: { campaign_id: campaignId, codes },
          });
          return { answer: { codes }, customerKey: batch.customerKey };
        }),
      );
      return { campaignId, batchId, codes: answer.codes, code: own ?? null };
    },

    async readBatches(campaignId, limit, below) {
      const { campaignKey, validUntil } = await findCampaign(campaignId);
      return store.selectBatches(db, { campaignKey, endsAt: validUntil, now: clock() }, limit, below);
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
  if ((count === undefined) === (code === undefined))
    throw invalidField('/count', 'or code must be given, one of both');
  if (kind === 'single' && limit !== undefined) throw invalidField('/usage_limit', 'is for shared codes');
  if (code === undefined) return undefined;
  const own = normaliseCode(code);
  if (!canBeOwn(own)) {
    throw invalidField('/code', `must be ${ownCodeLength.least} to ${ownCodeLength.most} letters, digits and emoji`);
  }
  return own;
}
