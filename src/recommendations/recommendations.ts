import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database, Notice, Transaction } from '../db/index.ts';
import { PannierError } from '../errors.ts';
import type { Metrics } from '../http/index.ts';
import { eraseFromRecommendations } from './erasure.ts';
import type { Pieces } from './learnt/release-pieces.ts';
import { type Audience, anonymous } from './lists/audience/audience.ts';
import { drawArm } from './lists/audience/draw-arm.ts';
import { findAudience, findCustomer, type Requester } from './lists/audience/find-audience.ts';
import { type Explanation, explainTrace } from './lists/explain-list.ts';
import type { Filter } from './lists/filter.ts';
import { makeBoughtTogetherList, makePopularList, makeRelatedList } from './lists/item-lists.ts';
import type { MadeList } from './lists/made-list.ts';
import { type ListOptions, makePersonalList, rankAndFill } from './lists/personal-list.ts';
import type { RecommendedItem } from './lists/recommended-item.ts';
import { answerJson } from './lists/write-answer.ts';
import { findItem } from './memory/catalogue.ts';
import { createServingMemory } from './memory/serving-memory.ts';
import { listRules, type RulePage, type RuleQuery } from './rules/list-rules.ts';
import { blockRule, listRuleBlocks, type RuleBlock, unblockRule } from './rules/rule-blocks.ts';
import { createListIds } from './served-lists/list-ids.ts';
import { createServedListLog } from './served-lists/served-list-log.ts';

/** Who or what a list is for, as the API asks for it. */
export interface RecommendationRequest {
  customer_id?: string;
  visitor_id?: string;
  /** oldest first */
  recent_item_ids?: string[];
  cart_item_ids?: string[];
  exclude_item_ids?: string[];
  filter?: Filter;
  limit: number;
  placement?: string;
}

export interface RecommendationDependencies {
  db: Database;
  /** The database for reading catalogue and release as a whole; the same where absent. */
  reports?: Database;
  config: Pick<Config, 'cacheCustomers' | 'minorDigits'>;
  clock: () => Date;
  log: Logger;
  metrics?: Pick<Metrics, 'counter' | 'gauge'>;
  /** An answer waits no longer than this for the database; default 500. */
  patienceMs?: number;
}

/**
 * Lists from memory. Answers are JSON text of a `RecommendationList`. Catalogue truth is applied at each answer, and no answer
 * fails or waits long because the database is away.
 */
export interface Recommendations {
  /** Reads catalogue and published release. A database that is away is tried again in the background. */
  start(): Promise<void>;
  /** Stops the background work and writes the log of served lists. */
  stop(): Promise<void>;
  /** Something has changed; when the promise resolves the next answer knows of it. Never rejects. */
  onNotice(notice: Notice): Promise<void>;
  /** Reads everything anew. Never rejects. */
  refresh(): Promise<void>;
  /** `release`: there is something to serve from. `fresh`: nothing is known to be missing. */
  isServing(): { release: boolean; fresh: boolean };
  /** All that is served is of an earlier run. */
  isRestored(): boolean;
  /** What lists for nobody in particular are made of, piece by piece; undefined until the database has been read. */
  pieces(): Iterable<unknown> | undefined;
  /** Another text whenever the pieces are others. */
  stateOfPieces(): string;
  /** To be called before `start`: serves from pieces of an earlier run, until the database has been read. */
  restore(pieces: unknown[]): void;

  /** The "guess you like" list. No promise when the customer is in memory. */
  listForCustomer(customerId: string, options: ListOptions, placement: string): string | Promise<string>;
  /** How a customer's list comes about: candidates, drops by rule and the final order. Nothing is logged as shown. */
  explainList(customerId: string, options: ListOptions): Promise<Explanation>;
  /** A list for anyone, from ids, recent items and a cart. */
  listFor(request: RecommendationRequest): Promise<string>;
  /** Items alike by behaviour. @throws PannierError `not_found` */
  relatedTo(itemId: string, limit: number, placement: string): string;
  /** Complements by association rules; may be empty. @throws PannierError `not_found` */
  boughtTogetherWith(itemId: string, limit: number, placement: string): string;
  popular(limit: number, category: string | undefined, placement: string): string;
  /** @throws PannierError `invalid_request` for a cursor that is not of these rules */
  listRules(query: RuleQuery): RulePage;
  /** No answer rests on a blocked rule, whatever the version. @throws PannierError `not_found` */
  blockRule(ruleId: string): Promise<RuleBlock>;
  /** @throws PannierError `not_found` */
  unblockRule(ruleId: string): Promise<RuleBlock>;
  listRuleBlocks(): Promise<RuleBlock[]>;

  /** Goods to the customer's taste below a price; with null below the middle price of what suits them. */
  lowerPricedItems(input: { customerId: string; comparedTo: string | null; limit: number }): Promise<RecommendedItem[]>;
  /** Which of these items are named by the scope or lie in one of its categories. */
  itemsForScope(
    itemIds: readonly string[],
    scope: { itemIds: readonly string[]; categories: readonly string[] },
  ): Set<string>;
  /** Forgets a person and the visitors they were, inside the transaction that erases them. */
  eraseCustomer(tx: Transaction, customerKey: number, visitorKeys: readonly number[]): Promise<void>;
}

const logEveryMs = 1_000;

