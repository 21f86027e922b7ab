import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import type { Database } from '../../src/db/index.ts';
import { scopes as allScopes, createKey, createKeyRing, revokeKey } from '../../src/keys/index.ts';
import { atThisLoad } from '../support/jest/machine.ts';
import { contractJson, operations, send } from '../support/service/contract.ts';
import { createTestService, type TestService } from '../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

const event = { event_id: 'e1', type: 'search', visitor_id: 'v1', occurred_at: '2026-01-01T00:00:00Z', query: 'tea' };

describe('keys', () => {
  // Would see: one scope too many let in to any operation.
  test('without a key, with a wrong one and with each that lacks the scope', async () => {
    for (const { id, method, path, scopes } of operations.filter((operation) => operation.scopes.length > 0)) {
      const target = path
        .replace(/\{kind\}/, 'popularity')
        .replace(/\{segment_id\}/, 'cluster-1')
        .replace(/\{\w+\}/g, '1');
      const ask = (headers: Record<string, string>) =>
        send(service.url, { method: method.toUpperCase(), path: target, headers });
      expect([id, (await ask({})).status]).toEqual([id, 401]);
      expect((await ask({ Authorization: 'Bearer pk_wrong' })).json.code).toBe('unauthorized');
      for (const other of allScopes.filter((scope) => scope !== 'admin' && !scopes.includes(scope))) {
        expect([id, other, (await ask(service.as(other))).status]).toEqual([id, other, 403]);
      }
    }
  });

  test('tell what they are: only one that can do no more than a visitor may be published', async () => {
    expect(service.keys.events).toMatch(/^pk_/);
    expect(service.keys.lists).toMatch(/^pk_/);
    const secret = allScopes.filter((scope) => scope !== 'events' && scope !== 'lists');
    for (const scope of secret) expect(service.keys[scope]).toMatch(/^sk_/);
    const { token } = await createKey(service.database, 'both', ['events', 'ingest']);
    expect(token).toMatch(/^sk_/);
  });

  test('of earlier versions stay valid, whatever they begin with', async () => {
    const token = `pk_${'x'.repeat(32)}`;
    await service.database.query(
      `insert into api_keys (name, key_hash, scopes) values ('old', sha256($1::bytea), '{recommend}')`,
      [token],
    );
    await service.stations.keys.reload();
    expect(
      (await request(service.server).get('/v1/popular-items').set('Authorization', `Bearer ${token}`)).status,
    ).toBe(200);
  });

  // Would see: a revoked key that lives again, because what was read before it was revoked comes last.
  test('that were read earlier and come later are not taken for the newest', async () => {
    const { database } = service;
    const { keyId, token } = await createKey(database, 'slow', ['recommend']);
    let finish = () => {};
    const isAsked = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let reads = 0;
    const slowFirst: Database = {
      ...database,
      async query<Row>(text: string, values?: unknown[], name?: string) {
        const isFirst = ++reads === 1;
        const rows = await database.query<Row>(text, values, name);
        if (isFirst) await isAsked;
        return rows;
      },
    };
    const ring = createKeyRing(slowFirst);
    const early = ring.reload();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await revokeKey(database, keyId);
    await ring.reload();
    finish();
    await early;
    expect(ring.find(token)).toBeUndefined();
  });

  test('come after the word Bearer in any case, and after no other', async () => {
    for (const [word, status] of [
      ['bearer', 200],
      ['BEARER', 200],
      ['bEaReR ', 200],
      ['Basic', 401],
      ['Bear', 401],
    ] as const) {
      const header = `${word} ${service.keys.recommend}`;
      const answer = await request(service.server).get('/v1/popular-items').set('Authorization', header);
      expect([word, answer.status]).toEqual([word, status]);
    }
  });

  test('a publishable key may append events and nothing else', async () => {
    const answer = await request(service.server)
      .post('/v1/events')
      .set(service.as('events'))
      .send({ events: [event] });
    expect(answer.status).toBe(200);
    expect((await request(service.server).get('/v1/popular-items').set(service.as('events'))).status).toBe(403);
  });

  test('a revoked key is refused from the next reload on', async () => {
    const { keyId, token } = await createKey(service.database, 'to be revoked', ['segments']);
    const ask = () => request(service.server).get('/v1/segments').set('Authorization', `Bearer ${token}`);
    await service.stations.keys.reload();
    expect((await ask()).status).toBe(200);
    expect(await revokeKey(service.database, keyId)).toBe(true);
    await service.stations.keys.reload();
    expect((await ask()).status).toBe(401);
  });
});

