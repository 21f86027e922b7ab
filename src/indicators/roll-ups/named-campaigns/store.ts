import type { Transaction } from '../../../db/index.ts';
import { costsRelation, eventsRelation } from '../../../intake/index.ts';
import type { Scope, Window } from '../family.ts';

/** The member of all campaigns that are not told apart. */
export const otherCampaigns = '(other)';

/** So many campaigns of which no costs were told are told apart: anybody can write a tag. */
export const mostUntold = 1_000;

/** SQL: the campaign as it is told apart; null where there is none. */
export const namedCampaign = (campaign: string) => `case
    when ${campaign} in (select known.campaign from named_campaigns as known) then ${campaign}
    when ${campaign} is not null then '${otherCampaigns}' end`;

/** Campaigns that costs name. @returns whether one of them may have been counted among the others until now */
export async function nameToldCampaigns(tx: Transaction): Promise<boolean> {
  const added = await tx.query(
    `insert into named_campaigns (campaign, is_told)
     select distinct told.campaign, true from ${costsRelation} as told where told.campaign <> ''
     on conflict (campaign) do nothing returning campaign`,
  );
  return added.length > 0;
}

/** Campaigns of events that are to be counted get their names first: who has none then is counted among the others for good. */
async function nameCampaigns(tx: Transaction, seen: string, values: unknown[]): Promise<void> {
  const [{ left }] = await tx.query<{ left: number }>(
    `select ${mostUntold} - count(*)::int as left from named_campaigns where not is_told`,
  );
  if (left <= 0) return;
  await tx.query(
    `insert into named_campaigns (campaign)
     select seen.campaign from (${seen}) as seen
     where seen.campaign is not null and not exists (select from named_campaigns as known where known.campaign = seen.campaign)
     group by seen.campaign order by min(seen.occurred_at), seen.campaign limit ${left}`,
    values,
  );
}

/** Of all events of local days. */
export async function nameCampaignsOfDays(tx: Transaction, days: readonly string[], timeZone: string): Promise<void> {
  await nameCampaigns(
    tx,
    `select event.campaign, event.occurred_at from unnest($1::date[]) as given (day) join ${eventsRelation} as event
       on event.occurred_at >= given.day::timestamp at time zone $2 and event.occurred_at < (given.day + 1)::timestamp at time zone $2`,
    [days, timeZone],
  );
}

/** Of events of visitors and customers around days. */
export async function nameCampaignsOfPeople(tx: Transaction, events: readonly number[], people: Scope, around: Window) {
  const of = (condition: string) =>
    `select event.campaign, event.occurred_at from ${eventsRelation} as event where ${condition}`;
  const within = 'event.campaign is not null and event.occurred_at >= $4 and event.occurred_at < $5';
  await nameCampaigns(
    tx,
    [
      of('event.event_key = any($1::bigint[])'),
      of(`event.visitor_key = any($2::bigint[]) and ${within}`),
      of(`event.customer_key = any($3::int[]) and event.visitor_key is null and ${within}`),
    ].join(' union all '),
    [events, people.visitors, people.customers, around.from, around.until],
  );
}
