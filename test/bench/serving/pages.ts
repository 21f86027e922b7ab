import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { type Database, openDatabase } from '../../../src/db/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createRecommendations } from '../../../src/recommendations/index.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { customerId, schema, shopSize, startShop } from './serving-shop.ts';

/**
 * A page of five placements beside five calls of lists, without HTTP: milliseconds (median, 95 of 100) and queries of the database
 * each, for customers who are asked for the first time, and again from memory; one of each in turn. Time of processors is the
 * service's, without Postgres.
 *
 *     npm run bench:pages [-- times]
 */
const [times = 300] = process.argv.slice(2).map(Number);
const placements = [
  { placement: 'home' },
  { placement: 'item' },
  { placement: 'like', method: 'related' as const },
  { placement: 'category', method: 'popular' as const },
  { placement: 'seen', method: 'recently-viewed' as const },
];

const folder = await makeScratchFolder('pages');
const shop = await startShop(folder);
const plain = openDatabase({ connectionString: shop.connectionString, schema, poolSize: 4 });
let queries = 0;
const db = new Proxy(plain, {
  get(target, name: keyof Database) {
    const value = target[name];
    if (name !== 'query') return value;
    return (...all: Parameters<Database['query']>) => {
      queries++;
      return target.query(...all);
    };
  },
});
const config = { cacheCustomers: 4 * times, minorDigits: 2, timeZone: 'UTC' };
const recommendations = createRecommendations({
  ...{ db, reports: plain, config, clock: () => new Date(), log: createLogger('silent') },
  patienceMs: 10_000,
});
await recommendations.start();
const item = (time: number) => `I${String(1 + ((time * 7_919) % shopSize.items)).padStart(5, '0')}`;

const page = (customer_id: string, item_id: string) => recommendations.makePage({ customer_id, item_id, placements });
async function fiveCalls(customer: string, item_id: string): Promise<void> {
  await recommendations.listFor({ customer_id: customer, item_id, limit: 10 });
  recommendations.boughtTogetherWith(item_id, { limit: 10 }, 'item');
  recommendations.relatedTo(item_id, { limit: 10 }, 'like');
  recommendations.popular({ limit: 10 }, 'category');
  await recommendations.makePage({ customer_id: customer, item_id, placements: placements.slice(4) });
}

interface Way {
  name: string;
  ask(customer: string, item: string): Promise<unknown>;
  firstCustomer: number;
}

/** One of each way after the other, so that whatever else the machine does meets all of them. */
async function measure(ways: readonly Way[]) {
  for (const round of ['first', 'again']) {
    const seen = ways.map((way) => ({ way, took: [] as number[], processor: 0, queries: 0 }));
    for (let time = 0; time < times; time++) {
      for (const one of seen) {
        const [asked, before, started] = [queries, process.cpuUsage(), performance.now()];
        await one.way.ask(customerId(one.way.firstCustomer + time), item(time));
        one.took.push(performance.now() - started);
        const { user, system } = process.cpuUsage(before);
        one.processor += user + system;
        one.queries += queries - asked;
      }
    }
    for (const { way, took, processor, queries: made } of seen) {
      took.sort((a, b) => a - b);
      const at = (share: number) => `${took[Math.floor(share * (times - 1))].toFixed(2)} ms`;
      const each = `${Math.round(processor / times)} us of processors, ${(made / times).toFixed(2)} queries`;
      console.log(`${way.name}, ${round}: ${at(0.5)}, 95 % ${at(0.95)}, ${each}`);
    }
  }
}

try {
  await measure([{ name: 'warming up', ask: page, firstCustomer: 1 }]);
  await measure([
    { name: 'one page of five placements', ask: page, firstCustomer: 1 + times },
    { name: 'five calls', ask: fiveCalls, firstCustomer: 1 + 2 * times },
  ]);
} finally {
  await recommendations.stop();
  await plain.close();
  await shop.stop();
  await rm(folder, { recursive: true, force: true });
}
