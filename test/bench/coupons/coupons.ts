import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTerms } from '../../../src/coupons/campaigns/campaign-terms.ts';
import { answerFrom, draftFrom } from '../../../src/coupons/decisions/answer.ts';
import { choose } from '../../../src/coupons/decisions/choice/choose-campaign.ts';
import { compileCampaigns } from '../../../src/coupons/decisions/choice/compiled-campaigns.ts';
import { codeOf, packOutcomes } from '../../../src/coupons/decisions/choice/outcome-codes.ts';
import { rulesVersion } from '../../../src/coupons/decisions/choice/rules-version.ts';
import type { Situation } from '../../../src/coupons/decisions/choice/situation.ts';
import type { DecisionInputs } from '../../../src/coupons/decisions/decision-inputs.ts';
import { createCoupons, replayDecisions } from '../../../src/coupons/index.ts';
import { boundsOf } from '../../../src/coupons/limits/store.ts';
import { migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { assign, controlSalt, holdoutSalt } from '../../../src/experiments/index.ts';
import { postgresSeconds, processorSeconds } from '../process-usage.ts';
import type { Measured } from '../serving/answer-load.ts';
import { setFire } from './fire.ts';
import { giveToMany } from './givings.ts';
import type { PostLoad } from './load.ts';
import type { CouponServerRole } from './server.ts';
import { benchCampaign, benchSegment, groups, shopSize, startCouponShop } from './shop.ts';

/**
 * What coupons cost, in five parts, all or those named:
 *
 *     npm run bench:coupons [-- engine http codes giving fire]
 *
 * engine: decisions a second over 200 live campaigns, without database and HTTP.
 * http: decisions through HTTP, durable before the answer, beside a bare node:http POST echo and one that awaits one insert.
 * codes: a million codes: time, memory, uniqueness. giving: a campaign is given to a million customers
 * (GIVEN_CUSTOMERS) by a process that is killed ten times (GIVEN_KILLS): time, memory, each once. fire: 10,000 orders want 1,000 units of two processes that are killed.
 */
const parts = { engine, http, codes, giving: giveToMany, fire };
const children: ChildProcess[] = [];
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
const thousands = (value: number) => Math.round(value).toLocaleString('en-US');

async function engine(): Promise<void> {
  const campaigns = Array.from({ length: shopSize.campaigns }, (_, number) => ({
    ...readTerms(benchCampaign(number) as Parameters<typeof readTerms>[0], 2),
    campaignKey: number + 1,
    experimentKey: number + 1,
    termsKey: number + 1,
    version: 1,
    since: new Date(0),
    contentHash: Buffer.alloc(0),
    paused: false,
    createdAt: new Date(0),
    counters: {
      issued: 0,
      redeemed: 0,
      expired: 0,
      released: 0,
      reversed: 0,
      moneyReservedMinor: 0,
      moneyRedeemedMinor: 0,
      moneyReversedMinor: 0,
    },
  })).sort((a, b) => b.priority - a.priority || a.campaignKey - b.campaignKey);
  const compiled = compileCampaigns(campaigns);
  const closed = new Uint8Array(compiled.size).map((_, place) =>
    place % 17 === 0 ? codeOf['coupon-budget-spent'] : 0,
  );
  const carts = Array.from({ length: 64 }, (_, number) =>
    Array.from({ length: number % 8 }, (_, line) => ({
      itemId: `I${(number * 31 + line * 7) % 1_000}`,
      quantity: 1,
      amountMinor: 900 + 100 * line,
      within: [`Department ${(number * 31 + line * 7) % 40}`],
    })),
  );
  const at = new Date('2026-03-10T12:00:00Z');
  const holdoutShare = 0.05;
  let customer = 0;
  const isControlOf = (id: string, place: number) =>
    assign(controlSalt('salt', campaigns[place].campaignId), id, campaigns[place].controlShare);
  const situation = (): Situation => {
    customer++;
    const id = `C${customer % 50_000}`;
    const cart = carts[customer % carts.length];
    return {
      now: at.getTime(),
      action: 'coupon',
      isKnown: true,
      group: groups[customer % 4],
      closed,
      blocked: null,
      cart: cart.length > 0 ? cart : null,
      holdoutShare,
      explorationShare: 0,
      inHoldout: assign(holdoutSalt('salt'), id, holdoutShare),
      isControl: (place) => isControlOf(id, place),
      draw: 1,
      pick: 0,
    };
  };
  const ready = Array.from({ length: 4_096 }, () => {
    const made = situation();
    const isIn = Array.from(campaigns, ({ controlShare }, place) => controlShare > 0 && made.isControl(place));
    return { ...made, isControl: (place: number) => isIn[place] };
  });
  let turn = 0;
  const prepared = () => ready[turn++ & 4_095];
  const set = { id: 'bench', campaigns, compiled, bounds: boundsOf(campaigns), categories: [] };
  const packed = packOutcomes(closed);
  const whole = () => {
    customer++;
    const id = `C${customer % 50_000}`;
    const inputs: DecisionInputs = {
      rules: rulesVersion,
      at: at.toISOString(),
      digits: 2,
      barred: [],
      customer: { profilingAllowed: true, version: 1, segment: benchSegment(customer) },
      shop: { orderMinor: 4_000, unitPrice: 8 },
      cart: null,
      reserveSeconds: null,
      set: 'bench',
      closed: packed,
      blocked: [],
      holdoutShare,
      explorationShare: 0,
      drawn: { inHoldout: assign(holdoutSalt('salt'), id, holdoutShare), draw: 1, pick: 0 },
    };
    const draft = draftFrom(inputs, set, (place) => isControlOf(id, place));
    const parts = { goods: [], code: 'K7Q2-9XFM-3TRB-0WNE', left: { coupons: 1, moneyMinor: 1 } };
    return JSON.stringify(answerFrom(inputs, set, draft, parts)).length;
  };
  // By CPU time: others may be at work on the machine.
  const measure = (work: () => unknown, rounds = 7) => {
    const perSecond: number[] = [];
    for (let round = 0; round < rounds + 2; round++) {
      const before = process.cpuUsage();
      const until = performance.now() + 400;
      let done = 0;
      while (performance.now() < until) for (let n = 0; n < 500; n++, done++) work();
      const { user, system } = process.cpuUsage(before);
      if (round >= 2) perSecond.push((done * 1e6) / (user + system));
    }
    const [least, most] = [Math.min(...perSecond), Math.max(...perSecond)];
    return {
      'decisions per CPU second': Math.round(median(perSecond)),
      lowest: Math.round(least),
      highest: Math.round(most),
    };
  };
  console.log(`\nThe engine alone, one core, ${compiled.size} live campaigns, carts of 0 to 7 lines`);
  console.table({
    'choice among the campaigns': measure(() => choose(compiled, prepared())),
    'choice, with the SHA-256 of holdout and control': measure(() => choose(compiled, situation())),
    'choice, evidence, sentence and answer as JSON': measure(whole),
  });
}

async function startServer(asked: CouponServerRole): Promise<{ url: string; pid: number }> {
  const child = fork(new URL('./server.js', import.meta.url), { execArgv: [] });
  children.push(child);
  child.send(asked);
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, pid: child.pid! };
}

