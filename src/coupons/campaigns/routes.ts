import { type Handlers, pageOf } from '../../http/index.ts';
import { discountJson, orNull, type WriteMoney } from '../discounts/discount-json.ts';
import type { CampaignCounters } from './campaign-terms.ts';
import type { Campaigns, CampaignWithStatus } from './campaigns.ts';

type Operations = 'createCampaign' | 'listCampaigns' | 'getCampaign' | 'pauseCampaign' | 'resumeCampaign';

export function campaignRoutes(campaigns: Campaigns, money: WriteMoney): Pick<Handlers, Operations> {
  const toCampaign = (campaign: CampaignWithStatus) => campaignJson(campaign, money);
  return {
    createCampaign: async ({ body }) => ({ status: 201, json: toCampaign(await campaigns.createCampaign(body)) }),
    listCampaigns: async ({ parameters }) => ({
      json: await pageOf(parameters, campaigns.listCampaigns, ({ campaignKey }) => campaignKey, toCampaign),
    }),
    getCampaign: async ({ parameters }) => ({ json: toCampaign(await campaigns.readCampaign(parameters.campaign_id)) }),
    pauseCampaign: async ({ parameters }) => ({
      json: toCampaign(await campaigns.pauseCampaign(parameters.campaign_id)),
    }),
    resumeCampaign: async ({ parameters }) => ({
      json: toCampaign(await campaigns.resumeCampaign(parameters.campaign_id)),
    }),
  };
}

function campaignJson(campaign: CampaignWithStatus, money: WriteMoney) {
  return {
    campaign_id: campaign.campaignId,
    name: campaign.name,
    status: campaign.status,
    discount: discountJson(campaign.discount, money),
    valid_from: campaign.validFrom.toISOString(),
    valid_until: campaign.validUntil.toISOString(),
    coupon_valid_days: campaign.couponValidDays,
    budget: { coupons: campaign.couponBudget, money: orNull(campaign.moneyBudgetMinor, money) },
    limit_per_customer: campaign.limitPerCustomer,
    minimum_spend: orNull(campaign.minimumSpendMinor, money),
    target_groups: campaign.targetGroups,
    target_segments: campaign.targetSegments,
    applies_to: { item_ids: campaign.itemIds, categories: campaign.categories },
    priority: campaign.priority,
    limits: campaign.limits,
    time_zone: campaign.timeZone,
    week_start: campaign.weekStart,
    stacking: campaign.stacking,
    stacking_order: campaign.stackingOrder,
    control_share: campaign.controlShare,
    created_at: campaign.createdAt.toISOString(),
    counters: countersJson(campaign.counters, money),
  };
}

function countersJson(counters: CampaignCounters, money: WriteMoney) {
  return {
    issued: counters.issued,
    redeemed: counters.redeemed,
    expired: counters.expired,
    released: counters.released,
    reversed: counters.reversed,
    money_reserved: money(counters.moneyReservedMinor),
    money_redeemed: money(counters.moneyRedeemedMinor),
    money_reversed: money(counters.moneyReversedMinor),
  };
}
