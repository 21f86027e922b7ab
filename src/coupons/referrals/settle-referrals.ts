import type { Database, Transaction } from '../../db/index.ts';
import { holdCustomers } from '../../intake/index.ts';
import { budgetObstacle } from '../budgets/budget-left.ts';
import type { CampaignMemory } from '../campaigns/campaign-memory.ts';
import { couponValidUntil, reservationOf, statusOf } from '../campaigns/campaign-terms.ts';
import { lockCampaign, selectCampaignsById } from '../campaigns/store.ts';
import { selectTerms } from '../campaigns/terms/store.ts';
import { createCode } from '../codes/code-text.ts';
import { lockCode, stopCode } from '../codes/stops/store.ts';
import { whyNotWritten, writeBatch } from '../decisions/store.ts';
import { periodStarts } from '../limits/periods.ts';
import { countersOf, haveRoom, inUnits } from '../limits/store.ts';
import { endReservation } from '../reservations/reservations.ts';
import { lockIssuedUse } from '../reservations/store.ts';
import * as store from './store.ts';

export interface SettlingDependencies {
  db: Database;
  clock: () => Date;
  campaignMemory: Pick<CampaignMemory, 'forget'>;
  /** the shop's */
  timeZone: string;
}

/** Gives what is due to those who brought friends, each once; what cannot be given yet waits. */
export async function settleDue(deps: SettlingDependencies, leave?: AbortSignal): Promise<void> {
  if (!(await store.isAnyDue(deps.db.for('watch'), deps.clock()))) return;
  for (let after = 0; !leave?.aborted; ) {
    const next = await settleNext(deps, after);
    if (next === undefined) return;
    after = next;
  }
}

/** @returns the key of the referral that was looked at; undefined: none is due */
async function settleNext(deps: SettlingDependencies, after: number): Promise<number | undefined> {
  const now = deps.clock();
  let looked: number | undefined;
  try {
    await deps.db.transaction(async (tx) => {
      const due = await store.lockDue(tx, after, now);
      looked = due?.useId;
      if (!due) return;
      const reward = due.isUndone ? ({ why: 'order-undone' } as const) : await giveReward(deps, tx, due, now);
      if (reward) await store.settle(tx, due.useId, reward, now);
    });
  } catch (error) {
    // Somebody else has taken what there was: it is looked at anew another time.
    if (whyNotWritten(error) !== 'not taken') throw error;
  }
  return looked;
}

/** Issues the coupon of the reward, which sets its unit and its money aside. @returns undefined: not now */
async function giveReward(
  { campaignMemory, timeZone }: SettlingDependencies,
  tx: Transaction,
  { termsKey, referrerKey }: store.DueReferral,
  now: Date,
): Promise<{ code: string } | { why: store.WhyNot } | undefined> {
  if (referrerKey === null || (await holdCustomers(tx, [referrerKey])) === 0) return { why: 'referrer-gone' };
  const { referral } = (await selectTerms(tx, [termsKey])).get(termsKey)!;
  const [{ campaignKey }] = await selectCampaignsById(tx, [referral!.rewardCampaignId]);
  // Whoever raises its limits and budgets waits, and looks again at what could not be given by those of before.
  const campaign = await lockCampaign(tx, campaignKey);
  const status = statusOf(campaign, now);
  if (status === 'ended') return { why: 'campaign-ended' };
  if (status !== 'active') return undefined;
  const starts = periodStarts(now, campaign);
  const counters = countersOf(campaign, { customerKey: referrerKey, couponKey: null, starts });
  const inAll = counters.filter(({ period }) => period === 'total');
  if (!(await haveRoom(tx, inAll))) return { why: 'limit-reached' };
  if (!(await haveRoom(tx, counters))) return undefined;
  if (budgetObstacle(campaign, campaign.counters)) return { why: 'budget-spent' };
  const { discount } = campaign;
  const ofTerms = { campaignKey, termsKey: campaign.termsKey };
  const reservedMinor = reservationOf(discount);
  const code = createCode();
  await writeBatch(tx, {
    operation: '',
    timeZone,
    decisions: [],
    grants: [
      {
        ...ofTerms,
        code,
        customerKey: referrerKey,
        visitorKey: null,
        decisionId: null,
        reservedMinor,
        issuedAt: now,
        validUntil: couponValidUntil(campaign, now),
        starts,
      },
    ],
    takings: [{ ...ofTerms, units: 1, amountMinor: reservedMinor }],
    counters: inUnits(counters),
    assignments: [],
  });
  campaignMemory.forget();
  return { code };
}

/** Takes rewards back that nobody has used, for orders that do not stand. */
export async function revokeUndone({ db, clock, campaignMemory }: SettlingDependencies): Promise<void> {
  await store.closeRewards(db);
  for (const { useId, rewardKey } of await store.selectRevocable(db)) {
    const now = clock();
    await db.transaction(async (tx) => {
      if ((await store.lockReferral(tx, useId)) !== 'given') return;
      if ((await lockIssuedUse(tx, rewardKey)).state !== 'reserved') return;
      await lockCode(tx, rewardKey);
      await stopCode(tx, rewardKey, now);
      await endReservation(tx, rewardKey, 'released', now);
      await store.revoke(tx, useId, now);
    });
    campaignMemory.forget();
  }
}
