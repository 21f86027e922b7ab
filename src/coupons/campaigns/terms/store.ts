import type { Queryable, Transaction } from '../../../db/index.ts';
import type { Group } from '../../../segments/index.ts';
import type { WeekStart } from '../../limits/periods.ts';
import type { LimitElement } from '../../request-elements.ts';
import { type CampaignTerms, contentHash, type Discount, type Referral, type TermsVersion } from '../campaign-terms.ts';
import type { OpeningHours } from '../opening-hours.ts';

export interface TermsRow {
  campaign_key: number;
  terms_key: number;
  version: number;
  since: Date;
  content_hash: Buffer;
  experiment_key: number;
  campaign_id: string;
  name: string;
  discount_type: Discount['type'];
  percent: string | null;
  amount_minor: number | null;
  maximum_discount_minor: number | null;
  buy_count: number | null;
  get_count: number | null;
  valid_from: Date;
  valid_until: Date;
  coupon_valid_days: number;
  coupon_budget: number | null;
  money_budget_minor: number | null;
  limit_per_customer: number;
  minimum_spend_minor: number | null;
  target_groups: Group[];
  target_segments: string[];
  item_ids: string[];
  categories: string[];
  bundle: string[];
  priority: number;
  limits: LimitElement[];
  time_zone: string;
  week_start: WeekStart;
  stacking: CampaignTerms['stacking'];
  stacking_order: number;
  control_share: string;
  isolation: CampaignTerms['isolation'];
  guests: boolean;
  channel: CampaignTerms['channel'];
  policy: CampaignTerms['policy'];
  hours: OpeningHours[];
  referral: CampaignTerms['referral'];
  group_offer: { joiners: number; joinUntil: string } | null;
}

/** Columns of `TermsRow`, where `terms` are those of `campaigns`. */
export const termsColumns = `terms.*, campaigns.campaign_id, campaigns.experiment_key, campaigns.time_zone, campaigns.week_start,
  campaigns.control_share`;

export function toTerms(row: TermsRow): TermsVersion {
  return {
    campaignKey: row.campaign_key,
    termsKey: row.terms_key,
    version: row.version,
    since: row.since,
    contentHash: row.content_hash,
    experimentKey: row.experiment_key,
    campaignId: row.campaign_id,
    name: row.name,
    discount: toDiscount(row),
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    couponValidDays: row.coupon_valid_days,
    couponBudget: row.coupon_budget,
    moneyBudgetMinor: row.money_budget_minor,
    limitPerCustomer: row.limit_per_customer,
    minimumSpendMinor: row.minimum_spend_minor,
    targetGroups: row.target_groups,
    targetSegments: row.target_segments,
    itemIds: row.item_ids,
    categories: row.categories,
    bundle: row.bundle,
    priority: row.priority,
    limits: row.limits,
    timeZone: row.time_zone,
    weekStart: row.week_start,
    stacking: row.stacking,
    stackingOrder: row.stacking_order,
    controlShare: Number(row.control_share),
    isolation: row.isolation,
    guests: row.guests,
    channel: row.channel,
    policy: row.policy,
    hours: row.hours,
    referral: row.referral,
    groupOffer: row.group_offer && {
      joiners: row.group_offer.joiners,
      joinUntil: new Date(row.group_offer.joinUntil),
    },
  };
}

/** Terms without what makes a version or a campaign of them. */
export function toTermsOnly(of: CampaignTerms): CampaignTerms {
  return {
    campaignId: of.campaignId,
    name: of.name,
    discount: of.discount,
    validFrom: of.validFrom,
    validUntil: of.validUntil,
    couponValidDays: of.couponValidDays,
    couponBudget: of.couponBudget,
    moneyBudgetMinor: of.moneyBudgetMinor,
    limitPerCustomer: of.limitPerCustomer,
    minimumSpendMinor: of.minimumSpendMinor,
    targetGroups: of.targetGroups,
    targetSegments: of.targetSegments,
    itemIds: of.itemIds,
    categories: of.categories,
    bundle: of.bundle,
    priority: of.priority,
    // In the order of keys that they are hashed in, which the database does not keep.
    limits: of.limits.map(({ per, period, units }) => ({ per, period, units })),
    timeZone: of.timeZone,
    weekStart: of.weekStart,
    stacking: of.stacking,
    stackingOrder: of.stackingOrder,
    controlShare: of.controlShare,
    isolation: of.isolation,
    guests: of.guests,
    channel: of.channel,
    policy: of.policy,
    hours: of.hours.map(({ weekdays, from, until }) => ({ weekdays, from, until })),
    referral: of.referral && referralOf(of.referral),
    groupOffer: of.groupOffer,
  };
}

/** In the order of keys that it is hashed in. */
function referralOf({ rewardCampaignId, firstOrderOnly, usesPerCode, confirmDays }: Referral): Referral {
  return { rewardCampaignId, firstOrderOnly, usesPerCode, confirmDays };
}

