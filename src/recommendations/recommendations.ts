import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database, Notice, Reads, Transaction } from '../db/index.ts';
import type { Metrics } from '../http/index.ts';
import { type ExplanationRequest, explainFor, explainRequest } from './as-if/explain-request.ts';
import { type BlockPreview, previewBlock } from './as-if/preview-block.ts';
import { eraseFromRecommendations } from './erasure.ts';
import { createExposures } from './exposures/exposures.ts';
import type { Pieces } from './learnt/release-pieces.ts';
import { countItemPlaces, type ItemPlaces } from './learnt/store.ts';
import { drawArm } from './lists/audience/draw-arm.ts';
import { findCustomer } from './lists/audience/find-audience.ts';
import type { Explanation } from './lists/explain-list.ts';
import { answerTime, createListAnswers, type ListAnswers } from './lists/list-answers.ts';
import { type ListOptions, makePersonalList } from './lists/personal-list.ts';
import type { RecommendedItem } from './lists/recommended-item.ts';
import { findItem } from './memory/catalogue/catalogue.ts';
import { itemsInScope } from './memory/items-in-scope.ts';
import { createServingMemory, type ServingMemory } from './memory/serving-memory.ts';
import { createPageAnswers, type PageAnswers } from './pages/page-answers.ts';
import { createPlacements, type Placements } from './placements/placements.ts';
import { itemsOfRule } from './rules/rule-id.ts';
import { createRules, type Rules } from './rules/rules.ts';
import type { IsSegment } from './segment-sales/require-segment.ts';
import { createListWriter } from './served-lists/list-writer.ts';
import { createServedListLog } from './served-lists/served-list-log.ts';

/** What recommendations are made with. */
export interface RecommendationDependencies {
  db: Database;
  /** The database for reading catalogue and release as a whole; the same where absent. */
  reports?: Database;
  /** Where who is not in memory is read; `db` where absent. */
  reads?: Reads;
  config: Pick<Config, 'cacheCustomers' | 'minorDigits' | 'timeZone'>;
  clock: () => Date;
  log: Logger;
  metrics?: Pick<Metrics, 'counter' | 'gauge'>;
  /** Is there a segment of this id? Absent: there are none but those of the release. */
  isSegment?: IsSegment;
  /** An answer waits no longer than this for the database; default 500. */
  patienceMs?: number;
  /** what places are given to new items by; uniform in [0, 1), default Math.random */
  random?: () => number;
}

/**
 * Lists from memory. Catalogue truth is applied at each answer, and no answer
 * fails or waits long because the database is away.
 */
export interface Recommendations extends ListAnswers, PageAnswers, Rules, Placements {
  /** Reads catalogue and published release. A database that is away is tried again in the background. */
  start(): Promise<void>;
  /** Stops the background work and writes the log of served lists. */
  stop(): Promise<void>;
  /** Something has changed; when the promise resolves the next answer knows of it. Never rejects. */
  onNotice(notice: Notice): Promise<void>;
  /** Reads everything anew. Never rejects. */
  refresh(): Promise<void>;
  /** `release`: there is something to serve from. `fresh`: nothing is known to be missing. */
  isServing(): { release: boolean; releaseId: number | undefined; fresh: boolean };
  /** All that is served is of an earlier run. */
  isRestored(): boolean;
  /** What lists for nobody in particular are made of, piece by piece; undefined until the database has been read. */
  pieces(): Iterable<unknown> | undefined;
  /** Another text whenever the pieces are others. */
  stateOfPieces(): string;
  /** To be called before `start`: serves from pieces of an earlier run, until the database has been read. */
  restore(pieces: unknown[]): void;

  /** How a customer's list comes about: candidates, drops by rule and the final order. Nothing is logged as shown. */
  explainList(customerId: string, options: ListOptions): Promise<Explanation>;
  /** The same for anybody, also as if something were otherwise. @throws PannierError `invalid_request` */
  explainRequest(request: ExplanationRequest): Promise<Explanation>;
  /** On how many of the night's lists an item stands; undefined: no lists are published. @throws PannierError `not_found` */
  countPlaces(itemId: string): Promise<(ItemPlaces & { version: number; asOf: Date }) | undefined>;
  /** Lists as they are and as they would be without a rule; nothing is written. @throws PannierError `not_found` */
  previewBlock(ruleId: string, count: number): Promise<BlockPreview>;
  /** Goods to the customer's taste below a price; with null below the middle price of what suits them. */
  lowerPricedItems(input: { customerId: string; comparedTo: string | null; limit: number }): Promise<RecommendedItem[]>;
  /** What a customer's own list begins with now, as it would be answered. Nothing is logged as shown. */
  topItems(customerId: string, limit: number): Promise<RecommendedItem[]>;
  /** Which of these items are named by the scope or lie in one of its categories. */
  itemsForScope(
    itemIds: readonly string[],
    scope: { itemIds: readonly string[]; categories: readonly string[] },
  ): Set<string>;
  /** The items that a rule's id names, of whatever version; undefined: no rule can have it, or the catalogue lacks one. */
  itemsOfRule(ruleId: string): string[] | undefined;
  /** Forgets a person and the visitors they were, inside the transaction that erases them. */
  eraseCustomer(tx: Transaction, customerKey: number, visitorKeys: readonly number[]): Promise<void>;
}

