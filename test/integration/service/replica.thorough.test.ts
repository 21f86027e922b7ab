import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { createReplicaReads, type Database, openDatabase } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { type OpenDatabase, openConfiguredDatabase } from '../../../src/open-database.ts';
import { type Service, startService } from '../../../src/service.ts';
import { atThisLoad } from '../../support/jest/machine.ts';
import { story } from '../../support/jest/story.ts';
import { send } from '../../support/service/contract.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../../support/service/replicated-postgres.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

let postgres: ReplicatedPostgres;
let opened: OpenDatabase[];
let services: Service[];
let headers: Record<string, string>;
const pools: Database[] = [];

beforeAll(async () => {
  postgres = await startReplicatedPostgres();
  const config = readConfig({
    ...{ DATABASE_URL: postgres.connectionString, DATABASE_READ_URL: postgres.replicaConnectionString },
    // Whoever is asked for is read.
    ...{ PANNIER_CACHE_CUSTOMERS: '1', PANNIER_PORT: '0', PANNIER_NIGHT: 'off', PANNIER_LOG_LEVEL: 'silent' },
  });
  const log = createLogger('silent');
  opened = [await openConfiguredDatabase(config, log), await openConfiguredDatabase(config, log)];
  const { token } = await createKey(opened[0].database, 'admin', ['admin']);
  headers = { Authorization: `Bearer ${token}` };
  services = [];
  for (const one of opened) services.push(await startService({ ...one, log, trainerEntry }));
}, 60_000);
afterAll(async () => {
  await Promise.all((services ?? []).map((service) => service.stop()));
  await Promise.all([...(opened ?? []), ...pools].map((one) => one.close()));
  await postgres?.stop();
});

async function ask(place: number, method: string, path: string, body?: unknown): Promise<any> {
  const { status, text } = await send(services[place].url, {
    ...{ method, path },
    headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text);
}

/** Reads that the replica answered, and those that the primary had to, of both instances. */
async function countReads(): Promise<{ replica: number; primary: number }> {
  const texts = await Promise.all(services.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  const sum = (name: string) =>
    texts.reduce((total, text) => total + Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)![1]), 0);
  return { replica: sum('pannier_replica_reads_total'), primary: sum('pannier_replica_fallbacks_total') };
}

const readiness = async (place: number) => (await (await fetch(`${services[place].url}/readyz`)).json()) as any;
let made = 0;

/** Writes at one instance, and reads at the other what was acknowledged: a customer, and who is in a list of people. */
async function writeAndRead(writer: number): Promise<void> {
  const [reader, number] = [1 - writer, made++];
  const ids = [`C${number}`, `D${number}`];
  const customers = ids.map((customer_id, place) => ({ customer_id, profiling_allowed: place === 0 }));
  await ask(writer, 'PUT', '/v1/customers', { customers });
  for (const [place, id] of ids.entries()) {
    let list: any;
    // A busy machine keeps a question for the database longer than a list waits for it, which is said.
    do list = await ask(reader, 'GET', `/v1/customers/${id}/recommendations/explanation`);
    while (list.degraded);
    expect([id, list.is_known, list.profiling_allowed]).toEqual([id, true, place === 0]);
  }
  const segment_id = `list-${number}`;
  await ask(writer, 'POST', '/v1/segments', { segment_id, name: 'People' });
  const membersAt = async () =>
    (await ask(reader, 'GET', `/v1/segments/${segment_id}/members`)).items.map(({ customer_id }: any) => customer_id);
  expect(await membersAt()).toEqual([]);
  await ask(writer, 'PUT', `/v1/segments/${segment_id}/members`, { customer_ids: [ids[0]] });
  expect(await membersAt()).toEqual([ids[0]]);
  expect((await ask(reader, 'GET', `/v1/customers/${ids[0]}/profile`)).segments).toContain(segment_id);
  await ask(writer, 'PUT', '/v1/customers', { customers: [{ customer_id: ids[0], profiling_allowed: false }] });
  expect(await membersAt()).toEqual([]);
}

const together = async (rounds: number) => {
  for (let round = 0; round < rounds; round++)
    await Promise.all(Array.from({ length: 4 }, (_, at) => writeAndRead(at % 2)));
};

/** The replica is used by both instances. */
async function inUse(): Promise<void> {
  await until(async () => {
    await writeAndRead(0);
    await writeAndRead(1);
    const states = await Promise.all([readiness(0), readiness(1)]);
    return states.every(({ checks }) => checks.replica === 'ok');
  });
}

