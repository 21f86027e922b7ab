import { type Database, notify, type Transaction } from '../../db/index.ts';
import { type FieldFault, invalidField, invalidFields, notFound, PannierError } from '../../errors.ts';
import { ensureExperiment } from '../../experiments/index.ts';
import { holdOffErasure } from '../../intake/index.ts';
import { readSegmentAttributes } from '../../segments/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import { selectPublishedKey } from '../policies/store.ts';
import type { CampaignElement, CopyElement, TermsElement } from '../request-elements.ts';
import {
  type Campaign,
  type CampaignStatus,
  type CampaignTerms,
  contentHash,
  endedTerms,
  readTerms,
  type ShopOfTerms,
  statusOf,
  type TermsVersion,
} from './campaign-terms.ts';
import { type Person, stateOf, withholdRaise } from './raises/budget-raises.ts';
import type { RaiseLimit } from './raises/large-raise.ts';
import * as store from './store.ts';
import { changeTerms, refuseFixed } from './terms/change-terms.ts';
import { selectVersions, toTermsOnly } from './terms/store.ts';

/** A campaign and how it stands now. */
export type CampaignWithStatus = Campaign & { status: CampaignStatus };

export interface Campaigns {
  /**
   * Idempotent by its id.
   * @throws PannierError `invalid_request` naming the fields, `conflict` when the id has other terms
   */
  createCampaign(element: CampaignElement): Promise<CampaignWithStatus>;
  /**
   * Gives a campaign other terms: the next version. What was issued keeps its own; the terms that hold already change nothing. A
   * raise of budgets by more than one person may waits for a second one.
   * @param by absent: the command line
   * @throws PannierError `not_found`, `invalid_request` naming the fields, `conflict` naming what cannot change, or the budget that
   *   is less than what is held
   */
  changeCampaign(campaignId: string, element: TermsElement, by?: Person): Promise<CampaignWithStatus>;
  /**
   * Makes a campaign with the terms of another. Idempotent by the new id.
   * @throws as `createCampaign`, and `not_found`
   */
  copyCampaign(campaignId: string, element: CopyElement): Promise<CampaignWithStatus>;
  /** Its time is over from now on; coupons that were issued keep their own. What is over already stays so. @throws PannierError `not_found` */
  endCampaign(campaignId: string): Promise<CampaignWithStatus>;
  /** It is listed only where it is asked for, or again. @throws PannierError `not_found`, `conflict` before it has ended */
  archiveCampaign(campaignId: string, isArchived: boolean): Promise<CampaignWithStatus>;
  /** The newest first, below the version `before`. @throws PannierError `not_found` */
  listVersions(campaignId: string, limit: number, before?: number): Promise<TermsVersion[]>;
  /** @throws PannierError `not_found` */
  readCampaign(campaignId: string): Promise<CampaignWithStatus>;
  /** Newest first, below the key `before`. @param archived also those that are archived */
  listCampaigns(limit: number, before?: number, archived?: boolean): Promise<CampaignWithStatus[]>;
  /** A paused campaign issues nothing; what it has issued stays redeemable. @throws PannierError `not_found` */
  pauseCampaign(campaignId: string): Promise<CampaignWithStatus>;
  /** @throws PannierError `not_found` */
  resumeCampaign(campaignId: string): Promise<CampaignWithStatus>;
}

const commandLine: Person = { keyId: 0, name: 'command line' };

