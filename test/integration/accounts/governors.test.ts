import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { openBrowser } from '../../support/service/browser.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

let service: TestService;
/** Somebody else at the database, who makes others wait. */
let other: pg.Client;
beforeAll(async () => {
  service = await createTestService();
  other = new pg.Client(service.connectionString);
  await other.connect();
  await other.query('set search_path = pannier');
});
afterAll(async () => {
  await other.end();
  await service.stop();
});
beforeEach(() => service.database.query('delete from users'));

/** @param hasPassword have they answered their invitation? */
async function addOperator(name: string, hasPassword = true): Promise<void> {
  await service.database.query('insert into users (user_name, role, password_hash) values ($1, $2, $3)', [
    name,
    'operator',
    hasPassword ? 'scrypt$1024$8$1$c2FsdA$aGFzaA' : null,
  ]);
}
const remove = (name: string) => service.ask('admin', 'DELETE', `/v1/users/${name}`);
const demote = (name: string) => service.ask('admin', 'PUT', `/v1/users/${name}`, { role: 'viewer' });
const operators = async () =>
  (await service.ask('admin', 'GET', '/v1/users')).json.items
    .filter(({ role }: { role: string }) => role === 'operator')
    .map(({ user_name: name }: { user_name: string }) => name);

// Would see: a shop in which nobody may make users or keys any more, because the last one who could has left.
test('the last operator is neither removed nor given another role', async () => {
  await addOperator('ana');
  for (const refused of [await remove('ana'), await demote('ana')]) {
    expect([refused.status, refused.json.code, refused.json.detail]).toEqual([
      409,
      'conflict',
      'ana is the last operator: make somebody else an operator first.',
    ]);
  }
  const { ticket } = await service.stations.accounts.users.makeTicket('ana', 'sign-in');
  const browser = await openBrowser(service.url, { ticket });
  expect((await browser.ask('DELETE', '/v1/users/ana')).status).toBe(409);
  expect((await browser.ask('PUT', '/v1/users/ana', { role: 'operator' })).status).toBe(200);
  expect(await operators()).toEqual(['ana']);
  await addOperator('bo');
  expect((await browser.ask('DELETE', '/v1/users/ana')).status).toBe(200);
  expect(await operators()).toEqual(['bo']);
});

test('an operator who has set no password yet cannot take over, but may go', async () => {
  await addOperator('ana');
  await addOperator('bo', false);
  expect((await demote('ana')).json.detail).toBe(
    'ana is the only operator who has set a password: nobody else could sign in and change who may what.',
  );
  expect((await remove('bo')).status).toBe(200);
  expect((await remove('nobody')).status).toBe(404);
});

/** Lets both begin while their rows are held by somebody else, so that neither knows of the other, and then go on. */
async function atOnce(rows: string, both: (() => Promise<{ status: number }>)[]): Promise<number[]> {
  await other.query(`begin; ${rows}`);
  const asked = both.map((one) => one());
  const waiting = () =>
    // Not by `other`: what goes on is as at the first look until its transaction ends.
    service.database.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
  await until(async () => (await waiting()).length >= both.length, 10_000);
  await other.query('commit');
  return (await Promise.all(asked)).map(({ status }) => status).sort();
}

// Would see: two who have read that there is another one, and are both gone.
test('of two operators who remove each other at once one stays', async () => {
  await addOperator('ana');
  await addOperator('bo');
  const statuses = await atOnce('select from users for update', [() => remove('ana'), () => remove('bo')]);
  expect([statuses, (await operators()).length]).toEqual([[200, 409], 1]);
  await addOperator('cy');
  const [one] = await operators();
  const mixed = await atOnce('select from users for update', [() => demote(one), () => remove('cy')]);
  expect([mixed, (await operators()).length]).toEqual([[200, 409], 1]);
});

test('the last key with admin is revoked only while an operator can sign in', async () => {
  const { json } = await service.ask('admin', 'GET', '/v1/keys');
  const { key_id: last } = json.items.find(({ scopes }: { scopes: string[] }) => scopes.includes('admin'));
  const revoke = (id: string) => service.ask('admin', 'DELETE', `/v1/keys/${id}`);
  await addOperator('ana', false);
  const refused = await revoke(last);
  expect([refused.status, refused.json.detail]).toEqual([
    409,
    'This is the last key with admin, and no operator can sign in: make another key or an operator first.',
  ]);
  const second = (await service.ask('admin', 'POST', '/v1/keys', { name: 'second', scopes: ['admin', 'view'] })).json;
  const other = json.items.find(({ name }: { name: string }) => name === 'train');
  expect((await revoke(other.key_id)).status).toBe(200);
  // Of the two last ones at once, one stays.
  const statuses = await atOnce('select from api_keys for update', [() => revoke(last), () => revoke(second.key_id)]);
  expect(statuses).toEqual([200, 409]);
  const left = (
    await service.database.query<{ n: number }>(
      `select count(*)::int as n from api_keys where revoked_at is null and 'admin' = any(scopes)`,
    )
  )[0];
  expect(left.n).toBe(1);
});
