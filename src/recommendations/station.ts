import type { Config } from '../config.ts';
import { type Database, daysBefore } from '../db/index.ts';
import type { KeyRing } from '../keys/index.ts';
import type { Station } from '../station.ts';
import type { Recommendations } from './recommendations.ts';
import { recommendationRoutes } from './routes.ts';
import { expireServedLists } from './served-lists/store.ts';

/** What recommendations announce to the service. */
export function recommendationsStation(
  recommendations: Recommendations,
  {
    database,
    keys,
    clock,
    config,
  }: { database: Database; keys: KeyRing; clock: () => Date; config: Pick<Config, 'listRetentionDays'> },
): Station {
  return {
    routes: recommendationRoutes(recommendations, { keys, clock }),
    erase: recommendations.eraseCustomer,
    chores: [
      {
        name: 'served lists',
        tidy: (now, leave) => expireServedLists(database, daysBefore(now, config.listRetentionDays), leave),
      },
    ],
    onNotice: recommendations.onNotice,
    onHearing: (arrives) => (arrives ? recommendations.refresh() : undefined),
    load: recommendations.start,
    stop: recommendations.stop,
  };
}
