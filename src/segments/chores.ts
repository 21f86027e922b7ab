import type { Config } from '../config.ts';
import { type Chore, type Database, daysBefore } from '../db/index.ts';
import { expireSegmentChanges } from './changes.ts';

/** Who came and went, and the snapshots of defined segments, are kept for a time only. */
export function segmentChores(db: Database, config: Pick<Config, 'segmentChangeRetentionDays'>): Chore[] {
  return [
    {
      name: 'segment changes',
      tidy: (now, leave) => expireSegmentChanges(db, daysBefore(now, config.segmentChangeRetentionDays), leave),
    },
  ];
}
