import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, openBrowser, signIn } from '../../support/service/browser.ts';
import { openTwoInstances, type TwoInstances } from '../../support/service/two-instances.ts';

let two: TwoInstances;
beforeAll(async () => {
  two = await openTwoInstances();
});
afterAll(() => two.stop());

/** By the definition of RFC 6238, with another program than the one that is asked. */
function codeAt(base32: string, time: Date): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...base32].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Math.floor(time.getTime() / 30_000)
    .toString(16)
    .padStart(16, '0');
  const mac = createHmac('sha1', key).update(Buffer.from(step, 'hex')).digest();
  const at = mac[mac.length - 1] % 16;
  const number = ((mac[at] % 128) * 2 ** 24 + mac[at + 1] * 2 ** 16 + mac[at + 2] * 2 ** 8 + mac[at + 3]) % 1_000_000;
  return String(number).padStart(6, '0');
}

/** The code of another secret at any time near: one that is wrong. */
const wrongCode = (base32: string) => {
  const near = [-90, -60, -30, 0, 30, 60, 90].map((off) => codeAt(base32, new Date(two.now().getTime() + off * 1_000)));
  return ['000000', '000001', '000002', '000003', '000004', '000005', '000006', '000007'].find(
    (code) => !near.includes(code),
  )!;
};

interface Person {
  name: string;
  password: string;
  browser: Browser;
  secret: string;
  recoveryCodes: string[];
  signIn(code?: string, password?: string, url?: string): Promise<number>;
}

/** Somebody whose codes are set up. */
async function withCodes(name: string): Promise<Person> {
  const password = `a password for ${name}`;
  const browser = await two.join(name, password);
  const { secret } = (await browser.ask('POST', '/v1/session/second-factor', { password })).json;
  const confirmed = await browser.ask('PUT', '/v1/session/second-factor', { code: codeAt(secret, two.now()) });
  two.pass(1);
  const ask = async (code?: string, given = password, url = two.here.url) =>
    (await signIn(url, { user_name: name, password: given, code })).status;
  return { name, password, browser, secret, recoveryCodes: confirmed.json.recovery_codes, signIn: ask };
}

const codeNow = ({ secret }: Person) => {
  two.pass(1);
  return codeAt(secret, two.now());
};

/** What the audit has of a user since an entry, as pairs of before and after. */
async function traceOf(name: string, subject: string, work: () => Promise<unknown>) {
  const [{ id }] = await two.store.database.query<{ id: number }>('select entry_id as id from audit_head');
  await work();
  const { json } = await two.ask('GET', `/v1/audit-entries?subject=${subject}&subject_id=${name}&limit=50`);
  return json.items.filter((entry: { entry_id: string }) => Number(entry.entry_id) > id).reverse();
}

test('one-time codes are asked for once they are confirmed, and each is good once', async () => {
  const password = 'a password for dee';
  const browser = await two.join('dee', password);
  const { secret } = (await browser.ask('POST', '/v1/session/second-factor', { password })).json;
  const ask = async (code?: string, given = password, url = two.here.url) =>
    (await signIn(url, { user_name: 'dee', password: given, code })).status;
  expect(await ask()).toBe(201);
  expect((await browser.ask('PUT', '/v1/session/second-factor', { code: wrongCode(secret) })).status).toBe(409);
  const now = two.now();
  const confirmed = await browser.ask('PUT', '/v1/session/second-factor', { code: codeAt(secret, now) });
  expect(confirmed.json).toEqual({ user_name: 'dee', has_second_factor: true, recovery_codes: expect.any(Array) });
  const asked = await signIn(two.here.url, { user_name: 'dee', password });
  expect([asked.status, asked.json.errors]).toEqual([401, [{ field: '/code', message: 'must be given' }]]);
  // The code that has confirmed them is used up, and whoever knows a code only gets no further.
  expect(await ask(codeAt(secret, now))).toBe(401);
  two.pass(1);
  const code = codeAt(secret, two.now());
  expect(await ask(code, 'not their password')).toBe(401);
  const statuses = await Promise.all([ask(code), ask(code, password, two.there.url), ask(code)]);
  expect(statuses.sort()).toEqual([201, 401, 401]);
  two.pass(3);
  expect(await ask(codeAt(secret, new Date(two.now().getTime() - 90_000)))).toBe(401);
  expect(await ask(codeAt(secret, two.now()))).toBe(201);
});

