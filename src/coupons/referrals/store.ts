import type { Queryable, Transaction } from '../../db/index.ts';
import { isUndoneOrder } from '../../intake/index.ts';
import type { UseState } from '../ledger/use-state.ts';

export type ReferralState = 'waiting' | 'given' | 'withheld' | 'revoked';

/** Why nothing is given, or what was given was taken back. */
export type WhyNot = 'order-undone' | 'referrer-gone' | 'limit-reached' | 'budget-spent' | 'campaign-ended';

/** A code that a customer hands on, and what has come of it. */
export interface StoredReferralCode {
  couponKey: number;
  code: string;
  /** null: the person was erased */
  referrerKey: number | null;
  madeAt: Date;
  validUntil: Date | null;
  stoppedAt: Date | null;
  /** orders of friends that were not given back */
  uses: number;
  /** null: no limit */
  left: number | null;
  waiting: number;
  given: number;
  withheld: number;
  revoked: number;
}

const codes = `select coupon_key as "couponKey", code.code, own.referrer_key as "referrerKey", code.issued_at as "madeAt",
    code.valid_until as "validUntil", code.stopped_at as "stoppedAt", code.held as uses, code.usage_limit - code.held as "left", counted.*
  from referral_codes as own join coupons as code using (coupon_key)
  cross join lateral (
    select count(*) filter (where one.state = 'waiting') as waiting, count(*) filter (where one.state = 'given') as given,
      count(*) filter (where one.state = 'withheld') as withheld, count(*) filter (where one.state = 'revoked') as revoked
    from referrals as one where one.coupon_key = own.coupon_key) as counted`;

/** The code that a customer hands on now; one that was stopped is none. */
export async function selectCodeOf(
  db: Queryable,
  campaignKey: number,
  referrerKey: number,
): Promise<StoredReferralCode | undefined> {
  const [row] = await db.query<StoredReferralCode>(
    `${codes} where own.campaign_key = $1 and own.referrer_key = $2 and code.stopped_at is null`,
    [campaignKey, referrerKey],
    'referral-code-of',
  );
  return row;
}

/** Newest first, below a key. */
export function selectReferralCodes(
  db: Queryable,
  campaignKey: number,
  limit: number,
  below: number | undefined,
): Promise<StoredReferralCode[]> {
  return db.query(
    `${codes} where own.campaign_key = $1 and ($2::bigint is null or own.coupon_key < $2) order by own.coupon_key desc limit $3`,
    [campaignKey, below ?? null, limit],
  );
}

/** Whoever else makes a code of one of these customers waits until the transaction ends. */
export async function lockReferrers(
  tx: Transaction,
  campaignKey: number,
  referrerKeys: readonly number[],
): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(current_schema() || 'referrer' || $1 || ' ' || referrer_key, 0))
     from (select unnest($2::int[]) as referrer_key order by 1) as asked`,
    [campaignKey, referrerKeys],
  );
}

/** The codes that these customers hand on now, by their keys. */
export async function selectCodesOf(
  db: Queryable,
  campaignKey: number,
  referrerKeys: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db.query<{ referrer_key: number; code: string }>(
    `select own.referrer_key, code.code from referral_codes as own join coupons as code using (coupon_key)
     where own.campaign_key = $1 and own.referrer_key = any($2::int[]) and code.stopped_at is null`,
    [campaignKey, referrerKeys],
    'referral-codes-of',
  );
  return new Map(rows.map((row) => [row.referrer_key, row.code]));
}

/** Each for one customer. */
export async function insertReferralCodes(
  tx: Transaction,
  made: {
    campaignKey: number;
    usageLimit: number | null;
    now: Date;
    codes: readonly (readonly [referrerKey: number, code: string])[];
  },
): Promise<void> {
  await tx.query(
    `with asked as (select * from unnest($4::int[], $5::text[]) as asked (referrer_key, code)),
     made as (
       insert into coupons (code, campaign_key, issued_at, kind, usage_limit) select code, $1, $2, 'shared', $3 from asked
       returning coupon_key, code)
     insert into referral_codes (coupon_key, campaign_key, referrer_key) select coupon_key, $1, referrer_key from made join asked using (code)`,
    [made.campaignKey, made.now, made.usageLimit, made.codes.map(([key]) => key), made.codes.map(([, code]) => code)],
  );
}

/** Who hands codes on, by the key of the code: those that nobody does are absent, and null is an erased person. */
export async function selectReferrers(
  db: Queryable,
  couponKeys: readonly number[],
): Promise<Map<number, number | null>> {
  const rows = await db.query<{ coupon_key: number; referrer_key: number | null }>(
    'select coupon_key, referrer_key from referral_codes where coupon_key = any($1::bigint[])',
    [couponKeys],
    'referrers-of-codes',
  );
  return new Map(rows.map((row) => [row.coupon_key, row.referrer_key]));
}

/** Friends of a campaign are looked at one after the other, until the transaction ends: else two could bring each other. */
export async function lockFriends(tx: Transaction, campaignKeys: readonly number[]): Promise<void> {
  for (const key of [...new Set(campaignKeys)].sort((a, b) => a - b)) {
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended(current_schema() || 'friends' || $1, 0))`,
      [key],
      'lock-friends',
    );
  }
}

