import { copyLine, type Database, type Queryable, type Transaction } from '../../db/index.ts';
import { identityLinksRelation, isUndoneOrder, linkHoldsAt } from '../../intake/index.ts';

export interface NewCodes {
  campaignKey: number;
  batchId: string;
  kind: 'single' | 'shared';
  /** null: no limit of its own */
  usageLimit: number | null;
  customerKey: number | null;
  issuedAt: Date;
  /** null: as long as the campaign */
  validUntil: Date | null;
}

/** Copies codes in as they are made; the memory it takes does not grow with their number. @returns how many */
export function copyCodes(tx: Transaction, batch: NewCodes, codes: Iterable<string>): Promise<number> {
  const { campaignKey, batchId, kind, usageLimit, customerKey, issuedAt, validUntil } = batch;
  const rest = copyLine(['', campaignKey, customerKey, issuedAt, validUntil, kind, usageLimit, batchId]);
  const lines = function* () {
    // Codes have no characters that COPY would need escaped.
    for (const code of codes) yield code + rest;
  };
  return tx.copyInto(
    'coupons (code, campaign_key, customer_key, issued_at, valid_until, kind, usage_limit, batch_id)',
    lines(),
  );
}

export async function insertCode(tx: Transaction, batch: NewCodes, code: string): Promise<boolean> {
  const rows = await tx.query(
    `insert into coupons (code, campaign_key, customer_key, issued_at, valid_until, kind, usage_limit, batch_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (code) do nothing returning coupon_key`,
    [
      code,
      batch.campaignKey,
      batch.customerKey,
      batch.issuedAt,
      batch.validUntil,
      batch.kind,
      batch.usageLimit,
      batch.batchId,
    ],
  );
  return rows.length === 1;
}