async function putLoad(load: PostLoad): Promise<Measured> {
  const child = fork(new URL('./load.js', import.meta.url));
  children.push(child);
  child.send(load);
  const [measured] = await once(child, 'message');
  return measured;
}

/** Of the processor, a request. */
interface Spent {
  serviceUs: number;
  postgresUs: number;
}

async function http(folder: string): Promise<void> {
  const shop = await startCouponShop(folder);
  try {
    const service = await startServer({ role: 'app', connectionString: shop.connectionString });
    const app = service.url;
    const headers = { Authorization: `Bearer ${shop.token}`, 'Content-Type': 'application/json' };
    for (let number = 0; number < shopSize.campaigns; number++) {
      const body = JSON.stringify(benchCampaign(number));
      const made = await fetch(`${app}/v1/campaigns`, { method: 'POST', headers, body });
      if (!made.ok) throw new Error(await made.text());
    }
    const cart = [
      { item_id: 'I7', quantity: 2, unit_price: '9.00' },
      { item_id: 'I18', quantity: 1, unit_price: '4.50' },
    ];
    const path = '/v1/coupon-decisions';
    const decide = async (query: string) => {
      const body = JSON.stringify({ customer_id: 'C2', cart });
      const once = { ...headers, 'Idempotency-Key': 'first' };
      return (await fetch(app + path + query, { method: 'POST', headers: once, body })).text();
    };
    const answer = await decide('');
    const { action, campaigns } = JSON.parse(await decide('?campaigns=true'));
    if (action !== 'coupon' || campaigns.length !== shopSize.campaigns) throw new Error(answer.slice(0, 500));
    const echo = await startServer({ role: 'echo', answer });
    const insert = await startServer({ role: 'insert', answer, connectionString: shop.connectionString });
    const common = { path, token: shop.token, customers: shopSize.customers, cart, connections: 128 };
    const contestants = [
      { name: 'bare node:http, POST echo', ...echo },
      { name: 'bare node:http, awaits one insert', ...insert },
      { name: 'Pannier, decision durable before the answer', ...service },
    ].map((contestant) => ({ ...contestant, rounds: [] as (Measured & Spent)[] }));
    for (const { url } of contestants) await putLoad({ ...common, url, seconds: 6 });
    for (let round = 0; round < 3; round++) {
      for (const { url, pid, rounds } of contestants) {
        const spent = () => [processorSeconds(pid), postgresSeconds(shop.processId)];
        const before = spent();
        const measured = await putLoad({ ...common, url, seconds: 4 });
        const after = spent();
        const requests = measured.requestsPerSecond * 4;
        const [serviceUs, postgresUs] = after.map((seconds, of) => ((seconds - before[of]) * 1e6) / requests);
        rounds.push({ ...measured, serviceUs, postgresUs });
      }
    }
    const bare = median(contestants[0].rounds.map(({ requestsPerSecond }) => requestsPerSecond));
    console.log(
      `\nThrough HTTP, ${common.connections} connections, answer of ${answer.length} bytes, ${cpus().length} cores shared by all`,
    );
    console.table(
      contestants.map(({ name, rounds }) => {
        const perSecond = median(rounds.map(({ requestsPerSecond }) => requestsPerSecond));
        return {
          '': name,
          'requests/s': Math.round(perSecond),
          'p50 ms': median(rounds.map(({ p50Ms }) => p50Ms)),
          'p99 ms': median(rounds.map(({ p99Ms }) => p99Ms)),
          'service us': Math.round(median(rounds.map(({ serviceUs }) => serviceUs))),
          'Postgres us': Math.round(median(rounds.map(({ postgresUs }) => postgresUs))),
          errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
          'of echo': Number((perSecond / bare).toFixed(3)),
        };
      }),
    );
    const { replayed, equal } = await replayDecisions(shop.db, 10_000);
    console.log(`Replayed ${thousands(replayed)} of these decisions: ${thousands(equal)} equal.`);
  } finally {
    await endChildren();
    await shop.stop();
  }
}

