import type { Queryable } from '../../../db/index.ts';

/** What a set is made of. */
export interface SetKeys {
  /** in the order in which they are tried */
  termsKeys: readonly number[];
  /** the version of a policy above each, and that of by-cause that says what customers need; null: from before there were any */
  policyKeys: readonly number[] | null;
  causesKey: number | null;
}

/** The same set has the same id. */
export async function insertCampaignSet(db: Queryable, setId: string, keys: SetKeys): Promise<void> {
  await db.query(
    'insert into campaign_sets (set_id, terms_keys, policy_keys, causes_key) values ($1, $2, $3, $4) on conflict do nothing',
    [setId, keys.termsKeys, keys.policyKeys, keys.causesKey],
    'insert-campaign-set',
  );
}

export async function selectCampaignSet(db: Queryable, setId: string): Promise<SetKeys | undefined> {
  const [row] = await db.query<{ terms_keys: number[]; policy_keys: number[] | null; causes_key: number | null }>(
    'select terms_keys, policy_keys, causes_key from campaign_sets where set_id = $1',
    [setId],
  );
  return row && { termsKeys: row.terms_keys, policyKeys: row.policy_keys, causesKey: row.causes_key };
}