describe('whoever finds a browser open', () => {
  const open = '/v1/session/second-factor';
  // Would see: a second factor that is begun, replaced or removed by a session alone, by the password alone, or by the code alone.
  test.each([
    ['begins no other second factor', 'POST', open, 201],
    ['removes none', 'POST', `${open}/removals`, 200],
    ['gets no recovery codes', 'POST', '/v1/session/recovery-codes', 201],
  ])('%s', async (title, method, path, good) => {
    const person = await withCodes(`open-${title.split(' ')[0]}`);
    const { browser, password } = person;
    const attempt = async (proof: object) => {
      const { status, json } = await browser.ask(method, path, proof);
      return [status, json.errors?.[0]];
    };
    const field = (name: string, message: string) => ({ field: `/${name}`, message });
    expect(await attempt({})).toEqual([403, field('password', 'must be given')]);
    expect(await attempt({ code: codeNow(person) })).toEqual([403, field('password', 'must be given')]);
    expect(await attempt({ password })).toEqual([403, field('code', 'must be given')]);
    const isWrong = field('code', 'is wrong, or its time is over');
    expect(await attempt({ password, code: wrongCode(person.secret) })).toEqual([403, isWrong]);
    expect(await attempt({ password, code: 'abcd-efgh-2345-ijkl' })).toEqual([403, isWrong]);
    expect(await attempt({ password: 'not the password', code: codeNow(person) })).toEqual([
      403,
      field('password', 'is another one'),
    ]);
    expect((await browser.ask('GET', open)).json.has_second_factor).toBe(true);
    const code = codeNow(person);
    expect((await attempt({ password, code }))[0]).toBe(good);
    // It is used up by it, as at a sign-in.
    if (good === 201) expect(await attempt({ password, code })).toEqual([403, field('code', 'was used before')]);
  });

  test('may not try passwords for ever, and shuts nobody out who signs in', async () => {
    const password = 'a password for guy';
    const browser = await two.join('guy', password);
    const statuses = [];
    for (let count = 0; count < 7; count++) {
      statuses.push((await browser.ask('POST', open, { password: `wrong password ${count}` })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429]);
    expect((await browser.ask('POST', open, { password })).status).toBe(429);
    expect((await signIn(two.here.url, { user_name: 'guy', password })).status).toBe(201);
    two.pass(1);
    expect((await browser.ask('POST', open, { password })).status).toBe(201);
    const { json } = await two.ask('GET', '/v1/audit-entries?subject=wrong-sign-ins&subject_id=guy');
    expect(json.items).toMatchObject([{ after: { of: 'password in a session', tries: 5 }, actor: { kind: 'user' } }]);
  });

  test('does not invite themselves to a new password', async () => {
    const boss = await two.join('boss', 'a password for boss', 'operator');
    expect((await boss.ask('POST', '/v1/users/boss/invitations')).status).toBe(409);
    await two.ask('PUT', '/v1/users/other', { role: 'viewer' });
    expect((await boss.ask('POST', '/v1/users/other/invitations')).status).toBe(201);
  });
});

test('the secret so far counts until another is confirmed, in time, and each step leaves an entry without a secret', async () => {
  const person = await withCodes('kim');
  const { browser, password, name } = person;
  const begin = async () =>
    (await browser.ask('POST', '/v1/session/second-factor', { password, code: codeNow(person) })).json.secret;
  let next = '';
  const begun = await traceOf(name, 'user', async () => {
    await begin();
    next = await begin();
  });
  // Would see: another secret that is begun, or takes the place of one, without a trace.
  expect(begun).toMatchObject([
    { before: { totp_begun_at: null }, after: { totp_begun_at: expect.any(String), totp_secret: true } },
    { before: { totp_begun_at: expect.any(String) }, after: { totp_begun_at: expect.any(String) } },
  ]);
  expect(begun[0].actor).toMatchObject({ kind: 'user', name, operation: 'beginSecondFactor' });
  expect(await person.signIn(codeNow(person))).toBe(201);
  two.pass(16);
  const late = await browser.ask('PUT', '/v1/session/second-factor', { code: codeAt(next, two.now()) });
  expect(late.status).toBe(409);
  next = await begin();
  const replaced = await traceOf(name, 'user', async () => {
    expect((await browser.ask('PUT', '/v1/session/second-factor', { code: codeAt(next, two.now()) })).status).toBe(200);
  });
  expect(replaced).toHaveLength(1);
  const [{ before, after }] = replaced;
  expect([before.totp_secret, after.totp_secret, after.totp_begun_at]).toEqual([true, true, null]);
  expect(after.totp_changed_at > before.totp_changed_at).toBe(true);
  expect(after.recovery_codes_made_at > before.recovery_codes_made_at).toBe(true);
  two.pass(2);
  expect(await person.signIn(codeAt(person.secret, two.now()))).toBe(401);
  expect(await person.signIn(codeAt(next, two.now()))).toBe(201);
  two.pass(1);
  const removed = await traceOf(name, 'user', () =>
    browser.ask('POST', '/v1/session/second-factor/removals', { password, code: codeAt(next, two.now()) }),
  );
  expect(removed).toMatchObject([
    { before: { totp_secret: true }, after: { totp_secret: false, recovery_codes_made_at: null } },
  ]);
  expect(await person.signIn()).toBe(201);
  const [{ text }] = await two.store.database.query<{ text: string }>(
    `select string_agg(e::text, ' ') as text from audit_entries e`,
  );
  const hex = (base32: string) =>
    Buffer.from(
      (
        [...base32]
          .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
          .join('')
          .match(/.{8}/g) ?? []
      ).map((byte) => Number.parseInt(byte, 2)),
    ).toString('hex');
  for (const secret of [person.secret, next]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(hex(secret));
  }
});

test('a recovery code does once in the place of the app, at any instance, and leaves an entry', async () => {
  const person = await withCodes('lou');
  const { browser, password, name, recoveryCodes } = person;
  expect(new Set(recoveryCodes).size).toBe(10);
  for (const code of recoveryCodes) expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
  const [first, second, third] = recoveryCodes;
  expect(await person.signIn(first, 'not their password')).toBe(401);
  const used = await traceOf(name, 'recovery-code', async () => {
    const statuses = await Promise.all(
      [two.here, two.there, two.here].map(({ url }) => person.signIn(first, password, url)),
    );
    expect(statuses.sort()).toEqual([201, 401, 401]);
  });
  expect(used).toMatchObject([{ before: { used_at: null }, after: { used_at: expect.any(String) } }]);
  expect((await browser.ask('GET', '/v1/session/second-factor')).json).toMatchObject({
    has_password: true,
    has_second_factor: true,
    recovery_codes_left: 9,
  });
  const renewed = await browser.ask('POST', '/v1/session/recovery-codes', { password, code: second });
  expect([renewed.status, renewed.json.recovery_codes.length]).toEqual([201, 10]);
  expect([await person.signIn(third), await person.signIn(renewed.json.recovery_codes[0])]).toEqual([401, 201]);
  const removal = { password, code: renewed.json.recovery_codes[1] };
  expect((await browser.ask('POST', '/v1/session/second-factor/removals', removal)).status).toBe(200);
  expect(await person.signIn()).toBe(201);
  // Only hashes are stored.
  const [{ text }] = await two.store.database.query<{ text: string }>(
    `select coalesce(string_agg(c::text, ' '), '') as text from recovery_codes c`,
  );
  for (const code of [...recoveryCodes, ...renewed.json.recovery_codes]) expect(text).not.toContain(code);
});

test('a session of a key, and a user without a password, are told plainly', async () => {
  const byKey = await openBrowser(two.here.url, { key: two.admin['Authorization'].slice(7) });
  for (const [method, path, body] of [
    ['GET', '/v1/session/second-factor', undefined],
    ['POST', '/v1/session/second-factor', {}],
    ['POST', '/v1/session/second-factor/removals', {}],
    ['POST', '/v1/session/recovery-codes', {}],
  ] as const) {
    const answer = await byKey.ask(method, path, body);
    expect([path, answer.status, answer.json.detail]).toEqual([
      path,
      403,
      'This session was begun with a key: sign in as a user.',
    ]);
  }
  const { users } = two.here.stations.accounts;
  await users.set('mia', 'viewer');
  const { ticket } = await users.makeTicket('mia', 'sign-in');
  const mia = await openBrowser(two.here.url, { ticket });
  const answer = await mia.ask('POST', '/v1/session/second-factor', { password: 'none so far' });
  expect([answer.status, answer.json.detail]).toEqual([
    409,
    'Set a password first: a second factor is asked for beside it.',
  ]);
});

test('an invitation gives back what was lost: codes, sessions and devices of before are gone', async () => {
  const person = await withCodes('eve');
  await openBrowser(two.here.url, { ticket: await two.invite('eve'), password: 'another one for eve' });
  expect((await person.browser.ask('GET', '/v1/session')).status).toBe(401);
  expect(await person.signIn()).toBe(401);
  expect(await person.signIn(undefined, 'another one for eve')).toBe(201);
  expect(await person.signIn(person.recoveryCodes[0])).toBe(401);
});

// Would see: codes that whoever has the password may try for ever, from one address after the other.
test('who knows the password may try a few codes only, from wherever; the user’s own browser is not shut out', async () => {
  const person = await withCodes('nan');
  const tryFrom = async (cookie: Record<string, string>) =>
    (
      await signIn(
        two.here.url,
        { user_name: 'nan', password: person.password, code: wrongCode(person.secret) },
        cookie,
      )
    ).status;
  const statuses = [];
  for (let count = 0; count < 7; count++) statuses.push(await tryFrom({}));
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  const { json } = await two.ask('GET', '/v1/audit-entries?subject=wrong-sign-ins&subject_id=nan');
  expect(json.items).toMatchObject([{ after: { of: 'codes', tries: 5 } }]);
  const code = codeAt(person.secret, two.now());
  const known = person.browser.device!;
  expect(
    (await signIn(two.here.url, { user_name: 'nan', password: person.password, code }, { Cookie: known })).status,
  ).toBe(201);
});
