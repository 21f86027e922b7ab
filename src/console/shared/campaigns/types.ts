import type { paths } from '../../../client/contract.ts';

type Page<Path extends '/v1/campaigns' | '/v1/campaigns/{campaign_id}/versions'> =
  paths[Path]['get']['responses'][200]['content']['application/json'];

export type Campaign = Page<'/v1/campaigns'>['items'][number];
export type Status = Campaign['status'];
export type Discount = Campaign['discount'];
export type CouponLimit = Campaign['limits'][number];
export type CampaignHours = Campaign['hours'][number];
export type Weekday = NonNullable<CampaignHours['weekdays']>[number];

/** In the order of a week. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];
export type TermsVersion = Page<'/v1/campaigns/{campaign_id}/versions'>['items'][number];

/** What of a campaign are its terms. */
export const termFields = [
  'name',
  'discount',
  'valid_from',
  'valid_until',
  'coupon_valid_days',
  'budget',
  'limit_per_customer',
  'minimum_spend',
  'target_groups',
  'target_segments',
  'applies_to',
  'priority',
  'limits',
  'time_zone',
  'week_start',
  'stacking',
  'stacking_order',
  'control_share',
  'isolation',
  'guests',
  'channel',
  'policy',
  'hours',
  'referral',
  'group_offer',
] as const satisfies readonly (keyof Campaign)[];

/** What a campaign promises, with nothing left out. */
export type Terms = Pick<Campaign, (typeof termFields)[number]>;

/** Whether it was ended before its beginning: then it is written to have begun a moment before its end. */
export const neverBegan = ({ status, valid_from: from, valid_until: until }: Campaign): boolean =>
  status === 'ended' && Date.parse(until) - Date.parse(from) <= 1;

/** The terms of a campaign as a change takes them: what has no bound is absent. */
export function statedTerms(campaign: Campaign): object {
  const { budget, minimum_spend: minimum } = campaign;
  return {
    ...Object.fromEntries(termFields.map((field) => [field, campaign[field]])),
    budget: statedBudget(budget),
    minimum_spend: minimum ?? undefined,
  };
}

/** A budget as a change takes it. */
export const statedBudget = ({ coupons, money }: Campaign['budget']): { coupons?: number; money?: string } => ({
  ...(coupons === null ? {} : { coupons }),
  ...(money === null ? {} : { money }),
});

/** The terms of a version, as a campaign states them: what has no bound is null. */
export function termsOf({ terms }: TermsVersion): Terms {
  const { budget, minimum_spend, applies_to } = terms;
  return {
    ...(terms as unknown as Terms),
    budget: { coupons: budget?.coupons ?? null, money: budget?.money ?? null },
    minimum_spend: minimum_spend ?? null,
    applies_to: {
      item_ids: applies_to?.item_ids ?? [],
      categories: applies_to?.categories ?? [],
      bundle: applies_to?.bundle ?? [],
    },
    hours: terms.hours ?? [],
    guests: terms.guests ?? false,
    referral: (terms.referral as Terms['referral'] | undefined) ?? null,
    group_offer: terms.group_offer ?? null,
  };
}

export const campaignPath = (campaignId: string): string => `/campaigns/${encodeURIComponent(campaignId)}`;
export const editPath = (campaignId: string): string => `${campaignPath(campaignId)}/change`;

/** What of the money is bound: given, and promised by coupons that are still open. */
export const boundMoney = ({ money_reserved, money_redeemed, money_reversed }: Campaign['counters']): number =>
  Number(money_reserved) + Number(money_redeemed) - Number(money_reversed);
