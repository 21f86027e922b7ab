import { noteDeed } from '../../../audit/index.ts';
import type { Database, Transaction } from '../../../db/index.ts';
import { conflict, invalidField, notFound, PannierError } from '../../../errors.ts';
import { holdCustomers } from '../../../intake/index.ts';
import { selectCampaign, selectCampaignsByKey } from '../../campaigns/store.ts';
import { endReservation } from '../../reservations/reservations.ts';
import { lockIssuedUse } from '../../reservations/store.ts';
import { createCodes, normaliseCode } from '../code-text.ts';
import { hasBatch, lockBatch, selectCodes } from '../store.ts';
import * as store from './store.ts';

/** A code that nobody can redeem any more. */
export interface StoppedCode {
  code: string;
  campaignId: string;
  stoppedAt: Date;
}

/** A batch whose codes that were left nobody can redeem any more. */
export interface StoppedBatch {
  campaignId: string;
  batchId: string;
  /** those that were not used up */
  stopped: number;
  /** null: all were used up */
  stoppedAt: Date | null;
}

/** Codes that take the place of others. */
export interface ReplacedBatch {
  campaignId: string;
  batchId: string;
  replaces: string;
  codes: number;
}

export interface CodeStops {
  /**
   * Stops a code for ever: whoever redeems it from now on is refused. One that a decision issued gives back what it has reserved.
   * @throws PannierError `not_found`, `conflict` where it is used up or over
   */
  stopCode(code: string): Promise<StoppedCode>;
  /** Stops the codes of a batch that are not used up, all at once. @throws PannierError `not_found` */
  stopBatch(campaignId: string, batchId: string): Promise<StoppedBatch>;
  /**
   * Stops a batch and makes another one, in which each code has what is left of the one that it takes the place of: its kind, its
   * uses, its customer, its end. Idempotent by the id of the new batch.
   * @throws PannierError `not_found`, `conflict` where the new batch is taken or nothing of the old one is left
   */
  replaceBatch(campaignId: string, batchId: string, by: string): Promise<ReplacedBatch>;
  /** The codes of a batch with those that they replace, as they were made; undefined: it replaces none. @throws PannierError `not_found` */
  readReplacements(
    campaignId: string,
    batchId: string,
  ): Promise<AsyncGenerator<{ code: string; replaces: string }> | undefined>;
}

const pageSize = 10_000;

export function createCodeStops({ db, clock }: { db: Database; clock: () => Date }): CodeStops {
  async function findBatch(campaignId: string, batchId: string) {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    if (!(await hasBatch(db, campaign.campaignKey, batchId))) throw notFound('batch of codes');
    return campaign;
  }

  /** @returns how many it makes */
  async function copyLeft(
    tx: Transaction,
    from: Parameters<typeof store.selectLeft>[1],
    by: { campaignKey: number; batchId: string; issuedAt: Date },
  ): Promise<number> {
    let made = 0;
    for (let after = 0; ; ) {
      const left = await store.selectLeft(tx, from, after, pageSize);
      if (left.length > 0) await store.copyReplacements(tx, by, left, createCodes(left.length));
      made += left.length;
      if (left.length < pageSize) return made;
      after = left.at(-1)!.couponKey;
    }
  }

  return {
    async stopCode(typed) {
      const normal = normaliseCode(typed);
      const code = (await selectCodes(db, [normal])).get(normal);
      if (!code) throw notFound('coupon code');
      const now = clock();
      const { couponKey, campaignKey, kind } = code;
      const stoppedAt = await db.transaction(async (tx) => {
        const state = kind === 'issued' ? (await lockIssuedUse(tx, couponKey)).state : null;
        const held = await store.lockCode(tx, couponKey);
        if (held.stoppedAt) return held.stoppedAt;
        if (state === null ? held.isUsedUp : state !== 'reserved') {
          throw new PannierError('conflict', 'Nothing is left of this code that could be stopped.', [
            { field: 'code', message: 'has nothing left to stop' },
          ]);
        }
        await store.stopCode(tx, couponKey, now);
        if (state !== null) await endReservation(tx, couponKey, 'released', now);
        await noteDeed(tx, { subject: 'code', subjectId: normal, details: { stopped: 1, batch_id: held.batchId } });
        return now;
      });
      const campaignId = (await selectCampaignsByKey(db, [campaignKey])).get(campaignKey)!.campaignId;
      return { code: normal, campaignId, stoppedAt };
    },

    async stopBatch(campaignId, batchId) {
      const { campaignKey } = await findBatch(campaignId, batchId);
      await db.transaction(async (tx) => {
        const stopped = await store.stopBatch(tx, campaignKey, batchId, clock());
        if (stopped > 0) {
          await noteDeed(tx, {
            subject: 'code-batch',
            subjectId: batchId,
            details: { campaign_id: campaignId, stopped },
          });
        }
      });
      return { campaignId, batchId, ...(await store.countStopped(db, campaignKey, batchId)) };
    },

    async replaceBatch(campaignId, batchId, by) {
      if (by === batchId) throw invalidField('/batch_id', 'is the batch that is to be replaced');
      const { campaignKey, validUntil: endsAt } = await findBatch(campaignId, batchId);
      const codes = await db.transaction(async (tx) => {
        const now = clock();
        await holdCustomers(tx, await store.selectBatchCustomers(tx, campaignKey, batchId));
        for (const one of [batchId, by].sort()) await lockBatch(tx, campaignKey, one);
        if (await hasBatch(tx, campaignKey, by)) {
          const known = await store.countReplacements(tx, campaignKey, { batchId: by, of: batchId });
          if (known > 0) return known;
          throw conflict('/batch_id', 'is taken by codes made before');
        }
        await store.stopBatch(tx, campaignKey, batchId, now);
        const made = await copyLeft(
          tx,
          { campaignKey, batchId, endsAt, now },
          { campaignKey, batchId: by, issuedAt: now },
        );
        if (made === 0) throw conflict('batch_id', 'has no code left that could be replaced');
        const details = { campaign_id: campaignId, codes: made, replaces: batchId };
        await noteDeed(tx, { subject: 'code-batch', subjectId: by, details });
        return made;
      });
      return { campaignId, batchId: by, replaces: batchId, codes };
    },

    async readReplacements(campaignId, batchId) {
      const { campaignKey } = await findBatch(campaignId, batchId);
      const known = await store.countReplacements(db, campaignKey, { batchId });
      return known > 0 ? store.streamReplacements(db, campaignKey, batchId) : undefined;
    },
  };
}
