import type { Config } from '../config.ts';
import { type Database, daysBefore } from '../db/index.ts';
import { byCommand, type Finding, finding } from '../finding.ts';
import { readRunsOfResponses } from '../outcomes/index.ts';
import { readRunsOfPredictions } from '../segments/index.ts';
import type { Station } from '../station.ts';
import { pruneReleases, pruneVersions, readRunsOfVersions } from '../versions/index.ts';
import { servedTables } from './learners/index.ts';
import { trainingRoutes } from './routes.ts';
import type { TrainingRun } from './runs/run.ts';
import { deleteRunsBefore } from './runs/store.ts';
import type { Training } from './training.ts';

/**
 * Of each model's versions the newest are kept, and what the newest releases name; older releases, and runs of which nothing
 * is left, for a time only.
 */
export function trainingStation(
  training: Training,
  {
    database,
    config,
  }: { database: Database; config: Pick<Config, 'keptVersions' | 'runRetentionDays' | 'nightEnabled'> },
): Station {
  const { keptVersions, runRetentionDays } = config;
  return {
    routes: trainingRoutes(training),
    chores: [
      {
        name: 'old model versions',
        tidy: async () => (await pruneVersions(database, servedTables, keptVersions)).length,
      },
      {
        name: 'old releases',
        tidy: (now, leave) => pruneReleases(database, daysBefore(now, runRetentionDays), keptVersions, leave),
      },
      {
        name: 'old training runs',
        async tidy(now, leave) {
          const kept = [
            ...(await readRunsOfVersions(database)),
            ...(await readRunsOfResponses(database)),
            ...(await readRunsOfPredictions(database)),
          ];
          return deleteRunsBefore(database, daysBefore(now, runRetentionDays), kept, leave);
        },
      },
    ],
    examine: async () => findBadRun((await training.listRuns(1))[0]),
    start: async () => {
      if (config.nightEnabled) await training.startSchedule();
    },
    stop: training.stop,
  };
}

function findBadRun(last: TrainingRun | undefined): Finding[] {
  const found = {
    weakens: ['lists', 'segments', 'coupons'],
    remedy: byCommand('npx pannier train', 'docs/data-science.md'),
  } as const;
  if (last?.status === 'failed') return [finding('finding.run-failed', {}, found)];
  if (last?.status === 'refused') return [finding('finding.run-refused', {}, found)];
  return [];
}
