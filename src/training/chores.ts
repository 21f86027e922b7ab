import type { Config } from '../config.ts';
import type { Chore, Database } from '../db/index.ts';
import { pruneVersions } from '../versions/index.ts';
import { servedTables } from './learners/served-tables.ts';

/** Of each model's versions the newest are kept, and what the newest releases name. */
export function trainingChores(db: Database, config: Pick<Config, 'keptVersions'>): Chore[] {
  return [
    {
      name: 'old model versions',
      tidy: async () => (await pruneVersions(db, servedTables, config.keptVersions)).length,
    },
  ];
}
