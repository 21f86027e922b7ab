export { createReleaseMemory, type ReleaseMemory } from './release-memory.ts';
export { versionsStation } from './station.ts';
export {
  attachVersion,
  getVersion,
  kinds,
  type LoadedTable,
  listReleases,
  listVersions,
  loadVersionTable,
  type ModelKind,
  type ModelVersion,
  type NewVersion,
  nextVersionNumber,
  type PublishedRelease,
  pruneReleases,
  pruneVersions,
  publishRelease,
  publishVersion,
  type Release,
  readPublishedRelease,
  readRunsOfVersions,
  removeUnattachedTables,
} from './versions.ts';
