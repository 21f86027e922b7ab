import type { Config } from '../../../src/config.ts';
import type { Database, Notice } from '../../../src/db/index.ts';
import type { EraseElsewhere } from '../../../src/intake/erasure/erase-customer.ts';
import { createIntake, type Intake } from '../../../src/intake/intake.ts';
import { createTestDatabase } from '../service/database.ts';

export interface TestIntake {
  database: Database;
  connectionString: string;
  recording: Intake;
  /** What was told after commits, oldest first; each a turn of the loop later, so that only an awaited one is here in time. */
  notices: Notice[];
  /** Another intake on the same database, as another instance has it. */
  anew(settings?: Partial<Config>): Intake;
  /** The nth of several instances, whose writes share no transaction with those of the others. */
  instance(n: number): Intake;
  /** Forgets what an earlier test left. */
  clear(): Promise<void>;
  drop(): Promise<void>;
}

export const testNow = new Date('2026-07-01T12:00:00Z');

/** Intake on a database of its own; without another clock it is always `testNow`. */
export async function createTestIntake(erase?: EraseElsewhere, clock = () => testNow): Promise<TestIntake> {
  const { database, connectionString, drop } = await createTestDatabase();
  const config = { timeZone: 'Europe/Berlin', currency: 'EUR', minorDigits: 2, eventRetentionDays: 730 };
  const notices: Notice[] = [];
  const recording = createIntake({
    db: database,
    config,
    clock,
    onChange: async (notice) => {
      await new Promise(setImmediate);
      notices.push(notice);
    },
    erase,
  });
  const anew = (settings?: Partial<Config>) =>
    createIntake({ db: database, config: { ...config, ...settings }, clock, erase });
  const instances = [anew(), anew(), anew()];
  return {
    database,
    connectionString,
    recording,
    notices,
    anew,
    instance: (n) => instances[n % instances.length],
    async clear() {
      notices.length = 0;
      await database.query(
        `truncate items, customers, visitors, identity_links, events, event_keys, orders, order_lines, refunds, refund_lines,
                  refund_links, quarantine, erased_people, order_statuses, item_stock_days, item_prices, item_embeddings, embedding_length, stock_carried, costs, market_figures,
                  touched_days, touched_items, dropped_event_periods cascade`,
      );
    },
    drop,
  };
}

/** Rows of a query with one column, as values. */
export async function readColumn<Value>(database: Database, sql: string, values: unknown[] = []): Promise<Value[]> {
  return (await database.query<Record<string, Value>>(sql, values)).map((row) => Object.values(row)[0]!);
}

export async function readNumber(database: Database, sql: string, values: unknown[] = []): Promise<number> {
  return Number((await readColumn<unknown>(database, sql, values))[0]);
}
