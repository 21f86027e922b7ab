import type { Config } from '../config.ts';
import { type Database, daysBefore } from '../db/index.ts';
import type { Station } from '../station.ts';
import { expireSegmentChanges } from './changes/changes.ts';
import { eraseFromSegments } from './erasure.ts';
import { segmentRoutes } from './routes.ts';
import type { Segments } from './segments.ts';

/** Who came and went, and the snapshots of defined segments, are kept for a time only. */
export function segmentsStation(
  segments: Segments,
  { database, config }: { database: Database; config: Pick<Config, 'minorDigits' | 'segmentChangeRetentionDays'> },
): Station {
  return {
    routes: segmentRoutes(segments, config),
    erase: eraseFromSegments,
    chores: [
      {
        name: 'segment changes',
        tidy: (now, leave) => expireSegmentChanges(database, daysBefore(now, config.segmentChangeRetentionDays), leave),
      },
    ],
  };
}
