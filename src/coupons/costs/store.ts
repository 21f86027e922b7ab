import type { Queryable } from '../../db/index.ts';

/** What a campaign costs beside its discounts. */
export interface CampaignCost {
  costId: string;
  name: string;
  /** each coupon that is given, or in all */
  per: 'coupon' | 'once';
  /** decimal, in the currency */
  amount: string;
  /** from which on it counts, in the shop's zone; null: as coupons are given */
  day: string | null;
  toldAt: Date;
}

/** A cost and what it came to by a moment. */
export interface CostSum extends CampaignCost {
  /** coupons that were given, or once what it is; 0: its day has not come */
  units: number;
  totalMinor: number;
}

const columns = `cost_id as "costId", name, per, trim_scale(amount)::text as amount, day::text, told_at as "toldAt"`;

/**
 * Costs of a campaign by their ids, with what each came to before a moment; rounded half away from zero, once a cost. Every unit that was
 * ever taken was given, also where it was given back since.
 * @param shop by whose days it is told what is before the moment
 */
export function selectCostSums(
  db: Queryable,
  campaignKey: number,
  until: Date,
  { timeZone, minorDigits }: { timeZone: string; minorDigits: number },
): Promise<CostSum[]> {
  return db.query<CostSum>(
    `select ${columns}, units, round(amount * units * 10::numeric ^ $4::int)::bigint as "totalMinor"
     from campaign_costs as cost cross join lateral (
       select case cost.per when 'once' then (cost.day::timestamp at time zone $3 < $2)::int
         else (select count(*)::int from coupon_uses as used
               where used.campaign_key = cost.campaign_key and used.taken_at < $2) end as units) as came
     where cost.campaign_key = $1 order by cost.cost_id`,
    [campaignKey, until, timeZone, minorDigits],
  );
}

/** Takes the place of what the id had. */
export async function saveCost(
  tx: Queryable,
  campaignKey: number,
  { costId, name, per, amount, day, toldAt }: CampaignCost,
): Promise<void> {
  await tx.query(
    `insert into campaign_costs as known (campaign_key, cost_id, name, per, amount, day, told_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (campaign_key, cost_id) do update
       set name = excluded.name, per = excluded.per, amount = excluded.amount, day = excluded.day, told_at = excluded.told_at
       where (known.name, known.per, known.amount, known.day) is distinct from
         (excluded.name, excluded.per, excluded.amount, excluded.day)`,
    [campaignKey, costId, name, per, amount, day, toldAt],
  );
}

/** @returns false: there was none */
export async function deleteCost(tx: Queryable, campaignKey: number, costId: string): Promise<boolean> {
  const rows = await tx.query('delete from campaign_costs where campaign_key = $1 and cost_id = $2 returning cost_id', [
    campaignKey,
    costId,
  ]);
  return rows.length === 1;
}

export async function countCosts(tx: Queryable, campaignKey: number): Promise<number> {
  const [row] = await tx.query<{ costs: number }>(
    'select count(*)::int as costs from campaign_costs where campaign_key = $1',
    [campaignKey],
  );
  return row.costs;
}
