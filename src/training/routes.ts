import { cutPage, readCursor } from '../cursor.ts';
import type { Handlers } from '../http/index.ts';
import {
  listReleases,
  listVersions,
  type ModelVersion,
  type Release,
  readPublishedRelease,
} from '../versions/index.ts';
import type { TrainingRun } from './runs.ts';
import type { Training } from './training.ts';

export function trainingRoutes(
  training: Training,
): Pick<
  Handlers,
  | 'startTrainingRun'
  | 'listTrainingRuns'
  | 'getTrainingRun'
  | 'listModelVersions'
  | 'publishModelVersion'
  | 'listReleases'
> {
  const { db } = training;
  return {
    async startTrainingRun({ body }) {
      const run = await training.startRun({
        models: body.models,
        asOf: body.as_of === undefined ? undefined : new Date(body.as_of),
        seed: body.seed,
        recipes: body.recipes,
        publish: body.publish,
        evaluationDays: body.evaluation_days,
      });
      return { status: 202, json: toRunJson(run) };
    },
    async listTrainingRuns({ parameters }) {
      const [before] = readCursor(parameters.cursor, 1) ?? [];
      const runs = await training.listRuns(parameters.limit! + 1, before);
      const { page, next } = cutPage(runs, parameters.limit!, (run) => [run.trainingRunId]);
      return { json: { training_runs: page.map(toRunJson), next_cursor: next } };
    },
    async getTrainingRun({ parameters }) {
      return { json: toRunJson(await training.readRun(Number(parameters.training_run_id))) };
    },
    async listModelVersions({ parameters }) {
      const { kind, limit, cursor } = parameters;
      const [before] = readCursor(cursor, 1) ?? [];
      const published = (await readPublishedRelease(db))?.versions[kind];
      const versions = await listVersions(db, kind, limit! + 1, before);
      const { page, next } = cutPage(versions, limit!, (version) => [version.version]);
      return {
        json: {
          versions: page.map((version) => toVersionJson(version, version.version === published)),
          next_cursor: next,
        },
      };
    },
    async publishModelVersion({ parameters }) {
      return { json: toReleaseJson(await training.publish(parameters.kind, parameters.version)) };
    },
    async listReleases({ parameters }) {
      const [before] = readCursor(parameters.cursor, 1) ?? [];
      const releases = await listReleases(db, parameters.limit! + 1, before);
      const { page, next } = cutPage(releases, parameters.limit!, (release) => [release.releaseId]);
      return { json: { releases: page.map(toReleaseJson), next_cursor: next } };
    },
  };
}

function toRunJson(run: TrainingRun) {
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
    release_id: run.releaseId,
    error: run.error,
  };
}

function toVersionJson(version: ModelVersion, published: boolean) {
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

function toReleaseJson(release: Release) {
  return {
    release_id: release.releaseId,
    versions: release.versions,
    reason: release.reason,
    created_at: release.createdAt.toISOString(),
  };
}
