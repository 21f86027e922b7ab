import type { Queryable } from '../../db/index.ts';
import type { Group } from '../../segments/index.ts';
import type { WeekStart } from '../limits/periods.ts';
import type { LimitElement } from '../request-elements.ts';
import {
  type Campaign,
  type CampaignCounters,
  type CampaignTerms,
  contentHash,
  type Discount,
} from './campaign-terms.ts';

interface CampaignRow extends CounterRow {
  campaign_key: number;
  experiment_key: number;
  campaign_id: string;
  name: string;
  discount_type: Discount['type'];
  percent: string | null;
  amount_minor: number | null;
  maximum_discount_minor: number | null;
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
  priority: number;
  buy_count: number | null;
  get_count: number | null;
  limits: LimitElement[];
  time_zone: string;
  week_start: WeekStart;
  stacking: CampaignTerms['stacking'];
  stacking_order: number;
  control_share: string;
  created_at: Date;
  paused: boolean;
}

interface CounterRow {
  issued: number;
  redeemed: number;
  expired: number;
  released: number;
  reversed: number;
  money_reserved_minor: number;
  money_redeemed_minor: number;
  money_reversed_minor: number;
}

function toCounters(row: CounterRow): CampaignCounters {
  return {
    issued: row.issued,
    redeemed: row.redeemed,
    expired: row.expired,
    released: row.released,
    reversed: row.reversed,
    moneyReservedMinor: row.money_reserved_minor,
    moneyRedeemedMinor: row.money_redeemed_minor,
    moneyReversedMinor: row.money_reversed_minor,
  };
}

function toDiscount(row: CampaignRow): Discount {
  const type = row.discount_type;
  if (type === 'amount') return { type, amountMinor: row.amount_minor! };
  if (type === 'free-shipping') return { type };
  const share = { percent: Number(row.percent), maximumMinor: row.maximum_discount_minor };
  return type === 'percent' ? { type, ...share } : { type, buy: row.buy_count!, get: row.get_count!, ...share };
}

function toCampaign(row: CampaignRow): Campaign {
  return {
    campaignKey: row.campaign_key,
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
    priority: row.priority,
    limits: row.limits,
    timeZone: row.time_zone,
    weekStart: row.week_start,
    stacking: row.stacking,
    stackingOrder: row.stacking_order,
    controlShare: Number(row.control_share),
    createdAt: row.created_at,
    paused: row.paused,
    counters: toCounters(row),
  };
}

/** undefined: the id is taken. */
export async function insertCampaign(
  db: Queryable,
  terms: CampaignTerms,
  { experimentKey, now }: { experimentKey: number; now: Date },
): Promise<Campaign | undefined> {
  const { discount } = terms;
  const row = {
    experiment_key: experimentKey,
    campaign_id: terms.campaignId,
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
    priority: terms.priority,
    limits: JSON.stringify(terms.limits),
    time_zone: terms.timeZone,
    week_start: terms.weekStart,
    stacking: terms.stacking,
    stacking_order: terms.stackingOrder,
    control_share: terms.controlShare,
    content_hash: contentHash(terms),
    created_at: now,
  };
  const names = Object.keys(row);
  const [inserted] = await db.query<CampaignRow>(
    `insert into campaigns (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})
     on conflict (campaign_id) do nothing returning *`,
    Object.values(row),
  );
  return inserted && toCampaign(inserted);
}

/** The campaign of this id, where its terms are these. */
export async function selectSameCampaign(db: Queryable, terms: CampaignTerms): Promise<Campaign | undefined> {
  const [row] = await db.query<CampaignRow>('select * from campaigns where campaign_id = $1 and content_hash = $2', [
    terms.campaignId,
    contentHash(terms),
  ]);
  return row && toCampaign(row);
}

export async function selectCampaign(db: Queryable, campaignId: string): Promise<Campaign | undefined> {
  const [row] = await db.query<CampaignRow>('select * from campaigns where campaign_id = $1', [campaignId]);
  return row && toCampaign(row);
}

export async function selectCampaignByKey(db: Queryable, campaignKey: number): Promise<Campaign> {
  const [row] = await db.query<CampaignRow>('select * from campaigns where campaign_key = $1', [campaignKey]);
  return toCampaign(row);
}

/** Newest first, below the key `before`. */
export async function selectCampaigns(db: Queryable, limit: number, before?: number): Promise<Campaign[]> {
  const rows = await db.query<CampaignRow>(
    `select * from campaigns where $1::bigint is null or campaign_key < $1 order by campaign_key desc limit $2`,
    [before ?? null, limit],
  );
  return rows.map(toCampaign);
}

/** Ids of the campaigns that aim at a segment and are not over. */
export async function campaignsAimedAt(db: Queryable, segmentId: string, now: Date): Promise<string[]> {
  const rows = await db.query<Pick<CampaignRow, 'campaign_id'>>(
    'select campaign_id from campaigns where $1 = any(target_segments) and valid_until > $2 order by campaign_key',
    [segmentId, now],
  );
  return rows.map((row) => row.campaign_id);
}

export async function updatePaused(db: Queryable, campaignId: string, paused: boolean): Promise<Campaign | undefined> {
  const [row] = await db.query<CampaignRow>('update campaigns set paused = $2 where campaign_id = $1 returning *', [
    campaignId,
    paused,
  ]);
  return row && toCampaign(row);
}

/** By their keys. */
export async function selectCampaignsByKey(
  db: Queryable,
  campaignKeys: readonly number[],
): Promise<Map<number, Campaign>> {
  const rows = await db.query<CampaignRow>('select * from campaigns where campaign_key = any($1::int[])', [
    campaignKeys,
  ]);
  return new Map(rows.map((row) => [row.campaign_key, toCampaign(row)]));
}

export async function selectCampaignsById(db: Queryable, campaignIds: readonly string[]): Promise<Campaign[]> {
  const rows = await db.query<CampaignRow>(
    'select * from campaigns where campaign_id = any($1::text[])',
    [campaignIds],
    'campaigns-by-id',
  );
  return rows.map(toCampaign);
}

/** What changes of a campaign. */
export interface CampaignState {
  campaignKey: number;
  paused: boolean;
  counters: CampaignCounters;
}

/** The campaigns that are active, the highest priority first, at most `limit`: without their terms, which never change. */
export async function selectActiveStates(db: Queryable, now: Date, limit: number): Promise<CampaignState[]> {
  const rows = await db.query<CounterRow & { campaign_key: number }>(
    `select campaign_key, issued, redeemed, expired, released, reversed, money_reserved_minor, money_redeemed_minor, money_reversed_minor
     from campaigns where not paused and valid_from <= $1 and valid_until > $1 order by priority desc, campaign_key limit $2`,
    [now, limit],
    'active-campaigns',
  );
  return rows.map((row) => ({ campaignKey: row.campaign_key, paused: false, counters: toCounters(row) }));
}
