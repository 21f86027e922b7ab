import type { Queryable, Transaction } from '../db/index.ts';
import type { Group } from '../segments/index.ts';
import { type Campaign, type CampaignTerms, contentHash } from './campaign-terms.ts';

interface CampaignRow {
  campaign_key: number;
  campaign_id: string;
  name: string;
  discount_type: 'percent' | 'amount';
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
  item_ids: string[];
  categories: string[];
  priority: number;
  created_at: Date;
  paused: boolean;
  issued: number;
  redeemed: number;
  expired: number;
  money_reserved_minor: number;
  money_redeemed_minor: number;
}

function toCampaign(row: CampaignRow): Campaign {
  return {
    campaignKey: row.campaign_key,
    campaignId: row.campaign_id,
    name: row.name,
    discount:
      row.discount_type === 'percent'
        ? { type: 'percent', percent: Number(row.percent), maximumMinor: row.maximum_discount_minor }
        : { type: 'amount', amountMinor: row.amount_minor! },
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    couponValidDays: row.coupon_valid_days,
    couponBudget: row.coupon_budget,
    moneyBudgetMinor: row.money_budget_minor,
    limitPerCustomer: row.limit_per_customer,
    minimumSpendMinor: row.minimum_spend_minor,
    targetGroups: row.target_groups,
    itemIds: row.item_ids,
    categories: row.categories,
    priority: row.priority,
    createdAt: row.created_at,
    paused: row.paused,
    counters: {
      issued: row.issued,
      redeemed: row.redeemed,
      expired: row.expired,
      moneyReservedMinor: row.money_reserved_minor,
      moneyRedeemedMinor: row.money_redeemed_minor,
    },
  };
}

/** undefined: the id is taken. */
export async function insertCampaign(db: Queryable, terms: CampaignTerms, now: Date): Promise<Campaign | undefined> {
  const { discount } = terms;
  const [percent, maximum, amount] =
    discount.type === 'percent' ? [discount.percent, discount.maximumMinor, null] : [null, null, discount.amountMinor];
  const [row] = await db.query<CampaignRow>(
    `insert into campaigns (campaign_id, name, discount_type, percent, maximum_discount_minor, amount_minor, valid_from,
       valid_until, coupon_valid_days, coupon_budget, money_budget_minor, limit_per_customer, minimum_spend_minor,
       target_groups, item_ids, categories, priority, content_hash, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     on conflict (campaign_id) do nothing returning *`,
    [
      terms.campaignId,
      terms.name,
      discount.type,
      percent,
      maximum,
      amount,
      terms.validFrom,
      terms.validUntil,
      terms.couponValidDays,
      terms.couponBudget,
      terms.moneyBudgetMinor,
      terms.limitPerCustomer,
      terms.minimumSpendMinor,
      terms.targetGroups,
      terms.itemIds,
      terms.categories,
      terms.priority,
      contentHash(terms),
      now,
    ],
  );
  return row && toCampaign(row);
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
  return toCampaign(row!);
}

/** Newest first, below the key `before`. */
export async function selectCampaigns(db: Queryable, limit: number, before?: number): Promise<Campaign[]> {
  const rows = await db.query<CampaignRow>(
    `select * from campaigns where $1::bigint is null or campaign_key < $1 order by campaign_key desc limit $2`,
    [before ?? null, limit],
  );
  return rows.map(toCampaign);
}

export async function updatePaused(db: Queryable, campaignId: string, paused: boolean): Promise<Campaign | undefined> {
  const [row] = await db.query<CampaignRow>('update campaigns set paused = $2 where campaign_id = $1 returning *', [
    campaignId,
    paused,
  ]);
  return row && toCampaign(row);
}

/**
 * The campaigns to be considered, in the order in which they are tried, which is the same for everybody: locks are then
 * always taken in one order. With ids those, else the `limit` first of the active ones. `held` counts the coupons of it that
 * the customer has, open or redeemed.
 */
export async function selectConsidered(
  db: Queryable,
  wanted: { now: Date; customerKey: number | null; limit: number; campaignIds?: readonly string[] },
): Promise<{ campaign: Campaign; held: number }[]> {
  const { now, customerKey, limit, campaignIds } = wanted;
  const condition = campaignIds ? 'campaign_id = any($3)' : 'not paused and valid_from <= $3 and valid_until > $3';
  const rows = await db.query<CampaignRow & { held: number }>(
    `select campaigns.*, (select count(*) from coupons where coupons.customer_key = $1
       and coupons.campaign_key = campaigns.campaign_key and status <> 'expired') as held
     from campaigns where ${condition} order by priority desc, campaign_key limit $2`,
    [customerKey, limit, campaignIds ?? now],
    campaignIds ? 'considered-campaigns-by-id' : 'considered-campaigns',
  );
  return rows.map((row) => ({ campaign: toCampaign(row), held: row.held }));
}

export interface Reservation {
  campaignKey: number;
  amountMinor: number;
  now: Date;
}

/**
 * Sets aside one coupon and its maximum discount, if the campaign is active and both budgets have room: a conditional
 * update, so that the check and the change are one. False: it is not, or they have not. True holds the campaign's row until
 * the transaction ends.
 */
export type Reserve = (tx: Transaction, reservation: Reservation) => Promise<boolean>;

export const reserve: Reserve = async (tx, { campaignKey, amountMinor, now }) => {
  const rows = await tx.query(
    `update campaigns set issued = issued + 1, money_reserved_minor = money_reserved_minor + $2
     where campaign_key = $1 and not paused and valid_from <= $3 and valid_until > $3
       and (coupon_budget is null or issued < coupon_budget)
       and (money_budget_minor is null or money_reserved_minor + money_redeemed_minor + $2 <= money_budget_minor)
     returning campaign_key`,
    [campaignKey, amountMinor, now],
    'reserve-coupon',
  );
  return rows.length === 1;
};

/** Takes back a reservation that no coupon was made of. */
export async function cancelReservation(tx: Transaction, { campaignKey, amountMinor }: Reservation): Promise<void> {
  await tx.query(
    'update campaigns set issued = issued - 1, money_reserved_minor = money_reserved_minor - $2 where campaign_key = $1',
    [campaignKey, amountMinor],
  );
}

/** A redemption settles the actual discount against what was reserved; the difference is free again. */
export async function settleReservation(
  tx: Transaction,
  settlement: { campaignKey: number; reservedMinor: number; discountMinor: number },
): Promise<void> {
  await tx.query(
    `update campaigns set redeemed = redeemed + 1, money_reserved_minor = money_reserved_minor - $2,
       money_redeemed_minor = money_redeemed_minor + $3 where campaign_key = $1`,
    [settlement.campaignKey, settlement.reservedMinor, settlement.discountMinor],
    'settle-reservation',
  );
}
