import type { Transaction } from '../../../db/index.ts';
import { costsRelation, eventsRelation } from '../../../intake/index.ts';
import type { Scope, Window } from '../family.ts';

/** The member of all campaigns, and of all topics of complaints, that are not told apart. */
export const otherMembers = '(other)';

/** So many campaigns of which no costs were told, and so many topics, are told apart: anybody can write a tag, or complain. */
export const mostUntold = 1_000;

/** A text of events by which figures are parted, and where those that are told apart are kept. */
interface Text {
  column: 'campaign' | 'topic';
  table: 'named_campaigns' | 'named_topics';
  /** SQL: which of the table the number of is limited */
  limited: string;
}

const texts = {
  campaign: { column: 'campaign', table: 'named_campaigns', limited: 'not is_told' },
  topic: { column: 'topic', table: 'named_topics', limited: 'true' },
} satisfies Record<string, Text>;

const named = ({ column, table }: Text, text: string) => `case
    when ${text} in (select known.${column} from ${table} as known) then ${text}
    when ${text} is not null then '${otherMembers}' end`;

/** SQL: the campaign as it is told apart; null where there is none. */
export const namedCampaign = (campaign: string): string => named(texts.campaign, campaign);

/** SQL: the topic of a complaint as it is told apart; null where there is none. */
export const namedTopic = (topic: string): string => named(texts.topic, topic);

/** Campaigns that costs name. @returns whether one of them may have been counted among the others until now */
export async function nameToldCampaigns(tx: Transaction): Promise<boolean> {
  const added = await tx.query(
    `insert into named_campaigns (campaign, is_told)
     select distinct told.campaign, true from ${costsRelation} as told where told.campaign <> ''
     on conflict (campaign) do nothing returning campaign`,
  );
  return added.length > 0;
}

/** Texts of events that are to be counted get their names first: which has none then is counted among the others for good. */
async function nameTexts(tx: Transaction, text: Text, seen: string, values: unknown[]): Promise<void> {
  const { column, table, limited } = text;
  const [{ left }] = await tx.query<{ left: number }>(
    `select ${mostUntold} - count(*)::int as left from ${table} where ${limited}`,
  );
  if (left <= 0) return;
  await tx.query(
    `insert into ${table} (${column})
     select seen.${column} from (${seen}) as seen
     where seen.${column} is not null and not exists (select from ${table} as known where known.${column} = seen.${column})
     group by seen.${column} order by min(seen.occurred_at), seen.${column} limit ${left}`,
    values,
  );
}

async function nameTextsOfDays(tx: Transaction, text: Text, days: readonly string[], timeZone: string): Promise<void> {
  await nameTexts(
    tx,
    text,
    `select event.${text.column}, event.occurred_at from unnest($1::date[]) as given (day) join ${eventsRelation} as event
       on event.occurred_at >= given.day::timestamp at time zone $2 and event.occurred_at < (given.day + 1)::timestamp at time zone $2`,
    [days, timeZone],
  );
}

async function nameTextsOfPeople(
  tx: Transaction,
  text: Text,
  events: readonly number[],
  people: Scope,
  around: Window,
): Promise<void> {
  const of = (condition: string) =>
    `select event.${text.column}, event.occurred_at from ${eventsRelation} as event where ${condition}`;
  const within = `event.${text.column} is not null and event.occurred_at >= $4 and event.occurred_at < $5`;
  await nameTexts(
    tx,
    text,
    [
      of('event.event_key = any($1::bigint[])'),
      of(`event.visitor_key = any($2::bigint[]) and ${within}`),
      of(`event.customer_key = any($3::int[]) and event.visitor_key is null and ${within}`),
    ].join(' union all '),
    [events, people.visitors, people.customers, around.from, around.until],
  );
}

/** Campaigns of all events of local days. */
export const nameCampaignsOfDays = (tx: Transaction, days: readonly string[], timeZone: string): Promise<void> =>
  nameTextsOfDays(tx, texts.campaign, days, timeZone);

/** Campaigns of events, and of those of visitors and customers around days. */
export const nameCampaignsOfPeople = (tx: Transaction, events: readonly number[], people: Scope, around: Window) =>
  nameTextsOfPeople(tx, texts.campaign, events, people, around);

/** Topics of all events of local days. */
export const nameTopicsOfDays = (tx: Transaction, days: readonly string[], timeZone: string): Promise<void> =>
  nameTextsOfDays(tx, texts.topic, days, timeZone);

/** Topics of events, and of those of visitors and customers around days. */
export const nameTopicsOfPeople = (tx: Transaction, events: readonly number[], people: Scope, around: Window) =>
  nameTextsOfPeople(tx, texts.topic, events, people, around);
