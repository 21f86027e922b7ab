import { type Database, daysBefore } from '../db/index.ts';
import type { Station } from '../station.ts';
import type { Connectors } from './connectors.ts';
import { connectorRoutes } from './routes.ts';
import { deleteDeliveriesBefore } from './store.ts';

/** A delivery that comes again later than this is known by its facts alone. */
const deliveriesKeptDays = 30;

/** Platforms tell what happens in the shop. */
export function connectorsStation(connectors: Connectors, database: Database): Station {
  return {
    routes: connectorRoutes(connectors),
    start: () => connectors.prepare(),
    chores: [
      {
        name: 'deliveries of connectors',
        tidy: (now, leave) => deleteDeliveriesBefore(database, daysBefore(now, deliveriesKeptDays), leave),
      },
    ],
  };
}