function toDiscount(row: TermsRow): Discount {
  const type = row.discount_type;
  if (type === 'amount') return { type, amountMinor: row.amount_minor! };
  if (type === 'free-shipping') return { type };
  const share = { percent: Number(row.percent), maximumMinor: row.maximum_discount_minor };
  return type === 'percent' ? { type, ...share } : { type, buy: row.buy_count!, get: row.get_count!, ...share };
}

/** A key for terms to come, so that a campaign can name its first before they are there. */
export async function nextTermsKey(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ key: number }>(`select nextval('campaign_terms_terms_key_seq') as key`);
  return row.key;
}

/** Columns of campaigns alone, time zone, start of the week and control share, are not written here. */
export async function insertTerms(
  tx: Transaction,
  terms: CampaignTerms,
  { termsKey, campaignKey, version, since }: Pick<TermsVersion, 'termsKey' | 'campaignKey' | 'version' | 'since'>,
): Promise<void> {
  const { discount } = terms;
  const row = {
    terms_key: termsKey,
    campaign_key: campaignKey,
    version,
    since,
    name: terms.name,
    discount_type: discount.type,
    percent: 'percent' in discount ? discount.percent : null,
    maximum_discount_minor: 'maximumMinor' in discount ? discount.maximumMinor : null,
    amount_minor: 'amountMinor' in discount ? discount.amountMinor : null,
    buy_count: 'buy' in discount ? discount.buy : null,
    get_count: 'get' in discount ? discount.get : null,
    valid_from: terms.validFrom,
    valid_until: terms.validUntil,
    coupon_valid_days: terms.couponValidDays,
    coupon_budget: terms.couponBudget,
    money_budget_minor: terms.moneyBudgetMinor,
    limit_per_customer: terms.limitPerCustomer,
    minimum_spend_minor: terms.minimumSpendMinor,
    target_groups: terms.targetGroups,
    target_segments: terms.targetSegments,
    item_ids: terms.itemIds,
    categories: terms.categories,
    bundle: terms.bundle,
    priority: terms.priority,
    limits: JSON.stringify(terms.limits),
    stacking: terms.stacking,
    stacking_order: terms.stackingOrder,
    isolation: terms.isolation,
    guests: terms.guests,
    channel: terms.channel,
    policy: terms.policy,
    hours: JSON.stringify(terms.hours),
    referral: terms.referral && JSON.stringify(terms.referral),
    group_offer: terms.groupOffer && JSON.stringify(terms.groupOffer),
    content_hash: contentHash(terms),
  };
  const names = Object.keys(row);
  await tx.query(
    `insert into campaign_terms (${names.join(', ')}) overriding system value
     values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
}

/** The terms and the budgets, which are the campaign's own copy for its conditional updates, change in one. */
export async function holdTerms(tx: Transaction, campaignKey: number, termsKey: number): Promise<void> {
  await tx.query(
    `update campaigns set terms_key = terms.terms_key, coupon_budget = terms.coupon_budget,
       money_budget_minor = terms.money_budget_minor
     from campaign_terms as terms
     where campaigns.campaign_key = $1 and terms.campaign_key = $1 and terms.terms_key = $2`,
    [campaignKey, termsKey],
  );
}

export async function selectTerms(db: Queryable, termsKeys: readonly number[]): Promise<Map<number, TermsVersion>> {
  const rows = await db.query<TermsRow>(
    `select ${termsColumns} from campaign_terms as terms join campaigns using (campaign_key)
     where terms.terms_key = any($1::int[])`,
    [termsKeys],
    'terms-by-key',
  );
  return new Map(rows.map((row) => [row.terms_key, toTerms(row)]));
}

/** The newest first, below the version `before`. */
export async function selectVersions(
  db: Queryable,
  campaignKey: number,
  limit: number,
  before?: number,
): Promise<TermsVersion[]> {
  const rows = await db.query<TermsRow>(
    `select ${termsColumns} from campaign_terms as terms join campaigns using (campaign_key)
     where terms.campaign_key = $1 and ($2::bigint is null or version < $2) order by version desc limit $3`,
    [campaignKey, before ?? null, limit],
  );
  return rows.map(toTerms);
}

/** Whether these are still the terms that hold. */
export async function areHeld(
  db: Queryable,
  { campaignKey, termsKey }: Pick<TermsVersion, 'campaignKey' | 'termsKey'>,
): Promise<boolean> {
  const rows = await db.query('select from campaigns where campaign_key = $1 and terms_key = $2', [
    campaignKey,
    termsKey,
  ]);
  return rows.length === 1;
}

/** Coupons that are held and whose discount has no bound: nothing is set aside for them. */
export async function countUnbounded(tx: Transaction, campaignKey: number): Promise<number> {
  const [row] = await tx.query<{ coupons: number }>(
    `select count(*) as coupons from coupon_uses join campaign_terms as terms using (campaign_key, terms_key)
     where coupon_uses.campaign_key = $1 and state = 'reserved' and percent is not null and maximum_discount_minor is null`,
    [campaignKey],
  );
  return row.coupons;
}
