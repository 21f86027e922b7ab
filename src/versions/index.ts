export { kinds, type ModelKind } from './kinds.ts';
export type { LoadedTable, ModelVersion, NewVersion, PublishedRelease, Release } from './model-version.ts';
export { pruneVersions } from './prune.ts';
export {
  attachVersion,
  getVersion,
  publishRelease,
  publishVersion,
  readPublishedRelease,
  readServedVersions,
} from './publish.ts';
export { createReleaseMemory, type ReleaseMemory } from './release-memory.ts';
export { versionsStation } from './station.ts';
export {
  copyVersionTable as loadVersionTable,
  deleteReleasesBefore as pruneReleases,
  dropUnattached as removeUnattachedTables,
  releasesRelation,
  selectNextVersionNumber as nextVersionNumber,
  selectReleases as listReleases,
  selectRunsOfVersions as readRunsOfVersions,
  selectVersions as listVersions,
  versionsRelation,
} from './store.ts';
