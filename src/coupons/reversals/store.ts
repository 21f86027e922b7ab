import type { Queryable, Transaction } from '../../db/index.ts';
import type { UseState } from '../ledger/use-state.ts';

export interface RedeemedUse {
  useId: number;
  couponKey: number;
  campaignKey: number;
  isPooled: boolean;
  state: UseState;
  /** of the discount, not reversed yet */
  leftMinor: number;
}

/** The order of a redemption, which never changes. */
export async function selectOrderOf(db: Queryable, useId: string): Promise<string | undefined> {
  const [row] = await db.query<{ order_id: string }>(
    'select order_id from coupon_uses where use_id = $1 and redeemed_at is not null',
    [useId],
    'order-of-redemption',
  );
  return row?.order_id;
}

/**
 * The redeemed uses of a redemption's id or of an order, in the order in which they were redeemed. Codes are held first, then
 * uses, each in ascending key, until the transaction ends.
 */
export async function lockRedeemed(
  tx: Transaction,
  which: { useId: number | string } | { orderId: string },
): Promise<RedeemedUse[]> {
  const [condition, value] = 'useId' in which ? ['use_id = $1', which.useId] : ['order_id = $1', which.orderId];
  const isRedeemed = `${condition} and redeemed_at is not null`;
  await tx.query(
    `select from coupons where kind <> 'issued' and coupon_key in (select coupon_key from coupon_uses where ${isRedeemed})
     order by coupon_key for update`,
    [value],
  );
  await tx.query(`select from coupon_uses where ${isRedeemed} order by use_id for update`, [value]);
  const rows = await tx.query<{
    use_id: number;
    coupon_key: number;
    campaign_key: number;
    is_pooled: boolean;
    state: UseState;
    left_minor: number;
  }>(
    `select used.use_id, used.coupon_key, used.campaign_key, coupons.kind <> 'issued' as is_pooled, state,
       discount_minor - used.reversed_minor as left_minor
     from coupon_uses as used join coupons using (coupon_key)
     join coupon_ledger as entry on entry.use_id = used.use_id and entry.kind = 'redemption'
     where used.${isRedeemed} order by entry_id`,
    [value],
  );
  return rows.map((row) => ({
    useId: row.use_id,
    couponKey: row.coupon_key,
    campaignKey: row.campaign_key,
    isPooled: row.is_pooled,
    state: row.state,
    leftMinor: row.left_minor,
  }));
}

export interface NewReversal {
  /** the shop's; null: the redemption's own order left it nothing to give */
  reversalId: string | null;
  useId: number;
  amountMinor: number;
  unitGivenBack: boolean;
  contentHash: Buffer;
  reversedAt: Date;
}

/**
 * A reversal with its use's new state and its entry in the ledger. The shop's id and the use are unique together.
 * @returns false: there is one already, and nothing was changed
 */
export async function insertReversal(tx: Transaction, reversal: NewReversal): Promise<boolean> {
  const rows = await tx.query(
    `with reversed as (
       insert into coupon_reversals (reversal_id, use_id, amount_minor, unit_given_back, content_hash, reversed_at)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning reversal_key, use_id),
     given_back as (
       update coupon_uses set reversed_minor = reversed_minor + $3,
         state = case when $4 then 'reversed' else 'partly-reversed' end
       from reversed where coupon_uses.use_id = reversed.use_id
       returning coupon_uses.use_id, coupon_key, campaign_key, order_id)
     insert into coupon_ledger (use_id, reversal_key, coupon_key, campaign_key, kind, units, reserved_minor, reversed_minor,
       order_id, occurred_at)
     select use_id, reversal_key, coupon_key, campaign_key, 'reversal', case when $4 then -1 else 0 end, 0, $3, order_id, $6
     from reversed join given_back using (use_id) returning entry_id`,
    [
      reversal.reversalId,
      reversal.useId,
      reversal.amountMinor,
      reversal.unitGivenBack,
      reversal.contentHash,
      reversal.reversedAt,
    ],
    'insert-reversal',
  );
  return rows.length === 1;
}

export interface Reversal {
  reversalId: string;
  reversedAt: Date;
  redemptions: { redemptionId: number; amountMinor: number; unitGivenBack: boolean }[];
}

/** A reversal by the shop's id, and the hash of what was asked. */
export async function selectReversal(
  db: Queryable,
  reversalId: string,
): Promise<(Reversal & { contentHash: Buffer }) | undefined> {
  const rows = await db.query<{
    use_id: number;
    amount_minor: number;
    unit_given_back: boolean;
    content_hash: Buffer;
    reversed_at: Date;
  }>(
    `select use_id, amount_minor, unit_given_back, content_hash, reversed_at from coupon_reversals
     where reversal_id = $1 order by use_id`,
    [reversalId],
    'select-reversal',
  );
  const [first] = rows;
  return (
    first && {
      reversalId,
      reversedAt: first.reversed_at,
      contentHash: first.content_hash,
      redemptions: rows.map((row) => ({
        redemptionId: row.use_id,
        amountMinor: row.amount_minor,
        unitGivenBack: row.unit_given_back,
      })),
    }
  );
}