export function createRecommendations(deps: RecommendationDependencies): Recommendations {
  const { db, reports = db, clock, log, config, metrics, patienceMs } = deps;
  const memory = createServingMemory({ db, reports, log, ...config, patienceMs });
  const { catalogue, customers } = memory;
  const dropped = metrics?.counter('pannier_served_lists_dropped_total', 'Served lists that could not be logged.');
  const served = createServedListLog(db, log, (count) => dropped?.inc(count));
  metrics?.gauge('pannier_served_lists_waiting', 'Served lists not yet in the log.', () => served.waiting);
  metrics?.gauge('pannier_customers_in_memory', 'Customers held in memory.', () => customers.size);
  const newListId = createListIds();
  let logTimer: NodeJS.Timeout | undefined;

  /** @throws PannierError `unavailable` as long as there is nothing at all to answer from */
  function answerTime(): number {
    if (!memory.ready) throw new PannierError('unavailable', 'The catalogue has not been read yet.');
    return clock().getTime();
  }

  function answer(made: MadeList, audience: Audience, subject: string, placement: string, now: number): string {
    const { customer, mayBePersonal, visitorKey, arm } = audience;
    const listId = newListId(now);
    const list = {
      listId,
      customerKey: customer && mayBePersonal ? customer.customerKey : null,
      visitorKey,
      releaseId: made.release.releaseId,
      itemKeys: made.itemKeys,
      sources: made.sources,
      ruleIds: made.ruleIds,
      placement,
      arm,
      servedAt: now,
    };
    const drawn = arm === null ? undefined : customer?.drawn;
    const isTaken = served.record(list, drawn?.isNoted ? undefined : drawn);
    if (drawn) drawn.isNoted ||= isTaken;
    return answerJson(made, audience, listId, subject, now);
  }

  function answerPersonal(
    found: Audience,
    options: ListOptions,
    { customerId, visitorId }: Requester,
    placement: string,
  ): string {
    const now = answerTime();
    const audience = drawArm(found, memory.listHoldout, visitorId);
    const subject = customerId === undefined ? '' : `,"customer_id":${JSON.stringify(customerId)}`;
    return answer(makePersonalList(memory, audience, options, now), audience, subject, placement, now);
  }

  function answerAbout(itemId: string, placement: string, make: (item: number, now: number) => MadeList): string {
    const now = answerTime();
    const item = findItem(catalogue, itemId);
    const subject = `,"item_id":${catalogue.textsOf(item).idJson}`;
    return answer(make(item, now), anonymous(memory), subject, placement, now);
  }

  return {
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
    isServing: () => ({ release: memory.ready, fresh: !memory.degraded }),
    isRestored: () => memory.restored,
    pieces: memory.pieces,
    stateOfPieces() {
      const { releaseId, ruleBlocks } = memory.release;
      const { holdoutId } = memory.listHoldout ?? {};
      return [releaseId, holdoutId, catalogue.stateAt(clock().getTime()), JSON.stringify(ruleBlocks)].join();
    },
    restore: (pieces) => memory.restore(pieces as Pieces),

    listForCustomer(customerId, options, placement) {
      const audience = findCustomer(memory, customerId, log);
      const answerTo = (found: Audience) => answerPersonal(found, options, { customerId }, placement);
      return audience instanceof Promise ? audience.then(answerTo) : answerTo(audience);
    },
    async explainList(customerId, options) {
      const audience = drawArm(await findCustomer(memory, customerId, log), memory.listHoldout, undefined);
      const now = answerTime();
      return {
        customer_id: customerId,
        is_known: audience.customer !== undefined,
        profiling_allowed: audience.mayBePersonal,
        arm: audience.arm,
        release_id: audience.release.releaseId,
        ...explainTrace(catalogue, rankAndFill(catalogue, audience, options, now), now),
      };
    },
    async listFor(request) {
      const named = { customerId: request.customer_id, visitorId: request.visitor_id };
      const options: ListOptions = {
        limit: request.limit,
        filter: request.filter,
        excludeIds: request.exclude_item_ids,
        recentIds: request.recent_item_ids,
        cartIds: request.cart_item_ids,
      };
      const { placement = request.cart_item_ids ? 'cart' : 'customer' } = request;
      return answerPersonal(await findAudience(memory, named, log), options, named, placement);
    },
    relatedTo: (itemId, limit, placement) =>
      answerAbout(itemId, placement, (item, now) => makeRelatedList(memory, item, limit, now)),
    boughtTogetherWith: (itemId, limit, placement) =>
      answerAbout(itemId, placement, (item, now) => makeBoughtTogetherList(memory, item, limit, now)),
    popular(limit, category, placement) {
      const now = answerTime();
      return answer(makePopularList(memory, limit, category, now), anonymous(memory), '', placement, now);
    },
    listRules: (query) => listRules(catalogue, memory.release, query),
    async blockRule(ruleId) {
      const block = await blockRule(db, catalogue, ruleId);
      await memory.follow({ about: 'release' });
      return block;
    },
    async unblockRule(ruleId) {
      const block = await unblockRule(db, catalogue, ruleId);
      await memory.follow({ about: 'release' });
      return block;
    },
    listRuleBlocks: () => listRuleBlocks(db, catalogue),

    async lowerPricedItems({ customerId, comparedTo, limit }) {
      const audience = await findCustomer(memory, customerId, log);
      const options: ListOptions = { limit, priceBelow: comparedTo === null ? null : Number(comparedTo) };
      return JSON.parse(makePersonalList(memory, audience, options, answerTime()).itemsJson);
    },
    itemsForScope(itemIds, scope) {
      const named = new Set(scope.itemIds);
      const categories = scope.categories.map((path) => catalogue.categoriesBelow(path));
      const isInScope = (id: string) => {
        if (named.has(id)) return true;
        const item = catalogue.indexOf(id);
        return item !== undefined && categories.some((below) => below?.has(catalogue.categoryOf(item)));
      };
      return new Set(itemIds.filter(isInScope));
    },
    async eraseCustomer(tx, customerKey, visitorKeys) {
      customers.forget([customerKey]);
      await eraseFromRecommendations(tx, customerKey, visitorKeys);
    },
  };
}
