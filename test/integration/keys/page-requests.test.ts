import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { streamBehaviours } from '../../../src/intake/fact-queries/snapshot/snapshot.ts';
import { allowOrigins, createKey, type NewKey, revokeKey } from '../../../src/keys/index.ts';
import { send } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

const shop = 'https://shop.example';
const now = new Date('2026-03-01T12:00:00Z');
let service: TestService;
let page: NewKey;
let clock = now;

beforeAll(async () => {
  service = await createTestService({
    clock: () => clock,
    env: { PANNIER_PAGE_LIMIT_PER_ADDRESS: '400', PANNIER_TRUSTED_PROXIES: '1' },
  });
  page = await createKey(service.database, 'page', ['events', 'lists'], [shop]);
  await service.stations.keys.reload();
  await service.ask('ingest', 'PUT', '/v1/items', {
    items: ['tea', 'jam', 'oats', 'toast', 'milk'].map((item_id) => ({ item_id, title: item_id, price: '2.00' })),
  });
  await publishContent(service.database, {
    asOf: new Date('2026-03-01T00:00:00Z'),
    popularity: ['tea'],
    neighbours: { jam: ['toast'], oats: ['milk'] },
    rules: [],
    lists: {},
  });
  await service.stations.recommendations.refresh();
});
afterAll(() => service.stop());

let visitors = 0;
let addresses = 0;
/** Each address has a limit of its own. */
const fromElsewhere = () => ({ 'X-Forwarded-For': `198.18.${++addresses >> 8}.${addresses & 255}` });

