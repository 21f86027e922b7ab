import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import type { Database } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import type { CouponServerRole } from './server.ts';

/**
 * Ten orders want each unit of a campaign, all at once, of two processes of the service. Answers are lost when a process is
 * killed, requests are sent twice, repeated with the same key or, by clients who lost it, with a new one; some redemptions
 * are reversed as a whole, some in part, and their reversals are sent twice too. Who was refused for the budget asks again,
 * until nobody gets anything any more.
 */
export interface FireOptions {
  database: Database;
  connectionString: string;
  /** compiled `coupons-server.js` */
  serverFile: URL;
  units: number;
  orders: number;
  kills: number;
  seed: number;
  /** of the service; default: two */
  processes?: number;
  /** does nobody give anything back? */
  withoutReversals?: boolean;
  without?: 'conditional-update' | 'idempotency';
}

export interface FireReport {
  /** what should not have been; empty when all is well */
  faults: string[];
  orders: number;
  requests: number;
  retries: number;
  lostAnswers: number;
  kills: number;
  redeemed: number;
  reversed: number;
  held: number;
  moneyHeldMinor: number;
  deadlocks: number;
  looks: number;
  seconds: number;
}

const amountMinor = 300;
const partMinor = 100;
const campaignId = 'fire';

interface Answer {
  status: number;
  body: any;
}

interface Member {
  process: ChildProcess;
  url: string | undefined;
}

export async function setFire(options: FireOptions): Promise<FireReport> {
  const { database, units, orders } = options;
  const started = performance.now();
  const random = randomFrom(options.seed);
  const { token } = await createKey(database, 'fire', ['coupons']);
  const members = await Promise.all(Array.from({ length: options.processes ?? 2 }, () => startMember(options)));
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const faults = new Set<string>();
  const tally = { requests: 0, retries: 0, lostAnswers: 0, looks: 0, kills: 0 };
  const deadlocksBefore = await countDeadlocks(database);

  function post(path: string, body: object, key: string): Promise<Answer> {
    const live = members.filter((member) => member.url);
    const member = live[Math.floor(random() * live.length)];
    if (!member) return Promise.reject(new Error('nobody is there'));
    tally.requests++;
    return new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': key };
      const sent = httpRequest(member.url + path, { agent, method: 'POST', headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => {
          text += part;
        });
        response.once('error', reject);
        response.once('close', () => (response.complete ? undefined : reject(new Error('cut off'))));
        response.once('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
      });
      sent.once('error', reject);
      sent.end(JSON.stringify(body));
    });
  }

  /** Until there is an answer that says what became of it. `newKey`: what a client does that has lost its key. */
  async function insist(path: string, body: object, key: string, newKey = false): Promise<Answer> {
    for (let current = key; ; ) {
      try {
        const answer = await post(path, body, current);
        const isPassing = answer.status === 503 || answer.body.code === 'request_in_progress';
        if (!isPassing) {
          if (answer.status >= 500) faults.add(`${answer.status} ${answer.body.code}`);
          return answer;
        }
      } catch {
        tally.lostAnswers++;
        if (newKey) current = randomUUID();
      }
      tally.retries++;
      await new Promise((resolve) => setTimeout(resolve, 10 + random() * 40));
    }
  }

  const codes = await createCampaign(token, members[0].url!, options);
  const taken = new Map<number, string>();
  const reversals = new Map<string, { whole: boolean }>();

  /** @returns false: refused for the budget, so it may be asked again */
  async function wantOne(order: number, round: number): Promise<boolean> {
    const body = {
      code: codes[order],
      order_id: `order ${order}`,
      lines: [{ item_id: 'any', quantity: 1, unit_price: '10.00' }],
    };
    const key = `redeem-${order}-${round}`;
    const losesKey = random() < 0.1;
    const twice = !losesKey && random() < 0.3;
    const asked = [insist('/v1/coupon-redemptions', body, key, losesKey)];
    if (twice) asked.push(insist('/v1/coupon-redemptions', body, key));
    const answers = await Promise.all(asked);
    const given = answers.filter(({ status }) => status === 200).map(({ body }) => body.redemption_id as string);
    const [first] = given;
    if (given.length > 0 && given.length < answers.length) {
      // A refusal is not stored: the budget may have been there for one of two, and for the other not yet.
      const others = answers.filter(({ status }) => status !== 200).map(({ body }) => body.errors?.[0]?.field);
      if (others.some((field) => field !== '/code'))
        faults.add('the same request was answered by success and by refusal');
    }
    if (new Set(given).size > 1) faults.add('the same request was done twice');
    const hasIt = answers.some(({ body }) => body.errors?.[0]?.field === '/order_id');
    if (!first) return hasIt && losesKey;
    taken.set(order, first);
    if (!options.withoutReversals && random() < 0.3) await reverseOne(order, first, random() < 0.6);
    return true;
  }

  async function reverseOne(order: number, redemptionId: string, whole: boolean): Promise<void> {
    const body = {
      reversal_id: `reversal ${order}`,
      redemption_id: redemptionId,
      ...(!whole && { amount: (partMinor / 100).toFixed(2) }),
    };
    // The shop's own id makes it once, whatever the key.
    const answers = await Promise.all(
      Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        insist('/v1/coupon-reversals', body, randomUUID(), true),
      ),
    );
    if (answers.some(({ status }) => status !== 200)) faults.add('a reversal was refused');
    reversals.set(body.reversal_id, { whole });
  }

  const watch = { on: true };
  const watching = (async () => {
    while (watch.on) {
      tally.looks++;
      for (const fault of await look(database, units)) faults.add(fault);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  let burning = true;
  const killing = (async () => {
    for (let kill = 0; kill < options.kills && burning; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 800));
      const member = members[kill % members.length];
      member.url = undefined;
      const gone = once(member.process, 'exit');
      member.process.kill('SIGKILL');
      await gone;
      tally.kills++;
      Object.assign(member, await startMember(options));
    }
  })();

  let wanting = Array.from({ length: orders }, (_, order) => order);
  for (let round = 1; ; round++) {
    const got = await Promise.all(wanting.map((order) => wantOne(order, round)));
    const rest = wanting.filter((_, index) => !got[index]);
    const isDrained = rest.length === wanting.length;
    wanting = rest;
    // The last rounds need not ask everybody: a few more than could be given back are enough.
    if (round > 1) wanting = wanting.slice(0, 2 * units);
    if (isDrained) break;
  }
  burning = false;
  await killing;
  watch.on = false;
  await watching;

  const [figures] = await database.query<{ redeemed: number; reversed: number; money: number; given_back: number }>(
    `select redeemed, reversed, money_redeemed_minor - money_reversed_minor as money, money_reversed_minor as given_back
     from campaigns where campaign_id = $1`,
    [campaignId],
  );
  const [ledger] = await database.query<{ units: number }>('select sum(units)::bigint as units from coupon_ledger');
  const held = figures.redeemed - figures.reversed;
  if (held !== units) faults.add(`redeemed minus reversed is ${held}, not ${units}`);
  if (ledger.units !== units) faults.add(`the ledger holds ${ledger.units} units, not ${units}`);
  for (const difference of await selectDifferences(database))
    faults.add(`${difference.figure} is not what the ledger says`);
  const wholes = [...reversals.values()].filter(({ whole }) => whole).length;
  const parts = reversals.size - wholes;
  const expected = wholes * amountMinor + parts * partMinor;
  if (figures.given_back !== expected) faults.add('reversals gave back other money than was asked for');
  const doubled = await database.query(
    `select order_id from coupon_uses where state <> 'reversed' group by order_id having count(*) > 1`,
  );
  if (doubled.length > 0) faults.add('an order has two units');
  const deadlocks = (await countDeadlocks(database)) - deadlocksBefore;
  if (deadlocks > 0) faults.add('a deadlock');

  agent.destroy();
  for (const member of members) member.process.kill('SIGKILL');
  return {
    faults: [...faults].sort(),
    orders,
    ...tally,
    redeemed: figures.redeemed,
    reversed: figures.reversed,
    held,
    moneyHeldMinor: figures.money,
    deadlocks,
    seconds: (performance.now() - started) / 1_000,
  };
}

