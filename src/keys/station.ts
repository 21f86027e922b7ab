import type { Database, Transaction } from '../db/index.ts';
import type { Station } from '../station.ts';
import type { KeyRing } from './keys.ts';
import { keyRoutes } from './routes.ts';

const reloadMs = 30_000;

/** A revoked key is refused within a second by notice, and within the timer's time whatever is unheard. */
export function keysStation(ring: KeyRing, db: Database, isGoverned: (tx: Transaction) => Promise<boolean>): Station {
  const { load, reload } = ring;
  return {
    routes: keyRoutes(db, ring, isGoverned),
    load,
    onNotice: (notice) => (notice.about === 'keys' ? reload() : undefined),
    onHearing: (arrives) => (arrives ? reload() : undefined),
    timers: [{ failure: 'keys not reloaded', everyMs: reloadMs, run: reload }],
  };
}
