import type { ModelVersion, Release } from '../versions/index.ts';
import type { VersionComparison } from './evaluation/compare-versions.ts';
import type { ExploredSegments } from './explorations/exploration.ts';
import type { TrainingRun } from './runs/run.ts';

/** As API and command line report them. */
export function toRunJson(run: TrainingRun) {
  return {
    training_run_id: String(run.trainingRunId),
    status: run.status,
    models: run.models,
    as_of: run.asOf.toISOString(),
    watermark: run.watermark?.toISOString() ?? null,
    seed: run.seed,
    recipes: run.recipes,
    code_version: run.codeVersion,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
    progress: run.progress,
    counts: run.counts,
    metrics: run.metrics,
    verdict: run.verdict,
    versions: run.versions,
    versions_before: run.versionsBefore,
    release_id: run.releaseId,
    warnings: run.warnings,
    error: run.error,
  };
}

/** A version as API and command line report it; its rows and its summary have commands and operations of their own. */
export function toVersionJson(version: ModelVersion, published: boolean) {
  return {
    kind: version.kind,
    version: version.version,
    training_run_id: version.trainingRunId === null ? null : String(version.trainingRunId),
    as_of: version.asOf.toISOString(),
    seed: version.seed,
    recipe: version.recipe,
    metrics: version.metrics,
    row_count: version.rowCount,
    checksum: version.checksum,
    created_at: version.createdAt.toISOString(),
    published,
  };
}

/** A release as the API reports it. */
export function toReleaseJson(release: Release) {
  return {
    release_id: release.releaseId,
    versions: release.versions,
    reason: release.reason,
    created_at: release.createdAt.toISOString(),
  };
}

/** Two versions side by side, as API and command line report them. */
export function toComparisonJson({ first, second, published, named, ...compared }: VersionComparison) {
  const asJson = (each: ModelVersion) => toVersionJson(each, each.version === published);
  const named_items = named.map(({ itemId, ...item }) => ({ item_id: itemId, ...item }));
  return { ...compared, first: asJson(first), second: asJson(second), named_items };
}

/** An exploration as API and command line report it. */
export function toExplorationJson({ asOf, clusters, ...explored }: ExploredSegments) {
  return {
    as_of: asOf,
    ...explored,
    clusters: clusters.map(({ revenueShare, ...cluster }) => ({ ...cluster, revenue_share: revenueShare })),
  };
}
