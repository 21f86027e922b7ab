import type { Queryable, Transaction } from '../db/index.ts';

export interface NewCoupon {
  code: string;
  campaignKey: number;
  customerKey: number;
  decisionId: number;
  reservedMinor: number;
  issuedAt: Date;
  validUntil: Date;
}

/** A coupon with its entry in the ledger. */
export async function insertCoupon(tx: Transaction, coupon: NewCoupon): Promise<void> {
  await tx.query(
    `with issued as (
       insert into coupons (code, campaign_key, customer_key, decision_id, reserved_minor, issued_at, valid_until)
       values ($1, $2, $3, $4, $5, $6, $7) returning coupon_key, campaign_key, reserved_minor, issued_at)
     insert into coupon_ledger (coupon_key, campaign_key, kind, reserved_minor, occurred_at)
     select coupon_key, campaign_key, 'reservation', reserved_minor, issued_at from issued`,
    [
      coupon.code,
      coupon.campaignKey,
      coupon.customerKey,
      coupon.decisionId,
      coupon.reservedMinor,
      coupon.issuedAt,
      coupon.validUntil,
    ],
    'insert-coupon',
  );
}

/** Coupons of a campaign that a customer has, open or redeemed. Exact while the campaign's row is held. */
export async function countHeld(tx: Transaction, campaignKey: number, customerKey: number): Promise<number> {
  const [row] = await tx.query<{ held: number }>(
    `select count(*) as held from coupons where customer_key = $1 and campaign_key = $2 and status <> 'expired'`,
    [customerKey, campaignKey],
    'count-held',
  );
  return row!.held;
}

export interface IssuedCoupon {
  couponKey: number;
  campaignKey: number;
  /** null: the person was erased */
  customerKey: number | null;
  status: 'open' | 'redeemed' | 'expired';
  reservedMinor: number;
  validUntil: Date;
}

/** Holds the coupon's row until the transaction ends. */
export async function lockCoupon(tx: Transaction, code: string): Promise<IssuedCoupon | undefined> {
  const [row] = await tx.query<{
    coupon_key: number;
    campaign_key: number;
    customer_key: number | null;
    status: IssuedCoupon['status'];
    reserved_minor: number;
    valid_until: Date;
  }>(
    `select coupon_key, campaign_key, customer_key, status, reserved_minor, valid_until from coupons where code = $1 for update`,
    [code],
    'lock-coupon',
  );
  return (
    row && {
      couponKey: row.coupon_key,
      campaignKey: row.campaign_key,
      customerKey: row.customer_key,
      status: row.status,
      reservedMinor: row.reserved_minor,
      validUntil: row.valid_until,
    }
  );
}

/** Marks a coupon as redeemed, with its entry in the ledger. @returns the entry's id */
export async function insertRedemption(
  tx: Transaction,
  redemption: { couponKey: number; discountMinor: number; orderId: string; redeemedAt: Date },
): Promise<number> {
  const [row] = await tx.query<{ entry_id: number }>(
    `with redeemed as (
       update coupons set status = 'redeemed' where coupon_key = $1 returning coupon_key, campaign_key, reserved_minor)
     insert into coupon_ledger (coupon_key, campaign_key, kind, reserved_minor, redeemed_minor, order_id, occurred_at)
     select coupon_key, campaign_key, 'redemption', -reserved_minor, $2, $3, $4 from redeemed returning entry_id`,
    [redemption.couponKey, redemption.discountMinor, redemption.orderId, redemption.redeemedAt],
    'insert-redemption',
  );
  return row!.entry_id;
}

export interface Redemption {
  redemptionId: number;
  code: string;
  campaignId: string;
  orderId: string;
  discountMinor: number;
  redeemedAt: Date;
}

export async function selectRedemption(db: Queryable, redemptionId: number): Promise<Redemption> {
  const [row] = await db.query<{
    code: string;
    campaign_id: string;
    order_id: string;
    redeemed_minor: number;
    occurred_at: Date;
  }>(
    `select code, campaign_id, order_id, redeemed_minor, occurred_at
     from coupon_ledger join coupons using (coupon_key) join campaigns on campaigns.campaign_key = coupons.campaign_key
     where entry_id = $1`,
    [redemptionId],
    'select-redemption',
  );
  return {
    redemptionId,
    code: row!.code,
    campaignId: row!.campaign_id,
    orderId: row!.order_id,
    discountMinor: row!.redeemed_minor,
    redeemedAt: row!.occurred_at,
  };
}

