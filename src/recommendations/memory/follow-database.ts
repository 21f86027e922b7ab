import type { Logger } from 'pino';
import type { Database, Notice } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { readListHoldout } from '../../experiments/index.ts';
import { readRelease } from '../learnt/read-release.ts';
import type { Served } from '../learnt/served.ts';
import { nothingReleased } from '../learnt/served-release.ts';
import { selectPlacements } from '../placements/store.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { CatalogueReader } from './catalogue/catalogue-reader.ts';
import type { CustomerMemory } from './customer-memory.ts';
import type { DatabaseGuard } from './database-guard.ts';
import type { KeptLists } from './kept-lists.ts';
import { createSingleFlight } from './single-flight.ts';

/** What is held in memory, and where it is read from. */
export interface Followed {
  db: Database;
  reports: Database;
  log: Logger;
  guard: DatabaseGuard;
  reader: CatalogueReader;
  catalogue: Catalogue;
  customers: CustomerMemory;
  keptLists: KeptLists;
  served: Served;
}

/** Keeps what is served as the database has it. */
export interface Follower {
  /** Follows an announced change; when the promise resolves the next answer knows of it. Never rejects. */
  follow(notice: Notice): Promise<void>;
  /** Reads everything anew. Never rejects: what cannot be read now is read when the database is back. */
  refresh(): Promise<void>;
  /** Looks for changes that were not heard of, from now on. @returns ends it */
  poll(): () => void;
}

const heartbeatMs = 1_000;
const releasePollMs = 10_000;
const catalogueRereadMs = 600_000;

export function createFollower(followed: Followed): Follower {
  const { guard, reader, customers, served } = followed;
  const followRelease = createSingleFlight(() => readReleaseAnew(followed));
  const followHoldout = createSingleFlight(() => readHoldoutAnew(followed));
  const followPlacements = createSingleFlight(() => readPlacementsAnew(followed));

  let isCatchingUp = false;

  const refresh = createSingleFlight(async () => {
    served.behind = true;
    isCatchingUp = true;
    customers.markAllStale();
    const isRead = await attempt(followed, async () => {
      await reader.readAll();
      served.ready = true;
      await followRelease();
      await followHoldout();
      await followPlacements();
    });
    isCatchingUp = false;
    if (isRead && !guard.away) served.behind = false;
  });

  async function beat(): Promise<void> {
    if (guard.away) served.behind = true;
    // What takes longer than from one beat to the next would be begun again and again.
    else if (served.behind) await (isCatchingUp || refresh());
    else await guard.check().catch(() => {});
  }

  return {
    async follow(notice) {
      if (notice.about === 'customers') customers.forget(notice.keys);
      else if (notice.about === 'items') await reader.refresh(notice.keys);
      else if (notice.about === 'release') await attempt(followed, followRelease);
      else if (notice.about === 'list-holdout') await attempt(followed, followHoldout);
      else if (notice.about === 'placements') await attempt(followed, followPlacements);
    },
    refresh,
    poll() {
      const unlessAway = (work: () => Promise<void>) => async () => guard.away || attempt(followed, work);
      const timers = [
        setInterval(beat, heartbeatMs),
        setInterval(unlessAway(followRelease), releasePollMs),
        setInterval(unlessAway(followHoldout), releasePollMs),
        setInterval(unlessAway(followPlacements), releasePollMs),
        setInterval(unlessAway(reader.readAll), catalogueRereadMs),
      ];
      for (const timer of timers) timer.unref();
      return () => timers.forEach(clearInterval);
    },
  };
}

async function readReleaseAnew(followed: Followed): Promise<void> {
  const { reports, catalogue, reader, customers, keptLists, served, log } = followed;
  // What an earlier run has held says nothing of the database that is there now.
  const held = served.restored ? nothingReleased : served.release;
  const release = await readRelease(reports, catalogue, reader.refresh, held);
  served.restored = false;
  if (release === served.release) return;
  served.release = release;
  customers.clear();
  keptLists.clear();
  log.info({ release: release.releaseId }, 'release served');
}

async function readHoldoutAnew({ db, keptLists, served, log }: Followed): Promise<void> {
  const holdout = await readListHoldout(db);
  const held = served.listHoldout;
  if (holdout?.holdoutId === held?.holdoutId && holdout?.salt === held?.salt) return;
  served.listHoldout = holdout;
  keptLists.clear();
  log.info({ share: holdout?.share ?? 0 }, 'share held out of personal lists');
}

async function readPlacementsAnew({ db, served }: Followed): Promise<void> {
  const placements = await selectPlacements(db);
  served.placements = new Map(placements.map((placement) => [placement.name, placement]));
}

/** Does what may fail while the database is away. Afterwards the guard knows whether it is. */
async function attempt({ guard, log }: Followed, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof PannierError && error.code === 'unavailable')) log.error({ err: error }, 'not refreshed');
    await guard.check().catch(() => {});
    return false;
  }
}
