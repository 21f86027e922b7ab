import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import pg from 'pg';
import { createKey } from '../../../src/keys/index.ts';
import { atThisLoad } from '../../support/jest/machine.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { startServeProcess } from '../../support/service/serve-process.ts';
import { until } from '../../support/shops/training-shop.ts';

let store: TestDatabase;
let token: string;
let child: ChildProcess;
let url: string;
let ended: Promise<[number | null, string | null]>;

beforeAll(async () => {
  store = await createTestDatabase();
  token = (await createKey(store.database, 'all', ['admin'])).token;
});
afterAll(() => store.drop());

beforeEach(async () => {
  ({ child, url } = await startServeProcess(store.connectionString));
  ended = once(child, 'exit') as Promise<[number | null, string | null]>;
});
afterEach(() => {
  child.kill('SIGKILL');
});

interface Told {
  status: number;
  connection: string | undefined;
}

function ask(path: string, options: { method?: string; body?: string; slowly?: boolean } = {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', body } = options;
    const headers = { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) };
    const request = httpRequest(url + path, { method, headers, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode!, connection: response.headers.connection }));
    });
    request.once('error', reject);
    if (!options.slowly) request.end(body);
    else {
      request.write(body!.slice(0, 10));
      setTimeout(() => request.end(body!.slice(10)), 1_500);
    }
  });
}

/** The signal has come to it. */
const isStopping = () => until(async () => (await ask('/readyz')).status === 503);

const events = (id: string) =>
  JSON.stringify({
    events: [{ event_id: id, type: 'search', visitor_id: 'v', occurred_at: '2026-01-01T00:00:00Z' }],
  });

async function endOf(limitMs: number): Promise<{ code: number | null; seconds: number }> {
  const started = performance.now();
  const [code] = await Promise.race([
    ended,
    sleep(limitMs).then(() => {
      throw new Error('it did not end');
    }),
  ]);
  return { code, seconds: (performance.now() - started) / 1_000 };
}

describe('SIGTERM', () => {
  usually.test('says not ready at once, answers what was accepted, and ends with 0', async () => {
    const slow = ask('/v1/events', { method: 'POST', body: events('slow'), slowly: true });
    await sleep(200);
    child.kill('SIGTERM');
    await isStopping();
    expect(await ask('/readyz')).toEqual({ status: 503, connection: 'close' });
    expect(await ask('/v1/events', { method: 'POST', body: events('late') })).toEqual({
      status: 200,
      connection: 'close',
    });
    expect(await slow).toEqual({ status: 200, connection: 'close' });
    expect((await endOf(10_000)).code).toBe(0);
    const kept = await store.database.query<{ event_id: string }>('select event_id from event_keys order by event_id');
    expect(kept.map(({ event_id: id }) => id)).toEqual(['late', 'slow']);
  });

  thoroughly.test('ends within ten seconds while a query hangs', async () => {
    const other = new pg.Client(store.connectionString);
    await other.connect();
    try {
      await other.query('begin; lock table pannier.events, pannier.segment_refreshes in access exclusive mode');
      const write = ask('/v1/events', { method: 'POST', body: events('hung') });
      const patient = ask('/v1/segments', {
        method: 'POST',
        body: JSON.stringify({ segment_id: 'list-hung', name: 'Hung' }),
      }).catch((error: Error) => error);
      await sleep(300);
      child.kill('SIGTERM');
      const end = await endOf(12_000);
      expect(end.code).toBe(0);
      expect(end.seconds).toBeLessThan(10);
      expect((await write).status).toBe(503);
      await patient;
    } finally {
      await other.end();
    }
  });

  thoroughly.test('waits for nobody who never ends their half of a connection', async () => {
    const { hostname, port } = new URL(url);
    const starts = [
      'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
      'no request\r\n\r\n',
      'POST /v1/events HTTP/1.1\r\nHost: x\r\n',
    ];
    const silent = starts.map((start) => {
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
      socket.on('error', () => {});
      socket.resume();
      socket.write(start);
      return socket;
    });
    try {
      await sleep(200);
      child.kill('SIGTERM');
      const end = await endOf(12_000);
      expect(end.code).toBe(0);
      expect(end.seconds).toBeLessThan(10);
    } finally {
      for (const socket of silent) socket.destroy();
    }
  });

  thoroughly.test('a second one forces the end', async () => {
    child.kill('SIGTERM');
    await isStopping();
    child.kill('SIGTERM');
    const end = await endOf(30_000);
    expect(end.seconds).toBeLessThan(atThisLoad(1_000) / 1_000);
    expect(end.code).not.toBe(0);
  });
});

thoroughly.test('a body that comes in drops is cut within 20 seconds, while others are served', async () => {
  const { hostname, port } = new URL(url);
  const slow = connect(Number(port), hostname);
  const started = performance.now();
  const closed = once(slow, 'close');
  slow.on('error', () => {});
  slow.resume();
  slow.write(
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
  );
  const drops = setInterval(() => slow.write(' '), 1_000);
  expect((await ask('/livez')).status).toBe(200);
  await closed;
  clearInterval(drops);
  expect((performance.now() - started) / 1_000).toBeLessThan(20);
});
