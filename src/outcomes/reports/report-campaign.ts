import type { Config } from '../../config.ts';
import {
  type CampaignWithStatus,
  type Coupons,
  findCampaigns,
  selectCostSums,
  selectNetRedemptions,
} from '../../coupons/index.ts';
import type { Database } from '../../db/index.ts';
import { say } from '../../sentences/index.ts';
import { readArms } from '../effects/campaign-arms.ts';
import { describeEffect } from '../effects/describe-effect.ts';
import { discountsByPerson, measureTrial } from '../effects/measure-trial.ts';
import { reportPastCampaign } from '../past-campaigns/report-past-campaign.ts';
import { describeUse } from '../responses/response-use.ts';
import { selectResponse } from '../responses/store.ts';
import { attributeOrders } from './attribute-orders.ts';
import type { CampaignReport, Comparison } from './campaign-report.ts';

const noControl = `${say('effect.no-control-campaign', {})} ${say('effect.orders-with-coupon', {})}`;

export interface ReportDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits' | 'currency' | 'timeZone'> & { barredAttributes?: readonly string[] };
  clock: () => Date;
  coupons: Pick<Coupons, 'readCampaign'>;
}

/** Of a campaign of one's own, or an imported one. @throws PannierError `not_found` */
export async function reportCampaign(deps: ReportDependencies, campaignId: string): Promise<CampaignReport> {
  const { db, config, coupons } = deps;
  const asOf = deps.clock();
  const [own] = await findCampaigns(db, [campaignId]);
  if (!own) return reportPastCampaign(db, campaignId, { ...config, asOf });
  return reportOwnCampaign(deps, await coupons.readCampaign(campaignId), asOf);
}

async function reportOwnCampaign(
  { db, config }: ReportDependencies,
  campaign: CampaignWithStatus,
  asOf: Date,
): Promise<CampaignReport> {
  const { minorDigits, currency } = config;
  const { counters, controlShare, validUntil, campaignKey } = campaign;
  const uses = await selectNetRedemptions(db, campaignKey);
  const costs = await selectCostSums(db, campaignKey, asOf, config);
  const otherCostsMinor = costs.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
  const trial = {
    isControl: ({ arm }: { arm: string }) => arm === 'control',
    controlShare,
    until: validUntil < asOf ? validUntil : asOf,
    discounts: discountsByPerson(uses),
    otherCostsMinor,
  };
  const measured =
    controlShare > 0 ? await measureTrial(db, { ...trial, arms: await readArms(db, campaign) }, minorDigits) : null;
  const response = await selectResponse(db, campaignKey);
  return {
    campaignId: campaign.campaignId,
    name: campaign.name,
    asOf,
    issued: counters.issued + counters.expired + counters.released + counters.reversed,
    redeemed: counters.redeemed,
    reversed: counters.reversed,
    costMinor: counters.moneyRedeemedMinor - counters.moneyReversedMinor,
    otherCostsMinor,
    attributed: await attributeOrders(
      db,
      uses.map(({ orderId }) => [orderId]),
      minorDigits,
    ),
    measured,
    comparison: controlShare > 0 ? compare(campaign) : null,
    response: response ? { ...response, ...describeUse(response, validUntil <= asOf, config) } : null,
    statement: measured ? describeEffect(measured, currency, otherCostsMinor > 0) : noControl,
  };
}

function compare({ isolation, channel: own }: CampaignWithStatus): Comparison {
  if (isolation === 'all') return { isolation, channel: null, text: say('effect.compares-all', {}) };
  if (isolation === 'campaign') return { isolation, channel: null, text: say('effect.compares-campaign', {}) };
  return { isolation, channel: own, text: say('effect.compares-channel', { channel: own! }) };
}
