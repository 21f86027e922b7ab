import type { Logger } from 'pino';
import { type Database, findTogether, primaryReads, type Reads } from '../../db/index.ts';
import type { Holdout } from '../../experiments/index.ts';
import { loadVisitorStates, type VisitorState } from '../../intake/index.ts';
import { type Pieces, piecesOf, restoreFrom } from '../learnt/release-pieces.ts';
import type { Served } from '../learnt/served.ts';
import { nothingReleased, type ServedRelease } from '../learnt/served-release.ts';
import type { Placement } from '../placements/placement.ts';
import { type Catalogue, createCatalogue } from './catalogue/catalogue.ts';
import { createCatalogueReader } from './catalogue/catalogue-reader.ts';
import { type CustomerMemory, createCustomerMemory } from './customer-memory.ts';
import { createDatabaseGuard, type DatabaseGuard } from './database-guard.ts';
import { createFollower, type Follower } from './follow-database.ts';
import { createKeptLists, type KeptLists } from './kept-lists.ts';

/** Everything that answers are made of, in memory, and what keeps it true. */
export interface ServingMemory extends Omit<Follower, 'poll'> {
  readonly catalogue: Catalogue;
  readonly customers: CustomerMemory;
  /** of customers of the release that is served */
  readonly keptLists: KeptLists;
  readonly guard: DatabaseGuard;
  readonly release: ServedRelease;
  /** Who gets popular lists instead of personal ones; undefined: nobody ever did. */
  readonly listHoldout: Holdout | undefined;
  /** those that the shop has set, by name */
  readonly placements: ReadonlyMap<string, Placement>;
  /** The database is away, or has been and not everything has been read anew. */
  readonly degraded: boolean;
  /** Has the catalogue ever been read? */
  readonly ready: boolean;
  /** @throws PannierError `unavailable` */
  readVisitor(visitorId: string): Promise<VisitorState | undefined>;
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
  /** Where who is not in memory is read; `db` where absent. */
  reads?: Reads;
  log: Logger;
  cacheCustomers: number;
  minorDigits: number;
  /** An answer waits no longer than this for the database. */
  patienceMs?: number;
}

const visitorLanes = 2;
const mostKeptLists = 10_000;

export function createServingMemory(options: MemoryOptions): ServingMemory {
  const { db, reports = db, reads = primaryReads(db), log } = options;
  const served: Served = {
    release: nothingReleased,
    listHoldout: undefined,
    placements: new Map(),
    ready: false,
    behind: true,
    restored: false,
  };
  const catalogue = createCatalogue();
  const keptLists = createKeptLists(mostKeptLists);
  const guard = createDatabaseGuard({
    probe: () => db.for('watch').query('select 1'),
    onReturn: () => {
      log.info('the database is back');
      void follower.refresh();
    },
    patienceMs: options.patienceMs ?? 500,
    probeEveryMs: 250,
  });
  const popular = () => served.release.popularity?.items ?? [];
  const reader = createCatalogueReader(reports, guard, catalogue, log, options.minorDigits, popular);
  const customers = createCustomerMemory({
    reads,
    guard,
    catalogue,
    readItems: reader.refresh,
    release: () => served.release,
    capacity: options.cacheCustomers,
  });
  const follower = createFollower({ db, reports, log, guard, reader, catalogue, customers, keptLists, served });
  return memoryOf({ catalogue, customers, keptLists, guard }, served, follower, visitorReader(reads, guard, served));
}

function visitorReader(
  reads: Reads,
  guard: DatabaseGuard,
  served: Pick<Served, 'release'>,
): ServingMemory['readVisitor'] {
  const readVisitors = findTogether<string, VisitorState>(
    (ids) => guard.run(() => reads.read((db) => loadVisitorStates(db, ids, tellsOfArrival(served.release)))),
    visitorLanes,
  );
  return async (visitorId) => (await readVisitors([visitorId])).get(visitorId);
}

/** Does how somebody came say anything of what they are offered? */
const tellsOfArrival = ({ popularity }: ServedRelease) => (popularity?.newcomers?.size ?? 0) > 0;

function memoryOf(
  held: Pick<ServingMemory, 'catalogue' | 'customers' | 'keptLists' | 'guard'>,
  served: Served,
  follower: Follower,
  readVisitor: ServingMemory['readVisitor'],
): ServingMemory {
  const { catalogue, guard } = held;
  let endPolls = () => {};
  return {
    ...held,
    get release() {
      return served.release;
    },
    get listHoldout() {
      return served.listHoldout;
    },
    get placements() {
      return served.placements;
    },
    get degraded() {
      return guard.away || served.behind;
    },
    get ready() {
      return served.ready;
    },
    get restored() {
      return served.restored;
    },
    pieces: () => (served.ready && !served.restored ? piecesOf(served, catalogue) : undefined),
    restore(pieces) {
      Object.assign(served, restoreFrom(pieces, catalogue), { ready: true, restored: true });
    },
    readVisitor,
    follow: follower.follow,
    refresh: follower.refresh,
    async start() {
      await follower.refresh();
      endPolls = follower.poll();
    },
    stop() {
      endPolls();
      guard.stop();
    },
  };
}
