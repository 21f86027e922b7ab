import type { Database } from '../db/index.ts';
import { kinds, type ModelKind } from './kinds.ts';
import * as store from './store.ts';

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

async function dropUnlessHeld(db: Database, table: string, version: number): Promise<void> {
  try {
    await store.dropVersionTable(db, table, version);
  } catch (error) {
    if (!store.isLockTimeout(error)) throw error;
  }
}
