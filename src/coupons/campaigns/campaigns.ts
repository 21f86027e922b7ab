import type { Database, Transaction } from '../../db/index.ts';
import { type FieldFault, invalidFields, notFound, PannierError } from '../../errors.ts';
import { ensureExperiment } from '../../experiments/index.ts';
import { readSegmentAttributes } from '../../segments/index.ts';
import { barredAmong } from '../decisions/choice/judge-need.ts';
import type { CampaignElement } from '../request-elements.ts';
import { type Campaign, type CampaignStatus, type CampaignTerms, readTerms, statusOf } from './campaign-terms.ts';
import * as store from './store.ts';

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
  shop: NonNullable<Parameters<typeof readTerms>[2]>;
}): Campaigns {
  const { db, config, clock, shop } = deps;
  const withStatus = (campaign: Campaign): CampaignWithStatus => ({ ...campaign, status: statusOf(campaign, clock()) });
  const found = (campaign: Campaign | undefined): CampaignWithStatus => {
    if (!campaign) throw notFound('campaign');
    return withStatus(campaign);
  };

  /** The segments that it aims at stay while the transaction lasts. @throws PannierError `invalid_request` */
  async function requireTargets(tx: Transaction, element: CampaignElement): Promise<void> {
    const asked = element.target_segments ?? [];
    if (asked.length === 0) return;
    const known = await readSegmentAttributes(tx, asked, true);
    const faults = asked.flatMap((id, index): FieldFault[] => {
      const field = `/target_segments/${index}`;
      const attributes = known.get(id);
      if (!attributes) return [{ field, message: 'is no rule segment or list' }];
      const barred = barredAmong(attributes, shop.barred);
      return barred ? [{ field, message: `is found by ${barred}, which is barred from decisions` }] : [];
    });
    if (faults.length > 0) throw invalidFields(faults);
  }

  async function insert(element: CampaignElement, terms: CampaignTerms): Promise<Campaign | undefined> {
    return db.transaction(async (tx) => {
      await requireTargets(tx, element);
      const experimentKey = await ensureExperiment(tx, 'campaign', terms.campaignId);
      return store.insertCampaign(tx, terms, { experimentKey, now: clock() });
    });
  }

  return {
    async createCampaign(element) {
      const terms = readTerms(element, config.minorDigits, shop);
      // The same again is answered, also when a segment is no more that it aimed at.
      const same = () => store.selectSameCampaign(db, terms);
      const campaign = (await same()) ?? (await insert(element, terms)) ?? (await same());
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
