import { type Database, notify, type Queryable, type Transaction } from '../db/index.ts';
import { notFound, PannierError } from '../errors.ts';
import type { ModelKind } from './kinds.ts';
import type { ModelVersion, NewVersion, PublishedRelease, Release } from './model-version.ts';
import * as store from './store.ts';

/** The release that is served, with its versions. undefined: nothing has been published yet. */
export async function readPublishedRelease(db: Queryable): Promise<PublishedRelease | undefined> {
  const found = await store.selectPublishedWithVersions(db);
  return found && { ...found.release, models: Object.fromEntries(found.versions.map((model) => [model.kind, model])) };
}

/** The number of the version of each kind that is served, where no more is asked of it. */
export async function readServedVersions(db: Queryable): Promise<Release['versions']> {
  return (await store.selectPublished(db))?.versions ?? {};
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
