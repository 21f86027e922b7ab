import type { Queryable } from '../db/index.ts';
import type { PublishedRelease } from './model-version.ts';
import { readPublishedRelease } from './publish.ts';

/**
 * The published release with its versions, held in memory: their summaries are large, and every profile asks for them. It is
 * held only while notices of what others publish arrive; else it is read at every question.
 */
export interface ReleaseMemory {
  /** The release that is served now; undefined: nothing has been published yet. */
  read(): Promise<PublishedRelease | undefined>;
  /** Another was published: who asks from now on is answered from it. */
  forget(): void;
  /** Whether notices arrive from now on. */
  hear(arriving: boolean): void;
}

/** Keeps the published release as long as notices arrive, so that answers need not read it; without notices every question reads. */
export function createReleaseMemory(db: Queryable): ReleaseMemory {
  let isHeard = false;
  let held: Promise<PublishedRelease | undefined> | undefined;

  function forget(): void {
    held = undefined;
  }

  return {
    read() {
      if (!isHeard) return readPublishedRelease(db);
      if (held) return held;
      const reading = readPublishedRelease(db);
      held = reading;
      reading.catch(() => {
        if (held === reading) held = undefined;
      });
      return reading;
    },
    forget,
    hear(arriving) {
      isHeard = arriving;
      forget();
    },
  };
}
