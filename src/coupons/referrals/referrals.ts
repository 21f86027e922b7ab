import { conflict, notFound } from '../../errors.ts';
import { customerIdsOf, findCustomers } from '../../intake/index.ts';
import type { Campaign } from '../campaigns/campaign-terms.ts';
import { selectCampaign } from '../campaigns/store.ts';
import { makeCodes } from './make-codes.ts';
import { revokeUndone, type SettlingDependencies, settleDue } from './settle-referrals.ts';
import type { StoredReferral, StoredReferralCode } from './store.ts';
import * as store from './store.ts';

/** A code that a customer hands on, with the customer's id. */
export interface ReferralCode extends StoredReferralCode {
  campaignId: string;
  /** null: the person was erased */
  customerId: string | null;
}

/** An order of a friend, with ids; null: the person was erased. */
export interface ReferralOfFriend extends StoredReferral {
  referrerId: string | null;
  friendId: string | null;
}

export interface Referrals {
  /**
   * The code that a customer hands on, made where there is none, or where the one before was stopped.
   * @throws PannierError `not_found`, `conflict` where the campaign hands no codes on or is over, or the customer allows none
   */
  giveReferralCode(campaignId: string, customerId: string): Promise<ReferralCode>;
  /** Newest first, below a key. @throws PannierError `not_found` */
  listReferralCodes(campaignId: string, limit: number, below?: number): Promise<ReferralCode[]>;
  /** Orders of friends, newest first, below a key. @throws PannierError `not_found` */
  listReferrals(campaignId: string, limit: number, below?: number): Promise<ReferralOfFriend[]>;
  /** Gives the rewards that are due. */
  settleReferrals(leave?: AbortSignal): Promise<void>;
  /** Takes unused rewards back whose order does not stand. */
  revokeRewards(): Promise<void>;
}

export function createReferrals(deps: SettlingDependencies): Referrals {
  const { db, clock } = deps;

  async function findCampaign(campaignId: string): Promise<Campaign> {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    return campaign;
  }

  return {
    async giveReferralCode(campaignId, customerId) {
      const { campaignKey, referral, validUntil } = await findCampaign(campaignId);
      if (!referral) throw conflict('campaign_id', 'is no campaign of referrals');
      const customer = (await findCustomers(db, [customerId])).get(customerId);
      if (!customer) throw notFound('customer');
      const { customerKey } = customer;
      const known = await store.selectCodeOf(db, campaignKey, customerKey);
      if (known) return { ...known, campaignId, customerId };
      const now = clock();
      if (now >= validUntil) throw conflict('campaign_id', 'has ended');
      if (!customer.profilingAllowed) throw conflict('customer_id', 'does not allow a coupon of their own');
      const made = await db.transaction((tx) => makeCodes(tx, { campaignKey, referral, now }, [customerKey]));
      if (!made.has(customerKey)) throw notFound('customer');
      return { ...(await store.selectCodeOf(db, campaignKey, customerKey))!, campaignId, customerId };
    },

    async listReferralCodes(campaignId, limit, below) {
      const { campaignKey } = await findCampaign(campaignId);
      const page = await store.selectReferralCodes(db, campaignKey, limit, below);
      const ids = await customerIdsOf(
        db,
        page.flatMap(({ referrerKey }) => referrerKey ?? []),
      );
      return page.map((one) => ({ ...one, campaignId, customerId: idIn(ids, one.referrerKey) }));
    },

    async listReferrals(campaignId, limit, below) {
      const { campaignKey } = await findCampaign(campaignId);
      const page = await store.selectReferrals(db, campaignKey, limit, below);
      const ids = await customerIdsOf(
        db,
        page.flatMap(({ referrerKey, friendKey }) => [referrerKey ?? [], friendKey ?? []].flat()),
      );
      return page.map((one) => ({
        ...one,
        referrerId: idIn(ids, one.referrerKey),
        friendId: idIn(ids, one.friendKey),
      }));
    },

    settleReferrals: (leave) => settleDue(deps, leave),
    revokeRewards: () => revokeUndone(deps),
  };
}

const idIn = (ids: ReadonlyMap<number, string>, key: number | null) => (key === null ? null : (ids.get(key) ?? null));
