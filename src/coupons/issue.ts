import type { Transaction } from '../db/index.ts';
import { cancelReservation, type Reserve, selectCampaignByKey } from './campaign-store.ts';
import { type Campaign, reservationOf, statusOf } from './campaign-terms.ts';
import { budgetObstacle, type Outcome } from './eligibility.ts';
import { countHeld } from './ledger-store.ts';

/**
 * Reserves a coupon of a campaign for a customer. The reservation holds the campaign's row, so the customer's coupons are
 * counted while nobody else can issue one, and the limit is exact too.
 * @returns undefined: reserved; else why not, and nothing has changed
 */
export async function reserveFor(
  tx: Transaction,
  reserve: Reserve,
  asked: { campaign: Campaign; customerKey: number; now: Date },
): Promise<Outcome | undefined> {
  const { campaign, customerKey, now } = asked;
  const { campaignKey } = campaign;
  const reservation = { campaignKey, amountMinor: reservationOf(campaign.discount), now };
  while (!(await reserve(tx, reservation))) {
    const current = await selectCampaignByKey(tx, campaignKey);
    const obstacle = statusOf(current, now) === 'active' ? budgetObstacle(current) : 'not-active';
    // No obstacle left: something was given back in between.
    if (obstacle) return obstacle;
  }
  if ((await countHeld(tx, campaignKey, customerKey)) < campaign.limitPerCustomer) return undefined;
  await cancelReservation(tx, reservation);
  return 'customer-limit-reached';
}
