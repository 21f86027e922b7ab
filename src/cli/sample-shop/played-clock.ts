import { AsyncLocalStorage } from 'node:async_hooks';

/** What stations live by while a shop's past is played. */
export interface PlayedClock {
  /** What it is now, where nothing else is said. */
  now: Date;
  clock(): Date;
  /** All that `work` comes to, however it waits, happens at `moment`; so much may be under way, each at a time of its own. */
  at<Result>(moment: Date, work: () => Result): Result;
  /** From then on there is `now` alone. */
  end(): void;
}

export function createPlayedClock(now: Date): PlayedClock {
  const moments = new AsyncLocalStorage<Date>();
  const played: PlayedClock = {
    now,
    clock: () => moments.getStore() ?? played.now,
    at: (moment, work) => moments.run(moment, work),
    end: () => moments.disable(),
  };
  return played;
}
