import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '../../../src/project.ts';
import { createTestDatabase } from '../service/database.ts';

export interface DemoService {
  url: string;
  /** signs in once, as whoever types `npm run demo` */
  signInUrl: string;
  stop(): Promise<void>;
}

/** What `npm run demo` starts, as a process of its own on a database of its own: the shop that all browser tests look at. */
export async function startDemo(size: Record<'customers' | 'items' | 'days', number>): Promise<DemoService> {
  const store = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'pannier-demo-'));
  const child = spawn(
    process.execPath,
    [
      projectPath('dist/service/cli.js'),
      ...['demo', '--json'],
      ...Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    {
      env: {
        ...process.env,
        DATABASE_URL: store.connectionString,
        PANNIER_SCHEMA: 'pannier',
        PANNIER_DATA_DIR: folder,
        PANNIER_PORT: '0',
        PANNIER_LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [out, errors] = ['', ''];
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const stop = async () => {
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
    await store.drop();
    await rm(folder, { recursive: true, force: true });
  };
  const ready = new Promise<{ url: string; sign_in_url: string }>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      try {
        resolve(JSON.parse(out));
      } catch {
        // It has not come whole.
      }
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${errors.slice(-2_000)}`)));
  });
  try {
    const { url, sign_in_url: signInUrl } = await ready;
    return { url, signInUrl, stop };
  } catch (error) {
    await store.drop();
    throw error;
  }
}
