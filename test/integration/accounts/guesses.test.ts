import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { signIn } from '../../support/service/browser.ts';
import type { Answer } from '../../support/service/contract.ts';
import { openTwoInstances, type TwoInstances } from '../../support/service/two-instances.ts';

let two: TwoInstances;
beforeAll(async () => {
  two = await openTwoInstances({ PANNIER_TRUSTED_PROXIES: '1' });
});
afterAll(() => two.stop());

/** Tries from an address, as the proxy before the service says it. */
const from = (address: string, userName: string, password: string, more: { cookie?: string; url?: string } = {}) =>
  signIn(
    more.url ?? two.here.url,
    { user_name: userName, password },
    { 'X-Forwarded-For': address, ...(more.cookie && { Cookie: more.cookie }) },
  );
const statusOf = ({ status }: Answer) => status;
const wrong = (count: number) => `wrong password ${count}`;

async function tryWrong(address: string, userName: string, times: number): Promise<number[]> {
  const statuses = [];
  for (let count = 0; count < times; count++) statuses.push(statusOf(await from(address, userName, wrong(count))));
  return statuses;
}

const wrongSignIns = async (subjectId?: string) => {
  const { json } = await two.ask('GET', '/v1/audit-entries?subject=wrong-sign-ins&limit=100');
  return json.items.filter((entry: any) => subjectId === undefined || entry.subject_id === subjectId);
};

// Would see: a stranger who shuts the owner out by trying names, from wherever.
usually.test('who tries a user’s password in vain hinders nobody but themselves', async () => {
  await two.join('gus', 'a password for gus');
  expect(await tryWrong('203.0.113.9', 'gus', 8)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  // Right ones wait as well: the answer would tell otherwise.
  const guessed = await from('203.0.113.9', 'gus', 'a password for gus');
  expect([guessed.status, guessed.headers['retry-after'], guessed.json.detail]).toEqual([
    429,
    '2',
    'It was tried too often in vain. Try again in 2 s.',
  ]);
  expect(statusOf(await from('198.51.100.7', 'gus', 'a password for gus'))).toBe(201);
  // Somebody else behind the same proxy, too.
  await two.join('hal', 'a password for hal');
  expect(statusOf(await from('203.0.113.9', 'hal', 'a password for hal'))).toBe(201);
});

// Would see: a limit of each instance alone, tries at once that all get through, and a wait that tries while waiting prolong.
thoroughly.test(
  'each wrong try waits twice as long as the one before, however many at once and at whichever instance',
  async () => {
    await two.join('ida', 'a password for ida');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, count) =>
        from('203.0.113.10', 'ida', wrong(count), { url: count % 2 ? two.here.url : two.there.url }),
      ),
    );
    expect(answers.map(statusOf).sort()).toEqual([...Array(5).fill(401), ...Array(7).fill(429)]);
    const waits: number[] = [];
    for (let count = 0; count < 12; count++) {
      const refused = await from('203.0.113.10', 'ida', wrong(count), { url: two.there.url });
      const seconds = Number(refused.headers['retry-after']);
      waits.push(seconds);
      two.pass((seconds - 0.5) / 60);
      expect(statusOf(await from('203.0.113.10', 'ida', wrong(count)))).toBe(429);
      two.pass(0.5 / 60);
      expect(statusOf(await from('203.0.113.10', 'ida', wrong(count)))).toBe(401);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    two.pass(15);
    expect(statusOf(await from('203.0.113.10', 'ida', 'a password for ida'))).toBe(201);
    // Who has shown who they are begins anew.
    expect(await tryWrong('203.0.113.10', 'ida', 6)).toEqual([401, 401, 401, 401, 401, 429]);
  },
);

