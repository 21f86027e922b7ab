import { type Handlers, pageOf } from '../http/index.ts';
import { listReleases, listVersions, type ModelVersion } from '../versions/index.ts';
import { compareVersions } from './evaluation/compare-versions.ts';
import {
  toComparisonJson,
  toExplorationJson,
  toReleaseJson,
  toRunJson,
  toVersionJson,
} from './run-and-version-json.ts';
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
    async exploreSegments({ body, gone }) {
      const asOf = body.as_of === undefined ? undefined : new Date(body.as_of);
      const explored = await training.explorations.explore({ ...body, asOf }, gone);
      return { json: toExplorationJson(explored) };
    },
    listTrainingRuns: async ({ parameters }) => ({
      json: await pageOf(parameters, training.listRuns, ({ trainingRunId }) => trainingRunId, toRunJson),
    }),
    async getTrainingRun({ parameters }) {
      return { json: toRunJson(await training.readRun(Number(parameters.training_run_id))) };
    },
    async listModelVersions({ parameters }) {
      const { kind } = parameters;
      const published = (await training.readRelease())?.versions[kind];
      const read = (limit: number, before?: number) => listVersions(db, kind, limit, before);
      const toItem = (version: ModelVersion) => toVersionJson(version, version.version === published);
      return { json: await pageOf(parameters, read, ({ version }) => version, toItem) };
    },
    async compareModelVersions({ parameters }) {
      const { kind, version, with: other } = parameters;
      return { json: toComparisonJson(await compareVersions(db, kind, [version, other])) };
    },
    async publishModelVersion({ body }) {
      return { json: toReleaseJson(await training.publish(body.kind, body.version)) };
    },
    async listReleases({ parameters }) {
      const read = (limit: number, before?: number) => listReleases(db, limit, before);
      return { json: await pageOf(parameters, read, ({ releaseId }) => releaseId, toReleaseJson) };
    },
  };
}
