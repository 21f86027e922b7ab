import { findCampaigns, selectControlledCampaigns, selectCostSums, selectNetRedemptions } from '../../coupons/index.ts';
import type { Queryable } from '../../db/index.ts';
import { readArms } from './campaign-arms.ts';
import { discountsByPerson, measureTrial } from './measure-trial.ts';

/** What a campaign added from its start up to a moment, against its control; in minor units. */
export interface CampaignAdded {
  campaignId: string;
  /** the period's */
  key: string;
  orders: number;
  /** incremental margin less cost */
  profitMinor: number;
  /** discounts of the treated, and sending and media */
  costMinor: number;
}

/**
 * What campaigns with a control had added by the end of each period in which they ran; none of those of which no effect may be stated.
 * @param campaignIds undefined: of all
 */
export async function readCampaignsAdded(
  db: Queryable,
  periods: readonly { key: string; from: Date; until: Date }[],
  {
    campaignIds,
    minorDigits,
    timeZone,
    now,
  }: { campaignIds: readonly string[] | undefined; minorDigits: number; timeZone: string; now: Date },
): Promise<CampaignAdded[]> {
  const last = periods.at(-1)!.until;
  const controlled = await selectControlledCampaigns(db, periods[0].from, last < now ? last : now);
  const wanted = controlled.map(({ campaignId }) => campaignId).filter((id) => campaignIds?.includes(id) ?? true);
  const added: CampaignAdded[] = [];
  for (const campaign of await findCampaigns(db, wanted)) {
    const { campaignId, campaignKey, controlShare, validFrom, validUntil } = campaign;
    const arms = await readArms(db, campaign);
    const uses = await selectNetRedemptions(db, campaignKey);
    for (const { key, from, until: end } of periods) {
      if (from > now || end <= validFrom || from >= validUntil) continue;
      const until = new Date(Math.min(end.getTime(), validUntil.getTime(), now.getTime()));
      const discounts = discountsByPerson(uses.filter(({ redeemedAt }) => redeemedAt < until));
      const isControl = ({ arm }: { arm: string }) => arm === 'control';
      const costsUntil = new Date(Math.min(end.getTime(), now.getTime()));
      const costs = await selectCostSums(db, campaignKey, costsUntil, { timeZone, minorDigits });
      const otherCostsMinor = costs.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
      const trial = { arms, isControl, controlShare, until, discounts, otherCostsMinor };
      const { effect } = await measureTrial(db, trial, minorDigits);
      if ('refusal' in effect) continue;
      const minor = (amount: number) => Math.round(amount * 10 ** minorDigits);
      const { orders } = effect.effects;
      const money = { profitMinor: minor(effect.profit.value), costMinor: minor(effect.cost) };
      added.push({ campaignId, key, orders: orders.total.value, ...money });
    }
  }
  return added;
}
