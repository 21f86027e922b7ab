import { type Database, notify, type Transaction } from '../../../db/index.ts';
import { conflict, notFound } from '../../../errors.ts';
import { dayMs } from '../../../shop/days.ts';
import { type Campaign, type CampaignTerms, contentHash, reservationOf } from '../campaign-terms.ts';
import { lockCampaign, selectCampaign } from '../store.ts';
import { changeTerms } from '../terms/change-terms.ts';
import { toTermsOnly } from '../terms/store.ts';
import { isLargeRaise, type RaiseLimit } from './large-raise.ts';
import * as store from './store.ts';

/** Who asks or decides: a key, or below 0 a user. */
export interface Person {
  keyId: number;
  name: string;
}

export type RaiseWithState = Omit<store.BudgetRaise, 'state'> & { state: store.RaiseState | 'expired' };

export interface BudgetRaises {
  /** Newest first, below an id. @throws PannierError `not_found` */
  listRaises(campaignId: string, limit: number, below?: number): Promise<RaiseWithState[]>;
  /**
   * The budget holds from now on. What is approved already stays so.
   * @throws PannierError `not_found`, `conflict` where the same person asked, where it waits no more, or the budget cannot be
   */
  approveRaise(campaignId: string, raiseId: string, by: Person): Promise<RaiseWithState>;
  /** The old budget stays. Also who asked may say so. @throws PannierError `not_found`, `conflict` where it waits no more */
  rejectRaise(campaignId: string, raiseId: string, by: Person): Promise<RaiseWithState>;
}

/** In which raises of one person add up. */
const raisedWithinMs = dayMs;
const waitsMs = 7 * dayMs;

/** Why it can be decided about no more. */
const decided: Record<Exclude<RaiseWithState['state'], 'waiting'>, string> = {
  approved: 'is approved',
  rejected: 'is rejected',
  withdrawn: 'is withdrawn',
  expired: 'is expired',
};

/** A raise whose time is over waits no more. */
export function stateOf(raise: store.BudgetRaise, now: Date): RaiseWithState {
  return raise.state === 'waiting' && raise.expiresAt <= now ? { ...raise, state: 'expired' } : raise;
}

/**
 * What of new terms may hold at once. Where their budgets are raised by more than one person may, the raise waits for a second one
 * and the budgets stay; another change takes its place. In the transaction that holds the campaign.
 * @throws PannierError `conflict` where the other terms cannot be without the larger budget
 */
export async function withholdRaise(
  tx: Transaction,
  current: Campaign,
  wanted: CampaignTerms,
  { limit, by, now }: { limit: RaiseLimit; by: Person; now: Date },
): Promise<CampaignTerms> {
  const { campaignKey, couponBudget, moneyBudgetMinor, waitingRaise: waiting } = current;
  const from = await store.selectRaisedFrom(tx, campaignKey, new Date(now.getTime() - raisedWithinMs));
  const isWithheld = isLargeRaise(from, wanted, limit) && isLargeRaise(current, wanted, { coupons: 0, moneyMinor: 0 });
  const isAsked =
    isWithheld &&
    waiting &&
    waiting.expiresAt > now &&
    waiting.couponBudget === wanted.couponBudget &&
    waiting.moneyBudgetMinor === wanted.moneyBudgetMinor;
  if (waiting && !isAsked) {
    await store.decideRaise(tx, waiting.raiseId, { state: 'withdrawn', byName: by.name, at: now });
  }
  if (!isWithheld) return wanted;
  const held = { ...wanted, couponBudget, moneyBudgetMinor };
  refuseUnaffordable(held);
  if (!isAsked) {
    await store.insertRaise(tx, campaignKey, {
      couponBudget: wanted.couponBudget,
      moneyBudgetMinor: wanted.moneyBudgetMinor,
      askedBy: by.keyId,
      askedByName: by.name,
      askedAt: now,
      expiresAt: new Date(now.getTime() + waitsMs),
    });
  }
  return held;
}

/** A discount that only the larger budget could bear. */
function refuseUnaffordable({ discount, moneyBudgetMinor }: CampaignTerms): void {
  if (moneyBudgetMinor === null) return;
  const isUnbounded = 'maximumMinor' in discount && discount.maximumMinor === null;
  if (isUnbounded || reservationOf(discount) > moneyBudgetMinor) {
    throw conflict(
      '/discount',
      'needs the larger budget, which waits for a second person: raise the budget alone first',
    );
  }
}

export function createBudgetRaises(deps: {
  db: Database;
  clock: () => Date;
  config: { minorDigits: number };
}): BudgetRaises {
  const { db, clock, config } = deps;

  async function keyOf(campaignId: string): Promise<number> {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    return campaign.campaignKey;
  }

  /** @returns undefined: it was decided so before */
  async function holdWaiting(tx: Transaction, campaignKey: number, raiseId: string, decision: 'approved' | 'rejected') {
    const current = await lockCampaign(tx, campaignKey);
    const raise = await store.selectRaise(tx, campaignKey, raiseId);
    if (!raise) throw notFound('raise of a budget');
    const { state } = stateOf(raise, clock());
    if (state === decision) return undefined;
    if (state !== 'waiting') throw conflict('raise_id', decided[state]);
    return { current, raise };
  }

  async function read(campaignKey: number, raiseId: string): Promise<RaiseWithState> {
    return stateOf((await store.selectRaise(db, campaignKey, raiseId))!, clock());
  }

  return {
    async listRaises(campaignId, limit, below) {
      const raises = await store.selectRaises(db, await keyOf(campaignId), limit, below);
      return raises.map((raise) => stateOf(raise, clock()));
    },
    async approveRaise(campaignId, raiseId, by) {
      const campaignKey = await keyOf(campaignId);
      await db.transaction(async (tx) => {
        const found = await holdWaiting(tx, campaignKey, raiseId, 'approved');
        if (!found) return;
        const { current, raise } = found;
        if (raise.askedBy === by.keyId) throw conflict('raise_id', 'waits for another person than asked for it');
        if (current.archivedAt) throw conflict('campaign_id', 'is archived');
        const { couponBudget, moneyBudgetMinor } = raise;
        const terms = { ...toTermsOnly(current), couponBudget, moneyBudgetMinor };
        const now = clock();
        const isHeld = current.contentHash.equals(contentHash(terms));
        if (!isHeld) await changeTerms(tx, current, terms, { now, digits: config.minorDigits });
        const { termsKey } = await lockCampaign(tx, campaignKey);
        await store.decideRaise(tx, raise.raiseId, { state: 'approved', byName: by.name, at: now, termsKey });
        await notify(tx, db.schema, { about: 'campaigns' });
      });
      return read(campaignKey, raiseId);
    },
    async rejectRaise(campaignId, raiseId, by) {
      const campaignKey = await keyOf(campaignId);
      await db.transaction(async (tx) => {
        const found = await holdWaiting(tx, campaignKey, raiseId, 'rejected');
        if (!found) return;
        await store.decideRaise(tx, found.raise.raiseId, { state: 'rejected', byName: by.name, at: clock() });
      });
      return read(campaignKey, raiseId);
    },
  };
}
