import type { CampaignTrial } from '../../../models/coupon-response/index.ts';
import { type ControlledCampaign, selectControlledCampaigns } from '../../coupons/index.ts';
import type { Queryable } from '../../db/index.ts';
import { selectArms } from '../../experiments/index.ts';
import { profiledCustomerIdsOf, sumPurchases } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import { readFeatures } from './response-features.ts';

/** So long after its end a campaign is still learnt from. */
const daysAfter = 90;

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
  const considered = (await selectArms(db, campaign.experimentKey)).filter(({ assignedAt }) => assignedAt < until);
  const profiled = await profiledCustomerIdsOf(
    db,
    considered.map(({ customerKey }) => customerKey),
  );
  const arms = considered.filter(({ customerKey }) => profiled.has(customerKey));
  const { features } = await readFeatures(
    db,
    arms.map(({ customerKey, assignedAt }) => ({ customerKey, at: assignedAt })),
    minorDigits,
  );
  const windows = arms.map(({ customerKey, assignedAt: from }) => ({ customerKey, from, until, knownAt: asOf }));
  const during = await sumPurchases(db, windows, minorDigits);
  return {
    features,
    treated: Uint8Array.from(arms, ({ arm }) => Number(arm === 'treatment')),
    outcomes: Uint8Array.from(during, ({ orders }) => Number(orders > 0)),
  };
}