/** Whether one of these customers has brought a customer of a campaign, or who has brought them, and so on. */
export async function haveBrought(
  db: Queryable,
  campaignKey: number,
  customerKeys: readonly number[],
  broughtKey: number,
): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(
    `with recursive bringers (customer_key) as (
       select $3::int
       union
       select code.referrer_key from bringers
         join coupon_uses as used on used.campaign_key = $1 and used.customer_key = bringers.customer_key
         join referrals as one using (use_id) join referral_codes as code on code.coupon_key = one.coupon_key
       where code.referrer_key is not null and used.state <> 'reversed')
     select exists (
       select from bringers where bringers.customer_key = any($2::int[]) and bringers.customer_key <> $3) as found`,
    [campaignKey, customerKeys, broughtKey],
    'have-brought',
  );
  return row.found;
}

export async function insertReferrals(
  tx: Transaction,
  made: readonly { useId: number; campaignKey: number; couponKey: number; dueAt: Date }[],
): Promise<void> {
  for (const { useId, campaignKey, couponKey, dueAt } of made) {
    await tx.query(
      'insert into referrals (use_id, campaign_key, coupon_key, due_at) values ($1, $2, $3, $4)',
      [useId, campaignKey, couponKey, dueAt],
      'insert-referral',
    );
  }
}

/** A referral whose time has come. */
export interface DueReferral {
  useId: number;
  /** what the friend redeemed under */
  termsKey: number;
  referrerKey: number | null;
  isUndone: boolean;
}

/** Whether one waits whose time has come: what is asked again and again. */
export async function isAnyDue(db: Queryable, now: Date): Promise<boolean> {
  const rows = await db.query(
    `select from referrals where state = 'waiting' and due_at <= $1 limit 1`,
    [now],
    'is-referral-due',
  );
  return rows.length > 0;
}

/** The next that is due after one, held until the transaction ends; those that somebody works at are passed over. */
export async function lockDue(tx: Transaction, after: number, now: Date): Promise<DueReferral | undefined> {
  const [row] = await tx.query<DueReferral>(
    `select use_id as "useId", used.terms_key as "termsKey", code.referrer_key as "referrerKey",
       used.state = 'reversed' or ${isUndoneOrder('used.order_id')} as "isUndone"
     from referrals as one join coupon_uses as used using (use_id) join referral_codes as code on code.coupon_key = one.coupon_key
     where one.state = 'waiting' and one.due_at <= $2 and use_id > $1 order by use_id limit 1 for update of one skip locked`,
    [after, now],
    'lock-due-referral',
  );
  return row;
}

/** @param reward what was given; its code, or why none was */
export async function settle(
  tx: Transaction,
  useId: number,
  reward: { code: string } | { why: WhyNot },
  now: Date,
): Promise<void> {
  const [code, why] = 'code' in reward ? [reward.code, null] : [null, reward.why];
  await tx.query(
    `update referrals set state = case when $3::text is null then 'given' else 'withheld' end, why = $3, settled_at = $4,
       is_open = $3::text is null, reward_key = (select coupon_key from coupons where coupons.code = $2)
     where use_id = $1`,
    [useId, code, why, now],
  );
}

