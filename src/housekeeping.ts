import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { type Database, releaseLease, renewLease, takeLease } from './db/index.ts';
import { PannierError } from './errors.ts';
import { noWaiting, type Turns } from './shops/turns.ts';

/** Something that grows and has to be tidied, as a station announces it. What it does may be done twice, or by two at once. */
export interface Chore {
  name: string;
  /** Removes what is due at this moment, until it is told to leave the rest. @returns how much that was */
  tidy(now: Date, leave: AbortSignal): Promise<number>;
}

export interface Housekeeping {
  /** Goes round at once, and then again and again. */
  start(): void;
  stop(): Promise<void>;
  /** One round now, unless another instance is at it. */
  tidy(): Promise<void>;
}

const leaseName = 'housekeeping';
const leaseSeconds = 30;

/**
 * Tidies what the stations announce, whether nights are on or not and whatever comes of training. A lease sees to it that
 * of several instances one does it; a chore that fails keeps none of the others from being done.
 */
export function createHousekeeping(deps: {
  db: Database;
  chores: readonly Chore[];
  clock: () => Date;
  log: Logger;
  /** from one round to the next; default: a minute */
  everyMs?: number;
  /** where each chore waits for its turn; absent: nowhere */
  turns?: Turns;
}): Housekeeping {
  const { db, chores, clock, log, everyMs = 60_000, turns = noWaiting } = deps;
  const holder = randomUUID();
  const watch = db.for('watch');
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  const leaving = new AbortController();

  async function doChores(): Promise<void> {
    if (!(await takeLease(watch, leaseName, holder, leaseSeconds))) return;
    const renewal = setInterval(() => {
      renewLease(watch, leaseName, holder, leaseSeconds).catch((error) =>
        log.warn({ err: error }, 'lease not renewed'),
      );
    }, leaseSeconds * 333);
    try {
      const removed: Record<string, number> = {};
      for (const chore of chores) {
        if (leaving.signal.aborted) break;
        const tidy = () => chore.tidy(clock(), leaving.signal);
        const count = await turns(tidy).catch((error) => tell(error, chore.name));
        if (count) removed[chore.name] = count;
      }
      if (Object.keys(removed).length > 0) log.info({ removed }, 'tidied');
    } finally {
      clearInterval(renewal);
      await releaseLease(watch, leaseName, holder);
    }
  }

  function tell(error: unknown, chore?: string): void {
    if (leaving.signal.aborted) return;
    const isAway = error instanceof PannierError && error.code === 'unavailable';
    log[isAway ? 'warn' : 'error']({ err: error, chore }, 'not tidied');
  }

  function tidy(): Promise<void> {
    round ??= doChores()
      .catch((error) => tell(error))
      .finally(() => {
        round = undefined;
      });
    return round;
  }

  return {
    start() {
      void tidy();
      timer = setInterval(() => void tidy(), everyMs);
    },
    async stop() {
      leaving.abort();
      clearInterval(timer);
      await round;
    },
    tidy,
  };
}
