import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../../src/db/index.ts';
import type { Server } from './processes.ts';

/** What was seen of two instances beside the load. */
export interface Seen {
  /** milliseconds from the answer of one instance to a list of the other that knows of it */
  freshness: number[];
  /** requests that were sent to both at once, and those that were done by both, or by none, or answered in two ways */
  twice: number;
  wrong: number;
}

/** Each two-hundredth item of the shop is out of stock, and in no list. */
const listed = (n: number) => `I${String(1 + 200 * ((n * 61) % 100) + (n % 199)).padStart(5, '0')}`;
const longestMs = 10_000;

/**
 * Every half second until `end`: one instance is told of a look at an item, and the other asked until its list says so; and the
 * same order, event and coupon decision is sent to both at once, as a shop does that was not answered in time.
 */
export async function probe([one, other]: Server[], key: string, source: string, end: number): Promise<Seen> {
  const seen: Seen = { freshness: [], twice: 0, wrong: 0 };
  for (let n = 0; performance.now() < end; n++) {
    const [teller, asked] = n % 2 ? [one, other] : [other, one];
    seen.freshness.push(await freshnessOf(teller, asked, n));
    for (const [path, body] of Object.entries(sameOf(n))) {
      const sameKey = `${source}-${path}-${n}`;
      const answers = await Promise.all([one, other].map((server) => ask(server, path, body, sameKey)));
      seen.twice++;
      const isOnce = path.endsWith('decisions')
        ? isDeepStrictEqual(answers[0], answers[1])
        : answers[0].counts.facts + answers[1].counts.facts === 1;
      if (!isOnce) seen.wrong++;
    }
    await delay(500);
  }
  return seen;

  async function freshnessOf(teller: Server, asked: Server, n: number): Promise<number> {
    const [visitor_id, item_id] = [`${source}-${n}`, listed(n)];
    await ask(teller, '/v1/events', {
      events: [{ event_id: visitor_id, type: 'view', visitor_id, item_id, occurred_at: new Date().toISOString() }],
    });
    const told = performance.now();
    for (;;) {
      const page = { visitor_id, placements: [{ placement: 'seen', method: 'recently-viewed' }] };
      const { placements } = await ask(asked, '/v1/pages', page);
      const took = performance.now() - told;
      if (JSON.stringify(placements).includes(`"${item_id}"`)) return took;
      if (took > longestMs) return Number.POSITIVE_INFINITY;
      await delay(5);
    }
  }

  function sameOf(n: number): Record<string, unknown> {
    const customer_id = `C${String(1 + n).padStart(6, '0')}`;
    const occurred_at = new Date().toISOString();
    const lines = [{ item_id: listed(n), quantity: 1, unit_price: '2.50' }];
    return {
      '/v1/orders': { orders: [{ order_id: `${source}-o${n}`, customer_id, occurred_at, lines }] },
      '/v1/events': {
        events: [{ event_id: `${source}-e${n}`, type: 'cart_add', customer_id, item_id: listed(n), occurred_at }],
      },
      '/v1/coupon-decisions': { customer_id, cart: lines },
    };
  }

  /** Asks again while the other one is at the same, or a limit is met. */
  async function ask(
    { url }: Server,
    path: string,
    body: unknown,
    idempotencyKey: string = crypto.randomUUID(),
  ): Promise<any> {
    const headers = {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': idempotencyKey,
    };
    for (;;) {
      const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      if (answer.ok) return await answer.json();
      const text = await answer.text();
      if (![409, 429, 503].includes(answer.status)) throw new Error(`${path}: ${answer.status} ${text}`);
      await delay(50);
    }
  }
}

/** Facts of this source, and their ids: as many, where nothing is double. */
export async function countDoubles(db: Database, source: string): Promise<string> {
  const [found] = await db.query<Record<'events' | 'event_ids' | 'orders' | 'order_ids', number>>(
    `select (select count(*)::int from events where event_id like $1) as events,
            (select count(distinct event_id)::int from events where event_id like $1) as event_ids,
            (select count(*)::int from orders where order_id like $1) as orders,
            (select count(distinct order_id)::int from orders where order_id like $1) as order_ids`,
    [`${source}-%`],
  );
  return `${found.events} events of ${found.event_ids} ids, ${found.orders} orders of ${found.order_ids} ids`;
}
