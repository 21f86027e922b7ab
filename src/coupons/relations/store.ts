/** Relations that indicators are counted from, as intake's: each is SQL of a sub-select, to be joined under an alias. */

/** Redemptions with what they gave as it stands (`discount_minor`), and what of it was given back since; `is_reversed`: all of it, and the unit. */
export const redemptionsRelation = `(select fact.use_id, campaign.campaign_id, fact.customer_key, fact.order_id, fact.redeemed_at,
    fact.discount_minor, fact.reversed_minor, fact.state = 'reversed' as is_reversed
  from coupon_uses as fact join campaigns as campaign on campaign.campaign_key = fact.campaign_key
  where fact.redeemed_at is not null)`;

/** Reversals by their own time. Each looks for its use by key: a plan that joined the tables would read every use there was. */
export const reversalsRelation = `(select fact.reversal_key, campaign.campaign_id, used.customer_key, fact.reversed_at, fact.amount_minor
  from coupon_reversals as fact
    cross join lateral (select use.campaign_key, use.customer_key from coupon_uses as use where use.use_id = fact.use_id offset 0) as used
    join campaigns as campaign on campaign.campaign_key = used.campaign_key)`;

/** Coupons that customers were given; `is_redeemed`: and not given back as a whole. */
export const issuedCouponsRelation = `(select fact.coupon_key, campaign.campaign_id, fact.customer_key, fact.issued_at,
    coalesce((select true from coupon_uses as used
              where used.coupon_key = fact.coupon_key and used.state in ('redeemed', 'partly-reversed') limit 1), false) as is_redeemed
  from coupons as fact join campaigns as campaign on campaign.campaign_key = fact.campaign_key
  where fact.kind = 'issued')`;
