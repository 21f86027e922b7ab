import type { Queryable } from '../db/index.ts';
import type { PublishedRelease } from './model-version.ts';
import { readPublishedRelease } from './publish.ts';
import { selectPublishedId } from './store.ts';

/**
 * The published release with its versions, held in memory: their summaries are large, and every profile asks for them. Notices
 * say at once that another is published; whether they come or not, what is held was looked at within the last second.
 */
export interface ReleaseMemory {
  /** The release that is served now; undefined: nothing has been published yet. */
  read(): Promise<PublishedRelease | undefined>;
  /** Another was published: who asks from now on is answered from it. */
  forget(): void;
  /**
   * Looks whether what is held is the published one still, for whoever asks in the next second. Never rejects: what cannot be
   * looked at now is looked at by the next who asks.
   * @returns whether it is another one, of which nothing was said
   */
  check(): Promise<boolean>;
}

/** So long what was looked at holds: another instance shows what was published within a second. */
const trustedMs = 900;
/** How often to look, so that nobody who asks has to. */
export const checkEveryMs = 300;

interface Held {
  release: PublishedRelease | undefined;
  answer: Promise<PublishedRelease | undefined>;
  /** it was the published one then, or later */
  since: number;
}

export function createReleaseMemory(db: Queryable, now: () => number = () => performance.now()): ReleaseMemory {
  let held: Held | undefined;
  let looking: Promise<Held> | undefined;

  async function look(): Promise<Held> {
    const since = now();
    const before = held;
    const isStill = before !== undefined && (await selectPublishedId(db)) === before.release?.releaseId;
    const release = isStill ? before.release : await readPublishedRelease(db);
    return { release, answer: Promise.resolve(release), since };
  }

  /** Those who ask meanwhile share it; who asks after something was said does not. */
  function renew(): Promise<Held> {
    if (looking) return looking;
    const mine = look();
    looking = mine;
    mine.then(
      (found) => {
        if (looking !== mine) return;
        held = found;
        looking = undefined;
      },
      () => {
        if (looking === mine) looking = undefined;
      },
    );
    return mine;
  }

  return {
    read() {
      if (held && now() - held.since < trustedMs) return held.answer;
      return renew().then(({ release }) => release);
    },
    forget() {
      held = undefined;
      looking = undefined;
    },
    async check() {
      const before = held;
      const found = await renew().catch(() => undefined);
      return before !== undefined && found !== undefined && held === found && found.release !== before.release;
    },
  };
}
