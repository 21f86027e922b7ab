import type { Queryable, Transaction } from '../../db/index.ts';
import type { CouponCode } from '../codes/store.ts';
import type { UseState } from '../ledger/use-state.ts';
import type { Period } from '../limits/periods.ts';

/**
 * What redeems and reverses of one order comes one after the other, until its transaction ends: so nobody else changes the
 * order's redemptions.
 */
export async function lockOrder(tx: Transaction, orderId: string): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(current_schema() || 'coupon order' || $1, 0))`,
    [orderId],
    'lock-order',
  );
}

/** A redemption of an order that was not reversed as a whole. */
export interface OrderUse {
  useId: number;
  couponKey: number;
  campaignKey: number;
  /** what it was taken under */
  termsKey: number;
  kind: CouponCode['kind'];
  /** null: nobody was named, or the person was erased */
  customerKey: number | null;
  discountMinor: number;
  isPartlyReversed: boolean;
  /** of the lines that it was redeemed on; null: not kept */
  linesHash: Buffer | null;
}

/** In the order in which they were redeemed. */
export async function selectOrderUses(tx: Transaction, orderId: string): Promise<OrderUse[]> {
  const rows = await tx.query<{
    use_id: number;
    coupon_key: number;
    campaign_key: number;
    terms_key: number;
    kind: CouponCode['kind'];
    customer_key: number | null;
    discount_minor: number;
    state: UseState;
    lines_hash: Buffer | null;
  }>(
    `select used.use_id, used.coupon_key, used.campaign_key, used.terms_key, coupons.kind, used.customer_key, discount_minor, state,
       lines_hash
     from coupon_uses as used join coupons using (coupon_key)
     join coupon_ledger as entry on entry.use_id = used.use_id and entry.kind = 'redemption'
     where used.order_id = $1 and state <> 'reversed' order by entry_id`,
    [orderId],
    'order-uses',
  );
  return rows.map((row) => ({
    useId: row.use_id,
    couponKey: row.coupon_key,
    campaignKey: row.campaign_key,
    termsKey: row.terms_key,
    kind: row.kind,
    customerKey: row.customer_key,
    discountMinor: row.discount_minor,
    isPartlyReversed: row.state === 'partly-reversed',
    linesHash: row.lines_hash,
  }));
}

/** Settles a reserved use, with its entry in the ledger. */
export async function redeemReserved(
  tx: Transaction,
  redemption: {
    useId: number;
    /** whom a visitor's coupon is redeemed by, where they are named */
    customerKey: number | null;
    discountMinor: number;
    orderId: string;
    redeemedAt: Date;
    linesHash: Buffer;
  },
): Promise<void> {
  await tx.query(
    `with redeemed as (
       update coupon_uses set state = 'redeemed', discount_minor = $2, order_id = $3, redeemed_at = $4, lines_hash = $5,
         customer_key = case when visitor_key is null then customer_key else $6 end
       where use_id = $1 and state = 'reserved' returning use_id, coupon_key, campaign_key, reserved_minor)
     insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, redeemed_minor, order_id, occurred_at)
     select use_id, coupon_key, campaign_key, 'redemption', 0, -reserved_minor, $2, $3, $4 from redeemed`,
    [
      redemption.useId,
      redemption.discountMinor,
      redemption.orderId,
      redemption.redeemedAt,
      redemption.linesHash,
      redemption.customerKey,
    ],
    'redeem-reserved',
  );
}

/** A use that is taken and redeemed at once, with its entry. @returns its id; undefined: the order has taken this code before */
export async function insertRedeemed(
  tx: Transaction,
  use: {
    couponKey: number;
    campaignKey: number;
    termsKey: number;
    customerKey: number | null;
    discountMinor: number;
    orderId: string;
    redeemedAt: Date;
    linesHash: Buffer;
    starts: Record<Period, string>;
  },
): Promise<number | undefined> {
  const [row] = await tx.query<{ use_id: number }>(
    `with taken as (
       insert into coupon_uses (coupon_key, campaign_key, customer_key, state, reserved_minor, discount_minor, order_id,
         taken_at, redeemed_at, day, week, month, lines_hash, terms_key)
       values ($1, $2, $3, 'redeemed', 0, $4, $5, $6, $6, $7, $8, $9, $10, $11)
       on conflict do nothing returning use_id, coupon_key, campaign_key)
     insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, redeemed_minor, order_id, occurred_at)
     select use_id, coupon_key, campaign_key, 'redemption', 1, 0, $4, $5, $6 from taken returning use_id`,
    [
      use.couponKey,
      use.campaignKey,
      use.customerKey,
      use.discountMinor,
      use.orderId,
      use.redeemedAt,
      use.starts.day,
      use.starts.week,
      use.starts.month,
      use.linesHash,
      use.termsKey,
    ],
    'insert-redeemed',
  );
  return row?.use_id;
}

/** States anew what a redemption gives, with the difference in the ledger. */
export async function restateRedeemed(
  tx: Transaction,
  restated: { useId: number; discountMinor: number; restatedAt: Date },
): Promise<void> {
  await tx.query(
    `with before as (
       select use_id, discount_minor from coupon_uses where use_id = $1 for update),
     restated as (
       update coupon_uses set discount_minor = $2 from before where coupon_uses.use_id = before.use_id
       returning coupon_uses.use_id, coupon_key, campaign_key, order_id, $2 - before.discount_minor as difference)
     insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, redeemed_minor, order_id, occurred_at)
     select use_id, coupon_key, campaign_key, 'restatement', 0, 0, difference, order_id, $3 from restated`,
    [restated.useId, restated.discountMinor, restated.restatedAt],
    'restate-redeemed',
  );
}

export interface Redemption {
  redemptionId: number;
  code: string;
  campaignId: string;
  orderId: string;
  discountMinor: number;
  freeShipping: boolean;
  redeemedAt: Date;
}

/** By the ids of redemptions, in their order. */
export async function selectRedemptions(db: Queryable, redemptionIds: readonly number[]): Promise<Redemption[]> {
  const rows = await db.query<{
    use_id: number;
    code: string;
    campaign_id: string;
    order_id: string;
    discount_minor: number;
    free_shipping: boolean;
    redeemed_at: Date;
  }>(
    `select use_id, code, campaign_id, order_id, discount_minor, discount_type = 'free-shipping' as free_shipping, redeemed_at
     from coupon_uses as used join coupons using (coupon_key)
     join campaigns on campaigns.campaign_key = used.campaign_key
     join campaign_terms as terms on terms.terms_key = used.terms_key
     where use_id = any($1::bigint[])`,
    [redemptionIds],
    'select-redemptions',
  );
  const byId = new Map(
    rows.map((row): [number, Redemption] => [
      row.use_id,
      {
        redemptionId: row.use_id,
        code: row.code,
        campaignId: row.campaign_id,
        orderId: row.order_id,
        discountMinor: row.discount_minor,
        freeShipping: row.free_shipping,
        redeemedAt: row.redeemed_at,
      },
    ]),
  );
  return redemptionIds.map((id) => byId.get(id)!);
}

/** Uses stay, whether reserved or redeemed, and nobody knows whose they were. */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('update coupon_uses set customer_key = null where customer_key = $1', [customerKey]);
}
