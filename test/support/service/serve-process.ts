import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectPath } from '../../../src/project.ts';

/** The service as a process of its own, which can be killed and started again at the same address. */
export interface ServeProcess {
  readonly url: string;
  /** what runs now; another one after each start */
  readonly child: ChildProcess;
  /** It is gone in the middle of whatever it does. */
  kill(): Promise<void>;
  /** It answers again; nothing where it is there. */
  start(): Promise<void>;
}

/** Starts `pannier serve` on a database and waits until it listens. */
export async function startServeProcess(connectionString: string): Promise<ServeProcess> {
  let child: ChildProcess | undefined;
  let port = '0';
  const start = async (): Promise<void> => {
    if (child) return;
    child = spawn(process.execPath, [projectPath('dist/service/cli.js'), 'serve'], {
      env: {
        ...process.env,
        ...{ DATABASE_URL: connectionString, PANNIER_SCHEMA: 'pannier', PANNIER_NIGHT: 'off', PANNIER_PORT: port },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    port = await portOf(child);
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    get child() {
      return child!;
    },
    start,
    async kill() {
      if (!child) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      child = undefined;
      await ended;
    },
  };
}

/** Whatever it says later is read too: a service that nobody listens to any more would end with its next line. */
function portOf({ stderr, stdout }: ChildProcess): Promise<string> {
  stdout!.resume();
  return new Promise((resolve, reject) => {
    let heard = '';
    stderr!.on('data', (chunk) => {
      heard += chunk;
      const found = /Listening on http:\S+:(\d+)/.exec(heard);
      if (found) resolve(found[1]);
    });
    stderr!.once('end', () => reject(new Error(`the service did not start: ${heard}`)));
  });
}
