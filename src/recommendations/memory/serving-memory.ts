import type { Logger } from 'pino';
import { type Database, findTogether, type Notice } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { type Holdout, readListHoldout } from '../../experiments/index.ts';
import { loadVisitorStates, type VisitorState } from '../../intake/index.ts';
import { readRelease } from '../learnt/read-release.ts';
import { type Pieces, piecesOf, restoreFrom } from '../learnt/release-pieces.ts';
import { nothingReleased, type ServedRelease } from '../learnt/served-release.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { createCatalogueReader } from './catalogue-reader.ts';
import { type CustomerMemory, createCustomerMemory } from './customer-memory.ts';
import { createDatabaseGuard, type DatabaseGuard } from './database-guard.ts';
import { createKeptLists, type KeptLists } from './kept-lists.ts';
import { createSingleFlight } from './single-flight.ts';

/** Everything that answers are made of, in memory, and what keeps it true. */
export interface ServingMemory {
  readonly catalogue: Catalogue;
  readonly customers: CustomerMemory;
  /** of customers of the release that is served */
  readonly keptLists: KeptLists;
  readonly guard: DatabaseGuard;
  readonly release: ServedRelease;
  /** Who gets popular lists instead of personal ones; undefined: nobody ever did. */
  readonly listHoldout: Holdout | undefined;
  /** The database is away, or has been and not everything has been read anew. */
  readonly degraded: boolean;
  /** Has the catalogue ever been read? */
  readonly ready: boolean;
  /** @throws PannierError `unavailable` */
  readVisitor(visitorId: string): Promise<VisitorState | undefined>;
  /** Follows an announced change; when the promise resolves the next answer knows of it. Never rejects. */
  follow(notice: Notice): Promise<void>;
  /** Reads everything anew. Never rejects: what cannot be read now is read when the database is back. */
  refresh(): Promise<void>;
  start(): Promise<void>;
  /** What lists for nobody in particular are made of, piece by piece; undefined until the database has been read. */
  pieces(): Iterable<Pieces[number]> | undefined;
  /** Serves from pieces of an earlier run, until the database has been read. */
  restore(pieces: Pieces): void;
  /** All that is served is of an earlier run. */
  readonly restored: boolean;
  stop(): void;
}

export interface MemoryOptions {
  db: Database;
  /** The database for reading catalogue and release as a whole; the same where absent. */
  reports?: Database;
  log: Logger;
  cacheCustomers: number;
  minorDigits: number;
  /** An answer waits no longer than this for the database. */
  patienceMs?: number;
}

const visitorLanes = 2;
const mostKeptLists = 10_000;
const heartbeatMs = 1_000;
const releasePollMs = 10_000;
const catalogueRereadMs = 600_000;

export function createServingMemory({
  db,
  reports = db,
  log,
  cacheCustomers,
  minorDigits,
  patienceMs = 500,
}: MemoryOptions): ServingMemory {
  let release = nothingReleased;
  let listHoldout: Holdout | undefined;
  let ready = false;
  let behind = true;
  let restored = false;
  const timers: NodeJS.Timeout[] = [];

  const catalogue = createCatalogue();
  const keptLists = createKeptLists(mostKeptLists);
  const guard = createDatabaseGuard({
    probe: () => db.query('select 1'),
    onReturn: () => {
      log.info('the database is back');
      void refresh();
    },
    patienceMs,
    probeEveryMs: 250,
  });
  const reader = createCatalogueReader(reports, guard, catalogue, log, minorDigits);
  const customers = createCustomerMemory({
    db,
    guard,
    catalogue,
    readItems: reader.refresh,
    release: () => release,
    capacity: cacheCustomers,
  });
  const readVisitors = findTogether<string, VisitorState>(
    (ids) => guard.run(() => loadVisitorStates(db, ids)),
    visitorLanes,
  );

  const followRelease = createSingleFlight(async () => {
    // What an earlier run has held says nothing of the database that is there now.
    const published = await readRelease(reports, catalogue, reader.refresh, restored ? nothingReleased : release);
    restored = false;
    if (published === release) return;
    release = published;
    customers.clear();
    keptLists.clear();
    log.info({ release: published.releaseId }, 'release served');
  });

  const followHoldout = createSingleFlight(async () => {
    const held = await readListHoldout(db);
    if (held?.holdoutId === listHoldout?.holdoutId && held?.salt === listHoldout?.salt) return;
    listHoldout = held;
    keptLists.clear();
    log.info({ share: held?.share ?? 0 }, 'share held out of personal lists');
  });

  /** Does what may fail while the database is away. Afterwards the guard knows whether it is. */
  async function attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof PannierError && error.code === 'unavailable')) log.error({ err: error }, 'not refreshed');
      await guard.check().catch(() => {});
      return false;
    }
  }

  const refresh = createSingleFlight(async () => {
    behind = true;
    customers.markAllStale();
    const read = await attempt(async () => {
      await reader.readAll();
      ready = true;
      await followRelease();
      await followHoldout();
    });
    if (read && !guard.away) behind = false;
  });

  async function beat(): Promise<void> {
    if (guard.away) behind = true;
    else if (behind) await refresh();
    else await guard.check().catch(() => {});
  }

  function every(milliseconds: number, work: () => Promise<unknown>): void {
    const timer = setInterval(() => void work(), milliseconds);
    timer.unref();
    timers.push(timer);
  }

  return {
    catalogue,
    customers,
    keptLists,
    guard,
    get release() {
      return release;
    },
    get listHoldout() {
      return listHoldout;
    },
    get degraded() {
      return guard.away || behind;
    },
    get ready() {
      return ready;
    },
    get restored() {
      return restored;
    },
    pieces: () => (ready && !restored ? piecesOf(release, listHoldout, catalogue) : undefined),
    restore(pieces) {
      ({ release, listHoldout } = restoreFrom(pieces, catalogue));
      ready = true;
      restored = true;
    },
    readVisitor: async (visitorId) => (await readVisitors([visitorId])).get(visitorId),
    async follow(notice) {
      if (notice.about === 'customers') customers.forget(notice.keys);
      else if (notice.about === 'items') await reader.refresh(notice.keys);
      else if (notice.about === 'release') await attempt(followRelease);
      else if (notice.about === 'list-holdout') await attempt(followHoldout);
    },
    refresh,
    async start() {
      await refresh();
      every(heartbeatMs, beat);
      every(releasePollMs, async () => guard.away || attempt(followRelease));
      every(releasePollMs, async () => guard.away || attempt(followHoldout));
      every(catalogueRereadMs, async () => guard.away || attempt(reader.readAll));
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      guard.stop();
    },
  };
}
