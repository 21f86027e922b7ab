import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKey } from '../../../src/keys/index.ts';
import { browserOf, openBrowser, signIn } from '../../support/service/browser.ts';
import { call, send } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
let now = new Date('2026-03-01T10:00:00Z');
beforeAll(async () => {
  service = await createTestService({ clock: () => now });
});
afterAll(() => service.stop());

const minutes = (count: number) => {
  now = new Date(now.getTime() + count * 60_000);
};
const alarm = { indicator_id: 'net-sales', condition: 'falls', grain: 'day', false_alarm_rate: 0.01 };

test('who signs in with a key may what the key may, and is told what the page must know', async () => {
  const answer = await call(service.url, 'signIn', { body: { key: service.keys.indicators } });
  expect([answer.status, answer.json]).toEqual([
    201,
    {
      session_id: expect.any(String),
      user: { name: 'indicators', role: null },
      scopes: ['indicators'],
      csrf_token: expect.stringMatching(/^[\w-]{43}$/),
      expires_at: new Date(now.getTime() + 12 * 3_600_000).toISOString(),
      shop: { currency: 'EUR', minor_digits: 2, time_zone: 'UTC', version: expect.any(String) },
    },
  ]);
  const browser = browserOf(service.url, answer);
  expect((await browser.ask('GET', '/v1/session')).json).toEqual(answer.json);
  expect((await browser.ask('GET', '/v1/indicators')).status).toBe(200);
  expect((await browser.ask('GET', '/v1/campaigns')).json).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await browser.ask('PUT', '/v1/indicator-alarms/fall', alarm)).status).toBe(200);
});

// Would see: a cookie that a script can read, that another site sends along, or that goes over a line that is not sealed.
test('the cookie has its flags, and Secure where the request came by https', async () => {
  const flagsFor = async (headers: Record<string, string>) => {
    const answer = await signIn(service.url, { key: service.keys.train }, headers);
    return String(answer.headers['set-cookie']).replace(/=[\w-]{43};/, '=…;');
  };
  const plain = 'pannier_session=…; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800';
  expect(await flagsFor({})).toBe(plain);
  expect(await flagsFor({ Origin: 'https://shop.example' })).toBe(`${plain}; Secure`);
  expect(await flagsFor({ 'X-Forwarded-Proto': 'https' })).toBe(`${plain}; Secure`);
});

test('what is wrong signs nobody in, nor does a key that may be published', async () => {
  for (const credentials of [
    { key: 'sk_wrong' },
    { key: service.keys.events },
    { ticket: 'x'.repeat(43) },
    { user_name: 'nobody', password: 'long enough it is' },
  ]) {
    const answer = await call(service.url, 'signIn', { body: credentials });
    expect([answer.status, answer.json.code, answer.headers['set-cookie']]).toEqual([401, 'unauthorized', undefined]);
  }
  for (const form of [{}, { user_name: 'ana' }, { key: 'a', colour: 'red' }, { user_name: 'ana', password: 'short' }])
    expect((await call(service.url, 'signIn', { body: form })).status).toBe(400);
});

