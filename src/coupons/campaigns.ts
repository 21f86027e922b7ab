import type { Database } from '../db/index.ts';
import { notFound, PannierError } from '../errors.ts';
import * as store from './campaign-store.ts';
import { type Campaign, type CampaignStatus, readTerms, statusOf } from './campaign-terms.ts';
import type { CampaignElement } from './elements.ts';

/** A campaign and how it stands now. */
export type CampaignWithStatus = Campaign & { status: CampaignStatus };

export interface Campaigns {
  /**
   * Idempotent by its id.
   * @throws PannierError `invalid_request` naming the fields, `conflict` when the id has other terms
   */
  createCampaign(element: CampaignElement): Promise<CampaignWithStatus>;
  /** @throws PannierError `not_found` */
  readCampaign(campaignId: string): Promise<CampaignWithStatus>;
  /** Newest first, below the key `before`. */
  listCampaigns(limit: number, before?: number): Promise<CampaignWithStatus[]>;
  /** A paused campaign issues nothing; what it has issued stays redeemable. @throws PannierError `not_found` */
  pauseCampaign(campaignId: string): Promise<CampaignWithStatus>;
  /** @throws PannierError `not_found` */
  resumeCampaign(campaignId: string): Promise<CampaignWithStatus>;
}

export function createCampaigns(deps: {
  db: Database;
  config: { minorDigits: number };
  clock: () => Date;
  shop: Parameters<typeof readTerms>[2];
}): Campaigns {
  const { db, config, clock, shop } = deps;
  const withStatus = (campaign: Campaign): CampaignWithStatus => ({ ...campaign, status: statusOf(campaign, clock()) });
  const found = (campaign: Campaign | undefined): CampaignWithStatus => {
    if (!campaign) throw notFound('campaign');
    return withStatus(campaign);
  };
  return {
    async createCampaign(element) {
      const terms = readTerms(element, config.minorDigits, shop);
      const campaign = (await store.insertCampaign(db, terms, clock())) ?? (await store.selectSameCampaign(db, terms));
      if (campaign) return withStatus(campaign);
      throw new PannierError('conflict', 'A campaign of this id exists with other terms.', [
        { field: '/campaign_id', message: 'is taken by a campaign with other terms' },
      ]);
    },
    readCampaign: async (campaignId) => found(await store.selectCampaign(db, campaignId)),
    listCampaigns: async (limit, before) => (await store.selectCampaigns(db, limit, before)).map(withStatus),
    pauseCampaign: async (campaignId) => found(await store.updatePaused(db, campaignId, true)),
    resumeCampaign: async (campaignId) => found(await store.updatePaused(db, campaignId, false)),
  };
}
