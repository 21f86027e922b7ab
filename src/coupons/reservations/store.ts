import type { Queryable, Transaction } from '../../db/index.ts';
import type { UseState } from '../ledger/use-state.ts';
import type { Period } from '../limits/periods.ts';

export interface NewCoupon {
  code: string;
  campaignKey: number;
  /** what it is issued under, and taken */
  termsKey: number;
  /** one of both is null */
  customerKey: number | null;
  visitorKey: number | null;
  /** null: it rewards a referral */
  decisionId: number | null;
  reservedMinor: number;
  issuedAt: Date;
  validUntil: Date;
  starts: Record<Period, string>;
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
