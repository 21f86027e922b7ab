import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { type Bind, keysBeginningWith } from '../../intake/index.ts';
import type { Opening } from '../campaigns/opening-hours.ts';
import type { Outcome } from '../decisions/choice/outcome-codes.ts';

export type GivingStatus = 'waiting' | 'running' | 'finished' | 'stopped';

/** How many customers of a giving came to which outcome. */
export type OutcomeCounts = Partial<Record<Outcome, number>>;

/** A campaign that is given to many at once, and how far that is. */
export interface Giving {
  givingKey: number;
  givingId: string;
  campaignKey: number;
  campaignId: string;
  /** null: everybody who may be profiled */
  segmentId: string | null;
  startsAt: Date;
  status: GivingStatus;
  askedAt: Date;
  finishedAt: Date | null;
  outcomes: OutcomeCounts;
  /** customers up to this key were decided about */
  afterKey: number;
}

const columns = `giving_key as "givingKey", giving_id as "givingId", campaign_key as "campaignKey", campaign_id as "campaignId",
  segment_id as "segmentId", starts_at as "startsAt", status, asked_at as "askedAt", finished_at as "finishedAt", outcomes,
  after_key as "afterKey"`;
const givings = `select ${columns} from campaign_givings join campaigns using (campaign_key)`;

/** @returns false: the campaign has a giving of this id */
export async function insertGiving(
  db: Queryable,
  giving: Pick<Giving, 'givingId' | 'campaignKey' | 'segmentId' | 'startsAt' | 'askedAt'>,
): Promise<boolean> {
  const rows = await db.query(
    `insert into campaign_givings (giving_id, campaign_key, segment_id, starts_at, asked_at) values ($1, $2, $3, $4, $5)
     on conflict (campaign_key, giving_id) do nothing returning giving_key`,
    [giving.givingId, giving.campaignKey, giving.segmentId, giving.startsAt, giving.askedAt],
  );
  return rows.length === 1;
}

export async function selectGiving(db: Queryable, campaignKey: number, givingId: string): Promise<Giving | undefined> {
  const [giving] = await db.query<Giving>(`${givings} where campaign_key = $1 and giving_id = $2`, [
    campaignKey,
    givingId,
  ]);
  return giving;
}

/** Newest first, below a key. */
export function selectGivings(db: Queryable, campaignKey: number, limit: number, below?: number): Promise<Giving[]> {
  return db.query<Giving>(
    `${givings} where campaign_key = $1 and ($2::bigint is null or giving_key < $2) order by giving_key desc limit $3`,
    [campaignKey, below ?? null, limit],
  );
}

/** Nobody more is decided about. What is over stays as it is. */
export async function stopGiving(db: Queryable, givingKey: number, now: Date): Promise<void> {
  await db.query(
    `update campaign_givings set status = 'stopped', finished_at = $2, lease_holder = null
     where giving_key = $1 and status in ('waiting', 'running')`,
    [givingKey, now],
  );
}

const leaseSeconds = 5;
const leased = `clock_timestamp() + interval '${leaseSeconds} seconds'`;

/** A giving whose moment has come and that nobody works at, for this holder; its lease is by the database's clock. */
export async function takeDue(
  db: Queryable,
  holder: string,
  now: Date,
  closedKeys: readonly number[],
): Promise<Giving | undefined> {
  const [giving] = await db.query<Giving>(
    `with due as (
       select giving_key from campaign_givings join campaigns using (campaign_key)
         join campaign_terms as terms using (campaign_key, terms_key)
       where status in ('waiting', 'running') and starts_at <= $2 and terms.valid_from <= $2 and not campaigns.paused
         and (terms.group_offer is null or campaigns.opened_at is not null or (terms.group_offer ->> 'joinUntil')::timestamptz <= $2)
         and (lease_holder is null or lease_until < clock_timestamp()) and not campaign_key = any($3::int[])
       order by starts_at, giving_key limit 1 for update of campaign_givings skip locked),
     taken as (
       update campaign_givings set status = 'running', lease_holder = $1, lease_until = ${leased}
       where giving_key in (select giving_key from due) returning *)
     select ${columns} from taken join campaigns using (campaign_key)`,
    [holder, now, closedKeys],
  );
  return giving;
}