/** A database that others are connected to would stay. */
async function endChildren(): Promise<void> {
  const ends = children
    .splice(0)
    .filter((child) => child.exitCode === null)
    .map((child) => {
      const end = once(child, 'exit');
      child.kill('SIGKILL');
      return end;
    });
  await Promise.all(ends);
}

async function codes(folder: string): Promise<void> {
  const server = await startEmbeddedServer({ folder, disposable: true });
  const db = openDatabase({ connectionString: server.connectionString, schema: 'pannier', poolSize: 4 });
  try {
    await migrate(db);
    const coupons = createCoupons({
      db,
      config: { minorDigits: 2 },
      clock: () => new Date(),
      lowerPricedItems: async () => [],
      itemsForScope: () => new Set(),
    });
    await coupons.createCampaign(benchCampaign(1) as Parameters<typeof coupons.createCampaign>[0]);
    const count = 1_000_000;
    const element = { batch_id: 'million', count, kind: 'single' as const };
    const request = { operation: 'createCodes', keyId: 1, idempotencyKey: 'million', body: Buffer.from('million') };
    global.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const watching = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const started = performance.now();
    await coupons.createCodes('campaign-1', element, request);
    const seconds = (performance.now() - started) / 1_000;
    clearInterval(watching);
    const [row] = await db.query<{ all_codes: number; distinct_codes: number }>(
      'select count(*) as all_codes, count(distinct code) as distinct_codes from coupons',
    );
    const readFrom = performance.now();
    let read = 0;
    for await (const _ of await coupons.readCodes('campaign-1', 'million')) read++;
    console.log('\nA million codes of 80 bits, committed');
    console.table({
      seconds: Number(seconds.toFixed(1)),
      'codes/s': Math.round(count / seconds),
      'memory beyond the start, MB, at most': Math.round((peak - before) / 2 ** 20),
      codes: row.all_codes,
      'distinct codes': row.distinct_codes,
      'read back': read,
      'seconds to read back': Number(((performance.now() - readFrom) / 1_000).toFixed(1)),
    });
  } finally {
    await db.close();
    await server.stop();
  }
}

async function fire(folder: string): Promise<void> {
  const server = await startEmbeddedServer({ folder, disposable: true });
  const { connectionString } = server;
  const database = openDatabase({ connectionString, schema: 'pannier', poolSize: 4 });
  try {
    await migrate(database);
    const serverFile = new URL('./server.js', import.meta.url);
    const seed = Number(process.env['FIRE_SEED'] ?? 20_261_121);
    const report = await setFire({
      database,
      connectionString,
      serverFile,
      units: 1_000,
      orders: 10_000,
      kills: 8,
      seed,
    });
    console.log('\n10,000 orders want 1,000 units, of two processes that are killed in turn');
    const { faults, seconds, ...figures } = report;
    console.table({ ...figures, seconds: Number(seconds.toFixed(1)), faults: faults.length });
    for (const fault of faults) console.log(`  fault: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await database.close();
    await server.stop();
  }
}

const asked = process.argv.slice(2);
try {
  for (const [name, run] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const folder = await mkdtemp(join(tmpdir(), `pannier-bench-${name}-`));
    try {
      await run(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
} finally {
  await endChildren();
}
