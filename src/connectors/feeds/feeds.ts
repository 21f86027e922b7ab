import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { type Database, releaseLease, renewLease, takeLease } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { say } from '../../sentences/index.ts';
import { checkName, checkUrl } from './check-feed.ts';
import { type Feed, shownUrl } from './feed.ts';
import { blockListOf } from './public-address.ts';
import { type CatalogueIntake, pullFeed } from './pull-feed.ts';
import * as store from './store.ts';

export interface Feeds {
  list(): Promise<Feed[]>;
  /** @throws PannierError `not_found` */
  read(name: string): Promise<Feed>;
  /**
   * Sets a feed, which is then due. @returns whether there was none before
   * @throws PannierError `invalid_request` for an address that is none, `conflict` where there are too many
   */
  set(feed: Pick<Feed, 'name' | 'url' | 'missing'>): Promise<boolean>;
  /** Its items stay as they are. @throws PannierError `not_found` */
  remove(name: string): Promise<void>;
  /** Makes a feed due. @param acceptFewer though more than half of its items have vanished @throws PannierError `not_found` */
  ask(name: string, acceptFewer: boolean): Promise<void>;
  /** Pulls what is due, one after the other, unless another instance is at it. Ends when nothing is due any more. */
  pullDue(): Promise<void>;
  stop(): Promise<void>;
}

const everyMs = 3_600_000;
const mostFeeds = 20;
const leaseName = 'feeds';
const leaseSeconds = 30;

/** @see Feeds */
export function createFeeds({
  db,
  work,
  intake,
  config,
  clock,
  log,
}: {
  db: Database;
  /** the database for whole files */
  work: Database;
  intake: CatalogueIntake;
  config: Pick<Config, 'feedNetworks' | 'feedLimitMb' | 'feedPatienceSeconds'>;
  clock: () => Date;
  log: Logger;
}): Feeds {
  const holder = randomUUID();
  const leaving = new AbortController();
  const bounds = {
    networks: blockListOf(config.feedNetworks),
    mostMb: config.feedLimitMb,
    seconds: config.feedPatienceSeconds,
  };
  let round: Promise<void> | undefined;
  let isAskedFor = false;

  async function pullOne(feed: Feed, leave: AbortSignal): Promise<void> {
    try {
      const { pull, validators } = await pullFeed({ db: work, intake }, feed, { ...bounds, leave });
      const { outcome, problem } = pull;
      if (problem !== null) log.warn({ feed: feed.name, outcome, problem }, 'feed');
      await store.endPull(work, feed, pull, validators);
    } catch (error) {
      // Most likely the database is away, and cannot be told either.
      if (leave.aborted) await store.leavePull(work, feed.name, clock()).catch(() => {});
      throw error;
    }
  }

  async function pullAll(): Promise<void> {
    if (!(await takeLease(work, leaseName, holder, leaseSeconds))) return;
    const lost = new AbortController();
    const renew = async () => {
      if (!(await renewLease(work, leaseName, holder, leaseSeconds))) lost.abort();
    };
    const renewal = setInterval(() => {
      renew().catch((error) => log.warn({ err: error }, 'lease not renewed'));
    }, leaseSeconds * 333);
    const leave = AbortSignal.any([leaving.signal, lost.signal]);
    try {
      await store.endDeadPulls(work, say('feed.died', {}));
      while (!leave.aborted) {
        const now = clock();
        const feed = await store.beginPull(work, now, new Date(now.getTime() + everyMs));
        if (!feed) break;
        await pullOne(feed, leave);
      }
    } finally {
      clearInterval(renewal);
      await releaseLease(work, leaseName, holder);
    }
  }

  async function pullWhileAskedFor(): Promise<void> {
    try {
      while (isAskedFor) {
        isAskedFor = false;
        await pullAll();
      }
    } finally {
      round = undefined;
    }
  }

  return {
    list: () => store.selectFeeds(db),
    async read(name) {
      const feed = await store.selectFeed(db, name);
      if (!feed) throw notFound('feed');
      return feed;
    },
    async set(feed) {
      checkName(feed.name);
      checkUrl(feed.url, bounds.networks);
      if ((await store.countFeeds(db, feed.name)) >= mostFeeds) {
        throw new PannierError('conflict', 'There are too many feeds: remove one first.');
      }
      return store.saveFeed(db, { ...feed, shownUrl: shownUrl(feed.url) }, clock());
    },
    async remove(name) {
      if (!(await store.deleteFeed(db, name))) throw notFound('feed');
    },
    async ask(name, acceptFewer) {
      if (!(await store.askForPull(db, name, acceptFewer, clock()))) throw notFound('feed');
    },
    pullDue() {
      isAskedFor = true;
      round ??= pullWhileAskedFor();
      return round;
    },
    async stop() {
      leaving.abort();
      await round?.catch(() => {});
    },
  };
}
