import type { Queryable, Transaction } from '../../db/index.ts';
import type { Policy, PolicyVersion } from './policy.ts';

/** SQL of a sub-select: the versions that decide, by `policy_id`, with `version_key` and `is_default`. */
export const decidingVersions = `(select policies.policy_id, policies.is_default, policy_versions.version_key
  from policies join policy_versions
    on policy_versions.policy_id = policies.policy_id and policy_versions.version = policies.published_version)`;

/** SQL: the key of the version that decides where none is named. */
export const defaultVersion = `(select version_key from ${decidingVersions} as usual where is_default)`;

const keyOf = `(select version_key from ${decidingVersions} as deciding
  where case when $1::text is null then is_default else policy_id = $1 end)`;

/** A version as it was proposed. */
export interface ProposedVersion extends PolicyVersion {
  versionKey: number;
  note: string | null;
  proposedAt: Date;
}

interface VersionRow {
  version_key: number;
  policy_id: string;
  version: number;
  content: Policy;
  note: string | null;
  proposed_at: Date;
}

const toVersion = (row: VersionRow): ProposedVersion => ({
  versionKey: row.version_key,
  policyId: row.policy_id,
  version: row.version,
  policy: row.content,
  note: row.note,
  proposedAt: row.proposed_at,
});

const versions = 'select version_key, policy_id, version, content, note, proposed_at from policy_versions';

export async function selectVersionsByKey(
  db: Queryable,
  versionKeys: readonly number[],
): Promise<Map<number, PolicyVersion>> {
  const rows = await db.query<VersionRow>(`${versions} where version_key = any($1::int[])`, [versionKeys]);
  return new Map(
    rows.map((row) => [row.version_key, { policyId: row.policy_id, version: row.version, policy: row.content }]),
  );
}

/** Ids of the policies whose published version asks whether a customer is in a segment. */
export async function policiesNaming(db: Queryable, segmentId: string): Promise<string[]> {
  const rows = await db.query<{ policy_id: string }>(
    `select policy_id from ${decidingVersions} as deciding join policy_versions using (policy_id, version_key)
     where content @? format('$.rules[*].when.segments[*] ? (@ == %s)', to_json($1::text))::jsonpath
       or content @? format('$.rules[*].when.notSegments[*] ? (@ == %s)', to_json($1::text))::jsonpath
     order by policy_id`,
    [segmentId],
  );
  return rows.map((row) => row.policy_id);
}

export async function selectVersion(
  db: Queryable,
  policyId: string,
  version: number,
): Promise<ProposedVersion | undefined> {
  const [row] = await db.query<VersionRow>(`${versions} where policy_id = $1 and version = $2`, [policyId, version]);
  return row && toVersion(row);
}

/** The newest first, below the version `before`. */
export async function selectVersions(
  db: Queryable,
  policyId: string,
  limit: number,
  before?: number,
): Promise<ProposedVersion[]> {
  const rows = await db.query<VersionRow>(
    `${versions} where policy_id = $1 and ($2::bigint is null or version < $2) order by version desc limit $3`,
    [policyId, before ?? null, limit],
  );
  return rows.map(toVersion);
}

/** The key of the version that is published; undefined: there is no such policy, or none is. */
export async function selectPublishedKey(db: Queryable, policyId: string): Promise<number | undefined> {
  const [row] = await db.query<{ key: number | null }>(`select ${keyOf} as key`, [policyId], 'published-policy');
  return row.key ?? undefined;
}

/** The version that decides for campaigns that name the policy; of null, for those that name none. undefined: none is published */
export async function selectPublishedVersion(
  db: Queryable,
  policyId: string | null,
): Promise<PolicyVersion | undefined> {
  const [row] = await db.query<VersionRow>(`${versions} where version_key = ${keyOf}`, [policyId]);
  return row && toVersion(row);
}

