import { type Database, daysBefore } from '../db/index.ts';
import type { Station } from '../station.ts';
import type { Connectors } from './connectors.ts';
import type { Feeds } from './feeds/feeds.ts';
import { findBrokenFeeds } from './feeds/find-broken-feeds.ts';
import { feedRoutes } from './feeds/routes.ts';
import { connectorRoutes } from './routes.ts';
import { deleteDeliveriesBefore } from './store.ts';

/** A delivery that comes again later than this is known by its facts alone. */
const deliveriesKeptDays = 30;
/** So often it is looked whether a feed is due. */
const feedsEveryMs = 60_000;

/** Platforms tell what happens in the shop, and catalogues are pulled. */
export function connectorsStation(connectors: Connectors, feeds: Feeds, database: Database): Station {
  return {
    routes: { ...connectorRoutes(connectors), ...feedRoutes(feeds) },
    start: () => connectors.prepare(),
    stop: () => feeds.stop(),
    timers: [{ failure: 'feeds not pulled', everyMs: feedsEveryMs, run: () => feeds.pullDue() }],
    examine: async (now) => findBrokenFeeds(await feeds.list(), now),
    chores: [
      {
        name: 'deliveries of connectors',
        tidy: (now, leave) => deleteDeliveriesBefore(database, daysBefore(now, deliveriesKeptDays), leave),
      },
    ],
  };
}
