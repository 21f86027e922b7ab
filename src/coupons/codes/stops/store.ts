import { copyLine, type Database, type Queryable, type Transaction } from '../../../db/index.ts';

const readAtOnce = 10_000;

/** Stops a code for ever. */
export async function stopCode(tx: Transaction, couponKey: number, now: Date): Promise<void> {
  await tx.query('update coupons set stopped_at = $2 where coupon_key = $1', [couponKey, now]);
}

/** Of a code, held until the transaction ends, so that nobody redeems it meanwhile. */
export async function lockCode(
  tx: Transaction,
  couponKey: number,
): Promise<{ stoppedAt: Date | null; batchId: string | null; isUsedUp: boolean }> {
  const [row] = await tx.query<{ stoppedAt: Date | null; batchId: string | null; isUsedUp: boolean }>(
    `select stopped_at as "stoppedAt", batch_id as "batchId", coalesce(held = usage_limit, false) as "isUsedUp"
     from coupons where coupon_key = $1 for update`,
    [couponKey],
  );
  return row;
}

/** Stops the codes of a batch that can still be redeemed. @returns how many */
export async function stopBatch(tx: Transaction, campaignKey: number, batchId: string, now: Date): Promise<number> {
  const [{ stopped }] = await tx.query<{ stopped: number }>(
    `with due as (
       select coupon_key from coupons where campaign_key = $1 and batch_id = $2 and stopped_at is null
         and held is distinct from usage_limit order by coupon_key for update),
     stopped as (
       update coupons set stopped_at = $3 from due where coupons.coupon_key = due.coupon_key returning 1)
     select count(*) as stopped from stopped`,
    [campaignKey, batchId, now],
  );
  return stopped;
}

/** How many codes of a batch are stopped, and since when the first of them is. */
export async function countStopped(
  db: Queryable,
  campaignKey: number,
  batchId: string,
): Promise<{ stopped: number; stoppedAt: Date | null }> {
  const [row] = await db.query<{ stopped: number; stoppedAt: Date | null }>(
    `select count(*) as stopped, min(stopped_at) as "stoppedAt" from coupons
     where campaign_key = $1 and batch_id = $2 and stopped_at is not null`,
    [campaignKey, batchId],
  );
  return row;
}

/** A code that was stopped, and of which there is something left. */
export interface LeftCode {
  couponKey: number;
  customerKey: number | null;
  kind: 'single' | 'shared';
  validUntil: Date | null;
  /** units that could still be taken with it; null: no limit */
  left: number | null;
}

/** The next codes of a batch that were stopped with something left of them, still in time, and whose place no other took. */
export function selectLeft(
  tx: Transaction,
  { campaignKey, batchId, endsAt, now }: { campaignKey: number; batchId: string; endsAt: Date; now: Date },
  after: number,
  limit: number,
): Promise<LeftCode[]> {
  return tx.query<LeftCode>(
    `select coupon_key as "couponKey", customer_key as "customerKey", kind, valid_until as "validUntil", usage_limit - held as "left"
     from coupons where campaign_key = $1 and batch_id = $2 and coupon_key > $3 and stopped_at is not null
       and held is distinct from usage_limit and least(valid_until, $4::timestamptz) > $5
       and not exists (select from coupons as newer where newer.replaces = coupons.coupon_key)
     order by coupon_key limit $6`,
    [campaignKey, batchId, after, endsAt, now, limit],
  );
}

/** Copies codes in that take the place of others, each with what is left of its own. */
export async function copyReplacements(
  tx: Transaction,
  { campaignKey, batchId, issuedAt }: { campaignKey: number; batchId: string; issuedAt: Date },
  replaced: readonly LeftCode[],
  codes: Iterable<string>,
): Promise<void> {
  const lines = function* () {
    let at = 0;
    for (const code of codes) {
      const { couponKey, customerKey, kind, validUntil, left } = replaced[at++];
      yield copyLine([code, campaignKey, customerKey, issuedAt, validUntil, kind, left, batchId, couponKey]);
    }
  };
  await tx.copyInto(
    'coupons (code, campaign_key, customer_key, issued_at, valid_until, kind, usage_limit, batch_id, replaces)',
    lines(),
  );
}

/** The customers that codes of a batch are for. */
export async function selectBatchCustomers(db: Queryable, campaignKey: number, batchId: string): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    `select distinct customer_key from coupons where campaign_key = $1 and batch_id = $2 and customer_key is not null
     order by customer_key`,
    [campaignKey, batchId],
  );
  return rows.map(({ customer_key }) => customer_key);
}

/** The codes of a batch with those whose place they take, in the order in which they were made. */
export async function* streamReplacements(
  db: Database,
  campaignKey: number,
  batchId: string,
): AsyncGenerator<{ code: string; replaces: string }> {
  for (let after = 0; ; ) {
    const page = await db.query<{ couponKey: number; code: string; replaces: string }>(
      `select newer.coupon_key as "couponKey", newer.code, older.code as replaces
       from coupons as newer join coupons as older on older.coupon_key = newer.replaces
       where newer.campaign_key = $1 and newer.batch_id = $2 and newer.coupon_key > $3 order by newer.coupon_key limit $4`,
      [campaignKey, batchId, after, readAtOnce],
    );
    for (const { code, replaces } of page) yield { code, replaces };
    if (page.length < readAtOnce) return;
    after = page.at(-1)!.couponKey;
  }
}

/** Codes of one batch that take the place of those of another, or of any. */
export async function countReplacements(
  db: Queryable,
  campaignKey: number,
  { batchId, of }: { batchId: string; of?: string },
): Promise<number> {
  const [{ codes }] = await db.query<{ codes: number }>(
    `select count(*) as codes from coupons as newer join coupons as older on older.coupon_key = newer.replaces
     where newer.campaign_key = $1 and newer.batch_id = $2 and ($3::text is null or older.batch_id = $3)`,
    [campaignKey, batchId, of ?? null],
  );
  return codes;
}
