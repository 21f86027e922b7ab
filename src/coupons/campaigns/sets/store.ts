import type { Queryable } from '../../../db/index.ts';

/** Which campaigns in which order; the same set has the same id. */
export async function insertCampaignSet(db: Queryable, setId: string, campaignKeys: readonly number[]): Promise<void> {
  await db.query(
    'insert into campaign_sets (set_id, campaign_keys) values ($1, $2) on conflict do nothing',
    [setId, campaignKeys],
    'insert-campaign-set',
  );
}

export async function selectCampaignSet(db: Queryable, setId: string): Promise<number[] | undefined> {
  const [row] = await db.query<{ campaign_keys: number[] }>(
    'select campaign_keys from campaign_sets where set_id = $1',
    [setId],
  );
  return row?.campaign_keys;
}
