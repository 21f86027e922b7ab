import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/index.ts';
import { conflict, notFound } from '../../errors.ts';
import { attributesOf, profiledAfter } from '../../intake/index.ts';
import type { RecommendedItem } from '../../recommendations/index.ts';
import { readMembersAfter } from '../../segments/index.ts';
import type { PublishedRelease } from '../../versions/index.ts';
import { statusOf } from '../campaigns/campaign-terms.ts';
import { isOpenAt } from '../campaigns/opening-hours.ts';
import { selectCampaign } from '../campaigns/store.ts';
import type { DecisionDependencies } from '../decisions/decide-together.ts';
import { selectJoinersAfter } from '../group-offers/store.ts';
import { givePage, NotActive, NotOurs, type Recipient } from './give-page.ts';
import { type GivingElement, readWhom, requireGivable } from './giving-element.ts';
import { handOutCodes } from './hand-out-codes.ts';
import type { GivenFilter, Giving, StoredGiven } from './store.ts';
import * as store from './store.ts';

/** A row of the table of who got what, with the customer's id and attributes. */
export interface GivenRow extends StoredGiven {
  customerId: string;
  attributes: Readonly<Record<string, unknown>>;
  /** what their own list begins with */
  items: readonly TopItem[];
}

/** Which rows of the table of who got what, and what of them. */
export interface GivenQuery extends GivenFilter {
  /** so many of each one's own list, of those who were given a code; default 0 */
  items?: number | undefined;
}

/** An item of a customer's own list, as a letter shows it. */
export type TopItem = Pick<RecommendedItem, 'item_id' | 'title' | 'url'>;

export interface Givings {
  /**
   * Has a campaign given to many, at a moment. Idempotent by the id of the giving.
   * @throws PannierError `not_found`, `invalid_request` naming the field, `conflict` where the id is taken or the campaign is over
   */
  createGiving(campaignId: string, element: GivingElement): Promise<Giving>;
  /** @throws PannierError `not_found` */
  readGiving(campaignId: string, givingId: string): Promise<Giving>;
  /** Newest first, below a key. @throws PannierError `not_found` */
  listGivings(campaignId: string, limit: number, below?: number): Promise<Giving[]>;
  /** Nobody more gets anything; what was given stays. @throws PannierError `not_found` */
  stopGiving(campaignId: string, givingId: string): Promise<Giving>;
  /** Who got what, in one order, after a key. @throws PannierError `not_found` */
  readGiven(
    campaignId: string,
    givingId: string,
    which: GivenQuery,
    limit: number,
    after?: number,
  ): Promise<GivenRow[]>;
  /** All of it. @throws PannierError `not_found` */
  streamGiven(campaignId: string, givingId: string, which?: GivenQuery): Promise<AsyncGenerator<GivenRow>>;
  /** Works at the givings whose moment has come until none is left, or is told to leave. */
  giveDue(leave?: AbortSignal): Promise<void>;
}

export interface GivingDependencies extends DecisionDependencies {
  db: Database;
  readRelease: () => Promise<PublishedRelease | undefined>;
  /** what a customer's own list begins with now */
  topItems(customerId: string, limit: number): Promise<readonly TopItem[]>;
  /** Is there such a segment? */
  isSegment(segmentId: string): Promise<boolean>;
}

/** So many are decided on without a word to other requests. */
const portion = 250;