/** As many as are looked at in one statement. */
const mostAtOnce = 1_000;

/** Rewards that were used or are over are looked at no more; nobody is waited for. */
export async function closeRewards(db: Queryable): Promise<void> {
  await db.query(
    `update referrals set is_open = false where use_id in (
       select one.use_id from referrals as one
       where one.is_open and not exists (
         select from coupon_uses as reward where reward.coupon_key = one.reward_key and reward.state = 'reserved')
       order by one.use_id limit ${mostAtOnce} for update skip locked)`,
    [],
    'close-rewards',
  );
}

/** Rewards that nobody has used, for orders that do not stand: keys of referrals and of coupons. */
export function selectRevocable(db: Queryable): Promise<{ useId: number; rewardKey: number }[]> {
  return db.query(
    `select one.use_id as "useId", one.reward_key as "rewardKey"
     from referrals as one join coupon_uses as used on used.use_id = one.use_id
       join coupon_uses as reward on reward.coupon_key = one.reward_key
     where one.is_open and reward.state = 'reserved' and (used.state = 'reversed' or ${isUndoneOrder('used.order_id')})
     order by one.use_id limit ${mostAtOnce}`,
    [],
    'revocable-rewards',
  );
}

/** What a campaign could not give, because of its limits or budgets, is due again. */
export async function lookAgain(tx: Transaction, rewardCampaignId: string): Promise<void> {
  await tx.query(
    `update referrals set state = 'waiting', why = null, settled_at = null
     from coupon_uses as used join campaign_terms as terms using (terms_key)
     where referrals.why in ('limit-reached', 'budget-spent') and used.use_id = referrals.use_id
       and terms.referral ->> 'rewardCampaignId' = $1`,
    [rewardCampaignId],
  );
}

/** Held until the transaction ends. @returns its state */
export async function lockReferral(tx: Transaction, useId: number): Promise<ReferralState> {
  const [row] = await tx.query<{ state: ReferralState }>('select state from referrals where use_id = $1 for update', [
    useId,
  ]);
  return row.state;
}

export async function revoke(tx: Transaction, useId: number, now: Date): Promise<void> {
  await tx.query(
    `update referrals set state = 'revoked', is_open = false, why = 'order-undone', settled_at = $2 where use_id = $1`,
    [useId, now],
  );
}

/** An order of a friend. */
export interface StoredReferral {
  useId: number;
  code: string;
  referrerKey: number | null;
  friendKey: number | null;
  orderId: string;
  redeemedAt: Date;
  dueAt: Date;
  state: ReferralState;
  why: WhyNot | null;
  rewardCode: string | null;
  rewardState: UseState | null;
  settledAt: Date | null;
}

/** Newest first, below a key. */
export function selectReferrals(
  db: Queryable,
  campaignKey: number,
  limit: number,
  below: number | undefined,
): Promise<StoredReferral[]> {
  return db.query(
    `select one.use_id as "useId", code.code, own.referrer_key as "referrerKey", used.customer_key as "friendKey",
       used.order_id as "orderId", used.redeemed_at as "redeemedAt", one.due_at as "dueAt", one.state, one.why,
       reward.code as "rewardCode", one.settled_at as "settledAt",
       (select given.state from coupon_uses as given where given.coupon_key = one.reward_key order by given.use_id desc limit 1) as "rewardState"
     from referrals as one join coupon_uses as used on used.use_id = one.use_id
       join referral_codes as own on own.coupon_key = one.coupon_key join coupons as code on code.coupon_key = one.coupon_key
       left join coupons as reward on reward.coupon_key = one.reward_key
     where one.campaign_key = $1 and ($2::bigint is null or one.use_id < $2) order by one.use_id desc limit $3`,
    [campaignKey, below ?? null, limit],
  );
}

/** Codes of whoever is erased are over from their beginning, and nobody knows whose they were. */
export async function clearReferrer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query(
    `update coupons set valid_until = issued_at
     where coupon_key in (select coupon_key from referral_codes where referrer_key = $1)`,
    [customerKey],
  );
  await tx.query('update referral_codes set referrer_key = null where referrer_key = $1', [customerKey]);
}
