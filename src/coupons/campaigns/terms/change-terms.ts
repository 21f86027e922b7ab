import type { Transaction } from '../../../db/index.ts';
import { PannierError } from '../../../errors.ts';
import { fromMinor } from '../../../shop/money.ts';
import { recount } from '../../limits/recount/store.ts';
import { lookAgain } from '../../referrals/store.ts';
import { boundMoney, type Campaign, type CampaignTerms, type GroupOffer } from '../campaign-terms.ts';
import * as store from './store.ts';

/**
 * Gives a campaign, which is held, its next version: counters of new limits begin with what is held already.
 * @throws PannierError `conflict` naming what cannot change, or the budget that is less than what is held
 */
export async function changeTerms(
  tx: Transaction,
  current: Campaign,
  terms: CampaignTerms,
  { now, digits }: { now: Date; digits: number },
): Promise<void> {
  refuseFixed(current, terms);
  await refuseOverdrawn(tx, current, terms, digits);
  const { campaignKey } = current;
  const termsKey = await store.nextTermsKey(tx);
  await store.insertTerms(tx, terms, { termsKey, campaignKey, version: current.version + 1, since: now });
  await store.holdTerms(tx, campaignKey, termsKey);
  await recount(tx, current, terms, now);
  if (isRaised(current, terms)) await lookAgain(tx, current.campaignId);
}

/** Whether some bound is higher than it was. */
function isRaised(before: CampaignTerms, after: CampaignTerms): boolean {
  const bounds = ({ limitPerCustomer, couponBudget, moneyBudgetMinor }: CampaignTerms) =>
    [limitPerCustomer, couponBudget, moneyBudgetMinor].map((bound) => bound ?? Number.POSITIVE_INFINITY);
  const of = bounds(before);
  return bounds(after).some((bound, place) => bound > of[place]);
}

/** The arms or the periods of before and after would mix. */
export function refuseFixed(current: Campaign, terms: CampaignTerms): void {
  const fixed = [
    ['/control_share', current.controlShare, terms.controlShare],
    ['/isolation', current.isolation, terms.isolation],
    ['/guests', current.guests, terms.guests],
    ['/referral', givenOrNot(current.referral), givenOrNot(terms.referral)],
    ['/group_offer', offerText(current.groupOffer), offerText(terms.groupOffer)],
    ...(current.isolation === 'channel' ? [['/channel', current.channel, terms.channel] as const] : []),
    ['/time_zone', current.timeZone, terms.timeZone],
    ['/week_start', current.weekStart, terms.weekStart],
  ] as const;
  const changed = fixed.filter(([, before, after]) => before !== after);
  if (changed.length === 0) return;
  throw conflict(
    changed.map(([field, before]) => ({ field, message: `is ${before} and cannot change: start another campaign` })),
  );
}

/** Who has joined was told how many must, and until when. */
const offerText = (offer: GroupOffer | null) =>
  offer ? `for ${offer.joiners} until ${offer.joinUntil.toISOString()}` : 'not given';
const givenOrNot = (part: object | null) => (part ? 'given' : 'not given');

/** A budget may be raised and lowered, and stays at least what is held: what customers were given is theirs. */
async function refuseOverdrawn(
  tx: Transaction,
  current: Campaign,
  { couponBudget, moneyBudgetMinor }: CampaignTerms,
  digits: number,
): Promise<void> {
  const { issued } = current.counters;
  const held = boundMoney(current.counters);
  const faults = [];
  if (couponBudget !== null && couponBudget < issued) {
    faults.push({ field: '/budget/coupons', message: `is less than the ${issued} that are held` });
  }
  if (moneyBudgetMinor !== null && moneyBudgetMinor < held) {
    faults.push({ field: '/budget/money', message: `is less than the ${fromMinor(held, digits)} that are held` });
  } else if (moneyBudgetMinor !== null && current.moneyBudgetMinor === null) {
    const unbounded = await store.countUnbounded(tx, current.campaignKey);
    if (unbounded > 0) {
      const message = `cannot bind while ${unbounded} coupons without a maximum discount are held`;
      faults.push({ field: '/budget/money', message });
    }
  }
  if (faults.length > 0) throw conflict(faults);
}

function conflict(faults: { field: string; message: string }[]): PannierError {
  const told = faults.map(({ field, message }) => `${field} ${message}.`);
  return new PannierError('conflict', told.join(' '), faults);
}
