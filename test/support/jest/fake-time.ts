import { jest } from '@jest/globals';

interface HeldIntervals {
  /** What is to be done at intervals of at most this long is done, once. */
  pass(milliseconds: number): void;
  /** From now on time passes by itself again. */
  restore(): void;
}

/** Holds what is done at intervals, so that nobody waits for minutes, from here to `restore`. */
export function holdIntervals(): HeldIntervals {
  const real = { setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval };
  const held = new Map<object, { milliseconds: number; work: () => void }>();
  globalThis.setInterval = ((work: () => void, milliseconds: number) => {
    const timer = { unref: () => timer, ref: () => timer };
    held.set(timer, { milliseconds, work });
    return timer;
  }) as unknown as typeof setInterval;
  globalThis.clearInterval = ((timer: NodeJS.Timeout | undefined) => {
    if (timer && !held.delete(timer)) real.clearInterval(timer);
  }) as typeof clearInterval;
  return {
    pass(longest) {
      for (const { milliseconds, work } of held.values()) if (milliseconds <= longest) work();
    },
    restore() {
      Object.assign(globalThis, real);
    },
  };
}

/**
 * Sets the clock that tells the date, which then stands still until `jest.setSystemTime`, up to `jest.useRealTimers`: however
 * slow the machine, nothing is due before.
 */
export function holdDate(now: Date): void {
  jest.useFakeTimers({
    now,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}
