import type { Config } from '../config.ts';
import { type Chore, type Database, daysBefore } from '../db/index.ts';
import { readRunsOfResponses } from '../outcomes/index.ts';
import { pruneReleases, pruneVersions, readRunsOfVersions } from '../versions/index.ts';
import { servedTables } from './learners/served-tables.ts';
import { deleteRunsBefore } from './runs/store.ts';

/**
 * Of each model's versions the newest are kept, and what the newest releases name; older releases, and runs of which nothing
 * is left, for a time only.
 */
export function trainingChores(db: Database, config: Pick<Config, 'keptVersions' | 'runRetentionDays'>): Chore[] {
  const { keptVersions, runRetentionDays } = config;
  return [
    {
      name: 'old model versions',
      tidy: async () => (await pruneVersions(db, servedTables, keptVersions)).length,
    },
    {
      name: 'old releases',
      tidy: (now, leave) => pruneReleases(db, daysBefore(now, runRetentionDays), keptVersions, leave),
    },
    {
      name: 'old training runs',
      async tidy(now, leave) {
        const kept = [...(await readRunsOfVersions(db)), ...(await readRunsOfResponses(db))];
        return deleteRunsBefore(db, daysBefore(now, runRetentionDays), kept, leave);
      },
    },
  ];
}
