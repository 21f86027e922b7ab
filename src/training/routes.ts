import { cutPage, readCursor } from '../formats/cursor.ts';
import type { Handlers } from '../http/index.ts';
import { listReleases, listVersions, readPublishedRelease } from '../versions/index.ts';
import { compareVersions } from './evaluation/compare-versions.ts';
import { toComparisonJson, toExplorationJson, toReleaseJson, toRunJson, toVersionJson } from './json.ts';
import type { Training } from './training.ts';

export function trainingRoutes(
  training: Training,
): Pick<
  Handlers,
  | 'startTrainingRun'
  | 'exploreSegments'
  | 'listTrainingRuns'
  | 'getTrainingRun'
  | 'listModelVersions'
  | 'compareModelVersions'
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
    async exploreSegments({ body }) {
      const explored = await training.explorations.explore({
        ...body,
        asOf: body.as_of === undefined ? undefined : new Date(body.as_of),
      });
      return { json: toExplorationJson(explored) };
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
    async compareModelVersions({ parameters }) {
      const { kind, version, with: other } = parameters;
      return { json: toComparisonJson(await compareVersions(db, kind, [version, other])) };
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
