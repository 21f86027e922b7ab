import { createHash } from 'node:crypto';
import { copyLine, type Database, deleteInPortions, type Queryable, sqlState } from '../db/index.ts';
import type { ModelKind } from './kinds.ts';
import type { LoadedTable, ModelVersion, NewVersion, Release, VersionRows } from './model-version.ts';

interface ReleaseRow {
  release_id: number;
  versions: Release['versions'];
  reason: Release['reason'];
  created_at: Date;
}

interface VersionRow {
  kind: ModelKind;
  version: number;
  training_run_id: number | null;
  as_of: Date;
  seed: number;
  recipe: Record<string, unknown>;
  metrics: Record<string, unknown>;
  summary: Record<string, unknown>;
  row_count: number;
  checksum: string;
  created_at: Date;
}

function toRelease(row: ReleaseRow): Release {
  return { releaseId: row.release_id, versions: row.versions, reason: row.reason, createdAt: row.created_at };
}

function toVersion(row: VersionRow): ModelVersion {
  return {
    kind: row.kind,
    version: row.version,
    trainingRunId: row.training_run_id,
    asOf: row.as_of,
    seed: row.seed,
    recipe: row.recipe,
    metrics: row.metrics,
    summary: row.summary,
    rowCount: row.row_count,
    checksum: row.checksum,
    createdAt: row.created_at,
  };
}

/** @param lock holds the pointer until the transaction ends, so that two publishers make two releases, one after the other. */
export async function selectPublished(db: Queryable, lock = false): Promise<Release | undefined> {
  if (lock) await db.query('select pg_advisory_xact_lock(hashtextextended(current_schema() || $1, 0))', ['.publish']);
  const [row] = await db.query<ReleaseRow>(
    `select release_id, versions, reason, created_at from releases join published_release using (release_id)`,
    [],
    'published-release',
  );
  return row && toRelease(row);
}

/** undefined: nothing has been published yet */
export async function selectPublishedId(db: Queryable): Promise<number | undefined> {
  const [row] = await db.query<{ release_id: number }>('select release_id from published_release', [], 'published-id');
  return row?.release_id;
}

/** Releases as a relation: SQL of a sub-select, to be joined under an alias. `versions`: of each kind, as JSON. */
export const releasesRelation = '(select made.release_id, made.versions, made.created_at from releases as made)';

/** Versions that are kept, as a relation: SQL of a sub-select, to be joined under an alias. */
export const versionsRelation = '(select kept.kind, kept.version, kept.as_of from model_versions as kept)';

/** The published release and its versions as of one moment. */
export async function selectPublishedWithVersions(
  db: Queryable,
): Promise<{ release: Release; versions: ModelVersion[] } | undefined> {
  type Row = Omit<ReleaseRow, 'created_at'> & { published_at: Date } & (VersionRow | { kind: null });
  const rows = await db.query<Row>(
    `select release_id, versions, reason, releases.created_at as published_at, model.*
     from published_release join releases using (release_id)
     left join lateral jsonb_each_text(versions) as named on true
     left join model_versions as model on model.kind = named.key and model.version = named.value::int`,
  );
  const [first] = rows;
  if (!first) return undefined;
  return {
    release: toRelease({ ...first, created_at: first.published_at }),
    versions: rows.flatMap((row) => (row.kind === null ? [] : [toVersion(row)])),
  };
}

/** Takes a version number that no version of any kind has, nor ever will again. */
export async function selectNextVersionNumber(db: Queryable): Promise<number> {
  const [row] = await db.query<{ version: number }>(`select nextval('model_version_numbers')::int as version`);
  return row.version;
}

export async function selectVersion(
  db: Queryable,
  kind: ModelKind,
  version: number,
): Promise<ModelVersion | undefined> {
  const [row] = await db.query<VersionRow>('select * from model_versions where kind = $1 and version = $2', [
    kind,
    version,
  ]);
  return row && toVersion(row);
}

