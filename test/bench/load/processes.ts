import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { projectPath } from '../../../src/project.ts';
import { settingsOf } from '../console/shop.ts';
import type { BareAnswer } from './bare-server.ts';
import type { Load, Measured } from './traffic.ts';

export interface Server {
  url: string;
  pid: number;
}

const children: { child: ChildProcess; url: string }[] = [];

/** What a stop may take before Kubernetes kills. */
const longestStopMs = 30_000;

/** Ends all of them. One that does not end is killed, and what it answered tells whether it knew that it was to. */
export async function endServers(): Promise<void> {
  await Promise.all(children.map(endServer));
}

async function endServer({ child, url }: { child: ChildProcess; url: string }): Promise<void> {
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  if (isOver()) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, delay(longestStopMs, undefined, { ref: false })]);
  if (isOver()) return;
  const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.text(),
    String,
  );
  console.error(`process ${child.pid} has not ended ${longestStopMs / 1_000} s after SIGTERM; /readyz: ${ready}`);
  process.exitCode = 1;
  child.kill('SIGKILL');
  await ended;
}

export async function putLoad(load: Load): Promise<Measured> {
  const child = fork(new URL('./traffic.js', import.meta.url));
  child.send(load);
  const [measured] = await once(child, 'message');
  return measured;
}

export async function startBare(answer: BareAnswer): Promise<Server> {
  const child = fork(new URL('./bare-server.js', import.meta.url));
  const started = { child, url: '' };
  children.push(started);
  child.send(answer);
  const [port] = await once(child, 'message');
  started.url = `http://127.0.0.1:${port}`;
  return { url: started.url, pid: child.pid as number };
}

export async function startService(folder: string, connectionString: string): Promise<Server> {
  const child = spawn(process.execPath, [projectPath('dist/service/cli.js'), 'serve'], {
    env: { ...process.env, ...settingsOf(folder), DATABASE_URL: connectionString, PANNIER_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = { child, url: '' };
  children.push(started);
  let heard = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      heard = (heard + chunk).slice(-10_000);
    });
  }
  for (;;) {
    const url = /http:\/\/[\d.]+:\d+/.exec(heard)?.[0];
    if (url) {
      started.url = url;
      return { url, pid: child.pid as number };
    }
    if (child.exitCode !== null) throw new Error(`the service ended: ${heard}`);
    await delay(50);
  }
}