/** A policy and how it stands. */
export interface StoredPolicy {
  policyId: string;
  /** null: it is only proposed yet */
  publishedVersion: number | null;
  newestVersion: number;
  isDefault: boolean;
  /** campaigns that name it, or follow the default if it is that, and are not over */
  campaigns: number;
  publishedAt: Date | null;
}

interface PolicyRow {
  policy_id: string;
  published_version: number | null;
  newest_version: number;
  is_default: boolean;
  campaigns: number;
  published_at: Date | null;
}

/** By their names. @param policyId null: all of them */
export async function selectPolicies(db: Queryable, policyId: string | null, now: Date): Promise<StoredPolicy[]> {
  const rows = await db.query<PolicyRow>(
    `select policy_id, published_version, is_default,
       (select max(proposed.version) from policy_versions as proposed where proposed.policy_id = policies.policy_id) as newest_version,
       (select max(made.published_at) from policy_publications as made where made.policy_id = policies.policy_id) as published_at,
       (select count(*)::int from campaigns join campaign_terms as terms using (campaign_key, terms_key)
        where terms.valid_until > $2 and (terms.policy = policies.policy_id or (terms.policy is null and policies.is_default))) as campaigns
     from policies where $1::text is null or policy_id = $1 order by policy_id`,
    [policyId, now],
  );
  return rows.map((row) => ({
    policyId: row.policy_id,
    publishedVersion: row.published_version,
    newestVersion: row.newest_version,
    isDefault: row.is_default,
    campaigns: row.campaigns,
    publishedAt: row.published_at,
  }));
}

/** Made where it is missing; nobody else proposes or publishes a version of it until the transaction ends. */
export async function lockPolicy(
  tx: Transaction,
  policyId: string,
  isMade = false,
): Promise<number | null | undefined> {
  if (isMade) await tx.query('insert into policies (policy_id) values ($1) on conflict do nothing', [policyId]);
  const [row] = await tx.query<{ published_version: number | null }>(
    'select published_version from policies where policy_id = $1 for update',
    [policyId],
  );
  return row?.published_version;
}

/** Nothing where the newest says the same already. */
export async function insertVersion(
  tx: Transaction,
  policyId: string,
  policy: Policy,
  note: string | null,
): Promise<void> {
  await tx.query(
    `insert into policy_versions (policy_id, version, content, note)
     select $1, coalesce(max(version), 0) + 1, $2::jsonb, $3 from policy_versions where policy_id = $1
     having not coalesce(bool_or(content = $2::jsonb) filter (where version = (
       select max(version) from policy_versions where policy_id = $1)), false)`,
    [policyId, JSON.stringify(policy), note],
  );
}

export async function publish(
  tx: Transaction,
  policyId: string,
  version: number,
  reason: 'publish' | 'rollback',
): Promise<void> {
  await tx.query('insert into policy_publications (policy_id, version, reason) values ($1, $2, $3)', [
    policyId,
    version,
    reason,
  ]);
  await tx.query('update policies set published_version = $2 where policy_id = $1', [policyId, version]);
}

/** One follows the other in one transaction: there is one default at any time. */
export async function makeDefault(tx: Transaction, policyId: string): Promise<void> {
  await tx.query('update policies set is_default = false where is_default and policy_id <> $1', [policyId]);
  await tx.query('update policies set is_default = true where policy_id = $1 and not is_default', [policyId]);
}

export interface Publication {
  version: number;
  reason: 'publish' | 'rollback';
  publishedAt: Date;
}

/** The newest first. */
export async function selectPublications(db: Queryable, policyId: string, limit: number): Promise<Publication[]> {
  const rows = await db.query<{ version: number; reason: Publication['reason']; published_at: Date }>(
    `select version, reason, published_at from policy_publications where policy_id = $1
     order by publication_key desc limit $2`,
    [policyId, limit],
  );
  return rows.map(({ version, reason, published_at: publishedAt }) => ({ version, reason, publishedAt }));
}
