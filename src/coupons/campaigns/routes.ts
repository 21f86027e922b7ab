import type { components } from '../../http/contract.ts';
import { type Handlers, pageOf } from '../../http/index.ts';
import { discountJson, orNull, type WriteMoney } from '../discounts/discount-json.ts';
import { type CampaignCounters, type CampaignTerms, groupOf, type TermsVersion } from './campaign-terms.ts';
import type { Campaigns, CampaignWithStatus } from './campaigns.ts';
import { raiseJson } from './raises/routes.ts';

type Operations =
  | 'createCampaign'
  | 'changeCampaign'
  | 'listCampaigns'
  | 'getCampaign'
  | 'listCampaignVersions'
  | 'copyCampaign'
  | 'endCampaign'
  | 'archiveCampaign'
  | 'unarchiveCampaign'
  | 'pauseCampaign'
  | 'resumeCampaign';

export function campaignRoutes(campaigns: Campaigns, money: WriteMoney): Pick<Handlers, Operations> {
  const toCampaign = (campaign: CampaignWithStatus) => campaignJson(campaign, money);
  return {
    createCampaign: async ({ body }) => ({ status: 201, json: toCampaign(await campaigns.createCampaign(body)) }),
    changeCampaign: async ({ parameters, body, key }) => ({
      json: toCampaign(await campaigns.changeCampaign(parameters.campaign_id, body, key)),
    }),
    async listCampaigns({ parameters }) {
      const read = (limit: number, before?: number) => campaigns.listCampaigns(limit, before, parameters.archived);
      return { json: await pageOf(parameters, read, ({ campaignKey }) => campaignKey, toCampaign) };
    },
    getCampaign: async ({ parameters }) => ({ json: toCampaign(await campaigns.readCampaign(parameters.campaign_id)) }),
    async listCampaignVersions({ parameters }) {
      const read = (limit: number, before?: number) => campaigns.listVersions(parameters.campaign_id, limit, before);
      return {
        json: await pageOf(
          parameters,
          read,
          ({ version }) => version,
          (one) => versionJson(one, money),
        ),
      };
    },
    copyCampaign: async ({ parameters, body }) => ({
      status: 201,
      json: toCampaign(await campaigns.copyCampaign(parameters.campaign_id, body)),
    }),
    endCampaign: async ({ parameters }) => ({ json: toCampaign(await campaigns.endCampaign(parameters.campaign_id)) }),
    archiveCampaign: async ({ parameters }) => ({
      json: toCampaign(await campaigns.archiveCampaign(parameters.campaign_id, true)),
    }),
    unarchiveCampaign: async ({ parameters }) => ({
      json: toCampaign(await campaigns.archiveCampaign(parameters.campaign_id, false)),
    }),
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
    ...statedJson(campaign, money),
    version: campaign.version,
    status: campaign.status,
    budget: { coupons: campaign.couponBudget, money: orNull(campaign.moneyBudgetMinor, money) },
    minimum_spend: orNull(campaign.minimumSpendMinor, money),
    group: groupOf(campaign),
    waiting_raise: campaign.waitingRaise && raiseJson(campaign.waitingRaise, money),
    archived_at: campaign.archivedAt?.toISOString() ?? null,
    created_at: campaign.createdAt.toISOString(),
    counters: countersJson(campaign.counters, money),
  };
}

/** What always is stated of terms. */
function statedJson(terms: CampaignTerms, money: WriteMoney) {
  return {
    campaign_id: terms.campaignId,
    name: terms.name,
    discount: discountJson(terms.discount, money),
    valid_from: terms.validFrom.toISOString(),
    valid_until: terms.validUntil.toISOString(),
    coupon_valid_days: terms.couponValidDays,
    limit_per_customer: terms.limitPerCustomer,
    target_groups: terms.targetGroups,
    target_segments: terms.targetSegments,
    applies_to: { item_ids: terms.itemIds, categories: terms.categories, bundle: terms.bundle },
    priority: terms.priority,
    limits: terms.limits,
    time_zone: terms.timeZone,
    week_start: terms.weekStart,
    stacking: terms.stacking,
    stacking_order: terms.stackingOrder,
    control_share: terms.controlShare,
    isolation: terms.isolation,
    guests: terms.guests,
    channel: terms.channel,
    policy: terms.policy,
    hours: terms.hours.map(({ weekdays, from, until }) => ({ weekdays: [...weekdays], from, until })),
    referral: terms.referral && {
      reward_campaign_id: terms.referral.rewardCampaignId,
      first_order_only: terms.referral.firstOrderOnly,
      uses_per_code: terms.referral.usesPerCode,
      confirm_days: terms.referral.confirmDays,
    },
    group_offer: terms.groupOffer && {
      joiners: terms.groupOffer.joiners,
      join_until: terms.groupOffer.joinUntil.toISOString(),
    },
  };
}

/** The terms as they are sent, so that a PUT of them brings them back. */
function versionJson(version: TermsVersion, money: WriteMoney) {
  const { couponBudget: coupons, moneyBudgetMinor, minimumSpendMinor } = version;
  return {
    version: version.version,
    since: version.since.toISOString(),
    terms: {
      ...statedJson(version, money),
      // As it was sent, or the shop's: by either a name that is known.
      time_zone: version.timeZone as components['schemas']['TimeZone'],
      budget: {
        ...(coupons !== null && { coupons }),
        ...(moneyBudgetMinor !== null && { money: money(moneyBudgetMinor) }),
      },
      ...(minimumSpendMinor !== null && { minimum_spend: money(minimumSpendMinor) }),
    },
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
