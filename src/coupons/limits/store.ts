import type { Queryable, Transaction } from '../../db/index.ts';
import { identityLinksRelation, linkHoldsAt } from '../../intake/index.ts';
import type { CampaignTerms, TermsVersion } from '../campaigns/campaign-terms.ts';
import type { LimitElement } from '../request-elements.ts';
import { type Calendar, type Period, periodStarts } from './periods.ts';

/** Units held by a campaign, a customer or a code, in all or in a period, and the limit by the terms that hold now. */
export interface Counter {
  campaignKey: number;
  per: Holder;
  /** customer, visitor or code; 0 for the campaign */
  holder: number;
  period: LimitElement['period'];
  starts: string;
  atMost: number;
  /** of a customer: what they were given as a visitor counts beside it */
  guests?: boolean;
}

/** Who has units. Limits per customer bind visitors who are nobody by name too. */
export type Holder = LimitElement['per'] | 'visitor';

/** Who takes a unit of a campaign, and when by its calendar. */
export interface Taking {
  customerKey: number | null;
  /** who takes it as nobody by name; null or absent: nobody does */
  visitorKey?: number | null;
  /** a code made in bulk or by name; null: the code comes with the unit */
  couponKey: number | null;
  starts: Record<Period, string>;
}

export const startOfTotal = '0001-01-01';

/** That per customer, and those that are named. */
export function limitsOf({ limitPerCustomer, limits }: Pick<CampaignTerms, 'limitPerCustomer' | 'limits'>) {
  return [{ per: 'customer', period: 'total', units: limitPerCustomer } satisfies LimitElement, ...limits];
}

/** Every counter that one unit counts in. A limit per customer does not bind where no customer is known. */
export function countersOf(
  campaign: Pick<TermsVersion, 'campaignKey' | 'limitPerCustomer' | 'limits' | 'guests'>,
  { customerKey, visitorKey = null, couponKey, starts }: Taking,
): Counter[] {
  const person = customerKey === null && visitorKey !== null ? 'visitor' : 'customer';
  const holders = { campaign: 0, customer: customerKey ?? visitorKey, code: couponKey };
  return limitsOf(campaign).flatMap(({ per, period, units }): Counter[] => {
    const holder = holders[per];
    if (holder === null) return [];
    const from = period === 'total' ? startOfTotal : starts[period];
    const counter = { campaignKey: campaign.campaignKey, holder, period, starts: from, atMost: units };
    if (per !== 'customer') return [{ ...counter, per }];
    return [{ ...counter, per: person, ...(campaign.guests && person === 'customer' && { guests: true }) }];
  });
}

/** Each once, with how many units are to be counted in it. */
export function inUnits(counters: readonly Counter[]): (Counter & { units: number })[] {
  const wanted = new Map<string, Counter & { units: number }>();
  for (const counter of counters) {
    const key = `${counter.campaignKey} ${counter.per} ${counter.holder} ${counter.period} ${counter.starts}`;
    const same = wanted.get(key);
    if (same) same.units++;
    else wanted.set(key, { ...counter, units: 1 });
  }
  return [...wanted.values()];
}

/**
 * Counts one unit in each, if none would pass its limit: a conditional update of all in one statement. Call it while the
 * campaigns' rows are held, so that the limits are those that hold now.
 * @returns keys of the campaigns of which one would; then the transaction is to be rolled back
 */
export async function takeCounters(tx: Transaction, counters: readonly Counter[]): Promise<number[]> {
  const all = inUnits(counters);
  if (all.length === 0) return [];
  const rows = await tx.query<{ campaign_key: number }>(
    `insert into coupon_counters as counted (campaign_key, per, holder, period, starts, units, at_most)
     select * from unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::date[], $6::int[], $7::int[])
       as wanted (campaign_key, per, holder, period, starts, units, at_most)
     where units <= at_most order by campaign_key, per, holder, period, starts
     on conflict (campaign_key, per, holder, period, starts)
       do update set units = counted.units + excluded.units, at_most = excluded.at_most
       where counted.units + excluded.units <= excluded.at_most
     returning campaign_key`,
    [
      all.map(({ campaignKey }) => campaignKey),
      all.map(({ per }) => per),
      all.map(({ holder }) => holder),
      all.map(({ period }) => period),
      all.map(({ starts }) => starts),
      all.map(({ units }) => units),
      all.map(({ atMost }) => atMost),
    ],
    'take-counters',
  );
  if (rows.length === all.length) return [];
  const counted = (key: number, of: readonly { campaign_key: number }[]) =>
    of.filter((row) => row.campaign_key === key);
  const keys = [...new Set(all.map(({ campaignKey }) => campaignKey))];
  return keys.filter((key) => counted(key, rows).length < all.filter(({ campaignKey }) => campaignKey === key).length);
}