/** Campaigns with open coupons that have expired. */
export async function selectCampaignsWithExpired(db: Queryable, now: Date): Promise<number[]> {
  const rows = await db.query<{ campaign_key: number }>(
    `select campaign_key from campaigns where exists
       (select from coupons where coupons.campaign_key = campaigns.campaign_key and status = 'open' and coupons.valid_until <= $1)
     order by campaign_key`,
    [now],
  );
  return rows.map((row) => row.campaign_key);
}

/**
 * Expires open coupons whose time is over and gives back what they reserved, in one statement: the coupons, their entries
 * and the campaign's counters change together. Coupons that somebody is redeeming are passed over.
 * @param which at most `limit` of a campaign, or the one with a code
 * @returns how many expired
 */
export async function expire(
  db: Queryable,
  now: Date,
  which: { campaignKey: number; limit: number } | { code: string },
): Promise<number> {
  const [condition, values] =
    'code' in which
      ? ['code = $2 limit $3', [which.code, 1]]
      : ['campaign_key = $2 limit $3', [which.campaignKey, which.limit]];
  const [row] = await db.query<{ expired: number }>(
    `with due as (
       select coupon_key from coupons where status = 'open' and valid_until <= $1 and ${condition} for update skip locked),
     gone as (
       update coupons set status = 'expired' from due where coupons.coupon_key = due.coupon_key
       returning coupons.coupon_key, campaign_key, reserved_minor),
     entries as (
       insert into coupon_ledger (coupon_key, campaign_key, kind, reserved_minor, occurred_at)
       select coupon_key, campaign_key, 'expiry', -reserved_minor, $1 from gone),
     sums as (select campaign_key, count(*)::int as coupons, sum(reserved_minor)::bigint as money from gone group by campaign_key),
     given_back as (
       update campaigns set issued = issued - sums.coupons, expired = expired + sums.coupons,
         money_reserved_minor = money_reserved_minor - sums.money
       from sums where campaigns.campaign_key = sums.campaign_key)
     select count(*)::int as expired from gone`,
    [now, ...values],
    'code' in which ? 'expire-code' : 'expire-campaign',
  );
  return row!.expired;
}

export interface LedgerDifference {
  campaignId: string;
  figure: 'issued' | 'redeemed' | 'expired' | 'money_reserved_minor' | 'money_redeemed_minor';
  counter: number;
  ledger: number;
  /** out of the coupons themselves; money redeemed is in the ledger alone */
  coupons: number | null;
}

/** Counters that are not what the ledger or the coupons add up to: one statement, so one moment. */
export async function selectDifferences(db: Queryable): Promise<LedgerDifference[]> {
  const rows = await db.query<Omit<LedgerDifference, 'campaignId'> & { campaign_id: string }>(
    `with entries as (
       select campaign_key,
         count(*) filter (where kind = 'reservation') - count(*) filter (where kind = 'expiry') as issued,
         count(*) filter (where kind = 'redemption') as redeemed, count(*) filter (where kind = 'expiry') as expired,
         sum(reserved_minor)::bigint as reserved, sum(redeemed_minor)::bigint as spent
       from coupon_ledger group by campaign_key),
     held as (
       select campaign_key, count(*) filter (where status <> 'expired') as issued,
         count(*) filter (where status = 'redeemed') as redeemed, count(*) filter (where status = 'expired') as expired,
         coalesce(sum(reserved_minor) filter (where status = 'open'), 0)::bigint as reserved
       from coupons group by campaign_key)
     select campaign_id, figure, counter, coalesce(ledger, 0) as ledger, coupons
     from campaigns left join entries using (campaign_key) left join held using (campaign_key),
     lateral (values
       ('issued', campaigns.issued::bigint, entries.issued, coalesce(held.issued, 0)),
       ('redeemed', campaigns.redeemed, entries.redeemed, coalesce(held.redeemed, 0)),
       ('expired', campaigns.expired, entries.expired, coalesce(held.expired, 0)),
       ('money_reserved_minor', money_reserved_minor, entries.reserved, coalesce(held.reserved, 0)),
       ('money_redeemed_minor', money_redeemed_minor, entries.spent, null)
     ) as figures (figure, counter, ledger, coupons)
     where counter <> coalesce(ledger, 0) or coupons <> coalesce(ledger, 0)
     order by campaign_key, figure`,
  );
  return rows.map(({ campaign_id, ...difference }) => ({ campaignId: campaign_id, ...difference }));
}

/** The coupons stay, and nobody knows whose they were. */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('update coupons set customer_key = null where customer_key = $1', [customerKey]);
}
