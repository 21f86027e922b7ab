import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import type { Spend } from '../../../src/coupons/budgets/store.ts';
import { type CouponDependencies, createCoupons } from '../../../src/coupons/index.ts';
import { couponRoutes } from '../../../src/coupons/routes.ts';
import type { AnswerOnce } from '../../../src/db/idempotency.ts';
import { openDatabase } from '../../../src/db/index.ts';
import { createHttpServer } from '../../../src/http/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createStations } from '../../../src/stations.ts';

/** One server in a process of its own: told by message what to be, answers with its port. */
export type CouponServerRole =
  | { role: 'echo'; answer: string }
  | { role: 'insert'; answer: string; connectionString: string }
  | { role: 'app'; connectionString: string; without?: 'conditional-update' | 'idempotency' };

/** Reads a counter and writes it back one higher, as a service without a conditional update would. */
const readThenWrite: Spend = async (tx, { campaignKey, discountMinor }) => {
  const [read] = await tx.query<{
    issued: number;
    redeemed: number;
    coupon_budget: number;
    money_redeemed_minor: number;
  }>('select issued, redeemed, coupon_budget, money_redeemed_minor from campaigns where campaign_key = $1', [
    campaignKey,
  ]);
  if (read.issued >= read.coupon_budget) return false;
  await tx.query('update campaigns set issued = $2, redeemed = $3, money_redeemed_minor = $4 where campaign_key = $1', [
    campaignKey,
    read.issued + 1,
    read.redeemed + 1,
    read.money_redeemed_minor + discountMinor,
  ]);
  return true;
};

const everyTime: AnswerOnce = async (_tx, _request, work) => (await work()).answer;

const guardsWithout: Record<'conditional-update' | 'idempotency', Partial<CouponDependencies>> = {
  'conditional-update': { spend: readThenWrite },
  idempotency: { answerOnce: everyTime },
};

const headersOf = (answer: string) => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': Buffer.byteLength(answer),
});

/** Bare node:http that reads a JSON body, does `before` and sends an answer of a given size. */
function bareServer(answer: string, before?: (body: string) => Promise<unknown>): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString();
      JSON.parse(body);
      await before?.(body);
      response.writeHead(200, headersOf(answer));
      response.end(answer);
    });
  });
}

function insertServer(answer: string, connectionString: string): Server {
  const pool = new pg.Pool({ connectionString, max: 10 });
  const text = 'insert into bench_decisions (inputs, answer) values ($1, $2)';
  return bareServer(answer, (body) => pool.query({ name: 'insert', text, values: [body, answer] }));
}

async function appServer({ connectionString, without }: Extract<CouponServerRole, { role: 'app' }>): Promise<Server> {
  const database = openDatabase({ connectionString, schema: 'pannier', poolSize: 10 });
  // Without a guard much goes wrong, and is meant to.
  const config = readConfig({ PANNIER_LOG_LEVEL: without ? 'silent' : 'warn' });
  const log = createLogger(config.logLevel);
  const stations = createStations({ database, connectionString, config, log });
  await stations.keys.reload();
  await stations.recommendations.start();
  if (without) {
    const { lowerPricedItems, itemsForScope } = stations.recommendations;
    const coupons = createCoupons({
      db: database,
      config,
      clock: () => new Date(),
      lowerPricedItems,
      itemsForScope,
      ...guardsWithout[without],
    });
    Object.assign(stations.handlers, couponRoutes(coupons, config));
  }
  return createHttpServer(createApp({ ...stations, config, log }));
}

process.once('message', async (asked: CouponServerRole) => {
  let server: Server;
  if (asked.role === 'echo') server = bareServer(asked.answer);
  else if (asked.role === 'insert') server = insertServer(asked.answer, asked.connectionString);
  else server = await appServer(asked);
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
});
process.on('disconnect', () => process.exit(0));