describe('a write by cookie shows that it comes from our own page', () => {
  // Would see: what another site's form or script does in the name of whoever is signed in.
  test.each([
    ['without the header', { 'X-Pannier-CSRF': undefined }],
    ['with another session’s token', { 'X-Pannier-CSRF': 'x'.repeat(43) }],
    ['from another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['from a neighbour', { 'Sec-Fetch-Site': 'same-site' }],
    ['from a page of nobody', { 'Sec-Fetch-Site': 'none' }],
    [
      'as a form sends it',
      { 'X-Pannier-CSRF': undefined, 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'text/plain' },
    ],
  ])('%s it is refused', async (_, headers) => {
    const browser = await openBrowser(service.url, { key: service.keys.admin });
    for (const [method, path, body] of [
      ['PUT', '/v1/indicator-alarms/fall', alarm],
      ['POST', '/v1/segments', { segment_id: 'list-x', name: 'X' }],
      ['DELETE', '/v1/session', undefined],
    ] as const) {
      const answer = await browser.ask(method, path, body, headers);
      expect([method, path, answer.status, answer.json.code]).toEqual([method, path, 403, 'forbidden']);
    }
    expect((await browser.ask('GET', '/v1/session')).status).toBe(200);
  });

  test('reading needs no token, but is for our own pages and typed addresses', async () => {
    const browser = await openBrowser(service.url, { key: service.keys.segments });
    const statusOf = async (site: string | undefined) =>
      (await browser.ask('GET', '/v1/segments', undefined, { 'Sec-Fetch-Site': site })).status;
    const statuses = await Promise.all([undefined, 'same-origin', 'none', 'same-site', 'cross-site'].map(statusOf));
    expect(statuses).toEqual([200, 200, 200, 403, 403]);
  });

  // Would see: lists of some hundred kilobytes sent as they are to a browser far away, or compressed for who cannot read that.
  test('long answers to a browser are compressed where it reads gzip, and no others', async () => {
    const browser = await openBrowser(service.url, { key: service.keys.admin });
    const encodingOf = async (path: string, accepted: string) => {
      const headers = { Cookie: browser.cookie, 'Accept-Encoding': accepted };
      const response = await fetch(service.url + path, { headers });
      // Read, and decoded, by who asked.
      expect(typeof (await response.json())).toBe('object');
      return response.headers.get('content-encoding');
    };
    const long = '/v1/indicators';
    expect(await encodingOf(long, 'gzip, deflate, br')).toBe('gzip');
    expect(await encodingOf(long, 'br, gzip;q=0')).toBeNull();
    expect(await encodingOf(long, 'identity')).toBeNull();
    expect(await encodingOf('/v1/session', 'gzip')).toBeNull();
    const byKey = { ...service.as('admin'), 'Accept-Encoding': 'gzip' };
    expect((await fetch(service.url + long, { headers: byKey })).headers.get('content-encoding')).toBeNull();
  });

  test('nobody is signed in by another site', async () => {
    const answer = await signIn(service.url, { key: service.keys.train }, { 'Sec-Fetch-Site': 'cross-site' });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });

  test('a key with the request needs none of it, and counts alone', async () => {
    const browser = await openBrowser(service.url, { key: service.keys.admin });
    const as = (scope: 'segments' | 'train') => ({ ...service.as(scope), 'Sec-Fetch-Site': 'cross-site' });
    const ask = (scope: 'segments' | 'train') => browser.ask('GET', '/v1/segments', undefined, as(scope));
    expect([(await ask('segments')).status, (await ask('train')).status]).toEqual([200, 403]);
    const wrong = await browser.ask('GET', '/v1/segments', undefined, { Authorization: 'Bearer sk_wrong' });
    expect(wrong.status).toBe(401);
    const forAProxy = await browser.ask('GET', '/v1/segments', undefined, { Authorization: 'Basic YTpi' });
    expect(forAProxy.status).toBe(200);
  });
});

describe('a session ends', () => {
  const isOver = async (browser: Awaited<ReturnType<typeof openBrowser>>) =>
    (await browser.ask('GET', '/v1/session')).status === 401;

  test('when it is signed out', async () => {
    const browser = await openBrowser(service.url, { key: service.keys.train });
    const other = await openBrowser(service.url, { key: service.keys.train });
    const answer = await browser.ask('DELETE', '/v1/session');
    expect([answer.status, answer.headers['set-cookie']]).toEqual([
      200,
      ['pannier_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0'],
    ]);
    expect([await isOver(browser), await isOver(other)]).toEqual([true, false]);
  });

  test('after 12 hours without a request, and not before', async () => {
    const browser = await openBrowser(service.url, { key: service.keys.train });
    minutes(12 * 60 - 1);
    expect(await isOver(browser)).toBe(false);
    minutes(12 * 60 - 1);
    // What the database knows is older than what this instance has seen.
    await service.stations.accounts.sessions.reload();
    expect(await isOver(browser)).toBe(false);
    minutes(12 * 60);
    expect(await isOver(browser)).toBe(true);
  });

  test('after 7 days, however busy', async () => {
    const browser = await openBrowser(service.url, { key: service.keys.train });
    for (let half = 1; half < 14; half++) {
      minutes(12 * 60 - 1);
      expect([half, await isOver(browser)]).toEqual([half, false]);
    }
    minutes(12 * 60 - 1);
    expect(await isOver(browser)).toBe(false);
    minutes(14);
    expect(await isOver(browser)).toBe(true);
  });

  test('with the key that it was begun with', async () => {
    const { keyId, token } = await createKey(service.database, 'short', ['segments']);
    await service.stations.keys.reload();
    const browser = await openBrowser(service.url, { key: token });
    const asAdmin = await openBrowser(service.url, { key: service.keys.admin });
    expect((await asAdmin.ask('DELETE', `/v1/keys/${keyId}`)).status).toBe(200);
    expect([await isOver(browser), await isOver(asAdmin)]).toEqual([true, false]);
  });

  test('when somebody who may ends it: an admin anybody’s, others their own', async () => {
    const [one, other] = [
      await openBrowser(service.url, { key: service.keys.train }),
      await openBrowser(service.url, { key: service.keys.segments }),
    ];
    const idOf = async (browser: typeof one) => (await browser.ask('GET', '/v1/session')).json.session_id;
    const listed = (await one.ask('GET', '/v1/sessions')).json.items;
    expect(listed.filter((session: any) => session.is_own)).toHaveLength(1);
    expect(new Set(listed.map((session: any) => session.name))).toEqual(new Set(['train']));
    const target = `/v1/sessions/${await idOf(other)}`;
    expect((await one.ask('DELETE', target)).status).toBe(404);
    expect(await isOver(other)).toBe(false);
    const bearer = { method: 'DELETE', path: target, headers: service.as('admin') };
    expect([(await send(service.url, bearer)).status, await isOver(other)]).toEqual([200, true]);
    expect((await send(service.url, bearer)).status).toBe(404);
    await openBrowser(service.url, { key: service.keys.segments });
    const all = await call(service.url, 'listSessions', { headers: service.as('admin') });
    expect(all.json.items.map(({ name }: any) => name)).toEqual(expect.arrayContaining(['train', 'segments']));
    expect((await one.ask('DELETE', `/v1/sessions/${await idOf(one)}`)).status).toBe(200);
    expect(await isOver(one)).toBe(true);
  });
});

test('what a session is known by is stored as a hash only, and in no answer', async () => {
  const browser = await openBrowser(service.url, { key: service.keys.train });
  const token = browser.cookie.split('=')[1];
  const [{ rows }] = await service.database.query<{ rows: string }>(
    'select jsonb_agg(s)::text as rows from sessions s',
  );
  expect(rows).not.toContain(token);
  expect(rows).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  for (const path of ['/v1/session', '/v1/sessions'])
    expect((await browser.ask('GET', path)).text).not.toContain(token);
});
