import type { Station } from '../station.ts';
import type { Audit } from './audit.ts';
import { auditRoutes } from './routes.ts';

const writeMs = 10_000;

/** Entries are written by the database itself, whichever way a change comes; what is sent is counted here. */
export function auditStation(audit: Audit): Station {
  return {
    routes: auditRoutes(audit),
    timers: [{ failure: 'counts of writes not written', everyMs: writeMs, run: audit.writeCounts }],
    stop: audit.writeCounts,
  };
}