/** Newest first; with `before` only lower numbers. */
export async function selectVersions(
  db: Queryable,
  kind: ModelKind,
  limit: number,
  before?: number,
): Promise<ModelVersion[]> {
  const rows = await db.query<VersionRow>(
    `select * from model_versions where kind = $1 and ($2::bigint is null or version < $2) order by version desc limit $3`,
    [kind, before ?? null, limit],
  );
  return rows.map(toVersion);
}

/** Newest first; with `before` only those of a lower id. */
export async function selectReleases(db: Queryable, limit: number, before?: number): Promise<Release[]> {
  const rows = await db.query<ReleaseRow>(
    `select release_id, versions, reason, created_at from releases
     where $1::bigint is null or release_id < $1 order by release_id desc limit $2`,
    [before ?? null, limit],
  );
  return rows.map(toRelease);
}

export async function insertRelease(
  tx: Queryable,
  release: { versions: Release['versions']; reason: Release['reason']; trainingRunId: number | null },
): Promise<Release> {
  const [row] = await tx.query<ReleaseRow>(
    `insert into releases (versions, reason, training_run_id) values ($1, $2, $3)
     returning release_id, versions, reason, created_at`,
    [release.versions, release.reason, release.trainingRunId],
  );
  return toRelease(row);
}

export async function movePointer(tx: Queryable, releaseId: number): Promise<void> {
  await tx.query(
    `insert into published_release (release_id) values ($1) on conflict (singleton) do update set release_id = excluded.release_id`,
    [releaseId],
  );
}

function versionTable(table: string, version: number): string {
  return `${table}_v${version}`;
}

/**
 * Copies rows into a table of the version's own, with key and indexes as the served table has them; nobody reads it before it is attached.
 * @returns how many rows, and the SHA-256 of them as they are copied, in the order of `load.rows`
 */
export async function copyVersionTable(db: Database, load: VersionRows): Promise<LoadedTable> {
  const { table, version } = load;
  const name = versionTable(table, version);
  const hash = createHash('sha256');
  function* lines(rows: Iterable<readonly unknown[]>): Generator<string> {
    for (const row of rows) {
      const line = copyLine(row);
      hash.update(line);
      yield line;
    }
  }
  async function* hashed(tuples: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const some of tuples) {
      hash.update(some);
      yield some;
    }
  }
  const rowCount = await db.transaction(async (tx) => {
    await tx.query(`create table ${name} (like ${table} including defaults including constraints including storage)`);
    await tx.query(`alter table ${name} alter version set default ${version}, add check (version = ${version})`);
    const target = `${name} (${load.columns.join(', ')})`;
    const count =
      'tuples' in load.rows
        ? await tx.copyTuplesInto(target, hashed(load.rows.tuples))
        : await tx.copyInto(target, lines(load.rows));
    // The served table has such a key: with it attaching takes no time.
    await tx.query(`alter table ${name} add primary key (${load.key}, version)`);
    for (const columns of load.indexes ?? []) await tx.query(`create index on ${name} (${columns})`);
    return count;
  });
  await db.query(`analyze ${name}`);
  return { table, version, rowCount, checksum: hash.digest('hex') };
}

export async function attachTable(tx: Queryable, loaded: LoadedTable): Promise<void> {
  const { table, version } = loaded;
  await tx.query(`alter table ${table} attach partition ${versionTable(table, version)} for values in (${version})`);
}