/** Batches of one name come one after the other. */
export async function lockBatch(tx: Transaction, campaignKey: number, batchId: string): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(current_schema() || 'coupon batch' || $1 || ' ' || $2, 0))`,
    [campaignKey, batchId],
  );
}

export async function hasBatch(db: Queryable, campaignKey: number, batchId: string): Promise<boolean> {
  const rows = await db.query('select from coupons where campaign_key = $1 and batch_id = $2 limit 1', [
    campaignKey,
    batchId,
  ]);
  return rows.length > 0;
}

/** A batch and what has become of its codes. */
export interface StoredBatch {
  /** of the code that was made first, by which batches stand in the order of their making */
  firstKey: number;
  batchId: string;
  kind: 'single' | 'shared';
  madeAt: Date;
  /** null: as long as the campaign */
  validUntil: Date | null;
  codes: number;
  /** units taken by redemptions, less those given back */
  redeemed: number;
  /** codes that can take no more, because they were used as often as they may be */
  usedUp: number;
  /** codes that are not used up, and whose time is over */
  ended: number;
  /** codes that were stopped with something left of them */
  stopped: number;
  /** units that may still be taken; null: no limit */
  left: number | null;
}

/**
 * The batches of a campaign, newest first, below one: found by jumping from one to the next in the index, then counted.
 * @param endsAt the campaign's end
 */
export function selectBatches(
  db: Queryable,
  { campaignKey, endsAt, now }: { campaignKey: number; endsAt: Date; now: Date },
  limit: number,
  below: number | undefined,
): Promise<StoredBatch[]> {
  return db.query(
    `with recursive batches as (
       (select batch_id, coupon_key from coupons where campaign_key = $1 and batch_id is not null order by batch_id, coupon_key limit 1)
       union all
       select following.* from batches cross join lateral (
         select code.batch_id, code.coupon_key from coupons as code
         where code.campaign_key = $1 and code.batch_id > batches.batch_id order by code.batch_id, code.coupon_key limit 1) as following),
     page as (select * from batches where $2::bigint is null or coupon_key < $2 order by coupon_key desc limit $3)
     select page.coupon_key as "firstKey", batch_id as "batchId", counted.* from page cross join lateral (
       select min(code.kind) as kind, min(code.issued_at) as "madeAt", min(code.valid_until) as "validUntil", count(*) as codes,
         sum(code.held) as redeemed, count(*) filter (where code.held = code.usage_limit) as "usedUp",
         count(*) filter (where code.held is distinct from code.usage_limit and code.stopped_at is null and least(code.valid_until, $4::timestamptz) <= $5) as ended,
         count(code.stopped_at) as stopped,
         case when bool_or(code.usage_limit is null and code.stopped_at is null and least(code.valid_until, $4) > $5) then null
           else coalesce(sum(code.usage_limit - code.held) filter (where code.stopped_at is null and least(code.valid_until, $4) > $5), 0) end as "left"
       from coupons as code where code.campaign_key = $1 and code.batch_id = page.batch_id) as counted
     order by page.coupon_key desc`,
    [campaignKey, below ?? null, limit, endsAt, now],
  );
}

const pageSize = 10_000;

/** The codes of a batch in the order in which they were made, page by page. */
export async function* streamCodes(db: Database, campaignKey: number, batchId: string): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const page = await db.query<{ coupon_key: number; code: string }>(
      `select coupon_key, code from coupons where campaign_key = $1 and batch_id = $2 and coupon_key > $3
       order by coupon_key limit $4`,
      [campaignKey, batchId, after, pageSize],
    );
    for (const { code } of page) yield code;
    if (page.length < pageSize) return;
    after = page.at(-1)!.coupon_key;
  }
}

export interface CouponCode {
  couponKey: number;
  code: string;
  campaignKey: number;
  /** what it was issued under; null: nobody was given it, so it follows its campaign */
  termsKey: number | null;
  kind: 'issued' | 'single' | 'shared';
  /** null: not bound to a customer, or the person was erased */
  customerKey: number | null;
  /** who was given it as nobody by name; null: nobody was */
  visitorKey: number | null;
  /** the customer who that visitor turned out to have been then; null: nobody by name */
  adoptedBy: number | null;
  /** null: as long as the campaign */
  validUntil: Date | null;
  /** units that may still be taken with it; null: no limit. An issued one has taken its own. */
  left: number | null;
  /** null: it was not stopped */
  stop: 'stopped' | 'replaced' | null;
}

/** SQL: whether a coupon is the reward for an order of a friend that does not stand. */
const isUndoneReward = (couponKey: string) => `exists (
  select from referrals join coupon_uses as used using (use_id)
  where referrals.reward_key = ${couponKey} and (used.state = 'reversed' or ${isUndoneOrder('used.order_id')}))`;

export async function selectCodes(db: Queryable, codes: readonly string[]): Promise<Map<string, CouponCode>> {
  const rows = await db.query<{
    coupon_key: number;
    code: string;
    campaign_key: number;
    terms_key: number | null;
    kind: CouponCode['kind'];
    customer_key: number | null;
    visitor_key: number | null;
    adopted_by: number | null;
    valid_until: Date | null;
    remaining: number | null;
    stop: CouponCode['stop'];
  }>(
    `select coupon_key, code, campaign_key, terms_key, kind, customer_key, visitor_key, valid_until, usage_limit - held as remaining,
       (select link.customer_key from ${identityLinksRelation} as link where link.visitor_key = coupons.visitor_key
          and ${linkHoldsAt('coupons.issued_at')}) as adopted_by,
       case when stopped_at is null then case when ${isUndoneReward('coupons.coupon_key')} then 'stopped' end
         when exists (select from coupons as newer where newer.replaces = coupons.coupon_key) then 'replaced' else 'stopped' end as stop
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
        termsKey: row.terms_key,
        kind: row.kind,
        customerKey: row.customer_key,
        visitorKey: row.visitor_key,
        adoptedBy: row.adopted_by,
        validUntil: row.valid_until,
        left: row.remaining,
        stop: row.stop,
      },
    ]),
  );
}

/** Takes one unit through a code made in bulk or by name, if it was not stopped and its own limit has room: conditional. */
export async function holdCode(tx: Transaction, couponKey: number): Promise<boolean> {
  const rows = await tx.query(
    `update coupons set held = held + 1 where coupon_key = $1 and stopped_at is null and (usage_limit is null or held < usage_limit)
     returning coupon_key`,
    [couponKey],
    'hold-code',
  );
  return rows.length === 1;
}

/** The unit that a code held is free again. */
export async function freeCode(tx: Transaction, couponKey: number): Promise<void> {
  await tx.query('update coupons set held = held - 1 where coupon_key = $1', [couponKey], 'free-code');
}

/** An issued code whose unit was given back without being used up: it takes one anew when it is redeemed, as codes made by name do. */
export async function unbindFromUse(tx: Transaction, couponKey: number): Promise<void> {
  await tx.query(`update coupons set kind = 'single' where coupon_key = $1`, [couponKey], 'unbind-from-use');
}

/**
 * Codes stay, and nobody knows whose they were. One made in bulk or by name for them alone is over from its beginning: bound to
 * nobody, it would be anybody's.
 */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query(
    `update coupons set customer_key = null, valid_until = case kind when 'issued' then valid_until else issued_at end
     where customer_key = $1`,
    [customerKey],
  );
}
