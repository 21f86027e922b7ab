import type { Config } from '../config.ts';
import { type Database, daysBefore } from '../db/index.ts';
import { byPage, type Finding, finding } from '../finding.ts';
import type { KeyRing } from '../keys/index.ts';
import type { Station } from '../station.ts';
import type { Recommendations } from './recommendations.ts';
import { recommendationRoutes } from './routes.ts';
import { expireServedLists, hasServedListSince } from './served-lists/store.ts';

/** A shop that shows lists has asked for some in so many days. */
const usualDays = 7;

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
    examine: async (now) => findMissingLists(await hasServedListSince(database, daysBefore(now, usualDays))),
    onNotice: recommendations.onNotice,
    onHearing: (arrives) => (arrives ? recommendations.refresh() : undefined),
    load: recommendations.start,
    stop: recommendations.stop,
  };
}

function findMissingLists(areAsked: boolean): Finding[] {
  if (areAsked) return [];
  const remedy = byPage('POST /v1/recommendations {"visitor_id": "…", "key": "pk_…"}');
  return [finding('finding.no-lists-asked', { days: usualDays }, { weakens: ['lists', 'reports'], remedy })];
}