/** Reads of the two servers themselves, and what they have found. */
function openReads(replicaConnectionString: string) {
  const open = (connectionString: string) => {
    const database = openDatabase({ connectionString, schema: 'pannier', poolSize: 8 });
    pools.push(database);
    return database.for('requests');
  };
  const from = { replica: 0, primary: 0 };
  const [primary, replica] = [open(postgres.connectionString), open(replicaConnectionString)];
  const reads = createReplicaReads({ primary, replica, onRead: (place) => from[place]++, retryMs: 20 });
  return { primary, reads, from };
}

story('the life of a replica', (step) => {
  // Would see: a read of the replica before it has what another instance has acknowledged.
  step('under load what was acknowledged is read at once at the other instance', async () => {
    await inUse();
    const before = await countReads();
    await together(30);
    const after = await countReads();
    expect(after.replica).toBeGreaterThan(before.replica);
  });

  step('while the replica replays nothing the primary answers, and health says so', async () => {
    await inUse();
    await postgres.onReplica('select pg_wal_replay_pause()');
    const before = await countReads();
    await together(10);
    const { status, checks } = await readiness(1);
    expect([status, checks.replica]).toEqual(['ok', 'behind']);
    const after = await countReads();
    expect(after.replica).toBe(before.replica);
    expect(after.primary).toBeGreaterThan(before.primary);
    await postgres.onReplica('select pg_wal_replay_resume()');
    await inUse();
  });

  step('a replica that is killed in the middle fails no read, and is used again when it is back', async () => {
    await inUse();
    const working = together(20);
    await postgres.killReplica();
    await working;
    await writeAndRead(0);
    const { status, checks } = await readiness(1);
    expect([status, checks.replica]).toEqual(['ok', 'unavailable']);
    await postgres.startReplica();
    await inUse();
  });

  step(
    'random writes and reads at once: no read is older than the last write that was acknowledged before it',
    async () => {
      const { primary, reads, from } = openReads(postgres.replicaConnectionString);
      await primary.query('create table if not exists counted (id int primary key, value int not null)');
      await primary.query('insert into counted select id, 0 from generate_series(1, 8) id');
      const acknowledged = Array<number>(9).fill(0);
      const stale: unknown[] = [];
      await Promise.all(
        Array.from({ length: 16 }, async (_, worker) => {
          for (let step = 0; step < 1_000; step++) {
            const id = 1 + ((worker * 7 + step * 3) % 8);
            if ((worker + step) % 3 === 0) {
              const sql = 'update counted set value = value + 1 where id = $1 returning value';
              const [{ value }] = await primary.query<{ value: number }>(sql, [id]);
              acknowledged[id] = Math.max(acknowledged[id], value);
            } else {
              const least = acknowledged[id];
              const [{ value }] = await reads.read((db) =>
                db.query<{ value: number }>('select value from counted where id = $1', [id]),
              );
              if (value < least) stale.push({ id, value, least });
            }
          }
        }),
      );
      expect(stale).toEqual([]);
      expect(from.replica).toBeGreaterThan(0);
    },
  );

  for (const [what, sql] of [
    ['is cut off', 'select pg_terminate_backend(pg_backend_pid()) where pg_is_in_recovery()'],
    ['takes too long', 'select pg_sleep(30) where pg_is_in_recovery()'],
  ]) {
    step(
      `a read that ${what} on the replica is answered by the primary, and the replica given up for a time`,
      async () => {
        const { reads, from } = openReads(postgres.replicaConnectionString);
        const started = performance.now();
        const [row] = await reads.read(async (db) => {
          await db.query(sql);
          return db.query<{ one: number }>('select 1 as one');
        });
        expect([row, from, reads.replica()]).toEqual([{ one: 1 }, { replica: 0, primary: 1 }, 'unavailable']);
        expect(performance.now() - started).toBeLessThan(atThisLoad(2_900));
      },
    );
  }

  step('one that has become a primary of its own is not read from', async () => {
    const { reads, from } = openReads(postgres.replicaConnectionString);
    await postgres.onReplica('select pg_promote()');
    await reads.read((db) => db.query('select 1'));
    expect([from, reads.replica()]).toEqual([{ replica: 0, primary: 1 }, 'behind']);
  });
});

test('a server that is no standby is never read from', async () => {
  const { reads, from } = openReads(postgres.connectionString);
  await reads.read((db) => db.query('select 1'));
  expect([from, reads.replica()]).toEqual([{ replica: 0, primary: 1 }, 'behind']);
});
