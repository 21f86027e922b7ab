import type { CampaignTrial } from '../../models/coupon-response/index.ts';
import { type ControlledCampaign, selectArms, selectControlledCampaigns } from '../coupons/index.ts';
import type { Queryable } from '../db/index.ts';
import { profiledCustomerIdsOf, sumPurchases } from '../intake/index.ts';

const dayMs = 86_400_000;
/** Before the first consideration: what a customer bought in each is what is known of them. */
const daysBefore = [30, 90, 365] as const;
/** So long after its end a campaign is still learnt from. */
const daysAfter = 90;

/** What each row of a trial's features holds, in turn: of each time before the first consideration, logarithms of 1 and … */
export const responseFeatures: readonly string[] = daysBefore.flatMap((days) => [`orders_${days}`, `revenue_${days}`]);

/** Campaigns with a control that are running or ended not long ago. */
export function findTrials(db: Queryable, asOf: Date): Promise<ControlledCampaign[]> {
  return selectControlledCampaigns(db, new Date(asOf.getTime() - daysAfter * dayMs), asOf);
}

/**
 * A campaign as a trial: every customer who allows profiling, with what they bought before they were first considered, their
 * arm, and whether they ordered from then to the end of the campaign or `asOf`.
 */
export async function readTrial(
  db: Queryable,
  campaign: ControlledCampaign,
  { asOf, minorDigits }: { asOf: Date; minorDigits: number },
): Promise<CampaignTrial> {
  const until = campaign.validUntil < asOf ? campaign.validUntil : asOf;
  const considered = (await selectArms(db, campaign.campaignKey)).filter(({ assignedAt }) => assignedAt < until);
  const profiled = await profiledCustomerIdsOf(
    db,
    considered.map(({ customerKey }) => customerKey),
  );
  const arms = considered.filter(({ customerKey }) => profiled.has(customerKey));
  const sums = async (days: number) => {
    const windows = arms.map(({ customerKey, assignedAt }) => {
      return { customerKey, from: new Date(assignedAt.getTime() - days * dayMs), until: assignedAt };
    });
    return sumPurchases(db, windows, minorDigits);
  };
  const columns = responseFeatures.length;
  const values = new Float64Array(arms.length * columns);
  for (const [place, days] of daysBefore.entries()) {
    for (const [row, { orders, revenueMinor }] of (await sums(days)).entries()) {
      values[row * columns + 2 * place] = Math.log1p(orders);
      values[row * columns + 2 * place + 1] = Math.log1p(Math.max(0, revenueMinor) / 10 ** minorDigits);
    }
  }
  const windows = arms.map(({ customerKey, assignedAt: from }) => ({ customerKey, from, until }));
  const during = await sumPurchases(db, windows, minorDigits);
  return {
    features: { values, columns },
    treated: Uint8Array.from(arms, ({ arm }) => Number(arm === 'treatment')),
    outcomes: Uint8Array.from(during, ({ orders }) => Number(orders > 0)),
  };
}
