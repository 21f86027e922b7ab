import type { Queryable } from '../db/index.ts';
import type { Station } from '../station.ts';
import type { Instances } from './instances.ts';
import { instanceRoutes } from './routes.ts';
import { deleteGone } from './store.ts';

const beatMs = 10_000;

/** An instance says again and again that it is there, from its start to its stop. */
export function instancesStation(instances: Instances, db: Queryable): Station {
  return {
    routes: instanceRoutes(instances),
    timers: [{ failure: 'instance not noted', everyMs: beatMs, run: instances.beat }],
    chores: [{ name: 'instances that are gone', tidy: () => deleteGone(db) }],
    // A database that cannot be written to now is no reason not to serve: the next beat says so.
    start: () => instances.beat().catch(() => {}),
    stop: instances.leave,
  };
}
