import type { Queryable } from '../../db/index.ts';
import { countedIn } from '../limits/store.ts';
import { heldStates as held } from './use-state.ts';

export interface LedgerDifference {
  campaignId: string;
  /** a counter of the campaign, or `held-by-code`, or `limit-<per>-<period>` */
  figure: string;
  counter: number;
  ledger: number;
  /** out of the uses themselves; null where they do not say */
  uses: number | null;
}

/** Counters that are not what the ledger or the uses add up to: one statement, so all as of one instant. */
export async function selectDifferences(db: Queryable): Promise<LedgerDifference[]> {
  const rows = await db.query<Omit<LedgerDifference, 'campaignId'> & { campaign_id: string }>(
    `with entries as (
       select campaign_key, sum(units)::bigint as issued,
         count(*) filter (where kind = 'redemption') as redeemed, count(*) filter (where kind = 'expiry') as expired,
         count(*) filter (where kind = 'release') as released,
         count(*) filter (where kind = 'reversal' and units = -1) as reversed,
         sum(reserved_minor)::bigint as reserved, sum(redeemed_minor)::bigint as spent, sum(reversed_minor)::bigint as returned
       from coupon_ledger group by campaign_key),
     used as (
       select campaign_key, count(*) filter (where ${held}) as issued, count(redeemed_at) as redeemed,
         count(*) filter (where state = 'expired') as expired, count(*) filter (where state = 'released') as released,
         count(*) filter (where state = 'reversed') as reversed,
         coalesce(sum(reserved_minor) filter (where state = 'reserved'), 0)::bigint as reserved,
         coalesce(sum(discount_minor), 0)::bigint as spent, sum(reversed_minor)::bigint as returned
       from coupon_uses group by campaign_key),
     of_campaigns as (
       select campaign_key, figure, counter, coalesce(ledger, 0) as ledger, coalesce(uses, 0) as uses
       from campaigns left join entries using (campaign_key) left join used using (campaign_key),
       lateral (values
         ('issued', campaigns.issued::bigint, entries.issued, used.issued),
         ('redeemed', campaigns.redeemed, entries.redeemed, used.redeemed),
         ('expired', campaigns.expired, entries.expired, used.expired),
         ('released', campaigns.released, entries.released, used.released),
         ('reversed', campaigns.reversed, entries.reversed, used.reversed),
         ('money_reserved_minor', money_reserved_minor, entries.reserved, used.reserved),
         ('money_redeemed_minor', money_redeemed_minor, entries.spent, used.spent),
         ('money_reversed_minor', money_reversed_minor, entries.returned, used.returned)
       ) as figures (figure, counter, ledger, uses)),
     units as (
       select use_id, sum(units)::int as units from coupon_ledger group by use_id),
     of_limits as (
       select campaign_key, per, holder, period, starts, sum(units.units)::bigint as ledger
       from coupon_uses join units using (use_id) ${countedIn}
       where holder is not null group by campaign_key, per, holder, period, starts),
     limits as (
       select campaign_key, 'limit-' || per || '-' || period as figure, coalesce(coupon_counters.units, 0)::bigint as counter,
         coalesce(ledger, 0) as ledger, null::bigint as uses
       from coupon_counters full join of_limits using (campaign_key, per, holder, period, starts)
       where coupon_counters.units is not null or (per in ('customer', 'visitor') and period = 'total')),
     codes as (
       select coupons.campaign_key, 'held-by-code' as figure, held::bigint as counter,
         coalesce(sum(units.units), 0)::bigint as ledger, count(use_id) filter (where ${held}) as uses
       from coupons left join coupon_uses using (coupon_key) left join units using (use_id)
       where kind <> 'issued' and (held > 0 or use_id is not null) group by coupon_key)
     select campaign_id, figure, counter, ledger, uses
     from (select * from of_campaigns union all select * from limits union all select * from codes) as figures
     join campaigns using (campaign_key)
     where counter <> ledger or counter <> uses
     order by campaign_key, figure`,
  );
  return rows.map(({ campaign_id, ...difference }) => ({ campaignId: campaign_id, ...difference }));
}

export async function countEntries(db: Queryable): Promise<number> {
  const [row] = await db.query<{ entries: number }>('select count(*) as entries from coupon_ledger');
  return row.entries;
}

/** When the coupons of an order were redeemed, and issued to somebody. */
export async function selectMomentsOfOrder(db: Queryable, orderId: string): Promise<Date[]> {
  const rows = await db.query<{ redeemed_at: Date; issued_at: Date | null }>(
    `select used.redeemed_at, case when coupons.kind = 'issued' then coupons.issued_at end as issued_at
     from coupon_uses as used join coupons using (coupon_key)
     where used.order_id = $1 and used.redeemed_at is not null`,
    [orderId],
    'coupon-moments-of-order',
  );
  return rows.flatMap(({ redeemed_at, issued_at }) => (issued_at ? [redeemed_at, issued_at] : [redeemed_at]));
}

/** When somebody redeemed coupons, and was issued some. */
export async function selectMomentsOfCustomer(db: Queryable, customerKey: number): Promise<Date[]> {
  const rows = await db.query<{ moment: Date }>(
    `select redeemed_at as moment from coupon_uses where customer_key = $1 and redeemed_at is not null
     union select issued_at from coupons where customer_key = $1 and kind = 'issued'`,
    [customerKey],
  );
  return rows.map(({ moment }) => moment);
}
