import type { Queryable } from '../../db/index.ts';
import { identityLinksRelation, linkHoldsAt } from '../../intake/index.ts';
import type { DecisionAnswer, LoggedInputs } from '../decisions/decision-inputs.ts';

/** A redemption as it stands: what was reversed is not in its discount. */
export interface NetRedemption {
  /** also of who turned out to have been the visitor who was given it; null: not known, or erased since */
  customerKey: number | null;
  /** of a visitor who is nobody by name */
  visitorKey: number | null;
  orderId: string;
  discountMinor: number;
  redeemedAt: Date;
}

/** Of one campaign, or of all. */
export async function selectNetRedemptions(db: Queryable, campaignKey: number | null): Promise<NetRedemption[]> {
  type Row = {
    customer_key: number | null;
    visitor_key: number | null;
    order_id: string;
    given: number;
    redeemed_at: Date;
  };
  const rows = await db.query<Row>(
    `select coalesce(used.customer_key, link.customer_key) as customer_key, used.visitor_key, order_id,
       discount_minor - reversed_minor as given, redeemed_at
     from coupon_uses as used left join ${identityLinksRelation} as link
       on link.visitor_key = used.visitor_key and ${linkHoldsAt('used.taken_at')}
     where ($1::int is null or campaign_key = $1) and state in ('redeemed', 'partly-reversed') order by use_id`,
    [campaignKey],
  );
  return rows.map((row) => ({
    customerKey: row.customer_key,
    visitorKey: row.customer_key === null ? row.visitor_key : null,
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
  /** null: not asked for */
  inputs: LoggedInputs | null;
  explores: boolean;
  /** null: none kept the customer from others' coupons */
  isolators: LoggedInputs['isolators'] | null;
}

/** Each customer's first decision of this time in which chance had a part. */
export function selectFirstChoices(db: Queryable, from: Date, until: Date, withInputs = false): Promise<ChoiceRow[]> {
  return db.query<ChoiceRow>(
    `select distinct on (customer_key) customer_key, decided_at, answer, case when $3 then inputs end as inputs,
       (inputs->>'explorationShare')::float8 > 0 as explores, inputs->'isolators' as isolators
     from coupon_decisions
     where customer_key is not null and decided_at >= $1 and decided_at < $2 and inputs->>'rules' is not null
       and (answer->>'probability')::float8 < 1
     order by customer_key, decision_id`,
    [from, until, withInputs],
  );
}

/** A campaign that can teach who responds: it has a control. */
export interface ControlledCampaign {
  campaignKey: number;
  experimentKey: number;
  campaignId: string;
  validUntil: Date;
}

/** Those that began before `asOf` and did not end before `since`. */
export async function selectControlledCampaigns(db: Queryable, since: Date, asOf: Date): Promise<ControlledCampaign[]> {
  const rows = await db.query<{ campaign_key: number; experiment_key: number; campaign_id: string; valid_until: Date }>(
    `select campaign_key, experiment_key, campaign_id, valid_until
     from campaigns join campaign_terms using (campaign_key, terms_key)
     where control_share > 0 and valid_from < $2 and valid_until >= $1 order by campaign_key`,
    [since, asOf],
  );
  return rows.map((row) => ({
    campaignKey: row.campaign_key,
    experimentKey: row.experiment_key,
    campaignId: row.campaign_id,
    validUntil: row.valid_until,
  }));
}
