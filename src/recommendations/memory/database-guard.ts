import { PannierError } from '../../errors.ts';
import { withinTime } from '../../wait-at-most.ts';

/**
 * Stands between an answer and the database, so that no answer waits long for a database that is away: the first failure or
 * the first work that takes too long opens the circuit, everything after it fails at once, and a probe in the background
 * closes it again.
 */
export interface DatabaseGuard {
  readonly away: boolean;
  /** @throws PannierError `unavailable` at once while the database is away, and when `work` is late */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Asks the database now whether it is there. */
  check(): Promise<void>;
  stop(): void;
}

export interface GuardOptions {
  probe: () => Promise<unknown>;
  /** After the database came back: everything that was said meanwhile went unheard. */
  onReturn: () => void;
  patienceMs: number;
  probeEveryMs: number;
}

export function createDatabaseGuard(options: GuardOptions): DatabaseGuard {
  let away = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function lose(): void {
    if (away || stopped) return;
    away = true;
    timer = setTimeout(probe, options.probeEveryMs);
  }

  async function probe(): Promise<void> {
    try {
      await withinTime(options.probe(), options.patienceMs, isAway);
    } catch {
      if (!stopped) timer = setTimeout(probe, options.probeEveryMs);
      return;
    }
    if (stopped) return;
    away = false;
    options.onReturn();
  }

  async function run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (away) throw isAway();
    try {
      return await withinTime(work(), options.patienceMs, isAway);
    } catch (error) {
      if (error instanceof PannierError && error.code === 'unavailable') lose();
      throw error;
    }
  }

  return {
    get away() {
      return away;
    },
    run,
    check: () => run(options.probe).then(() => {}),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function isAway(): PannierError {
  return new PannierError('unavailable', 'The database cannot be reached.');
}
