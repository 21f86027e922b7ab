import type { Queryable, Transaction } from '../../db/index.ts';
import { identityLinksRelation, linkHoldsAt } from '../../intake/index.ts';
import { heldStates } from '../ledger/use-state.ts';
import {
  type Bound,
  countedIn,
  customerBounds,
  type FullCounter,
  fullCountersOf,
  type PackedCounter,
  startOfTotal,
  toFull,
} from '../limits/store.ts';

/** Limits that visitors who are nobody by name have reached. */
export async function selectFullOfVisitors(
  db: Queryable,
  visitorKeys: readonly number[],
  bounds: readonly Bound[],
  now: Date,
): Promise<FullCounter[]> {
  const [row] = await db.query<{ reached: PackedCounter[] | null }>(
    `select ${fullCountersOf('(select unnest($1::bigint[]))', '$2::int[], $3::text[], $4::date[], $5::int[]', 'visitor')} as reached`,
    [visitorKeys, ...customerBounds(bounds, now)],
    'full-counters-of-visitors',
  );
  return (row.reached ?? []).map((counter) => toFull('visitor', counter));
}

/** Units that visitors were given who turned out to be customers at that time, and those that customers redeemed by name. */
const adopted = (customers: string, campaigns: string) => `
  (select link.customer_key, used.campaign_key, used.day, used.week, used.month, used.state, used.use_id
   from ${identityLinksRelation} as link join coupon_uses as used
     on used.visitor_key = link.visitor_key and ${linkHoldsAt('used.taken_at')}
   where link.customer_key = any(${customers}) and used.campaign_key = any(${campaigns}) and used.customer_key is null
   union all
   select used.customer_key, used.campaign_key, used.day, used.week, used.month, used.state, used.use_id
   from coupon_uses as used
   where used.customer_key = any(${customers}) and used.campaign_key = any(${campaigns}) and used.visitor_key is not null)`;

/** What customers hold as the visitors that they were, added to what they hold by name; whoever holds nothing so is absent. */
export async function selectAdoptedUnits(
  db: Queryable,
  customerKeys: readonly number[],
  campaignKeys: readonly number[],
): Promise<FullCounter[]> {
  const rows = await db.query<Omit<FullCounter, 'per'>>(
    `select used.campaign_key as "campaignKey", used.customer_key as holder, held_in.period, held_in.starts::text as starts,
       (count(*) + coalesce(max(own.units), 0))::int as units
     from ${adopted('$1::int[]', '$2::int[]')} as used
       cross join lateral (values ('total', date '${startOfTotal}'), ('day', used.day), ('week', used.week), ('month', used.month))
         as held_in (period, starts)
       left join coupon_counters as own on own.per = 'customer' and own.holder = used.customer_key
         and (own.campaign_key, own.period, own.starts) = (used.campaign_key, held_in.period, held_in.starts)
     where ${heldStates} group by used.campaign_key, used.customer_key, held_in.period, held_in.starts`,
    [customerKeys, campaignKeys],
    'adopted-units',
  );
  return rows.map((row) => ({ ...row, per: 'customer' }));
}

/** Until the transaction ends nobody else redeems what this customer was given, by name or as a visitor. */
export async function lockRedeemer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(current_schema() || 'coupon redeemer' || $1, 0))`,
    [customerKey],
    'lock-redeemer',
  );
}

/** Units of campaigns that a customer has redeemed, by name or as the visitors that they were, by campaign key. */
export async function countRedeemed(
  tx: Transaction,
  customerKey: number,
  campaignKeys: readonly number[],
): Promise<Map<number, number>> {
  const rows = await tx.query<{ campaign_key: number; units: number }>(
    `select campaign_key, count(*)::int as units from (
       select campaign_key, state from ${adopted('$1::int[]', '$2::int[]')} as given
       union all
       select campaign_key, state from coupon_uses
       where customer_key = any($1::int[]) and campaign_key = any($2::int[]) and visitor_key is null) as used
     where state in ('redeemed', 'partly-reversed') group by campaign_key`,
    [[customerKey], campaignKeys],
    'count-redeemed',
  );
  return new Map(rows.map((row) => [row.campaign_key, row.units]));
}

const ofPerson = (table: string, at: string) => `${table}.visitor_key = any($2::bigint[]) or ${table}.visitor_key in (
  select link.visitor_key from ${identityLinksRelation} as link
  where link.customer_key = $1 and ${linkHoldsAt(`${table}.${at}`)})`;

/** Erasure of a person: what they were given as visitors stays, and nobody knows who they were. */
export async function clearVisitors(
  tx: Transaction,
  customerKey: number,
  visitorKeys: readonly number[],
): Promise<void> {
  const [{ known }] = await tx.query<{ known: number[] }>(
    `select coalesce(array_agg(distinct visitor_key), '{}') as known from (
       select unnest($2::bigint[]) as visitor_key
       union select link.visitor_key from ${identityLinksRelation} as link where link.customer_key = $1) as theirs`,
    [customerKey, visitorKeys],
  );
  if (known.length === 0) return;
  const among = [customerKey, visitorKeys, known];
  // Before whose they are is forgotten: a visitor who is somebody else's now keeps what was given then.
  await tx.query(
    `update coupon_counters set units = coupon_counters.units - given.units
     from (select campaign_key, per, holder, period, starts, count(*)::int as units from coupon_uses ${countedIn}
       where per = 'visitor' and visitor_key = any($3::bigint[]) and ${heldStates} and (${ofPerson('coupon_uses', 'taken_at')})
       group by campaign_key, per, holder, period, starts) as given
     where (coupon_counters.campaign_key, coupon_counters.per, coupon_counters.holder, coupon_counters.period,
       coupon_counters.starts) = (given.campaign_key, given.per, given.holder, given.period, given.starts)`,
    among,
  );
  for (const [table, at] of [
    ['coupon_uses', 'taken_at'],
    ['coupons', 'issued_at'],
    ['coupon_decisions', 'decided_at'],
  ]) {
    await tx.query(
      `update ${table} set visitor_key = null where visitor_key = any($3::bigint[]) and (${ofPerson(table, at)})`,
      among,
    );
  }
  await tx.query(`delete from coupon_counters where per = 'visitor' and holder = any($1::bigint[])`, [visitorKeys]);
}
