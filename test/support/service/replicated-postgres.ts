import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries } from '../../../src/db/embedded/binaries.ts';
import { own, serverOwner } from '../../../src/db/embedded/owner.ts';
import { migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { until } from '../shops/training-shop.ts';
import { freePort } from './free-port.ts';
import { makeScratchFolder } from './scratch-folder.ts';

/** A real primary, migrated, with a real streaming replica. */
export interface ReplicatedPostgres {
  connectionString: string;
  replicaConnectionString: string;
  /** Asks the replica as its superuser. */
  onReplica<Row>(sql: string): Promise<Row[]>;
  /** Ends the replica at once, as a power cut does. */
  killReplica(): Promise<void>;
  startReplica(): Promise<void>;
  stop(): Promise<void>;
}

/** The replica begins as a copy of the primary's data folder, taken while nothing ran on it. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const folder = await makeScratchFolder('replicated');
  const [primaryPort, replicaPort] = [await freePort(), await freePort()];
  const open = () => startEmbeddedServer({ folder, port: primaryPort });
  const first = await open();
  const database = openDatabase({ connectionString: first.connectionString, schema: 'pannier', poolSize: 1 });
  await migrate(database);
  await database.close();
  await first.stop();

  const owner = serverOwner();
  const data = join(first.folder, 'replica');
  await cp(join(first.folder, 'postgres'), data, { recursive: true });
  const password = await readFile(join(first.folder, 'postgres-password'), 'utf8');
  const origin = `host=127.0.0.1 port=${primaryPort} user=postgres password=${password}`;
  await appendFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${origin}'\nhot_standby_feedback = on\n`);
  await writeFile(join(data, 'standby.signal'), '');
  await chmod(data, 0o700);
  for (const name of ['', ...(await readdir(data, { recursive: true }))]) await own(join(data, name), owner);

  const primary = await open();
  const binary = join(await findBinaries(owner), 'bin', 'postgres');
  const onPort = (url: string) => Object.assign(new URL(url), { port: String(replicaPort) }).href;
  const admin = onPort(primary.adminConnectionString);
  let replica: ChildProcess | undefined;

  async function onReplica<Row>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: admin });
    client.on('error', () => {});
    await client.connect();
    return (await client.query(sql).finally(() => client.end())).rows;
  }
  async function startReplica(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'jit=off'];
    replica = spawn(
      binary,
      ['-D', data, '-p', String(replicaPort), ...settings.flatMap((setting) => ['-c', setting])],
      { ...owner, stdio: 'ignore', cwd: data },
    );
    await until(async () => (await onReplica('select from pg_stat_wal_receiver').catch(() => [])).length === 1);
  }
  async function endReplica(signal: NodeJS.Signals): Promise<void> {
    if (!replica || replica.exitCode !== null || replica.signalCode !== null) return;
    const gone = once(replica, 'exit');
    replica.kill(signal);
    await gone;
  }
  await startReplica();
  return {
    connectionString: primary.connectionString,
    replicaConnectionString: onPort(primary.connectionString),
    onReplica,
    killReplica: () => endReplica('SIGKILL'),
    startReplica,
    async stop() {
      await endReplica('SIGQUIT');
      await primary.stop();
      for (const used of new Set([folder, first.folder])) await rm(used, { recursive: true, force: true });
    },
  };
}
