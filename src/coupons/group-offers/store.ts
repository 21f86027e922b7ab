import type { Queryable, Transaction } from '../../db/index.ts';

/** Somebody who has joined a group offer. */
export interface Joiner {
  joinerKey: number;
  /** null: the person was erased */
  customerKey: number | null;
  joinedAt: Date;
}

const joiners = `select joiner_key as "joinerKey", customer_key as "customerKey", joined_at as "joinedAt" from campaign_joiners`;

/** The first of these customers who has joined. */
export async function selectJoiner(
  db: Queryable,
  campaignKey: number,
  customerKeys: readonly number[],
): Promise<Joiner | undefined> {
  const [row] = await db.query<Joiner>(
    `${joiners} where campaign_key = $1 and customer_key = any($2::int[]) order by joiner_key limit 1`,
    [campaignKey, customerKeys],
    'joiner-of',
  );
  return row;
}

/** Newest first, below a key. */
export function selectJoiners(
  db: Queryable,
  campaignKey: number,
  limit: number,
  below: number | undefined,
): Promise<Joiner[]> {
  return db.query(
    `${joiners} where campaign_key = $1 and ($2::bigint is null or joiner_key < $2) order by joiner_key desc limit $3`,
    [campaignKey, below ?? null, limit],
  );
}

/** Of offers that have not opened and may still be joined, those that more than one customer has joined. */
export async function selectJoinable(db: Queryable, now: Date): Promise<number[]> {
  const rows = await db.query<{ campaign_key: number }>(
    `select campaign_key from campaigns join campaign_terms as terms using (campaign_key, terms_key)
     where joined > 1 and opened_at is null and (terms.group_offer ->> 'joinUntil')::timestamptz > $1`,
    [now],
    'joinable-offers',
  );
  return rows.map((row) => row.campaign_key);
}

/** Who has joined, the first first, but for those who were erased. */
export async function selectAllJoiners(
  db: Queryable,
  campaignKey: number,
): Promise<{ joinerKey: number; customerKey: number }[]> {
  return db.query(
    `select joiner_key as "joinerKey", customer_key as "customerKey" from campaign_joiners
     where campaign_key = $1 and customer_key is not null order by joiner_key`,
    [campaignKey],
  );
}

/** Counts these out, while the campaign's row is held. */
export async function deleteJoiners(
  tx: Transaction,
  campaignKey: number,
  joinerKeys: readonly number[],
): Promise<void> {
  await tx.query(
    `with gone as (delete from campaign_joiners where campaign_key = $1 and joiner_key = any($2::bigint[]) returning joiner_key)
     update campaigns set joined = joined - (select count(*) from gone) where campaign_key = $1`,
    [campaignKey, joinerKeys],
  );
}

/** Counts one more in, while the campaign's row is held: it opens with the one that it lacked. */
export async function insertJoiner(
  tx: Transaction,
  joined: { campaignKey: number; customerKey: number; needed: number; now: Date },
): Promise<Joiner> {
  const { campaignKey, customerKey, needed, now } = joined;
  const [row] = await tx.query<Joiner>(
    `with joined as (
       insert into campaign_joiners (campaign_key, customer_key, joined_at) values ($1, $2, $3)
       returning joiner_key, customer_key, joined_at),
     counted as (
       update campaigns set joined = campaigns.joined + 1,
         opened_at = coalesce(opened_at, case when campaigns.joined + 1 >= $4 then $3 end)
       where campaign_key = $1)
     select joiner_key as "joinerKey", customer_key as "customerKey", joined_at as "joinedAt" from joined`,
    [campaignKey, customerKey, now, needed],
    'insert-joiner',
  );
  return row;
}

/** Of these campaigns those that each of these customers has joined. */
export async function selectJoined(
  db: Queryable,
  customerKeys: readonly number[],
  campaignKeys: readonly number[],
): Promise<Map<number, Set<number>>> {
  const rows = await db.query<{ customer_key: number; campaign_keys: number[] }>(
    `select customer_key, array_agg(campaign_key) as campaign_keys from campaign_joiners
     where customer_key = any($1::int[]) and campaign_key = any($2::int[]) group by customer_key`,
    [customerKeys, campaignKeys],
    'joined-campaigns',
  );
  return new Map(rows.map((row) => [row.customer_key, new Set(row.campaign_keys)]));
}

/** The customers who have joined, in the order of their keys, after one. */
export async function selectJoinersAfter(
  db: Queryable,
  campaignKey: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    `select customer_key from campaign_joiners where campaign_key = $1 and customer_key > $2 order by customer_key limit $3`,
    [campaignKey, after, limit],
  );
  return rows.map((row) => row.customer_key);
}

/** Whoever is erased has joined all the same, and nobody knows who it was. */
export async function clearJoiner(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('update campaign_joiners set customer_key = null where customer_key = $1', [customerKey]);
}
