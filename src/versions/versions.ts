import type { Database, Queryable, Transaction } from '../db/index.ts';
import { notify } from '../db/index.ts';
import { notFound, PannierError } from '../errors.ts';
import { kinds, type ModelKind } from './kinds.ts';
import type { LoadedTable, ModelVersion, NewVersion, PublishedRelease, Release, VersionRows } from './model-version.ts';
import * as store from './store.ts';

/** The release that is served, with its versions. undefined: nothing has been published yet. */
export async function readPublishedRelease(db: Queryable): Promise<PublishedRelease | undefined> {
  const found = await store.selectPublishedWithVersions(db);
  return found && { ...found.release, models: Object.fromEntries(found.versions.map((model) => [model.kind, model])) };
}

export function nextVersionNumber(db: Queryable): Promise<number> {
  return store.selectNextVersionNumber(db);
}

/** Copies a version's rows into a standalone table beside the served one, so that readers are not disturbed. */
export function loadVersionTable(db: Database, load: VersionRows): Promise<LoadedTable> {
  return store.copyVersionTable(db, load);
}

/** Makes loaded tables part of the served ones and records the version. Short; to be called in the publishing transaction. */
export async function attachVersion(tx: Transaction, version: NewVersion): Promise<void> {
  for (const table of version.tables) await store.attachTable(tx, table);
  await store.insertVersion(tx, version);
}

/** Makes a new release out of the published one and `versions`, and moves the pointer. @throws PannierError `conflict`. Every instance learns of it by the commit. */
export async function publishRelease(
  tx: Transaction,
  schema: string,
  change: {
    versions: Partial<Record<ModelKind, number>>;
    reason: Release['reason'];
    trainingRunId: number | null;
    /** the release that was served when the versions were judged; null: none was. Absent: a person decides. */
    judgedBeside?: number | null;
  },
): Promise<Release> {
  const current = await store.selectPublished(tx, true);
  if (change.judgedBeside !== undefined && (current?.releaseId ?? null) !== change.judgedBeside) {
    throw new PannierError('conflict', 'Another release was published while this one was being judged.');
  }
  const release = await store.insertRelease(tx, { ...change, versions: { ...current?.versions, ...change.versions } });
  await store.movePointer(tx, release.releaseId);
  await notify(tx, schema, { about: 'release' });
  return release;
}

/**
 * A person publishes one version, or rolls back to it. What is published already stays as it is.
 * @param onPublish what else is to be written in the same transaction; it is told the version served until now
 * @throws PannierError `not_found`
 */
export function publishVersion(
  db: Database,
  kind: ModelKind,
  version: number,
  onPublish: (tx: Transaction, served: number | undefined) => Promise<void> = async () => {},
): Promise<Release> {
  return db.transaction(async (tx) => {
    const current = await store.selectPublished(tx, true);
    if (current?.versions[kind] === version) return current;
    if (!(await store.selectVersion(tx, kind, version))) throw notFound(`version of ${kind}: ${version}`);
    const served = current?.versions[kind];
    const reason = served !== undefined && version < served ? 'rollback' : 'publish';
    const release = await publishRelease(tx, db.schema, { versions: { [kind]: version }, reason, trainingRunId: null });
    await onPublish(tx, served);
    return release;
  });
}

/** @throws PannierError `not_found` */
export async function getVersion(db: Queryable, kind: ModelKind, version: number): Promise<ModelVersion> {
  const found = await store.selectVersion(db, kind, version);
  if (!found) throw notFound(`version of ${kind}: ${version}`);
  return found;
}

/** Versions of a kind, newest first, below `before`. */
export function listVersions(db: Queryable, kind: ModelKind, limit: number, before?: number): Promise<ModelVersion[]> {
  return store.selectVersions(db, kind, limit, before);
}

/** Releases, newest first, below `before`. */
export function listReleases(db: Queryable, limit: number, before?: number): Promise<Release[]> {
  return store.selectReleases(db, limit, before);
}

/**
 * Drops the rows of old versions, keeping the newest `keep` of each kind and whatever the newest releases name.
 * A table that a reader holds is left for the next time.
 * @returns the versions dropped
 */
export async function pruneVersions(
  db: Database,
  tables: Record<ModelKind, readonly string[]>,
  keep: number,
): Promise<number[]> {
  const dropped: number[] = [];
  // First it cannot be published any more, then its rows go.
  for (const { kind, version } of await store.selectPrunable(db, keep)) {
    if (await db.transaction((tx) => store.deleteUnnamedVersion(tx, kind, version))) dropped.push(version);
  }
  for (const kind of kinds) {
    for (const table of tables[kind]) {
      for (const version of await store.selectUnnamedTables(db, kind, table)) await dropUnlessHeld(db, table, version);
    }
  }
  return dropped;
}

/** Forgets releases that are older than `time` and that nobody can go back to. @returns how many */
export function pruneReleases(db: Database, time: Date, keep: number, leave?: AbortSignal): Promise<number> {
  return store.deleteReleasesBefore(db, time, keep, leave);
}

/** Numbers of the runs that made a version or a release that is there. */
export function readRunsOfVersions(db: Queryable): Promise<number[]> {
  return store.selectRunsOfVersions(db);
}

async function dropUnlessHeld(db: Database, table: string, version: number): Promise<void> {
  try {
    await store.dropVersionTable(db, table, version);
  } catch (error) {
    if (!store.isLockTimeout(error)) throw error;
  }
}

/** Removes tables that an interrupted run loaded and never attached. */
export function removeUnattachedTables(db: Database, tables: string[]): Promise<void> {
  return store.dropUnattached(db, tables);
}
