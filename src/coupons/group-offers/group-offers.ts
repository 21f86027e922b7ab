import { type Database, notify, type Transaction } from '../../db/index.ts';
import { conflict, notFound } from '../../errors.ts';
import { customerIdsOf, customersSharing, findCustomers, holdCustomers, sharingAmong } from '../../intake/index.ts';
import type { Campaign } from '../campaigns/campaign-terms.ts';
import { missingOf, statusOf } from '../campaigns/campaign-terms.ts';
import { lockCampaign, selectCampaign } from '../campaigns/store.ts';
import type { Joiner } from './store.ts';
import * as store from './store.ts';

/** Somebody who has joined a group offer, and how that stands. */
export interface JoinedOffer extends Joiner {
  campaign: Campaign;
  /** null: the person was erased */
  customerId: string | null;
}

export interface GroupOffers {
  /**
   * Counts a customer in, once: the same again, or who has used the same browser, is who has joined already.
   * @throws PannierError `not_found`, `conflict` where the campaign is no group offer or takes nobody now, or the customer allows no coupon
   */
  joinOffer(campaignId: string, customerId: string): Promise<JoinedOffer>;
  /** Newest first, below a key. @throws PannierError `not_found` */
  listJoiners(campaignId: string, limit: number, below?: number): Promise<JoinedOffer[]>;
  /** Counts once who turned out to be the same person after they had joined, in offers that have not opened. */
  mergeJoiners(): Promise<void>;
}

export function createGroupOffers({ db, clock }: { db: Database; clock: () => Date }): GroupOffers {
  async function findCampaign(campaignId: string): Promise<Campaign> {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    return campaign;
  }

  async function withIds(campaign: Campaign, joiners: readonly Joiner[]): Promise<JoinedOffer[]> {
    const ids = await customerIdsOf(
      db,
      joiners.flatMap(({ customerKey }) => customerKey ?? []),
    );
    return joiners.map((joiner) => ({ ...joiner, campaign, customerId: ids.get(joiner.customerKey ?? 0) ?? null }));
  }

  return {
    async joinOffer(campaignId, customerId) {
      const { campaignKey, groupOffer } = await findCampaign(campaignId);
      if (!groupOffer) throw conflict('campaign_id', 'is no group offer');
      const customer = (await findCustomers(db, [customerId])).get(customerId);
      if (!customer) throw notFound('customer');
      const { customerKey, profilingAllowed } = customer;
      const joiner = await db.transaction(async (tx) => {
        if ((await holdCustomers(tx, [customerKey])) === 0) throw notFound('customer');
        const campaign = await lockCampaign(tx, campaignKey);
        const person = [customerKey, ...(await customersSharing(tx, { customerKey, visitorKey: null }))];
        const known = await store.selectJoiner(tx, campaignKey, person);
        if (known) return known;
        const now = clock();
        refuseJoining(campaign, now);
        // The one who opens it is not the second name of somebody.
        if (missingOf(campaign) === 1) await mergeSame(tx, campaignKey);
        if (!profilingAllowed) throw conflict('customer_id', 'does not allow a coupon of their own');
        const joined = await store.insertJoiner(tx, { campaignKey, customerKey, needed: groupOffer.joiners, now });
        if (missingOf(campaign) === 1) await notify(tx, db.schema, { about: 'campaigns' });
        return joined;
      });
      const [joined] = await withIds(await findCampaign(campaignId), [joiner]);
      return joined;
    },

    async mergeJoiners() {
      for (const campaignKey of await store.selectJoinable(db, clock())) {
        await db.transaction(async (tx) => {
          const { openedAt } = await lockCampaign(tx, campaignKey);
          if (!openedAt && (await mergeSame(tx, campaignKey)) > 0) {
            await notify(tx, db.schema, { about: 'campaigns' });
          }
        });
      }
    },

    async listJoiners(campaignId, limit, below) {
      const campaign = await findCampaign(campaignId);
      return withIds(campaign, await store.selectJoiners(db, campaign.campaignKey, limit, below));
    },
  };
}

/** Of customers who have used the same browser, as is known now, the first who has joined counts. @returns how many do no more */
async function mergeSame(tx: Transaction, campaignKey: number): Promise<number> {
  const joiners = await store.selectAllJoiners(tx, campaignKey);
  const keys = joiners.map(({ customerKey }) => customerKey);
  const same = await sharingAmong(tx, keys);
  if (same.length === 0) return 0;
  const counted = new Set<number>();
  const again = joiners.filter(({ customerKey }) => {
    const isKnown = same.some((some) => some.includes(customerKey) && some.some((other) => counted.has(other)));
    if (!isKnown) counted.add(customerKey);
    return isKnown;
  });
  const joinerKeys = again.map(({ joinerKey }) => joinerKey);
  if (joinerKeys.length > 0) await store.deleteJoiners(tx, campaignKey, joinerKeys);
  return joinerKeys.length;
}

/** @throws PannierError `conflict` */
function refuseJoining(campaign: Campaign, now: Date): void {
  const status = statusOf(campaign, now);
  if (status === 'ended') throw conflict('campaign_id', 'has ended');
  if (status === 'scheduled') throw conflict('campaign_id', 'has not begun');
  if (now >= campaign.groupOffer!.joinUntil) throw conflict('campaign_id', 'takes nobody more');
}
