import { type Database, notify, type Transaction } from '../../db/index.ts';
import { type FieldFault, invalidField, invalidFields, notFound, PannierError } from '../../errors.ts';
import { ensureExperiment } from '../../experiments/index.ts';
import { holdOffErasure } from '../../intake/index.ts';
import { readSegmentAttributes } from '../../segments/index.ts';
import { barredAmong } from '../decisions/choice/judge-need.ts';
import type { CampaignElement, TermsElement } from '../request-elements.ts';
import {
  type Campaign,
  type CampaignStatus,
  type CampaignTerms,
  contentHash,
  readTerms,
  statusOf,
  type TermsVersion,
} from './campaign-terms.ts';
import * as store from './store.ts';
import { changeTerms, refuseFixed } from './terms/change-terms.ts';
import { selectVersions } from './terms/store.ts';

/** A campaign and how it stands now. */
export type CampaignWithStatus = Campaign & { status: CampaignStatus };

export interface Campaigns {
  /**
   * Idempotent by its id.
   * @throws PannierError `invalid_request` naming the fields, `conflict` when the id has other terms
   */
  createCampaign(element: CampaignElement): Promise<CampaignWithStatus>;
  /**
   * Gives a campaign other terms: the next version. What was issued keeps its own; the terms that hold already change nothing.
   * @throws PannierError `not_found`, `invalid_request` naming the fields, `conflict` naming what cannot change, or the budget that
   *   is less than what is held
   */
  changeCampaign(campaignId: string, element: TermsElement): Promise<CampaignWithStatus>;
  /** The newest first, below the version `before`. @throws PannierError `not_found` */
  listVersions(campaignId: string, limit: number, before?: number): Promise<TermsVersion[]>;
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

  const tellOthers = (tx: Transaction) => notify(tx, db.schema, { about: 'campaigns' });

  async function insert(element: CampaignElement, terms: CampaignTerms): Promise<void> {
    await db.transaction(async (tx) => {
      await requireTargets(tx, element);
      const experimentKey = await ensureExperiment(tx, 'campaign', terms.campaignId);
      await store.insertCampaign(tx, terms, { experimentKey, now: clock() });
      await tellOthers(tx);
    });
  }

  async function read(campaignId: string): Promise<CampaignWithStatus> {
    return found(await store.selectCampaign(db, campaignId));
  }

  async function pause(campaignId: string, isPaused: boolean): Promise<CampaignWithStatus> {
    await db.transaction(async (tx) => {
      await store.updatePaused(tx, campaignId, isPaused);
      await tellOthers(tx);
    });
    return read(campaignId);
  }

  const holds = ({ contentHash: held }: Campaign, terms: CampaignTerms) => held.equals(contentHash(terms));

  return {
    async createCampaign(element) {
      const terms = readTerms(element, config.minorDigits, shop);
      // The same again is answered, also when a segment is no more that it aimed at.
      const known = await store.selectCampaign(db, terms.campaignId);
      if (!known) await insert(element, terms);
      const campaign = known ?? (await store.selectCampaign(db, terms.campaignId))!;
      if (holds(campaign, terms)) return withStatus(campaign);
      throw new PannierError('conflict', 'A campaign of this id exists with other terms; a PUT of it changes them.', [
        { field: '/campaign_id', message: 'is taken by a campaign with other terms' },
      ]);
    },

    async changeCampaign(campaignId, element) {
      if ((element.campaign_id ?? campaignId) !== campaignId) {
        throw invalidField('/campaign_id', 'is not that of the path');
      }
      const known = await read(campaignId);
      const wanted = { ...element, campaign_id: campaignId };
      const terms = readTerms(wanted, config.minorDigits, { ...shop, timeZone: known.timeZone });
      refuseFixed(known, terms);
      if (holds(known, terms)) return known;
      await db.transaction(async (tx) => {
        await holdOffErasure(tx);
        await requireTargets(tx, wanted);
        const current = await store.lockCampaign(tx, known.campaignKey);
        if (!holds(current, terms)) await changeTerms(tx, current, terms, { now: clock(), digits: config.minorDigits });
        await tellOthers(tx);
      });
      return read(campaignId);
    },

    readCampaign: read,
    listCampaigns: async (limit, before) => (await store.selectCampaigns(db, limit, before)).map(withStatus),
    async listVersions(campaignId, limit, before) {
      const { campaignKey } = await read(campaignId);
      return selectVersions(db, campaignKey, limit, before);
    },
    pauseCampaign: (campaignId) => pause(campaignId, true),
    resumeCampaign: (campaignId) => pause(campaignId, false),
  };
}
