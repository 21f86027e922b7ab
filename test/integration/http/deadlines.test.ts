import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { translate } from '../../../src/db/connections/failures.ts';
import { connectionSettings } from '../../../src/db/connections/pool.ts';
import { openDatabase } from '../../../src/db/index.ts';
import { atThisLoad } from '../../support/jest/machine.ts';
import { type Answer, send } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService({ through: true });
  await service.ask('ingest', 'PUT', '/v1/items', { items: [{ item_id: 'I1' }] });
});
afterAll(() => service.stop());

let count = 0;
const event = () => ({
  event_id: `E${++count}`,
  type: 'view',
  item_id: 'I1',
  visitor_id: 'v1',
  occurred_at: '2026-01-01T00:00:00Z',
});
const order = () => ({
  order_id: `O${++count}`,
  occurred_at: '2026-01-01T00:00:00Z',
  lines: [{ item_id: 'I1', quantity: 1, unit_price: '1.00' }],
});

async function timed(method: string, path: string, body?: unknown): Promise<Answer & { seconds: number }> {
  const started = performance.now();
  const answer = await send(service.url, {
    method,
    path,
    headers: { ...service.as('admin'), 'Content-Type': 'application/json', 'Idempotency-Key': `k${++count}` },
    body: body === undefined ? undefined : JSON.stringify(body),
    timeoutMs: 20_000,
  });
  return { ...answer, seconds: (performance.now() - started) / 1_000 };
}
const record = () => timed('POST', '/v1/events', { events: [event()] });

/** A connection is waited for 1.5 s and a statement 5 s; the rest is room for a machine with other work. */
const longestSeconds = 10;

function expectAway(answer: Answer & { seconds: number }, seconds = longestSeconds) {
  expect([answer.status, answer.json.code]).toEqual([503, 'unavailable']);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(answer.seconds).toBeLessThan(seconds);
}

test.each(['requests', 'facts', 'reports', 'work'] as const)(
  'a connection for %s has all three deadlines',
  async (purpose) => {
    const database = openDatabase({ connectionString: service.connectionString, schema: 'pannier', poolSize: 2 });
    try {
      const rows = await database
        .for(purpose)
        .query<{ setting: string }>(
          `select setting from pg_settings where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')`,
        );
      expect(rows.map(({ setting }) => Number(setting) > 0)).toEqual([true, true, true]);
    } finally {
      await database.close();
    }
  },
);

test('the listening connection has them too', async () => {
  const { connectionString } = service;
  const client = new pg.Client(connectionSettings({ connectionString, schema: 'pannier' }));
  await client.connect();
  try {
    const { rows } = await client.query(`select current_setting('statement_timeout') as set`);
    expect(rows).toEqual([{ set: '4500ms' }]);
  } finally {
    await client.end();
  }
});

// Would see: an internal error of 500 for what only waited too long.
test('a pool that has no connection in time is a database that cannot be reached now', async () => {
  const pool = new pg.Pool({ connectionString: service.connectionString, max: 1, connectionTimeoutMillis: 1_000 });
  const held = await pool.connect();
  try {
    const error = await pool.connect().catch((error: unknown) => error);
    expect(translate(error)).toMatchObject({ code: 'unavailable' });
  } finally {
    held.release();
    await pool.end();
  }
});