export function createCampaigns(deps: {
  db: Database;
  config: { minorDigits: number };
  clock: () => Date;
  shop: ShopOfTerms;
  raiseLimit: RaiseLimit;
}): Campaigns {
  const { db, config, clock, shop, raiseLimit } = deps;
  const withStatus = (campaign: Campaign): CampaignWithStatus => {
    const now = clock();
    const { waitingRaise: raise } = campaign;
    const waitingRaise = raise && stateOf(raise, now).state === 'waiting' ? raise : null;
    return { ...campaign, status: statusOf(campaign, now), waitingRaise };
  };
  const found = (campaign: Campaign | undefined): CampaignWithStatus => {
    if (!campaign) throw notFound('campaign');
    return withStatus(campaign);
  };

  /** The segments that it aims at stay while the transaction lasts. @throws PannierError `invalid_request` */
  async function requireTargets(tx: Transaction, asked: readonly string[] = []): Promise<void> {
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

  /** @throws PannierError `invalid_request` */
  async function requirePolicy(tx: Transaction, { policy }: CampaignTerms): Promise<void> {
    if (policy === null || (await selectPublishedKey(tx, policy)) !== undefined) return;
    throw invalidField('/policy', 'is no published policy');
  }

  /** What referrers are promised can be given to whoever it is. @throws PannierError `invalid_request` */
  async function requireReward(tx: Transaction, { campaignId, referral }: CampaignTerms): Promise<void> {
    if (!referral || referral.rewardCampaignId === campaignId) return;
    const field = '/referral/reward_campaign_id';
    const reward = await store.selectCampaign(tx, referral.rewardCampaignId);
    if (!reward) throw invalidField(field, 'is no campaign');
    if (reward.controlShare > 0) throw invalidField(field, 'has a control group, which rewards would reach');
    if (reward.referral) throw invalidField(field, 'is another campaign of referrals');
    if (reward.groupOffer) throw invalidField(field, 'is a group offer, which is for those who join');
  }

  const tellOthers = (tx: Transaction) => notify(tx, db.schema, { about: 'campaigns' });

  /** The same again is answered, also when a segment is no more that it aimed at. */
  async function insert(terms: CampaignTerms, asked: readonly string[] | undefined): Promise<CampaignWithStatus> {
    const known = await store.selectCampaign(db, terms.campaignId);
    if (!known) await insertNew(terms, asked);
    const campaign = known ?? (await store.selectCampaign(db, terms.campaignId))!;
    if (holds(campaign, terms)) return withStatus(campaign);
    throw new PannierError('conflict', 'A campaign of this id exists with other terms; a PUT of it changes them.', [
      { field: '/campaign_id', message: 'is taken by a campaign with other terms' },
    ]);
  }

  async function insertNew(terms: CampaignTerms, asked: readonly string[] | undefined): Promise<void> {
    await db.transaction(async (tx) => {
      await requireTargets(tx, asked);
      await requirePolicy(tx, terms);
      await requireReward(tx, terms);
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
      return insert(readTerms(element, config.minorDigits, shop), element.target_segments);
    },

    async copyCampaign(campaignId, { campaign_id: id, name, valid_from: from, valid_until: until }) {
      const copied = toTermsOnly(await read(campaignId));
      const validFrom = from === undefined ? copied.validFrom : new Date(from.toUpperCase());
      const validUntil = until === undefined ? copied.validUntil : new Date(until.toUpperCase());
      const { referral, groupOffer } = copied;
      /** As long before its end as that of the other. */
      const movedWithEnd = (time: Date) => {
        const moved = validUntil.getTime() - (copied.validUntil.getTime() - time.getTime());
        return new Date(Math.max(moved, validFrom.getTime() + 1));
      };
      const terms = {
        ...copied,
        campaignId: id,
        name: name ?? copied.name,
        // What is its own reward stays so.
        referral: referral?.rewardCampaignId === campaignId ? { ...referral, rewardCampaignId: id } : referral,
        groupOffer: groupOffer && { ...groupOffer, joinUntil: movedWithEnd(groupOffer.joinUntil) },
        validFrom,
        validUntil,
      };
      if (terms.validUntil <= terms.validFrom) throw invalidField('/valid_until', 'must be later than valid_from');
      return insert(terms, terms.targetSegments);
    },

    async endCampaign(campaignId) {
      const { campaignKey } = await read(campaignId);
      await db.transaction(async (tx) => {
        const current = await store.lockCampaign(tx, campaignKey);
        const now = clock();
        if (now >= current.validUntil) return;
        const terms = endedTerms(toTermsOnly(current), now);
        await changeTerms(tx, current, terms, { now, digits: config.minorDigits });
        await tellOthers(tx);
      });
      return read(campaignId);
    },

    async archiveCampaign(campaignId, isArchived) {
      const { campaignKey } = await read(campaignId);
      await db.transaction(async (tx) => {
        const current = await store.lockCampaign(tx, campaignKey);
        if (isArchived && statusOf(current, clock()) !== 'ended') {
          throw new PannierError('conflict', 'Only a campaign that has ended can be archived.', [
            { field: 'campaign_id', message: 'has not ended' },
          ]);
        }
        await store.updateArchived(tx, campaignKey, isArchived ? clock() : null);
      });
      return read(campaignId);
    },

    async changeCampaign(campaignId, element, by = commandLine) {
      if ((element.campaign_id ?? campaignId) !== campaignId) {
        throw invalidField('/campaign_id', 'is not that of the path');
      }
      const known = await read(campaignId);
      const wanted = { ...element, campaign_id: campaignId };
      const terms = readTerms(wanted, config.minorDigits, { ...shop, timeZone: known.timeZone });
      refuseFixed(known, terms);
      if (holds(known, terms) && !known.waitingRaise) return known;
      await db.transaction(async (tx) => {
        await holdOffErasure(tx);
        await requireTargets(tx, wanted.target_segments);
        await requirePolicy(tx, terms);
        await requireReward(tx, terms);
        const current = await store.lockCampaign(tx, known.campaignKey);
        if (current.archivedAt) {
          throw new PannierError('conflict', 'An archived campaign is listed again before it is changed.', [
            { field: 'campaign_id', message: 'is archived' },
          ]);
        }
        const now = clock();
        const held = await withholdRaise(tx, current, terms, { limit: raiseLimit, by, now });
        if (!holds(current, held)) await changeTerms(tx, current, held, { now, digits: config.minorDigits });
        await tellOthers(tx);
      });
      return read(campaignId);
    },

    readCampaign: read,
    listCampaigns: async (limit, before, archived = false) =>
      (await store.selectCampaigns(db, limit, before, archived)).map(withStatus),
    async listVersions(campaignId, limit, before) {
      const { campaignKey } = await read(campaignId);
      return selectVersions(db, campaignKey, limit, before);
    },
    pauseCampaign: (campaignId) => pause(campaignId, true),
    resumeCampaign: (campaignId) => pause(campaignId, false),
  };
}