usually.describe('a browser in which the user has signed in before', () => {
  // Would see: an owner who is shut out at their own desk by whoever sits behind the same proxy.
  test('passes where others from its address have to wait, and counts by itself', async () => {
    const browser = await two.join('jon', 'a password for jon');
    await tryWrong('203.0.113.11', 'jon', 7);
    expect(statusOf(await from('203.0.113.11', 'jon', 'a password for jon'))).toBe(429);
    const cookie = browser.device!;
    expect(statusOf(await from('203.0.113.11', 'jon', 'a password for jon', { cookie, url: two.there.url }))).toBe(201);
    const statuses = [];
    for (let count = 0; count < 6; count++) {
      statuses.push(statusOf(await from('203.0.113.11', 'jon', wrong(count), { cookie })));
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect(statusOf(await from('198.51.100.8', 'jon', 'a password for jon'))).toBe(201);
  });

  test('is none for another user, after another password, or where somebody has made it up', async () => {
    const browser = await two.join('kay', 'a password for kay');
    await two.join('lea', 'a password for lea');
    await tryWrong('203.0.113.12', 'lea', 6);
    await tryWrong('203.0.113.12', 'kay', 6);
    const statusWith = async (userName: string, cookie: string) =>
      statusOf(await from('203.0.113.12', userName, `a password for ${userName}`, { cookie }));
    expect(await statusWith('lea', browser.device!)).toBe(429);
    const madeUp = `pannier_device=${'x'.repeat(43)}`;
    expect(await statusWith('kay', madeUp)).toBe(429);
    // What was brought along by nobody's sign-in is not taken over.
    const signedIn = await from('198.51.100.9', 'kay', 'a password for kay', { cookie: madeUp });
    expect([signedIn.status, String(signedIn.headers['set-cookie']).includes('x'.repeat(43))]).toEqual([201, false]);
    const change = { password: 'a password for kay', new_password: 'another one for kay' };
    expect((await browser.ask('PUT', '/v1/session/password', change)).status).toBe(200);
    expect(statusOf(await from('203.0.113.12', 'kay', 'another one for kay', { cookie: browser.device! }))).toBe(429);
  });

  test('is told by a cookie that no script sees and that goes to the sign-in alone', async () => {
    await two.join('max', 'a password for max');
    const { headers } = await from('198.51.100.10', 'max', 'a password for max');
    const [, device] = headers['set-cookie'] as unknown as string[];
    expect(device.replace(/=[\w-]{43};/, '=…;')).toBe(
      'pannier_device=…; Path=/v1/sessions; HttpOnly; SameSite=Strict; Max-Age=15552000',
    );
    const byKey = await signIn(two.here.url, { key: two.admin['Authorization'].slice(7) });
    expect(byKey.headers['set-cookie']).toHaveLength(1);
  });
});

// Would see: names that are tried from all over the world, each address only a few times, as quickly as one likes; and a user who is
// shut out by it.
thoroughly.test(
  'wrong tries from everywhere slow a user’s sign-in down, never more than three seconds, and leave an entry',
  async () => {
    await two.join('ned', 'a password for ned');
    await Promise.all(Array.from({ length: 19 }, (_, count) => from(`192.0.2.${count}`, 'ned', wrong(count))));
    expect(await wrongSignIns('ned')).toEqual([]);
    expect(statusOf(await from('192.0.2.100', 'ned', wrong(20)))).toBe(401);
    const entries = await wrongSignIns('ned');
    expect(entries).toMatchObject([{ action: 'made', after: { tries: 20, within: 'one hour' } }]);
    expect(JSON.stringify(entries)).not.toContain('192.0.2');
    const started = performance.now();
    expect(statusOf(await from('198.51.100.11', 'ned', 'a password for ned'))).toBe(201);
    const took = performance.now() - started;
    // 21 tries within the hour: 11 over ten, a tenth of a second each.
    expect(took).toBeGreaterThan(1_000);
    await two.store.database.query(`update sign_in_guesses set guesses = 100000 where guesses between 18 and 22`);
    const again = performance.now();
    expect(statusOf(await from('198.51.100.11', 'ned', 'a password for ned'))).toBe(201);
    expect(performance.now() - again).toBeGreaterThan(2_900);
    expect(await wrongSignIns('nobody')).toEqual([]);
  },
  30_000,
);

usually.test('what is no user’s name is written down nowhere', async () => {
  await from('192.0.2.1', 'my-password-1', wrong(1));
  await two.store.database.query('update sign_in_guesses set guesses = 19');
  await from('192.0.2.2', 'my-password-1', wrong(2));
  const [{ text }] = await two.store.database.query<{ text: string }>(
    `select concat((select string_agg(e::text, ' ') from audit_entries e), (select string_agg(g::text, ' ') from sign_in_guesses g)) as text`,
  );
  expect(text).not.toContain('my-password-1');
  expect(text).not.toContain('192.0.2.1');
});

// Would see: a whole office that is locked out because of one in it.
thoroughly.test(
  'from one network a hundred wrong tries leave an entry, and lock nobody out',
  async () => {
    await two.join('oda', 'a password for oda');
    for (const name of ['ann', 'bob', 'cem']) await two.join(name, `a password for ${name}`);
    for (const name of ['ann', 'bob', 'cem']) await tryWrong('203.0.113.50', name, 4);
    // Twelve of the network's are the most that there are.
    await two.store.database.query('update sign_in_guesses set guesses = 99 where guesses = 12');
    expect(statusOf(await from('203.0.113.50', 'ann', wrong(1)))).toBe(401);
    expect(statusOf(await from('203.0.113.50', 'oda', 'a password for oda'))).toBe(201);
    expect(await wrongSignIns('')).toMatchObject([{ after: { tries: 100, from: 'one network' } }]);
  },
  30_000,
);

usually.test('a key or a ticket cannot be guessed, so that wrong ones hinder nobody', async () => {
  const key = two.admin['Authorization'].slice(7);
  const statuses = await Promise.all(
    Array.from({ length: 80 }, (_, count) => signIn(two.here.url, { key: `sk_wrong_${count}` }).then(statusOf)),
  );
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect(statusOf(await signIn(two.here.url, { key }))).toBe(201);
});

usually.test(
  'whoever has one address of a network of IPv6 has all of it, and a port makes no other address',
  async () => {
    await two.join('pam', 'a password for pam');
    for (let count = 0; count < 5; count++) await from(`2001:db8:1:2::${count + 1}`, 'pam', wrong(count));
    expect(statusOf(await from('[2001:DB8:1:2:aaaa::9]:4711', 'pam', wrong(1)))).toBe(429);
    expect(statusOf(await from('2001:db8:1:3::1', 'pam', 'a password for pam'))).toBe(201);
    for (let count = 0; count < 5; count++) await from(`203.0.113.60:${50_000 + count}`, 'pam', wrong(count));
    expect(statusOf(await from('::ffff:203.0.113.60', 'pam', wrong(1)))).toBe(429);
  },
);
