import type { Queryable, Transaction } from '../../db/index.ts';
import type { Period } from '../limits/periods.ts';

export interface NewCoupon {
  code: string;
  campaignKey: number;
  customerKey: number;
  decisionId: number;
  reservedMinor: number;
  issuedAt: Date;
  validUntil: Date;
  starts: Record<Period, string>;
}

/** Coupons with their reserved uses and entries in the ledger, in one statement. */
export async function insertIssued(tx: Transaction, coupons: readonly NewCoupon[]): Promise<void> {
  if (coupons.length === 0) return;
  const column = <Name extends keyof NewCoupon>(name: Name) => coupons.map((coupon) => coupon[name]);
  await tx.query(
    `with given as (
       select * from unnest($1::text[], $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
         $8::date[], $9::date[], $10::date[])
       as given (code, campaign_key, customer_key, decision_id, reserved_minor, issued_at, valid_until, day, week, month)),
     issued as (
       insert into coupons (code, campaign_key, customer_key, decision_id, issued_at, valid_until)
       select code, campaign_key, customer_key, decision_id, issued_at, valid_until from given returning coupon_key, code),
     taken as (
       insert into coupon_uses (coupon_key, campaign_key, customer_key, state, reserved_minor, taken_at, expires_at, day, week, month)
       select coupon_key, campaign_key, customer_key, 'reserved', reserved_minor, issued_at, valid_until, day, week, month
       from given join issued using (code) returning use_id, coupon_key, campaign_key, reserved_minor, taken_at)
     insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, occurred_at)
     select use_id, coupon_key, campaign_key, 'reservation', 1, reserved_minor, taken_at from taken`,
    [
      column('code'),
      column('campaignKey'),
      column('customerKey'),
      column('decisionId'),
      column('reservedMinor'),
      coupons.map(({ issuedAt }) => issuedAt.toISOString()),
      coupons.map(({ validUntil }) => validUntil.toISOString()),
      coupons.map(({ starts }) => starts.day),
      coupons.map(({ starts }) => starts.week),
      coupons.map(({ starts }) => starts.month),
    ],
    'insert-issued',
  );
}

export type UseState = 'reserved' | 'redeemed' | 'partly-reversed' | 'reversed' | 'expired' | 'released';

export interface KnownCode {
  couponKey: number;
  code: string;
  campaignKey: number;
  kind: 'issued' | 'single' | 'shared';
  /** null: not bound to a customer, or the person was erased */
  customerKey: number | null;
  validUntil: Date;
  /** units that may still be taken with it; null: no limit. An issued one has taken its own. */
  left: number | null;
}

export async function selectCodes(db: Queryable, codes: readonly string[]): Promise<Map<string, KnownCode>> {
  const rows = await db.query<{
    coupon_key: number;
    code: string;
    campaign_key: number;
    kind: KnownCode['kind'];
    customer_key: number | null;
    valid_until: Date;
    remaining: number | null;
  }>(
    `select coupon_key, code, campaign_key, kind, customer_key, valid_until, usage_limit - held as remaining
     from coupons where code = any($1::text[])`,
    [codes],
    'select-codes',
  );
  return new Map(
    rows.map((row) => [
      row.code,
      {
        couponKey: row.coupon_key,
        code: row.code,
        campaignKey: row.campaign_key,
        kind: row.kind,
        customerKey: row.customer_key,
        validUntil: row.valid_until,
        left: row.remaining,
      },
    ]),
  );
}

export interface IssuedUse {
  useId: number;
  state: UseState;
  reservedMinor: number;
}

const issuedUse = 'select use_id, state, reserved_minor from coupon_uses where coupon_key = $1';

const toIssuedUse = (row: { use_id: number; state: UseState; reserved_minor: number }): IssuedUse => ({
  useId: row.use_id,
  state: row.state,
  reservedMinor: row.reserved_minor,
});

/** The one use of an issued coupon, held until the transaction ends. */
export async function lockIssuedUse(tx: Transaction, couponKey: number): Promise<IssuedUse> {
  const [row] = await tx.query<Parameters<typeof toIssuedUse>[0]>(
    `${issuedUse} for update`,
    [couponKey],
    'lock-issued-use',
  );
  return toIssuedUse(row);
}

export async function selectIssuedUse(db: Queryable, couponKey: number): Promise<IssuedUse> {
  const [row] = await db.query<Parameters<typeof toIssuedUse>[0]>(issuedUse, [couponKey], 'select-issued-use');
  return toIssuedUse(row);
}

/** Settles a reserved use, with its entry in the ledger. */
export async function redeemReserved(
  tx: Transaction,
  redemption: { useId: number; discountMinor: number; orderId: string; redeemedAt: Date; linesHash: Buffer },
): Promise<void> {
  await tx.query(
    `with redeemed as (
       update coupon_uses set state = 'redeemed', discount_minor = $2, order_id = $3, redeemed_at = $4, lines_hash = $5
       where use_id = $1 and state = 'reserved' returning use_id, coupon_key, campaign_key, reserved_minor)
     insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, redeemed_minor, order_id, occurred_at)
     select use_id, coupon_key, campaign_key, 'redemption', 0, -reserved_minor, $2, $3, $4 from redeemed`,
    [redemption.useId, redemption.discountMinor, redemption.orderId, redemption.redeemedAt, redemption.linesHash],
    'redeem-reserved',
  );
}

