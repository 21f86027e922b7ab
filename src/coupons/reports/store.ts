import type { Queryable } from '../../db/index.ts';
import type { DecisionAnswer } from '../decisions/answer.ts';
import type { Arm } from '../decisions/choice/choose-campaign.ts';
import type { HoldoutPeriod } from '../holdouts/holdouts.ts';

/** A customer's arm of a campaign, or of the holdout of all campaigns. Erased persons are in none. */
export interface ArmOf {
  customerKey: number;
  arm: Arm;
  assignedAt: Date;
}

/** Who was treated and who was left alone for this campaign's sake; who is held out of all campaigns is in neither arm. */
export async function selectArms(db: Queryable, campaignKey: number): Promise<ArmOf[]> {
  const rows = await db.query<{ customer_key: number; arm: Arm; assigned_at: Date }>(
    `select customer_key, arm, assigned_at from campaign_assignments
     where campaign_key = $1 and customer_key is not null and arm <> 'holdout' order by customer_key`,
    [campaignKey],
  );
  return rows.map(toArm);
}

/** Keys of the customers whom this campaign was to give a coupon once, whatever their arm. */
export async function selectConsidered(db: Queryable, campaignKey: number): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    'select customer_key from campaign_assignments where campaign_key = $1 and customer_key is not null',
    [campaignKey],
  );
  return rows.map((row) => row.customer_key);
}

/** Each customer by their first consideration by any campaign in a time in which the same share was held out. */
export async function selectHoldoutArms(db: Queryable, { holdoutIds }: HoldoutPeriod): Promise<ArmOf[]> {
  const rows = await db.query<{ customer_key: number; arm: Arm; assigned_at: Date }>(
    `select distinct on (customer_key) customer_key, arm, considered_at as assigned_at from holdout_considerations
     where holdout_id = any($1::int[]) and customer_key is not null order by customer_key, holdout_id`,
    [holdoutIds],
  );
  return rows.map(toArm);
}

function toArm(row: { customer_key: number; arm: Arm; assigned_at: Date }): ArmOf {
  return { customerKey: row.customer_key, arm: row.arm, assignedAt: row.assigned_at };
}

/** A redemption as it stands: what was reversed is not in its discount. */
export interface NetRedemption {
  /** null: not known, or erased since */
  customerKey: number | null;
  orderId: string;
  discountMinor: number;
  redeemedAt: Date;
}

/** Of one campaign, or of all. */
export async function selectNetRedemptions(db: Queryable, campaignKey: number | null): Promise<NetRedemption[]> {
  const rows = await db.query<{ customer_key: number | null; order_id: string; given: number; redeemed_at: Date }>(
    `select customer_key, order_id, discount_minor - reversed_minor as given, redeemed_at from coupon_uses
     where ($1::int is null or campaign_key = $1) and state in ('redeemed', 'partly-reversed') order by use_id`,
    [campaignKey],
  );
  return rows.map((row) => ({
    customerKey: row.customer_key,
    orderId: row.order_id,
    discountMinor: row.given,
    redeemedAt: row.redeemed_at,
  }));
}

/** What customers of a group were given, by the group that their decision found. */
export interface GroupDiscount {
  /** null: no group was known */
  group: string | null;
  customers: number;
  decisions: number;
  coupons: number;
  redemptions: number;
  discountMinor: number;
}

/** Decisions from `from` on and before `until`, and what came of their coupons. Guests count as decisions alone. */
export async function selectGroupDiscounts(db: Queryable, from: Date, until: Date): Promise<GroupDiscount[]> {
  const rows = await db.query<{
    found: string | null;
    customers: number;
    decisions: number;
    coupons: number;
    redemptions: number;
    given: number;
  }>(
    `select decision.answer->>'group' as found, count(distinct decision.customer_key) as customers,
       count(*) as decisions, count(coupon_key) as coupons, count(given.discount) as redemptions,
       coalesce(sum(given.discount), 0)::bigint as given
     from coupon_decisions decision left join coupons using (decision_id)
     left join lateral (
       select used.discount_minor - used.reversed_minor as discount from coupon_uses as used
       where used.coupon_key = coupons.coupon_key and used.state in ('redeemed', 'partly-reversed')) as given on true
     where decided_at >= $1 and decided_at < $2 group by 1 order by 1 nulls last`,
    [from, until],
  );
  return rows.map(({ found: group, given: discountMinor, ...counts }) => ({ group, ...counts, discountMinor }));
}

export interface ChoiceRow {
  customer_key: number;
  decided_at: Date;
  answer: DecisionAnswer;
  explores: boolean;
}

/** Each customer's first decision of this time in which chance had a part. */
export function selectFirstChoices(db: Queryable, from: Date, until: Date): Promise<ChoiceRow[]> {
  return db.query<ChoiceRow>(
    `select distinct on (customer_key) customer_key, decided_at, answer,
       (inputs->>'explorationShare')::float8 > 0 as explores
     from coupon_decisions
     where customer_key is not null and decided_at >= $1 and decided_at < $2 and inputs->>'rules' is not null
       and (answer->>'probability')::float8 < 1
     order by customer_key, decision_id`,
    [from, until],
  );
}

/** A campaign that can teach who responds: it has a control. */
export interface ControlledCampaign {
  campaignKey: number;
  campaignId: string;
  validUntil: Date;
}

/** Those that began before `asOf` and did not end before `since`. */
export async function selectControlledCampaigns(db: Queryable, since: Date, asOf: Date): Promise<ControlledCampaign[]> {
  const rows = await db.query<{ campaign_key: number; campaign_id: string; valid_until: Date }>(
    `select campaign_key, campaign_id, valid_until from campaigns
     where control_share > 0 and valid_from < $2 and valid_until >= $1 order by campaign_key`,
    [since, asOf],
  );
  return rows.map((row) => ({
    campaignKey: row.campaign_key,
    campaignId: row.campaign_id,
    validUntil: row.valid_until,
  }));
}