/** As the shop's server would: from the rule, by a program of its own. */
function sign(customerId: string, secondsLeft = 60, secret = page.customerSecret!): string {
  const over = Math.floor(now.getTime() / 1_000) + secondsLeft;
  const signed = `v1.${Buffer.from(customerId).toString('base64url')}.${over}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

interface Sent {
  status: number;
  headers: Headers;
  json: any;
}

async function ask(path: string, init: RequestInit = {}): Promise<Sent> {
  const answer = await fetch(service.url + path, { ...init, headers: { ...fromElsewhere(), ...init.headers } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text === '' ? undefined : JSON.parse(text) };
}

let events = 0;
const view = (more: object) => ({
  event_id: `e${++events}`,
  type: 'view',
  item_id: 'tea',
  occurred_at: '2026-03-01T11:59:00Z',
  ...more,
});

/** As a beacon does: no header of its own, and text by name. */
const beacon = (body: object, headers: Record<string, string> = { Origin: shop }) =>
  ask('/v1/events', {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', ...headers },
    body: JSON.stringify(body),
  });

const countEvents = async () =>
  Number((await service.database.query<{ n: string }>('select count(*) as n from events'))[0].n);

describe('a page of the shop', () => {
  test('sends what its visitor does as a beacon, with its key in the body', async () => {
    const visitor_id = `v${++visitors}`;
    const sent = await beacon({ key: page.token, events: [view({ visitor_id })] });
    expect([sent.status, sent.json.verdicts?.[0]?.status ?? sent.json]).toEqual([200, 'accepted']);
    expect(sent.headers.get('access-control-allow-origin')).toBe(shop);
    expect(sent.headers.get('vary')).toContain('Origin');
    expect(sent.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('shows lists with its key in the query, in the body or as a header', async () => {
    const headers = { Origin: shop };
    for (const path of ['/v1/popular-items', '/v1/items/tea/related-items', '/v1/items/tea/complements']) {
      const shown = await ask(`${path}?key=${page.token}`, { headers });
      expect([path, shown.status, shown.headers.get('access-control-allow-origin')]).toEqual([path, 200, shop]);
      const byHeader = await ask(path, { headers: { ...headers, Authorization: `Bearer ${page.token}` } });
      expect(byHeader.status).toBe(200);
    }
    const body = JSON.stringify({ key: page.token, visitor_id: 'somebody', limit: 2 });
    const list = await ask('/v1/recommendations', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'text/plain' },
      body,
    });
    expect([list.status, list.json.items.length]).toEqual([200, 2]);
  });

  test('is told by a preflight what it may send, and where not', async () => {
    const preflight = (path: string, origin: string) =>
      ask(path, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'authorization,content-type',
        },
      });
    const told = await preflight('/v1/events', shop);
    expect([told.status, told.json]).toEqual([204, undefined]);
    expect(told.headers.get('access-control-allow-origin')).toBe(shop);
    expect(told.headers.get('access-control-allow-methods')).toBe('POST');
    expect(told.headers.get('access-control-allow-headers')!.toLowerCase()).toMatch(/authorization.*content-type/);
    const foreign = await preflight('/v1/events', 'https://evil.example');
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    // What no page may ask for has no preflight at all.
    expect((await preflight('/v1/orders', shop)).status).toBe(405);
  });

  // Would see: an error that the page's script cannot read, and so cannot act on.
  test('may read what was wrong', async () => {
    const wrong = await beacon({ key: page.token, events: [] });
    expect([wrong.status, wrong.json.errors[0].field, wrong.headers.get('access-control-allow-origin')]).toEqual([
      400,
      '/events',
      shop,
    ]);
    const revoked = await createKey(service.database, 'old', ['events'], [shop]);
    await revokeKey(service.database, revoked.keyId);
    await service.stations.keys.reload();
    const refused = await beacon({ key: revoked.token, events: [view({ visitor_id: 'v' })] });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, shop]);
  });
});

describe('another page', () => {
  test('asks with the key in vain, and what it sent is not kept', async () => {
    const before = await countEvents();
    const sent = await beacon(
      { key: page.token, events: [view({ visitor_id: 'v' })] },
      { Origin: 'https://evil.example' },
    );
    expect([sent.status, sent.json.code, sent.headers.get('access-control-allow-origin')]).toEqual([
      403,
      'forbidden',
      null,
    ]);
    expect(await countEvents()).toBe(before);
    const other = await createKey(service.database, 'other shop', ['events', 'lists'], ['https://other.example']);
    await service.stations.keys.reload();
    // An origin that some key allows is not thereby every key's.
    expect((await beacon({ key: other.token, events: [view({ visitor_id: 'v' })] })).status).toBe(403);
  });

  test('is let in and shut out by one call', async () => {
    const origin = 'https://new.example';
    const list = () => ask(`/v1/popular-items?key=${page.token}`, { headers: { Origin: origin } });
    expect((await list()).status).toBe(403);
    const path = `/v1/keys/${page.keyId}/allowed-origins`;
    const set = (allowed_origins: string[]) => service.ask('admin', 'PUT', path, { allowed_origins });
    expect((await set([shop, origin])).json).toEqual({ key_id: String(page.keyId), allowed_origins: [shop, origin] });
    expect((await list()).status).toBe(200);
    expect((await set([shop])).status).toBe(200);
    expect((await list()).status).toBe(403);
  });

  test.each([
    ['https://shop.example/', /https:\/\/shop\.example is meant/],
    ['https://SHOP.example', /https:\/\/shop\.example is meant/],
    ['shop.example', /must be an origin/],
    ['*', /must be an origin/],
    ['null', /must be an origin/],
    ['javascript:alert(1)', /must be an origin/],
  ])('cannot be named %j', async (origin, message) => {
    const made = await service.ask('admin', 'POST', '/v1/keys', {
      name: 'x',
      scopes: ['events'],
      allowed_origins: [origin],
    });
    expect([made.status < 500, made.status >= 400, made.json.errors[0].field]).toEqual([
      true,
      true,
      '/allowed_origins/0',
    ]);
    expect(made.json.errors[0].message).toMatch(message);
  });

  test('is never let ask with a secret key', async () => {
    const made = await service.ask('admin', 'POST', '/v1/keys', {
      name: 'x',
      scopes: ['recommend'],
      allowed_origins: [shop],
    });
    expect([made.status, made.json.errors[0].field]).toEqual([409, '/allowed_origins']);
    await expect(allowOrigins(service.database, 1, [shop])).resolves.toBe(true);
    const secret = (await createKey(service.database, 'secret', ['recommend'])).keyId;
    await expect(allowOrigins(service.database, secret, [shop])).rejects.toThrow(/publishable/);
  });

  test('a secret key is refused where others read it', async () => {
    const inQuery = await ask(`/v1/popular-items?key=${service.keys.recommend}`);
    expect([inQuery.status, inQuery.json.errors[0].field]).toEqual([401, 'key']);
    const inBody = await beacon({ key: service.keys.ingest, events: [view({ visitor_id: 'v' })] });
    expect([inBody.status, inBody.json.errors[0].field]).toEqual([401, '/key']);
    expect((await ask(`/v1/association-rules?key=${page.token}`)).status).toBe(401);
  });
});

describe('speaking for a customer', () => {
  const recommend = (body: object) =>
    ask('/v1/recommendations', {
      method: 'POST',
      headers: { Origin: shop, 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: page.token, ...body }),
    });

  // Would see: one event that links a stranger's browser to a customer, whose list then tells what they bought.
  test('takes a token: without one nothing of the request is kept, and the field is named', async () => {
    const before = await countEvents();
    const sent = await beacon({
      key: page.token,
      events: [view({ visitor_id: 'mine' }), view({ visitor_id: 'mine', customer_id: 'victim' })],
    });
    expect([sent.status, sent.json.errors.map(({ field }: any) => field)]).toEqual([403, ['/events/1/customer_id']]);
    expect(await countEvents()).toBe(before);
    const links = await service.database.query(
      'select 1 from identity_links join customers using (customer_key) where customer_id = $1',
      ['victim'],
    );
    expect(links).toEqual([]);
    const list = await recommend({ customer_id: 'victim' });
    expect([list.status, list.json.errors[0].field]).toEqual([403, '/customer_id']);
  });

  test('a token of the shop links the visitor, and only to the customer whom it names', async () => {
    const sent = await beacon({
      key: page.token,
      events: [view({ visitor_id: 'anna-phone', customer_token: sign('anna') })],
    });
    expect([sent.status, sent.json.verdicts[0].status]).toEqual([200, 'accepted']);
    const links = await service.database.query<{ customer_id: string }>(
      `select customer_id from identity_links join customers using (customer_key) join visitors using (visitor_key)
       where visitor_id = 'anna-phone'`,
    );
    expect(links).toEqual([{ customer_id: 'anna' }]);
    const [kept] = await service.database.query<{ n: string }>(
      "select count(*) as n from events where properties::text like '%customer_token%'",
    );
    expect(Number(kept.n)).toBe(0);
    expect((await recommend({ customer_token: sign('anna') })).json.customer_id).toBe('anna');
    const other = await recommend({ customer_token: sign('anna'), customer_id: 'berta' });
    expect([other.status, other.json.errors[0].field]).toEqual([403, '/customer_token']);
  });

  test.each([
    ['of another secret', () => sign('anna', 60, 'cs_guessed')],
    [
      'with another customer',
      () => sign('anna').replace(/^v1\.[^.]+/, `v1.${Buffer.from('berta').toString('base64url')}`),
    ],
    ['with a later end', () => sign('anna', 60).replace(/^(v1\.[^.]+\.)[0-9]+/, '$19999999999')],
    ['cut', () => sign('anna').slice(0, -1)],
    ['of nothing', () => 'v1...'],
    ['of another key', () => sign('anna', 60, 'none')],
  ])('a token %s is none', async (_, token) => {
    const list = await recommend({ customer_token: token() });
    expect([list.status, list.json.errors]).toEqual([
      403,
      [{ field: '/customer_token', message: 'is not signed by this shop' }],
    ]);
    const sent = await beacon({ key: page.token, events: [view({ visitor_id: 'x', customer_token: token() })] });
    expect([sent.status, sent.json.errors[0].field]).toEqual([403, '/events/0/customer_token']);
  });

  test('a token of another key is none', async () => {
    const other = await createKey(service.database, 'another page', ['events', 'lists'], [shop]);
    await service.stations.keys.reload();
    const list = await recommend({ customer_token: sign('anna', 60, other.customerSecret!) });
    expect(list.status).toBe(403);
    // The shop's server may use any of them.
    const server = await service.ask('recommend', 'POST', '/v1/recommendations', {
      customer_token: sign('anna', 60, other.customerSecret!),
    });
    expect([server.status, server.json.customer_id]).toEqual([200, 'anna']);
  });

  // What waited in a browser until its token was over is not lost, and nobody's but the visitor's.
  test('a token that is over names nobody', async () => {
    const sent = await beacon({
      key: page.token,
      events: [view({ visitor_id: 'late', customer_token: sign('anna', -1) })],
    });
    expect([sent.status, sent.json.verdicts[0].status]).toEqual([200, 'accepted']);
    const links = await service.database.query(
      "select 1 from identity_links join visitors using (visitor_key) where visitor_id = 'late'",
    );
    expect(links).toEqual([]);
    const list = await recommend({ customer_token: sign('anna', -1), visitor_id: 'late' });
    expect([list.status, list.json.customer_id]).toEqual([200, undefined]);
    clock = new Date(now.getTime() + 61_000);
    expect((await recommend({ customer_token: sign('anna', 60) })).json.customer_id).toBeUndefined();
    clock = now;
  });

  // Would see: a list that tells whoever sits at the browser next what the customer bought elsewhere.
  test('a list of a visitor who was a customer tells nothing of what the customer did elsewhere', async () => {
    const own = { event_id: `own${++events}`, occurred_at: '2026-03-01T11:50:00Z' };
    await service.ask('ingest', 'POST', '/v1/orders', {
      orders: [
        {
          order_id: 'O1',
          customer_id: 'carla',
          occurred_at: '2026-02-01T10:00:00Z',
          lines: [{ item_id: 'jam', quantity: 1, unit_price: '2.00' }],
        },
      ],
    });
    await beacon({
      key: page.token,
      events: [{ ...view({ visitor_id: 'carla-phone', customer_token: sign('carla') }), ...own, item_id: 'oats' }],
    });
    const because = (answer: { json: any }) =>
      answer.json.items.flatMap(({ reason }: any) => reason.because_item_id ?? []).sort();
    const who = { visitor_id: 'carla-phone' };
    expect(because(await service.ask('recommend', 'POST', '/v1/recommendations', who))).toEqual(['jam', 'oats']);
    expect(because(await recommend(who))).toEqual(['oats']);
    expect(because(await recommend({ ...who, customer_token: sign('carla') }))).toEqual(['jam', 'oats']);
  });

  test('whoever objects to profiling is left alone as a visitor too', async () => {
    const customer_token = sign('dora');
    await beacon({
      key: page.token,
      events: [{ ...view({ visitor_id: 'dora-phone', customer_token }), item_id: 'oats' }],
    });
    const because = async () =>
      (await recommend({ visitor_id: 'dora-phone' })).json.items.flatMap(
        ({ reason }: any) => reason.because_item_id ?? [],
      );
    expect(await because()).toEqual(['oats']);
    await service.ask('ingest', 'PUT', '/v1/customers', {
      customers: [{ customer_id: 'dora', profiling_allowed: false }],
    });
    expect(await because()).toEqual([]);
  });

  test('orders and customers are no page’s to send', async () => {
    for (const [method, path] of [
      ['POST', '/v1/orders'],
      ['PUT', '/v1/customers'],
      ['POST', '/v1/refunds'],
      ['GET', '/v1/customers/anna'],
      ['GET', '/v1/customers/anna/recommendations'],
    ]) {
      const answer = await send(service.url, { method, path, headers: { Authorization: `Bearer ${page.token}` } });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });
});

describe('an item that is flooded', () => {
  // Would see: goods that strangers lift onto lists by making up visitors.
  test('moves no list: nothing is learnt from visitors who are nobody’s yet, and best sellers are sold', async () => {
    const learnt = () =>
      service.database.transaction(async (tx) => {
        let count = 0;
        for await (const _ of streamBehaviours(tx, new Date('2026-03-02T00:00:00Z'), new Date('2100-01-01T00:00:00Z')))
          count++;
        return count;
      });
    const best = async () =>
      (await ask(`/v1/popular-items?key=${page.token}`)).json.items.map(({ item_id }: any) => item_id);
    const [before, bestBefore] = [await learnt(), await best()];
    for (let burst = 0; burst < 5; burst++) {
      const flood = Array.from({ length: 100 }, (_, n) => [
        view({ visitor_id: `junk-${burst}-${n}`, item_id: 'oats' }),
        view({ visitor_id: `junk-${burst}-${n}`, item_id: 'oats', type: 'cart_add' }),
      ]).flat();
      expect((await beacon({ key: page.token, events: flood })).status).toBe(200);
    }
    expect([await learnt(), await best()]).toEqual([before, bestBefore]);
  });
});

describe('limits', () => {
  test('an address that asks for more than its minute’s share is told when to come again; others are not', async () => {
    const address = { 'X-Forwarded-For': '198.51.100.7' };
    const batch = () => ({ key: page.token, events: Array.from({ length: 150 }, () => view({ visitor_id: 'flood' })) });
    const first = await beacon(batch(), { Origin: shop, ...address });
    const second = await beacon(batch(), { Origin: shop, ...address });
    const before = await countEvents();
    const third = await beacon(batch(), { Origin: shop, ...address });
    expect([first.status, second.status, third.status, third.json.code]).toEqual([200, 200, 429, 'too_many_requests']);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect([
      third.headers.get('access-control-allow-origin'),
      third.headers.get('access-control-expose-headers'),
    ]).toEqual([shop, 'Retry-After']);
    expect(await countEvents()).toBe(before);
    expect((await beacon({ key: page.token, events: [view({ visitor_id: 'calm' })] })).status).toBe(200);
    // What anybody may have written before the last proxy does not make another address of it.
    const disguised = await beacon(batch(), { Origin: shop, 'X-Forwarded-For': '192.0.2.1, 198.51.100.7' });
    expect(disguised.status).toBe(429);
    // A secret key is the shop's own, and has no such limit.
    const server = await service.ask('ingest', 'POST', '/v1/events', { events: batch().events });
    expect(server.status).toBe(200);
  });

  // Would see: reports with a row for every name that somebody made up.
  test('of the placements that pages name no more than 200 are told apart', async () => {
    const named = async () =>
      (await service.database.query<{ placement: string }>('select distinct placement from served_lists')).map(
        ({ placement }) => placement,
      );
    for (let n = 0; n < 250; n++) {
      const list = await ask(`/v1/popular-items?key=${page.token}&limit=1&placement=made-up-${n}`);
      expect(list.status).toBe(200);
    }
    await service.stations.recommendations.stop();
    const found = await named();
    expect(found.length).toBeLessThanOrEqual(201);
    expect(found).toEqual(expect.arrayContaining(['made-up-0', 'other']));
  });

  test('a body of nobody is read no further than a queue may be long', async () => {
    const long = await beacon({ key: page.token, events: [view({ visitor_id: 'v', query: 'x'.repeat(70_000) })] });
    expect([long.status, long.json.code]).toEqual([413, 'payload_too_large']);
  });
});
