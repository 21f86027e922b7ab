import type { Station } from '../station.ts';
import type { KeyRing } from './keys.ts';

const reloadMs = 30_000;

/** A revoked key is refused within a second by notice, and within the timer's time whatever is unheard. */
export function keysStation({ load, reload }: KeyRing): Station {
  return {
    load,
    onNotice: (notice) => (notice.about === 'keys' ? reload() : undefined),
    onHearing: (arrives) => (arrives ? reload() : undefined),
    timers: [{ failure: 'keys not reloaded', everyMs: reloadMs, run: reload }],
  };
}
