import type { Config } from '../config.ts';
import { type Chore, type Database, daysBefore } from '../db/index.ts';
import { expireServedLists } from './store.ts';

/** The log of served lists is kept for a time only. */
export function recommendationChores(db: Database, config: Pick<Config, 'listRetentionDays'>): Chore[] {
  return [
    {
      name: 'served lists',
      tidy: (now, leave) => expireServedLists(db, daysBefore(now, config.listRetentionDays), leave),
    },
  ];
}