describe('a method that a path has not', () => {
  const paths = new Set(operations.map(({ path }) => path));

  test.each([...paths])('is refused with those that it has: %s', async (path) => {
    const here = operations.filter((operation) => operation.path === path);
    const allowed = here.map(({ method }) => method.toUpperCase());
    if (here.some(({ isForPages }) => isForPages)) allowed.push('OPTIONS');
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].filter((method) => !allowed.includes(method))) {
      const target = path.replace(/\{\w+\}/g, '1');
      const response = await fetch(service.url + target, { method, headers: service.as('admin') });
      expect([method, response.status, ((await response.json()) as { code: string }).code]).toEqual([
        method,
        405,
        'method_not_allowed',
      ]);
      expect(response.headers.get('allow')).toBe(allowed.join(', '));
    }
  });
});

describe('bad requests are told by field', () => {
  test('every faulty field is named, not only the first', async () => {
    const answer = await request(service.server)
      .post('/v1/recommendations')
      .set(service.as('recommend'))
      .send({ limit: 0, cart_item_ids: ['', true], extra: 1 });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body.errors.map((fault: { field: string }) => fault.field).sort()).toEqual([
      '/cart_item_ids/0',
      '/cart_item_ids/1',
      '/extra',
      '/limit',
    ]);
  });

  test('a hundred of them are told, and that there are more', async () => {
    const answer = await request(service.server)
      .post('/v1/recommendations')
      .set(service.as('recommend'))
      .send({ exclude_item_ids: Array(1_000).fill('') });
    expect([answer.status, answer.body.errors.length]).toEqual([400, 100]);
    expect(answer.body.detail).toBe('100 fields are faulty, and there are more.');
  });

  const asList = (value: string) => `{"cart_item_ids": ${value}}`;
  test.each([
    ['NUL', asList('["a\\u0000"]'), '/cart_item_ids/0'],
    ['a lone surrogate', asList('["\\ud800"]'), '/cart_item_ids/0'],
    ['a prototype', asList('[{"__proto__": {}}]'), '/cart_item_ids/0/__proto__'],
    ['deep nesting', asList(`${'['.repeat(20)}${']'.repeat(20)}`), `/cart_item_ids${'/0'.repeat(11)}`],
    ['no JSON', '{"cart_item_ids": ', '/'],
  ])('%s', async (_, body, field) => {
    const answer = await send(service.url, {
      method: 'POST',
      path: '/v1/recommendations',
      headers: { ...service.as('recommend'), 'Content-Type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.json.errors[0].field).toBe(field);
  });

  test('text that is not UTF-8', async () => {
    const answer = await send(service.url, {
      method: 'POST',
      path: '/v1/events',
      headers: { ...service.as('ingest'), 'Content-Type': 'application/json' },
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    expect(answer.json).toMatchObject({ status: 400, errors: [{ field: '/', message: 'must be UTF-8' }] });
  });

  test('parameters: unknown, given twice, out of range, not decodable', async () => {
    const ask = async (path: string) =>
      (await send(service.url, { method: 'GET', path, headers: service.as('recommend') })).json;
    expect(await ask('/v1/popular-items?colour=red')).toMatchObject({ status: 400, errors: [{ field: 'colour' }] });
    expect(await ask('/v1/popular-items?limit=1&limit=2')).toMatchObject({ status: 400, errors: [{ field: 'limit' }] });
    expect(await ask('/v1/popular-items?limit=101')).toMatchObject({ status: 400, errors: [{ field: 'limit' }] });
    expect(await ask('/v1/items/%zz/related-items')).toMatchObject({ status: 400, errors: [{ field: 'path' }] });
    expect(await ask('/v1/items/%00/related-items')).toMatchObject({ status: 400, errors: [{ field: 'item_id' }] });
  });

  // Would see: a caller who mends one parameter only to hear of the next.
  test('parameters: all that is wrong with them is told at once, each by its name', async () => {
    const faultsOf = async (path: string) => {
      const { json } = await send(service.url, { method: 'GET', path, headers: service.as('recommend') });
      const told = json.errors.map(({ field, message }: { field: string; message: string }) => [field, message]);
      return { detail: json.detail, told: Object.fromEntries(told) };
    };
    const query = 'limit=x&min_price=y&colour=red&category=a&category=b&exclude=%00&shade=1';
    expect(await faultsOf(`/v1/customers/%00/recommendations?${query}`)).toEqual({
      detail: '7 fields are faulty.',
      told: {
        limit: 'must be a plain decimal number',
        min_price: expect.stringContaining('pattern'),
        colour: 'is not a known field',
        shade: 'is not a known field',
        category: 'is given twice',
        customer_id: 'must be well-formed text without NUL',
        'exclude/0': 'must be well-formed text without NUL',
      },
    });
    expect((await faultsOf('/v1/popular-items?limit=1&limit=x&limit=y')).told).toEqual({ limit: 'is given twice' });
    const many = Array.from({ length: 300 }, (_, index) => `n${index}=1`).join('&');
    const { detail, told } = await faultsOf(`/v1/popular-items?${many}`);
    expect([detail, Object.keys(told).length]).toEqual(['100 fields are faulty, and there are more.', 100]);
  });

  test('another media type, a body too large, another method, no such path', async () => {
    const text = await request(service.server)
      .post('/v1/orders')
      .set(service.as('ingest'))
      .type('text/plain')
      .send('x');
    expect(text.body.code).toBe('unsupported_media_type');
    const large = await send(service.url, {
      method: 'POST',
      path: '/v1/events',
      headers: { ...service.as('ingest'), 'Content-Type': 'application/json', 'Content-Length': String(6 * 2 ** 20) },
    });
    expect(large.json.code).toBe('payload_too_large');
    const told = { ...service.as('ingest'), 'Content-Type': 'application/json' };
    // Would see: a limit that holds only for who says how much they send.
    const unannounced = await send(service.url, {
      method: 'POST',
      path: '/v1/events',
      headers: { ...told, 'Transfer-Encoding': 'chunked' },
      body: `{"events": [${' '.repeat(5 * 2 ** 20)}]}`,
    });
    expect(unannounced.json.code).toBe('payload_too_large');
    const packed = await send(service.url, {
      method: 'POST',
      path: '/v1/events',
      headers: { ...told, 'Content-Encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ events: [event] })),
    });
    expect(packed.json).toMatchObject({ code: 'unsupported_media_type', detail: expect.stringContaining('encoding') });
    const method = await request(service.server).patch('/v1/events').set(service.as('ingest'));
    expect([method.status, method.headers['allow']]).toEqual([405, 'POST, OPTIONS']);
    expect((await request(service.server).get('/v1/nothing')).body.code).toBe('not_found');
  });
});

test('what a caller says it does not take (q=0) is not given, where it takes anything else', async () => {
  await service.ask('admin', 'POST', '/v1/segments', { segment_id: 'list-q', name: 'Q' });
  const typeFor = async (accept: string) => {
    const headers = { ...service.as('admin'), Accept: accept };
    return (await send(service.url, { method: 'GET', path: '/v1/segments/list-q/members', headers })).contentType;
  };
  expect(await typeFor('*/*')).toMatch(/^application\/json/);
  expect(await typeFor('application/json;q=0, */*')).toMatch(/^text\/csv/);
  expect(await typeFor('application/json;q=0, text/csv;q=0, */*')).toMatch(/^application\/x-ndjson/);
  expect(await typeFor('*/*;q=0')).toMatch(/^application\/problem\+json/);
});

describe('operation', () => {
  test('a slow client is cut off, others are served meanwhile', async () => {
    const { hostname, port } = new URL(service.url);
    const slow = connect(Number(port), hostname);
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => {});
    slow.write('POST /v1/events HTTP/1.1\r\nHost: x\r\n');
    expect((await request(service.server).get('/livez')).status).toBe(200);
    slow.resume();
    await closed;
  });

  // Would see: bodies without end read to their end for a caller who has been refused already.
  test.each([
    ['without a key', {}, 401],
    ['too large', { 'Content-Length': String(2 ** 40) }, 413],
    ['in another media type', { 'Content-Type': 'text/plain' }, 415],
    ['with another method', {}, 405],
  ] as const)('whoever is refused before the body has come is not read on: %s', async (_, told, status) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    const headers = {
      Host: hostname,
      'Content-Type': 'application/json',
      'Content-Length': '1000',
      ...(status === 401 ? {} : service.as('ingest')),
      ...told,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const method = status === 405 ? 'PUT' : 'POST';
    socket.write(`${[`${method} /v1/orders HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n{`);
    let answer = '';
    socket.on('data', (part) => {
      answer += part;
    });
    const started = performance.now();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(performance.now() - started).toBeLessThan(atThisLoad(8_000));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/^connection: close\r$/im);
  });

  test('metrics are labelled by operation, never by what a caller sent', async () => {
    await request(service.server).get('/v1/items/very-personal-id/related-items').set(service.as('recommend'));
    const { text } = await request(service.server).get('/metrics');
    expect(text).toContain('pannier_request_seconds_count{operation="getRelatedItems",status="404"}');
    expect(text).not.toContain('very-personal-id');
  });

  test('the contract is served, and shown as a page that loads nothing from elsewhere', async () => {
    expect((await request(service.server).get('/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(contractJson)));
    const page = await request(service.server).get('/docs');
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/https?:/);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([asset, (await request(service.server).get(asset)).status]).toEqual([asset, 200]);
    }
  });
});