export function createGivings(deps: GivingDependencies): Givings {
  const { db, clock, readRelease, isSegment, topItems } = deps;
  const watch = db.for('watch');
  const holder = randomUUID();

  async function findCampaign(campaignId: string) {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    return campaign;
  }

  async function readGiving(campaignId: string, givingId: string): Promise<Giving> {
    const giving = await store.selectGiving(db, (await findCampaign(campaignId)).campaignKey, givingId);
    if (!giving) throw notFound('giving');
    return giving;
  }

  async function nextOf(giving: Giving): Promise<{ page: Recipient[]; last: number | undefined }> {
    const { segmentId, afterKey } = giving;
    const offer = segmentId === null ? await groupOfferOf(giving) : undefined;
    if (segmentId === null && offer === undefined) {
      const page = await profiledAfter(db, afterKey, portion);
      return { page, last: page.at(-1)?.customerKey };
    }
    const keys =
      offer === undefined
        ? await membersAfter(segmentId!, afterKey)
        : await selectJoinersAfter(db, offer, afterKey, portion);
    const known = await attributesOf(db, keys);
    const page = keys.flatMap((customerKey): Recipient[] => {
      const customer = known.get(customerKey);
      return customer?.profilingAllowed ? [{ customerKey, customerId: customer.customerId }] : [];
    });
    return { page, last: keys.at(-1) };
  }

  /** Of whom a group offer is for everybody is who has joined it. @returns its key; undefined: it is none */
  async function groupOfferOf({ campaignId }: Giving): Promise<number | undefined> {
    const { groupOffer, campaignKey } = await findCampaign(campaignId);
    return groupOffer ? campaignKey : undefined;
  }

  async function membersAfter(segmentId: string, afterKey: number): Promise<number[]> {
    const release = await readRelease();
    return readMembersAfter(db, segmentId, release?.models.segmentation?.version, afterKey, portion);
  }

  /** To its end, or until it is told to leave. @throws as `givePage` */
  async function give(taken: Giving, leave: AbortSignal | undefined): Promise<void> {
    let giving = taken;
    const { referral } = await findCampaign(taken.campaignId);
    const giveTo = referral ? handOutCodes : givePage;
    while (!leave?.aborted) {
      const { page, last } = await nextOf(giving);
      if (last === undefined) return store.finishGiving(db, giving, holder, clock());
      giving = await giveTo(deps, giving, holder, page, last);
      await new Promise(setImmediate);
    }
  }

  /** One whose moment has come, of a campaign that is open; those of others wait. */
  async function takeDue(): Promise<Giving | undefined> {
    const now = clock();
    const openings = await store.selectDueHours(watch, now);
    const closed = openings.filter((opening) => !isOpenAt(opening, now.getTime()));
    return store.takeDue(
      watch,
      holder,
      now,
      closed.map(({ campaignKey }) => campaignKey),
    );
  }

  async function withPeople(page: readonly StoredGiven[], items = 0): Promise<GivenRow[]> {
    const known = await attributesOf(
      db,
      page.map(({ customerKey }) => customerKey),
    );
    const rows = page.map(async (row): Promise<GivenRow[]> => {
      const customer = known.get(row.customerKey);
      if (!customer) return [];
      const { customerId, attributes } = customer;
      // Who got no code gets no letter.
      const own = items > 0 && row.code !== null ? await topItems(customerId, items) : [];
      return [
        { ...row, customerId, attributes, items: own.map(({ item_id, title, url }) => ({ item_id, title, url })) },
      ];
    });
    return (await Promise.all(rows)).flat();
  }

  return {
    async createGiving(campaignId, element) {
      const campaign = await findCampaign(campaignId);
      const now = clock();
      const { giving_id: givingId } = element;
      const asked = readWhom(element, now);
      const { segmentId, startsAt } = asked;
      const known = await store.selectGiving(db, campaign.campaignKey, givingId);
      if (!known) {
        await requireGivable(campaign, asked, now, isSegment);
        const { campaignKey } = campaign;
        await store.insertGiving(db, { givingId, campaignKey, segmentId, startsAt, askedAt: now });
      }
      const giving = known ?? (await readGiving(campaignId, givingId));
      const isSame =
        giving.segmentId === segmentId &&
        (element.starts_at === undefined || giving.startsAt.getTime() === startsAt.getTime());
      if (!isSame) throw conflict('/giving_id', 'is taken by another giving of the campaign');
      return giving;
    },

    readGiving,
    async listGivings(campaignId, limit, below) {
      return store.selectGivings(db, (await findCampaign(campaignId)).campaignKey, limit, below);
    },
    async stopGiving(campaignId, givingId) {
      await store.stopGiving(db, (await readGiving(campaignId, givingId)).givingKey, clock());
      return readGiving(campaignId, givingId);
    },
    async readGiven(campaignId, givingId, which, limit, after = 0) {
      const { givingKey } = await readGiving(campaignId, givingId);
      return withPeople(await store.selectGiven(db, givingKey, which, limit, after), which.items);
    },
    async streamGiven(campaignId, givingId, which = {}) {
      const { givingKey } = await readGiving(campaignId, givingId);
      return (async function* () {
        // In portions, so that lists are made of a few at a time and others are answered between.
        for await (const page of store.streamGiven(db, givingKey, which))
          for (let at = 0; at < page.length; at += portion)
            yield* await withPeople(page.slice(at, at + portion), which.items);
      })();
    },

    async giveDue(leave) {
      while (!leave?.aborted) {
        const giving = await takeDue();
        if (!giving) return;
        try {
          await give(giving, leave);
        } catch (error) {
          if (error instanceof NotOurs) continue;
          if (!(error instanceof NotActive)) throw error;
          const campaign = (await selectCampaign(db, giving.campaignId))!;
          if (statusOf(campaign, clock()) === 'ended') await store.stopGiving(db, giving.givingKey, clock());
        } finally {
          await store.releaseGiving(db, giving.givingKey, holder);
        }
      }
    },
  };
}
