import type { Database } from '../../../src/db/index.ts';
import {
  attachVersion,
  type LoadedTable,
  type ModelKind,
  type ModelVersion,
  nextVersionNumber,
} from '../../../src/versions/index.ts';

/** Loads a version that no run has made, as of March 2026 unless told otherwise, and attaches it. @returns its number */
export async function addVersion(
  db: Database,
  kind: ModelKind,
  load: (version: number) => Promise<LoadedTable[]>,
  told: Partial<Pick<ModelVersion, 'asOf' | 'recipe' | 'metrics' | 'summary'>> = {},
): Promise<number> {
  const version = await nextVersionNumber(db);
  const tables = await load(version);
  const asOf = new Date('2026-03-01T00:00:00Z');
  const untold = { trainingRunId: null, asOf, seed: 1, recipe: {}, metrics: {}, summary: {} };
  await db.transaction((tx) => attachVersion(tx, { ...untold, ...told, kind, version, tables }));
  return version;
}