/** One moment: neither budget is passed, and the ledger says what the counters say. */
async function look(database: Database, units: number): Promise<string[]> {
  const [now] = await database.query<{ held: number; money: number; units: number; spent: number }>(
    `select issued as held, money_reserved_minor + money_redeemed_minor - money_reversed_minor as money,
       (select coalesce(sum(units), 0)::bigint from coupon_ledger) as units,
       (select coalesce(sum(reserved_minor + redeemed_minor - reversed_minor), 0)::bigint from coupon_ledger) as spent
     from campaigns where campaign_id = $1`,
    [campaignId],
  );
  const faults: string[] = [];
  if (now.held > units || now.units > units) faults.push('more units than the budget at some moment');
  if (now.money > units * amountMinor || now.spent > units * amountMinor)
    faults.push('more money than the budget at some moment');
  if (now.held !== now.units || now.money !== now.spent) faults.push('counters and ledger differed at some moment');
  return faults;
}

/** @returns a code for each order */
async function createCampaign(token: string, url: string, { units, orders }: FireOptions): Promise<string[]> {
  const now = Date.now();
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'setup' };
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(url + path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  };
  await ask('/v1/campaigns', {
    campaign_id: campaignId,
    name: 'Fire',
    discount: { type: 'amount', amount: (amountMinor / 100).toFixed(2) },
    valid_from: new Date(now - 86_400_000).toISOString(),
    valid_until: new Date(now + 86_400_000).toISOString(),
    budget: { coupons: units, money: ((units * amountMinor) / 100).toFixed(2) },
    limits: [{ per: 'campaign', period: 'month', units: units * 100 }],
  });
  await ask(`/v1/campaigns/${campaignId}/codes`, { batch_id: 'all', count: orders, kind: 'single' });
  const csv = await ask(`/v1/campaigns/${campaignId}/codes?batch_id=all`);
  return csv.trim().split('\r\n').slice(1);
}

async function startMember({ serverFile, connectionString, without }: FireOptions): Promise<Member> {
  const child = fork(serverFile, { execArgv: [] });
  const asked: CouponServerRole = { role: 'app', connectionString, without };
  child.send(asked);
  const [port] = await once(child, 'message');
  return { process: child, url: `http://127.0.0.1:${port}` };
}

async function countDeadlocks(database: Database): Promise<number> {
  const [row] = await database.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return row.deadlocks;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