/** Takes one unit through a code made in bulk or by name, if its own limit has room: conditional. */
export async function holdCode(tx: Transaction, couponKey: number): Promise<boolean> {
  const rows = await tx.query(
    `update coupons set held = held + 1 where coupon_key = $1 and (usage_limit is null or held < usage_limit)
     returning coupon_key`,
    [couponKey],
    'hold-code',
  );
  return rows.length === 1;
}

/** A use that is taken and redeemed at once, with its entry. @returns its id; undefined: the order has taken this code before */
export async function insertRedeemed(
  tx: Transaction,
  use: {
    couponKey: number;
    campaignKey: number;
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
         taken_at, redeemed_at, day, week, month, lines_hash)
       values ($1, $2, $3, 'redeemed', 0, $4, $5, $6, $6, $7, $8, $9, $10)
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
    ],
    'insert-redeemed',
  );
  return row?.use_id;
}

/** A redemption of an order that was not reversed as a whole. */
export interface OrderUse {
  useId: number;
  couponKey: number;
  campaignKey: number;
  kind: KnownCode['kind'];
  /** null: nobody was named, or the person was erased */
  customerKey: number | null;
  discountMinor: number;
  isPartlyReversed: boolean;
  /** of the lines that it was redeemed on; null: not kept */
  linesHash: Buffer | null;
}

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

/** In the order in which they were redeemed. */
export async function selectOrderUses(tx: Transaction, orderId: string): Promise<OrderUse[]> {
  const rows = await tx.query<{
    use_id: number;
    coupon_key: number;
    campaign_key: number;
    kind: KnownCode['kind'];
    customer_key: number | null;
    discount_minor: number;
    state: UseState;
    lines_hash: Buffer | null;
  }>(
    `select used.use_id, used.coupon_key, used.campaign_key, coupons.kind, used.customer_key, discount_minor, state, lines_hash
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
    kind: row.kind,
    customerKey: row.customer_key,
    discountMinor: row.discount_minor,
    isPartlyReversed: row.state === 'partly-reversed',
    linesHash: row.lines_hash,
  }));
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

/** An issued code whose unit was given back without being used up: it takes one anew when it is redeemed, as codes made by name do. */
export async function unbindFromUse(tx: Transaction, couponKey: number): Promise<void> {
  await tx.query(`update coupons set kind = 'single' where coupon_key = $1`, [couponKey], 'unbind-from-use');
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
     from coupon_uses join coupons using (coupon_key) join campaigns on campaigns.campaign_key = coupons.campaign_key
     where use_id = any($1::bigint[])`,
    [redemptionIds],
    'select-redemptions',
  );
  const known = new Map(
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
  return redemptionIds.map((id) => known.get(id)!);
}

/** Campaigns with reserved uses whose time is over. */
export async function selectCampaignsWithExpired(db: Queryable, now: Date): Promise<number[]> {
  const rows = await db.query<{ campaign_key: number }>(
    `select campaign_key from campaigns where exists
       (select from coupon_uses where coupon_uses.campaign_key = campaigns.campaign_key
         and coupon_uses.state = 'reserved' and coupon_uses.expires_at <= $1)
     order by campaign_key`,
    [now],
  );
  return rows.map((row) => row.campaign_key);
}

export interface EndedUse {
  useId: number;
  campaignKey: number;
  reservedMinor: number;
}

/**
 * Ends reserved uses without a redemption, with their entries in the ledger; counters are the caller's. Uses that somebody is
 * redeeming are passed over by expiry, and waited for by a release.
 */
export async function endReserved(
  tx: Transaction,
  now: Date,
  which: { campaignKey: number; limit: number } | { couponKey: number; as: 'expired' | 'released' },
): Promise<EndedUse[]> {
  const isOne = 'couponKey' in which;
  const as = isOne ? which.as : 'expired';
  const kind = as === 'expired' ? 'expiry' : 'release';
  const chosen = isOne ? 'coupon_key = $2' : 'campaign_key = $2';
  const due = as === 'expired' ? 'expires_at <= $1' : '$1::timestamptz is not null';
  const rows = await tx.query<{ use_id: number; campaign_key: number; reserved_minor: number }>(
    `with due as (
       select use_id from coupon_uses where state = 'reserved' and ${due} and ${chosen} limit $3
       for update ${isOne ? '' : 'skip locked'}),
     ended as (
       update coupon_uses set state = '${as}' from due where coupon_uses.use_id = due.use_id
       returning coupon_uses.use_id, coupon_key, campaign_key, reserved_minor),
     entries as (
       insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, occurred_at)
       select use_id, coupon_key, campaign_key, '${kind}', -1, -reserved_minor, $1 from ended)
     select use_id, campaign_key, reserved_minor from ended`,
    [now, isOne ? which.couponKey : which.campaignKey, isOne ? 1 : which.limit],
    `end-reserved-${as}-${isOne}`,
  );
  return rows.map((row) => ({ useId: row.use_id, campaignKey: row.campaign_key, reservedMinor: row.reserved_minor }));
}

/**
 * Codes and uses stay, and nobody knows whose they were. A code made in bulk or by name for them alone is over from its
 * beginning: bound to nobody, it would be anybody's.
 */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query(
    `update coupons set customer_key = null, valid_until = case kind when 'issued' then valid_until else issued_at end
     where customer_key = $1`,
    [customerKey],
  );
  await tx.query('update coupon_uses set customer_key = null where customer_key = $1', [customerKey]);
}
