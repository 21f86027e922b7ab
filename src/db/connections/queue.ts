import { overloaded } from './failures.ts';

/** Waiting that is bounded: who would wait too long is turned away, at once where those before have waited long already. */
export function createQueue(waitMs: number) {
  const since = new Set<{ at: number }>();
  return {
    wait<Result extends { release(): void }>(enter: () => Promise<Result>): Promise<Result> {
      const [oldest] = since;
      if (oldest && performance.now() - oldest.at > waitMs / 2) return Promise.reject(overloaded());
      const place = { at: performance.now() };
      since.add(place);
      return new Promise((resolve, reject) => {
        let isGone = false;
        const timer = setTimeout(() => {
          isGone = true;
          since.delete(place);
          reject(overloaded());
        }, waitMs);
        enter()
          .then((entered) => {
            if (isGone) entered.release();
            else resolve(entered);
          }, reject)
          .finally(() => {
            clearTimeout(timer);
            since.delete(place);
          });
      });
    },
  };
}
