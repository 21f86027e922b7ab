import type { Config } from '../config.ts';
import { type Database, daysBefore } from '../db/index.ts';
import type { Station } from '../station.ts';
import { expireSegmentChanges } from './changes/changes.ts';
import { eraseFromSegments } from './erasure.ts';
import { segmentRoutes } from './routes.ts';
import type { Segments } from './segments.ts';

/** So late somebody leaves of whom nothing was told, and whose facts are too old now. */
const timePassesEveryMs = 5_000;

/** Who came and went, and the snapshots of defined segments, are kept for a time only. */
export function segmentsStation(
  segments: Segments,
  { database, config }: { database: Database; config: Pick<Config, 'minorDigits' | 'segmentChangeRetentionDays'> },
): Station {
  return {
    routes: segmentRoutes(segments, config),
    erase: eraseFromSegments,
    onNotice(notice) {
      if (notice.about === 'customers') segments.live.told(notice.keys);
    },
    timers: [
      { failure: 'time did not pass for live segments', everyMs: timePassesEveryMs, run: segments.live.passTime },
    ],
    stop: segments.live.settled,
    chores: [
      {
        name: 'segment changes',
        tidy: (now, leave) => expireSegmentChanges(database, daysBefore(now, config.segmentChangeRetentionDays), leave),
      },
    ],
  };
}