/** The counters that units of these uses count in; only those that are kept have a row. Who redeemed a visitor's unit did not take it. */
export const countedIn = `
  cross join lateral (values ('campaign', 0::bigint),
    ('customer', case when coupon_uses.visitor_key is null then coupon_uses.customer_key::bigint end),
    ('visitor', coupon_uses.visitor_key), ('code', coupon_uses.coupon_key)) as held_by (per, holder)
  cross join lateral (values ('total', date '${startOfTotal}'), ('day', coupon_uses.day), ('week', coupon_uses.week),
    ('month', coupon_uses.month)) as held_in (period, starts)`;

/** Units that are given back leave the counters of the periods in which they were taken. */
export async function giveBackCounters(tx: Transaction, useIds: readonly number[]): Promise<void> {
  if (useIds.length === 0) return;
  await tx.query(
    `update coupon_counters set units = coupon_counters.units - given.units
     from (select campaign_key, per, holder, period, starts, count(*)::int as units
       from coupon_uses ${countedIn} where use_id = any($1::bigint[]) and holder is not null
       group by campaign_key, per, holder, period, starts) as given
     where (coupon_counters.campaign_key, coupon_counters.per, coupon_counters.holder, coupon_counters.period,
       coupon_counters.starts) = (given.campaign_key, given.per, given.holder, given.period, given.starts)`,
    [useIds],
    'give-back-counters',
  );
}

export interface FullCounter {
  campaignKey: number;
  per: Holder;
  holder: number;
  period: Counter['period'];
  starts: string;
  units: number;
}

/** A limit that a campaign as a whole or a customer can reach, with the calendar of its periods. */
export interface Bound extends LimitElement {
  campaignKey: number;
  calendar: Calendar;
}

export function boundsOf(
  campaigns: readonly Pick<TermsVersion, 'campaignKey' | 'limitPerCustomer' | 'limits' | keyof Calendar>[],
): Bound[] {
  return campaigns.flatMap((campaign) => {
    const { campaignKey, timeZone, weekStart } = campaign;
    const ofPeople = limitsOf(campaign).filter(({ per }) => per !== 'code');
    return ofPeople.map((limit) => ({ ...limit, campaignKey, calendar: { timeZone, weekStart } }));
  });
}

const reachedBy = (bounds: string, per: Holder) =>
  `unnest(${bounds}) as bound (campaign_key, period, starts, least)
   join coupon_counters as counted on counted.per = '${per}' and counted.units >= bound.least
     and (counted.campaign_key, counted.period, counted.starts) = (bound.campaign_key, bound.period, bound.starts)`;

/**
 * Counters of campaigns as a whole that have no room for one more now by some of these bounds. By which, `isFull` tells: two
 * versions of a campaign's terms may be asked about together.
 */
export async function selectFullCampaigns(db: Queryable, bounds: readonly Bound[], now: Date): Promise<FullCounter[]> {
  const rows = await db.query<{ counter: PackedCounter }>(
    `select ${packed} as counter from ${reachedBy('$1::int[], $2::text[], $3::date[], $4::int[]', 'campaign')}
     where counted.holder = 0`,
    boundColumns(bounds, 'campaign', now),
    'full-campaigns',
  );
  return rows.map(({ counter }) => toFull('campaign', counter));
}

/** A counter as JSON. */
export type PackedCounter = [
  campaignKey: number,
  holder: number,
  period: Counter['period'],
  starts: string,
  units: number,
];

const packed = 'json_build_array(counted.campaign_key, counted.holder, counted.period, counted.starts, counted.units)';

export function toFull(per: Holder, counter: PackedCounter): FullCounter {
  const [campaignKey, holder, period, starts, units] = counter;
  return { campaignKey, per, holder, period, starts, units };
}

/**
 * SQL: the full counters of customers as one list of `PackedCounter`.
 * @param holders a sub-select of customer keys
 * @param bounds where the parameters of `customerBounds` stand
 */
export function fullCountersOf(holders: string, bounds: string, per: 'customer' | 'visitor' = 'customer'): string {
  return `(select json_agg(${packed}) from ${reachedBy(bounds, per)} where counted.holder in ${holders})`;
}

const bounded = new WeakMap<readonly Bound[], { quarter: number; columns: string[] }>();
/** Days, weeks and months begin at quarters of an hour, wherever. */
const quarterMs = 900_000;

/** Parameters of `fullCountersOf`; the same for a list of bounds until a day may begin. */
export function customerBounds(bounds: readonly Bound[], now: Date): string[] {
  const quarter = Math.floor(now.getTime() / quarterMs);
  let known = bounded.get(bounds);
  if (known?.quarter !== quarter) {
    known = { quarter, columns: boundColumns(bounds, 'customer', now).map((values) => `{${values.join()}}`) };
    bounded.set(bounds, known);
  }
  return known.columns;
}

