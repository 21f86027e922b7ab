import type { Database, Transaction } from '../../../db/index.ts';
import type { RuleShop } from '../rule-query/store.ts';
import type { DefinedRow } from '../store.ts';
import { followCustomers, followTime } from './follow.ts';
import { lockLive, selectLiveKeys } from './store.ts';

/** Keeps the members of live segments as facts and time have them. */
export interface LiveSegments {
  /** Something was told of these customers; they are asked soon, and nobody waits for it. */
  told(customerKeys: readonly number[]): void;
  /** Heeds that time has passed. */
  passTime(): Promise<void>;
  /** Resolves when everybody has been asked of whom something was told so far. */
  settled(): Promise<void>;
}

interface LiveDependencies {
  db: Database;
  shop: RuleShop;
  clock: () => Date;
  log: { error(fields: object, message: string): void };
}

/** Asked of in one transaction. */
const mostAtOnce = 2_000;
const retryMs = 1_000;

/** @see LiveSegments */
export function createLiveSegments({ db, shop, clock, log }: LiveDependencies): LiveSegments {
  const waiting = new Set<number>();
  let working: Promise<void> | undefined;

  /** What `work` does with each live segment, each in a transaction of its own in which nobody else changes its members. */
  async function withEach(work: (tx: Transaction, row: DefinedRow) => Promise<unknown>): Promise<void> {
    for (const key of await selectLiveKeys(db)) {
      await db.transaction(async (tx) => {
        const row = await lockLive(tx, key);
        if (row) await work(tx, row);
      });
    }
  }

  async function work(): Promise<void> {
    while (waiting.size > 0) {
      const keys = [...waiting].slice(0, mostAtOnce);
      for (const key of keys) waiting.delete(key);
      try {
        // One order for all, so that two instances that hold customers do not wait for each other.
        keys.sort((one, other) => one - other);
        await withEach((tx, row) => followCustomers(tx, row, keys, { asOf: latest(clock(), row), shop }));
      } catch (error) {
        log.error({ err: error }, 'live segments not followed');
        for (const key of keys) waiting.add(key);
        setTimeout(begin, retryMs).unref();
        return;
      }
    }
  }
  function begin(): void {
    working ??= work().finally(() => {
      working = undefined;
    });
  }

  return {
    told(customerKeys) {
      for (const key of customerKeys) waiting.add(key);
      if (waiting.size > 0) begin();
    },
    passTime: () => withEach((tx, row) => followTime(tx, row, { asOf: clock(), shop })),
    async settled() {
      while (working) await working;
    },
  };
}

/** Time that was heeded is not taken back where clocks of instances differ. */
function latest(now: Date, { followed_until: until }: DefinedRow): Date {
  return until && until > now ? until : now;
}
