import type { Config } from '../config.ts';
import { type Chore, type Database, daysBefore } from '../db/index.ts';
import { expireEvents } from './events/partitions.ts';
import { deleteCorrectionsBefore } from './imports/store.ts';
import { deleteRowsBefore } from './quarantine/store.ts';

/** What of the shop's facts is kept for a time only. */
export function intakeChores(
  db: Database,
  config: Pick<Config, 'eventRetentionDays' | 'quarantineRetentionDays' | 'correctionRetentionDays'>,
): Chore[] {
  return [
    {
      name: 'partitions of events',
      tidy: async (now, leave) => (await expireEvents(db, daysBefore(now, config.eventRetentionDays), leave)).length,
    },
    {
      name: 'quarantined rows',
      tidy: (now, leave) => deleteRowsBefore(db, daysBefore(now, config.quarantineRetentionDays), leave),
    },
    {
      name: 'corrected cells',
      tidy: (now, leave) => deleteCorrectionsBefore(db, daysBefore(now, config.correctionRetentionDays), leave),
    },
  ];
}
