import type { Database } from '../../db/index.ts';
import { conflict, invalidField, notFound } from '../../errors.ts';
import { isWhole } from '../../shop/money.ts';
import { lockCampaign, selectCampaign } from '../campaigns/store.ts';
import { type CostSum, countCosts, deleteCost, saveCost, selectCostSums } from './store.ts';

/** A cost as it is sent. */
export interface CostElement {
  name: string;
  per: 'coupon' | 'once';
  amount: string;
  /** of what is paid once */
  day?: string;
}

export interface CampaignCosts {
  /** With what each came to so far. @throws PannierError `not_found` */
  listCosts(campaignId: string): Promise<CostSum[]>;
  /**
   * Takes the place of what the id had; ended campaigns have costs too.
   * @throws PannierError `not_found`, `invalid_request` naming the field, `conflict` where a campaign has too many
   */
  setCost(campaignId: string, costId: string, element: CostElement): Promise<CostSum>;
  /** @throws PannierError `not_found` */
  removeCost(campaignId: string, costId: string): Promise<void>;
}

/** Of a campaign. */
const mostCosts = 100;

export function createCampaignCosts(deps: {
  db: Database;
  clock: () => Date;
  config: { minorDigits: number };
  timeZone: string;
}): CampaignCosts {
  const { db, clock, config, timeZone } = deps;
  const { minorDigits } = config;

  async function keyOf(campaignId: string): Promise<number> {
    const campaign = await selectCampaign(db, campaignId);
    if (!campaign) throw notFound('campaign');
    return campaign.campaignKey;
  }

  const list = async (campaignKey: number) => selectCostSums(db, campaignKey, clock(), { timeZone, minorDigits });

  return {
    listCosts: async (campaignId) => list(await keyOf(campaignId)),
    async setCost(campaignId, costId, element) {
      const campaignKey = await keyOf(campaignId);
      const { name, per, amount, day = null } = element;
      if (per === 'once' && day === null) throw invalidField('/day', 'must be given for what is paid once');
      if (per === 'coupon' && day !== null) throw invalidField('/day', 'is for what is paid once');
      if (per === 'once' && !isWhole(amount, minorDigits)) {
        throw invalidField('/amount', `has more than the ${minorDigits} decimals of the currency`);
      }
      await db.transaction(async (tx) => {
        await lockCampaign(tx, campaignKey);
        await saveCost(tx, campaignKey, { costId, name, per, amount, day, toldAt: clock() });
        if ((await countCosts(tx, campaignKey)) > mostCosts) {
          throw conflict('cost_id', `is one more than the ${mostCosts} that a campaign may have`);
        }
      });
      return (await list(campaignKey)).find((cost) => cost.costId === costId)!;
    },
    async removeCost(campaignId, costId) {
      const campaignKey = await keyOf(campaignId);
      const isGone = await db.transaction((tx) => deleteCost(tx, campaignKey, costId));
      if (!isGone) throw notFound('cost');
    },
  };
}