const logEveryMs = 1_000;

/** @see Recommendations */
export function createRecommendations(deps: RecommendationDependencies): Recommendations {
  const { db, reports = db, reads, clock, log, config, metrics, patienceMs, isSegment = async () => false } = deps;
  const { random = Math.random } = deps;
  const memory = createServingMemory({ db, reports, reads, log, ...config, patienceMs });
  const { catalogue, customers } = memory;
  const dropped = metrics?.counter('pannier_served_lists_dropped_total', 'Served lists that could not be logged.');
  const served = createServedListLog({
    ...{ db, clock, log, timeZone: config.timeZone },
    onDrop: (count) => dropped?.inc(count),
  });
  metrics?.gauge('pannier_served_lists_waiting', 'Served lists not yet in the log.', () => served.waiting);
  metrics?.gauge('pannier_customers_in_memory', 'Customers held in memory.', () => customers.size);
  const personal = { memory, clock, log };
  let logTimer: NodeJS.Timeout | undefined;

  const exposures = createExposures({ db: reports, memory, clock, log, random });
  const writeList = createListWriter(served, exposures.note);
  const held = {
    get placements() {
      return memory.placements;
    },
    follow: () => memory.follow({ about: 'placements' }),
  };
  const placements = createPlacements(db, held, isSegment);

  return {
    ...createListAnswers({ ...personal, writeList, isSegment, exposures }),
    ...createPageAnswers({ ...personal, writeList, placements, isSegment, exposures }),
    ...createRules(db, memory),
    ...placements,
    async start() {
      await memory.start();
      logTimer = setInterval(() => {
        if (!memory.guard.away) void served.flush();
      }, logEveryMs);
      logTimer.unref();
    },
    async stop() {
      clearInterval(logTimer);
      memory.stop();
      await served.flush();
    },
    onNotice: memory.follow,
    refresh: memory.refresh,
    isServing: () => ({
      release: memory.ready,
      releaseId: memory.release.releaseId ?? undefined,
      fresh: !memory.degraded,
    }),
    isRestored: () => memory.restored,
    pieces: memory.pieces,
    stateOfPieces() {
      const { releaseId, ruleBlocks } = memory.release;
      const { holdoutId } = memory.listHoldout ?? {};
      const revisions = [...memory.placements.values()].map(({ name, revision }) => `${name} ${revision}`);
      return [
        releaseId,
        holdoutId,
        catalogue.stateAt(clock().getTime()),
        JSON.stringify(ruleBlocks),
        ...revisions,
      ].join();
    },
    restore: (pieces) => memory.restore(pieces as Pieces),
    explainList: (customerId, options) => explainCustomerList(personal, customerId, options),
    explainRequest: (request) => explainRequest({ db: reports, ...personal }, request),
    previewBlock: (ruleId, count) => previewBlock({ db: reports, ...personal }, ruleId, count),
    async countPlaces(itemId) {
      const item = findItem(catalogue, itemId);
      const { collaborative } = memory.release;
      if (!collaborative) return undefined;
      const { version, asOf } = collaborative;
      return { version, asOf, ...(await countItemPlaces(reports, version, catalogue.record(item).itemKey)) };
    },
    lowerPricedItems: (wanted) => lowerPricedItems(personal, wanted),
    topItems: (customerId, limit) => topItems(personal, customerId, limit),
    itemsForScope: (itemIds, scope) => itemsInScope(catalogue, itemIds, scope),
    itemsOfRule: (ruleId) => itemsOfRule(catalogue, ruleId),
    async eraseCustomer(tx, customerKey, visitorKeys) {
      customers.forget([customerKey]);
      await eraseFromRecommendations(tx, customerKey, visitorKeys);
    },
  };
}

/** What a list of a customer's own is made with. */
interface Personal {
  memory: ServingMemory;
  clock: () => Date;
  log: Logger;
}

async function explainCustomerList(
  { memory, clock, log }: Personal,
  customerId: string,
  options: ListOptions,
): Promise<Explanation> {
  const audience = drawArm(await findCustomer(memory, customerId, log), memory.listHoldout, undefined);
  return explainFor(memory.catalogue, audience, { customerId }, options, answerTime(memory, clock));
}

async function topItems(
  { memory, clock, log }: Personal,
  customerId: string,
  limit: number,
): Promise<RecommendedItem[]> {
  const audience = drawArm(await findCustomer(memory, customerId, log), memory.listHoldout, undefined);
  return JSON.parse(makePersonalList(memory, audience, { limit }, answerTime(memory, clock)).itemsJson);
}

async function lowerPricedItems(
  { memory, clock, log }: Personal,
  { customerId, comparedTo, limit }: { customerId: string; comparedTo: string | null; limit: number },
): Promise<RecommendedItem[]> {
  const audience = await findCustomer(memory, customerId, log);
  const options: ListOptions = { limit, priceBelow: comparedTo === null ? null : Number(comparedTo) };
  return JSON.parse(makePersonalList(memory, audience, options, answerTime(memory, clock)).itemsJson);
}
