import type { Transaction } from '../../../db/index.ts';
import { dayMs } from '../../../shop/days.ts';
import type { CampaignTerms, TermsVersion } from '../../campaigns/campaign-terms.ts';
import { heldStates } from '../../ledger/use-state.ts';
import type { LimitElement } from '../../request-elements.ts';
import { periodStarts } from '../periods.ts';
import { countedIn, startOfTotal } from '../store.ts';

const nameOf = ({ per, period }: LimitElement) => `${per} ${period}`;
/** SQL: by which limit a counter is bound. */
const limitOf = (per: string) => `case ${per} when 'visitor' then 'customer' else ${per} end`;

/**
 * Counters are kept where a limit is: those of limits that are gone go, and those of new ones begin with what is held of the
 * periods that may still be taken from. A limit that is lowered needs nothing: what was used stays used. Call it while erasure is held off
 * and the campaign is held.
 */
export async function recount(tx: Transaction, before: TermsVersion, after: CampaignTerms, now: Date): Promise<void> {
  const kept = new Set(after.limits.map(nameOf));
  const known = new Set(before.limits.map(nameOf));
  const gone = before.limits.filter((limit) => !kept.has(nameOf(limit)));
  const fresh = after.limits.filter((limit) => !known.has(nameOf(limit)));
  if (gone.length > 0) await deleteCounters(tx, before.campaignKey, gone);
  if (fresh.length === 0) return;
  // A day earlier: clocks of other instances may be behind at midnight.
  const starts = periodStarts(new Date(now.getTime() - dayMs), before);
  await tx.query(
    `insert into coupon_counters (campaign_key, per, holder, period, starts, units, at_most)
     select coupon_uses.campaign_key, per, holder, held_in.period, starts, count(*)::int, greatest(count(*)::int, at_most)
     from coupon_uses join coupons using (coupon_key) ${countedIn}
     join unnest($2::text[], $3::text[], $4::int[], $5::date[]) as fresh (of, period, at_most, since)
       on fresh.of = ${limitOf('held_by.per')} and fresh.period = held_in.period
     where coupon_uses.campaign_key = $1 and ${heldStates} and holder is not null and starts >= since
       and (per <> 'code' or kind <> 'issued')
     group by coupon_uses.campaign_key, per, holder, held_in.period, starts, at_most`,
    [
      before.campaignKey,
      fresh.map(({ per }) => per),
      fresh.map(({ period }) => period),
      fresh.map(({ units }) => units),
      fresh.map(({ period }) => (period === 'total' ? startOfTotal : starts[period])),
    ],
  );
}

async function deleteCounters(tx: Transaction, campaignKey: number, limits: readonly LimitElement[]): Promise<void> {
  await tx.query(
    `delete from coupon_counters using unnest($2::text[], $3::text[]) as gone (per, period)
     where campaign_key = $1 and ${limitOf('coupon_counters.per')} = gone.per and coupon_counters.period = gone.period`,
    [campaignKey, limits.map(({ per }) => per), limits.map(({ period }) => period)],
  );
}