/** When campaigns that wait to be given and are not over are open, where they are not at any hour. */
export async function selectDueHours(db: Queryable, now: Date): Promise<(Opening & { campaignKey: number })[]> {
  const rows = await db.query<{ campaign_key: number; hours: Opening['hours']; time_zone: string }>(
    `select distinct campaign_key, terms.hours, campaigns.time_zone from campaign_givings join campaigns using (campaign_key)
       join campaign_terms as terms using (campaign_key, terms_key)
     where status in ('waiting', 'running') and starts_at <= $1 and terms.valid_until > $1 and terms.hours <> '[]'`,
    [now],
  );
  return rows.map(({ campaign_key: campaignKey, hours, time_zone: timeZone }) => ({ campaignKey, hours, timeZone }));
}

export async function releaseGiving(db: Queryable, givingKey: number, holder: string): Promise<void> {
  await db.query('update campaign_givings set lease_holder = null where giving_key = $1 and lease_holder = $2', [
    givingKey,
    holder,
  ]);
}

export async function finishGiving(db: Queryable, { givingKey, afterKey }: Giving, holder: string, now: Date) {
  await db.query(
    `update campaign_givings set status = 'finished', finished_at = $4, lease_holder = null
     where giving_key = $1 and lease_holder = $2 and after_key = $3 and status = 'running'`,
    [givingKey, holder, afterKey, now],
  );
}

/** What became of one customer. */
export interface GivenCustomer {
  customerKey: number;
  /** null: nothing is decided about a code to hand on */
  decisionId: number | null;
  outcome: Outcome;
  /** null: none was given */
  code: string | null;
}

/**
 * Writes down what became of customers and goes on behind them, in the transaction of their decisions.
 * @returns false: another one works at it, or nobody any more; then the transaction is to be undone
 */
export async function goOn(
  tx: Transaction,
  { givingKey, afterKey }: Pick<Giving, 'givingKey' | 'afterKey'>,
  holder: string,
  { upTo, outcomes, given }: { upTo: number; outcomes: OutcomeCounts; given: readonly GivenCustomer[] },
): Promise<boolean> {
  const rows = await tx.query(
    `update campaign_givings set after_key = $4, outcomes = $5, lease_until = ${leased}
     where giving_key = $1 and lease_holder = $2 and after_key = $3 and status = 'running' returning giving_key`,
    [givingKey, holder, afterKey, upTo, JSON.stringify(outcomes)],
    'go-on-giving',
  );
  if (rows.length === 0) return false;
  await tx.query(
    `insert into giving_customers (giving_key, customer_key, decision_id, outcome, code)
     select $1, * from unnest($2::int[], $3::bigint[], $4::text[], $5::text[])`,
    [
      givingKey,
      given.map(({ customerKey }) => customerKey),
      given.map(({ decisionId }) => decisionId),
      given.map(({ outcome }) => outcome),
      given.map(({ code }) => code),
    ],
    'insert-giving-customers',
  );
  return true;
}

/** A row of the table of who got what. */
export interface StoredGiven extends GivenCustomer {
  /** of the code */
  validUntil: Date | null;
  /** whether the code was stopped since */
  isStopped: boolean;
}

/** Which rows of the table; absent: any. */
export interface GivenFilter {
  outcomes?: readonly string[] | undefined;
  /** what the ids of customers begin with, without regard to the case of ASCII's letters */
  query?: string | undefined;
}

/** In the order of their keys, after one. */
export function selectGiven(
  db: Queryable,
  givingKey: number,
  { outcomes, query }: GivenFilter,
  limit: number,
  after: number,
): Promise<StoredGiven[]> {
  const values: unknown[] = [givingKey, after, limit];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const conditions = ['giving_key = $1', 'given.customer_key > $2'];
  if (outcomes) conditions.push(`outcome = any(${bind(outcomes)}::text[])`);
  if (query) conditions.push(`given.customer_key in ${keysBeginningWith(query, bind)}`);
  return db.query<StoredGiven>(
    `select given.customer_key as "customerKey", given.decision_id as "decisionId", outcome, given.code,
       coupon.valid_until as "validUntil", coupon.stopped_at is not null as "isStopped"
     from giving_customers as given left join coupons as coupon on coupon.code = given.code
     where ${conditions.join(' and ')} order by given.customer_key limit $3`,
    values,
  );
}

const pageSize = 2_000;

/** All of them, page by page. */
export async function* streamGiven(
  db: Database,
  givingKey: number,
  filter: GivenFilter,
): AsyncGenerator<StoredGiven[]> {
  for (let after = 0; ; ) {
    const page = await selectGiven(db, givingKey, filter, pageSize, after);
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = page.at(-1)!.customerKey;
  }
}

/** Erasure of a person. */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('delete from giving_customers where customer_key = $1', [customerKey]);
}