/** Campaigns, periods, their starts and the least that reaches the limit; each limit once. */
function boundColumns(bounds: readonly Bound[], per: Bound['per'], now: Date): unknown[][] {
  const least = new Map<string, Bound>();
  for (const bound of bounds) {
    if (bound.per !== per) continue;
    const name = `${bound.campaignKey} ${bound.period}`;
    const other = least.get(name);
    if (!other || bound.units < other.units) least.set(name, bound);
  }
  const all = [...least.values()];
  return [
    all.map(({ campaignKey }) => campaignKey),
    all.map(({ period }) => period),
    all.map(({ period, calendar }) => (period === 'total' ? startOfTotal : periodStarts(now, calendar)[period])),
    all.map(({ units }) => units),
  ];
}

/** Whether a counter has no room for one more by these terms. */
export function isFull(
  counter: FullCounter,
  terms: Pick<TermsVersion, 'campaignKey' | 'limitPerCustomer' | 'limits'>,
): boolean {
  if (counter.campaignKey !== terms.campaignKey) return false;
  const counted = counter.per === 'visitor' ? 'customer' : counter.per;
  return limitsOf(terms).some(
    ({ per, period, units }) => per === counted && period === counter.period && counter.units >= units,
  );
}

/** How many more coupons a campaign's limits as a whole leave room for at a moment; Infinity: it has none. */
export async function selectUnitsLeft(
  db: Queryable,
  campaign: Pick<TermsVersion, 'campaignKey' | 'limitPerCustomer' | 'limits' | 'guests' | keyof Calendar>,
  now: Date,
): Promise<number> {
  const starts = periodStarts(now, campaign);
  const counters = countersOf(campaign, { customerKey: null, couponKey: null, starts });
  if (counters.length === 0) return Number.POSITIVE_INFINITY;
  const [{ left }] = await db.query<{ left: number }>(
    `select min(asked.at_most - coalesce(counted.units, 0))::int as left
     from unnest($2::text[], $3::date[], $4::int[]) as asked (period, starts, at_most)
       left join coupon_counters as counted on counted.per = 'campaign' and counted.holder = 0
         and (counted.campaign_key, counted.period, counted.starts) = ($1, asked.period, asked.starts)`,
    [
      campaign.campaignKey,
      counters.map(({ period }) => period),
      counters.map(({ starts: from }) => from),
      counters.map(({ atMost }) => atMost),
    ],
    'units-left',
  );
  return Math.max(0, left);
}

/** Whether each has room for one more; what a customer was given as a visitor counts beside what they were given by name. */
export async function haveRoom(db: Queryable, counters: readonly Counter[]): Promise<boolean> {
  const rows = await db.query(
    `select from unnest($1::int[], $2::text[], $3::bigint[], $4::text[], $5::date[], $6::int[], $7::boolean[])
       as asked (campaign_key, per, holder, period, starts, at_most, guests)
     left join coupon_counters as counted using (campaign_key, per, holder, period, starts)
     where coalesce(counted.units, 0) + case when asked.guests then ${takenAsVisitor('asked')} else 0 end >= asked.at_most limit 1`,
    [
      counters.map(({ campaignKey }) => campaignKey),
      counters.map(({ per }) => per),
      counters.map(({ holder }) => holder),
      counters.map(({ period }) => period),
      counters.map(({ starts }) => starts),
      counters.map(({ atMost }) => atMost),
      counters.map(({ guests = false }) => guests),
    ],
    'counters-with-room',
  );
  return rows.length === 0;
}

/** SQL: how many units of a counter its customer was given as a visitor, as `write_decisions` counts them. */
const takenAsVisitor = (counter: string) => `(
  select count(*) from (
    select own.day, own.week, own.month from ${identityLinksRelation} as link
      join coupon_uses as own on own.visitor_key = link.visitor_key and ${linkHoldsAt('own.taken_at')}
    where link.customer_key = ${counter}.holder and own.campaign_key = ${counter}.campaign_key and own.customer_key is null
      and own.state in ('reserved', 'redeemed', 'partly-reversed')
    union all
    select own.day, own.week, own.month from coupon_uses as own
    where own.customer_key = ${counter}.holder and own.campaign_key = ${counter}.campaign_key and own.visitor_key is not null
      and own.state in ('reserved', 'redeemed', 'partly-reversed')) as own
  where case ${counter}.period when 'day' then own.day when 'week' then own.week when 'month' then own.month else ${counter}.starts end
    = ${counter}.starts)`;

/** A customer's counters go with them. */
export async function deleteCustomerCounters(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query(`delete from coupon_counters where per = 'customer' and holder = $1`, [customerKey]);
}