// Would see: a queue that grows for as long as others wait, so that everybody waits in vain.
test('who comes after somebody who has waited long for a connection is turned away at once', async () => {
  const { connectionString } = service;
  const database = openDatabase({ connectionString, schema: 'pannier', poolSize: 2 });
  const requests = database.for('requests');
  const timedOut = async () => {
    const started = performance.now();
    await expect(requests.query('select 1')).rejects.toMatchObject({ code: 'unavailable' });
    return performance.now() - started;
  };
  try {
    await Promise.all([requests.query('select 1'), requests.query('select 1')]);
    // All three in one turn, in which the connections that the first two get are idle still.
    const busy = [requests.query('select pg_sleep(3)'), requests.query('select pg_sleep(3)')];
    const first = timedOut();
    first.catch(() => {});
    await sleep(900);
    expect(await timedOut()).toBeLessThan(atThisLoad(300));
    expect(await first).toBeGreaterThan(1_400);
    await Promise.all(busy);
    expect(await requests.query('select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await database.close();
  }
});

describe('a table that somebody else has locked', () => {
  test('its writes are told to come again, and everything else still answers', async () => {
    const other = new pg.Client(service.connectionString);
    await other.connect();
    try {
      await other.query('begin; lock table pannier.events in access exclusive mode');
      // Four times as many as there are connections.
      const writes = Array.from({ length: 40 }, record);
      await sleep(500);
      const others = await Promise.all([
        timed('GET', '/v1/segments'),
        timed('GET', '/v1/campaigns'),
        timed('POST', '/v1/coupon-decisions', { customer_id: 'C1' }),
        timed('POST', '/v1/recommendations', { customer_id: 'C1' }),
        timed('GET', '/v1/popular-items'),
        timed('GET', '/readyz'),
      ]);
      for (const answer of others) {
        expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
        expect(answer.seconds).toBeLessThan(atThisLoad(3_000) / 1_000);
      }
      for (const answer of await Promise.all(writes)) expectAway(answer);
    } finally {
      await other.end();
    }
    expect((await record()).status).toBe(200);
  });
});

describe('a network that swallows everything', () => {
  test('writes are 503 within five seconds, and the first good one comes within five seconds after it', async () => {
    expect((await record()).status).toBe(200);
    service.connection!.hang();
    const until = performance.now() + 15_000;
    while (performance.now() < until) {
      const answers = await Promise.all([record(), timed('POST', '/v1/orders', { orders: [order()] })]);
      for (const answer of answers) expectAway(answer);
    }
    service.connection!.resume();
    const mended = performance.now();
    let answer = await record();
    while (answer.status === 503) {
      await sleep(100);
      answer = await record();
    }
    expect(answer.status).toBe(200);
    expect(performance.now() - mended).toBeLessThan(atThisLoad(5_000));
  });
});

describe('a database that cannot', () => {
  const raising = (state: string) => `
    create or replace function pannier.refuse() returns trigger language plpgsql as $$
    begin raise exception 'no' using errcode = '${state}'; end $$;
    create or replace trigger refuse before insert on pannier.orders for each statement execute function pannier.refuse()`;
  afterAll(() => service.database.query('drop trigger if exists refuse on pannier.orders'));

  test.each([
    ['53100', 'disk_full'],
    ['25006', 'read_only'],
    ['53300', 'too_many_connections'],
    ['55000', 'not_accepting_connections'],
    ['57P01', 'shutting_down'],
    ['57P03', 'not_accepting_connections'],
  ])('%s is a 503 with Retry-After, and /readyz says which', async (state, trouble) => {
    await service.database.query(raising(state));
    expectAway(await timed('POST', '/v1/orders', { orders: [order()] }), 5);
    expect((await timed('GET', '/readyz')).json.checks.database).toBe(trouble);
  });

  test('a standby is told by /readyz before anybody writes', async () => {
    const admin = new pg.Client(service.connectionString);
    await admin.connect();
    const [{ current_database: name }] = (await admin.query('select current_database()')).rows;
    try {
      await admin.query(`alter database ${name} set default_transaction_read_only = on`);
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      );
      await sleep(500);
      await timed('GET', '/readyz');
      expect((await timed('GET', '/readyz')).json.checks.database).toBe('read_only');
      for (const [method, path, body] of [
        ['POST', '/v1/events', { events: [event()] }],
        ['PUT', '/v1/items', { items: [{ item_id: 'I2' }] }],
        ['PUT', '/v1/customers', { customers: [{ customer_id: 'C2' }] }],
        ['POST', '/v1/orders', { orders: [order()] }],
        ['DELETE', '/v1/customers/C1', undefined],
        ['POST', '/v1/segments', { segment_id: 'list-b', name: 'B' }],
        [
          'POST',
          '/v1/campaigns',
          {
            campaign_id: 'c',
            name: 'c',
            discount: { type: 'amount', amount: '1.00' },
            valid_from: '2026-01-01T00:00:00Z',
            valid_until: '2027-01-01T00:00:00Z',
          },
        ],
        ['POST', '/v1/coupon-decisions', { customer_id: 'C1' }],
        ['PUT', '/v1/coupon-holdouts', { share: 0.1 }],
        ['POST', '/v1/quarantine/redrives', {}],
        ['POST', '/v1/training-runs', {}],
      ] as const) {
        const answer = await timed(method, path, body);
        if (answer.status === 400) throw new Error(`${path}: ${answer.text}`);
        expect([path, answer.status, Number(answer.headers['retry-after']) >= 1]).toEqual([path, 503, true]);
      }
    } finally {
      await admin.query(`set default_transaction_read_only = off`);
      await admin.query(`alter database ${name} reset default_transaction_read_only`);
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      );
      await admin.end();
    }
  });
});
