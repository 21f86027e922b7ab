import type { Queryable } from '../../../db/index.ts';

/** Which terms in which order; the same set has the same id. */
export async function insertCampaignSet(db: Queryable, setId: string, termsKeys: readonly number[]): Promise<void> {
  await db.query(
    'insert into campaign_sets (set_id, terms_keys) values ($1, $2) on conflict do nothing',
    [setId, termsKeys],
    'insert-campaign-set',
  );
}

export async function selectCampaignSet(db: Queryable, setId: string): Promise<number[] | undefined> {
  const [row] = await db.query<{ terms_keys: number[] }>('select terms_keys from campaign_sets where set_id = $1', [
    setId,
  ]);
  return row?.terms_keys;
}