export async function insertVersion(tx: Queryable, version: NewVersion): Promise<void> {
  const hash = createHash('sha256');
  for (const table of version.tables) hash.update(`${table.table} ${table.checksum}\n`);
  await tx.query(
    `insert into model_versions (kind, version, training_run_id, as_of, seed, recipe, metrics, summary, row_count, checksum)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      version.kind,
      version.version,
      version.trainingRunId,
      version.asOf,
      version.seed,
      version.recipe,
      version.metrics,
      version.summary,
      version.tables.reduce((sum, table) => sum + table.rowCount, 0),
      hash.digest('hex'),
    ],
  );
}

/** Versions beyond the newest `keep` of their kind that none of the newest `keep` releases names. */
export function selectPrunable(db: Queryable, keep: number): Promise<{ kind: ModelKind; version: number }[]> {
  return db.query(
    `with recent as (select versions from releases order by release_id desc limit $1),
          named as (select key as kind, value::int as version from recent, jsonb_each_text(versions)),
          ranked as (select kind, version, row_number() over (partition by kind order by version desc) as place from model_versions)
     select kind, version from ranked where place > $1 and (kind, version) not in (select kind, version from named)`,
    [keep],
  );
}

/** Runs that made a version or a release that is there. */
export async function selectRunsOfVersions(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ training_run_id: number }>(
    `select training_run_id from model_versions where training_run_id is not null
     union select training_run_id from releases where training_run_id is not null`,
  );
  return rows.map((row) => row.training_run_id);
}

/** Releases of before `time`, but for the newest `keep` and the one that is served. */
export function deleteReleasesBefore(db: Queryable, time: Date, keep: number, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with recent as (select release_id from releases order by release_id desc limit $2),
          due as (select old.release_id from releases as old
                  where old.created_at < $1 and old.release_id not in (select recent.release_id from recent)
                    and not exists (select from published_release as served where served.release_id = old.release_id)
                  order by old.release_id limit $3),
          gone as (delete from releases using due where releases.release_id = due.release_id returning 1)
     select count(*)::int as count from gone`,
    [time, keep],
    leave,
  );
}

/** False: it is served, so it stays. */
export async function deleteUnnamedVersion(tx: Queryable, kind: ModelKind, version: number): Promise<boolean> {
  const served = await selectPublished(tx, true);
  if (served?.versions[kind] === version) return false;
  await tx.query('delete from model_versions where kind = $1 and version = $2', [kind, version]);
  return true;
}

/** Versions whose rows are in a served table though they are versions no more. */
export async function selectUnnamedTables(db: Queryable, kind: ModelKind, table: string): Promise<number[]> {
  const rows = await db.query<{ version: number }>(
    `select version from pg_inherits join pg_class on pg_class.oid = inhrelid,
       lateral (select substring(pg_class.relname from '_v([0-9]+)$')::int as version) as named
     where inhparent = to_regclass($1) and version is not null
       and not exists (select from model_versions as known where known.kind = $2 and known.version = named.version)
     order by version`,
    [table, kind],
  );
  return rows.map((row) => row.version);
}

/** DETACH CONCURRENTLY lets readers go on; it may not run inside a transaction. */
export async function dropVersionTable(db: Database, table: string, version: number): Promise<void> {
  const name = versionTable(table, version);
  await db.session(async (session) => {
    await session.query(`set lock_timeout = '2s'`);
    try {
      const [state] = await session.query<{ exists: boolean; detached: 'no' | 'half' | 'yes' }>(
        `select to_regclass($1) is not null as exists,
                coalesce((select case when inhdetachpending then 'half' else 'no' end
                          from pg_inherits where inhrelid = to_regclass($1)), 'yes') as detached`,
        [name],
      );
      // A detach that timed out once stays half done, and blocks every other until it is finished.
      const how = { no: 'concurrently', half: 'finalize', yes: undefined }[state.detached];
      if (how) await session.query(`alter table ${table} detach partition ${name} ${how}`);
      if (state.exists) await session.query(`drop table ${name}`);
    } finally {
      await session.query('reset lock_timeout');
    }
  });
}

/** Drops tables of versions that were never attached, of these served tables: leavings of runs that died. No run may be under way. */
export async function dropUnattached(db: Database, tables: string[]): Promise<void> {
  for (const table of tables) {
    const orphans = await db.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = current_schema() and c.relkind = 'r' and c.relname ~ ('^' || $1 || '_v[0-9]+$')
         and not c.relispartition`,
      [table],
    );
    for (const { name } of orphans) await db.query(`drop table if exists ${name}`);
  }
}

export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}
