import { randomBytes, scryptSync } from 'node:crypto';
import { pino } from 'pino';
import type { Role } from '../../../src/accounts/index.ts';
import { readConfig } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { type Service, startService } from '../../../src/service.ts';
import { type Browser, openBrowser } from './browser.ts';
import { type Answer, send } from './contract.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { trainerEntry } from './service.ts';

/** Two real instances on one database, with an admin's key and a clock of their own. */
export interface TwoInstances {
  store: TestDatabase;
  here: Service;
  there: Service;
  /** the header of the admin's key */
  admin: Record<string, string>;
  /** every line that was logged */
  logged: string[];
  now(): Date;
  pass(minutes: number): void;
  /** Asks `here` with the admin's key. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Makes a user and what invites them. */
  invite(name: string, role?: string): Promise<string>;
  /** Makes a user who has this password, in a browser in which they have signed in; looking at it takes a hundredth of the usual time. */
  join(name: string, password: string, role?: string): Promise<Browser>;
  stop(): Promise<void>;
}

/** As the service writes it, at a small cost, which it reads beside the hash. */
function hashOf(password: string): string {
  const [N, r, p, salt] = [1_024, 8, 1, randomBytes(16)];
  return [
    'scrypt',
    N,
    r,
    p,
    salt.toString('base64url'),
    scryptSync(password, salt, 32, { N, r, p }).toString('base64url'),
  ].join('$');
}

/** @see TwoInstances */
export async function openTwoInstances(env: Record<string, string> = {}): Promise<TwoInstances> {
  let now = new Date('2026-03-01T10:00:00Z');
  const logged: string[] = [];
  const store = await createTestDatabase();
  const { database, connectionString } = store;
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'trace', PANNIER_NIGHT: 'off', ...env });
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const open = () => startService({ database, connectionString, config, log, clock: () => now, trainerEntry });
  const [here, there] = [await open(), await open()];
  const { token } = await createKey(database, 'admin', ['admin']);
  const admin = { Authorization: `Bearer ${token}` };
  await Promise.all([here, there].map(({ stations }) => stations.keys.reload()));

  const ask: TwoInstances['ask'] = (method, path, body) =>
    send(here.url, {
      method,
      path,
      headers: { ...admin, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const invite: TwoInstances['invite'] = async (name, role = 'marketer') => {
    const made = await ask('PUT', `/v1/users/${name}`, { role });
    const answer = await ask('POST', `/v1/users/${name}/invitations`);
    if (made.status !== 200 || answer.status !== 201) throw new Error(`not invited: ${made.text} ${answer.text}`);
    return answer.json.ticket;
  };
  return {
    ...{ store, here, there, admin, logged, ask, invite },
    now: () => now,
    pass(minutes) {
      now = new Date(now.getTime() + minutes * 60_000);
    },
    async join(name, password, role = 'marketer') {
      const { users } = here.stations.accounts;
      await users.set(name, role as Role);
      await database.query('update users set password_hash = $2, password_changed_at = $3 where user_name = $1', [
        name,
        hashOf(password),
        now,
      ]);
      const { ticket } = await users.makeTicket(name, 'sign-in');
      return openBrowser(here.url, { ticket });
    },
    async stop() {
      await Promise.all([here.stop(), there.stop()]);
      await store.drop();
    },
  };
}
