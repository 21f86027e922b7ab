export { kinds, type ModelKind } from './kinds.ts';
export type { LoadedTable, ModelVersion, NewVersion, PublishedRelease, Release } from './model-version.ts';
export { createReleaseMemory, type ReleaseMemory } from './release-memory.ts';
export { versionsStation } from './station.ts';
export {
  attachVersion,
  getVersion,
  listReleases,
  listVersions,
  loadVersionTable,
  nextVersionNumber,
  pruneReleases,
  pruneVersions,
  publishRelease,
  publishVersion,
  readPublishedRelease,
  readRunsOfVersions,
  removeUnattachedTables,
} from './versions.ts';
