import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { type Ask, operations, usualTraffic } from './operations.ts';

/** One round of load, from a process of its own that answers with what it measured. */
export type Load = { url: string; key: string; seconds: number; connections: number; source: string } & (
  | { operation: string }
  /** the usual traffic, so many requests a second, whether those before have been answered or not */
  | { perSecond: number }
);

export interface Measured {
  requests: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  most: number;
  /** answers of 400 and more, by status */
  refused: Record<string, number>;
}

function summarise(took: number[], refused: Record<string, number>, seconds: number): Measured {
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? Number.NaN;
  const requests = took.length;
  return { requests, perSecond: requests / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1), refused };
}

/** Each connection asks as soon as it has its answer. */
async function askInTurn(connections: Connection[], ask: Ask, source: string, seconds: number): Promise<Measured> {
  const [took, refused]: [number[], Record<string, number>] = [[], {}];
  const end = performance.now() + 1_000 * seconds;
  let n = 0;
  await Promise.all(
    connections.map(async (connection) => {
      for (let begun = performance.now(); begun < end; begun = performance.now()) {
        const status = await connection.ask(ask(n++, source));
        took.push(performance.now() - begun);
        if (status >= 400) refused[status] = (refused[status] ?? 0) + 1;
      }
    }),
  );
  return summarise(took, refused, seconds);
}

/** Counted from when a request was due: one that has to wait for a free connection has waited. */
async function askAtRate(connections: Connection[], perSecond: number, source: string, seconds: number) {
  const [took, refused]: [number[], Record<string, number>] = [[], {}];
  const hundred = Object.entries(usualTraffic).flatMap(([name, share]) => Array<string>(share).fill(name));
  const started = performance.now();
  let n = 0;
  await Promise.all(
    connections.map(async (connection) => {
      for (;;) {
        const mine = n++;
        const due = started + (1_000 * mine) / perSecond;
        if (due >= started + 1_000 * seconds) return;
        const early = due - performance.now();
        if (early > 0) await delay(early);
        const ask = operations[hundred[(mine * 37) % 100] as string] as Ask;
        const status = await connection.ask(ask(mine, source));
        took.push(performance.now() - Math.max(due, started));
        if (status >= 400) refused[status] = (refused[status] ?? 0) + 1;
      }
    }),
  );
  return summarise(took, refused, seconds);
}

process.once('message', async (load: Load) => {
  const { url, key, connections: count, seconds, source } = load;
  const connections = await Promise.all(Array.from({ length: count }, () => Connection.open(url, key)));
  const measured =
    'perSecond' in load
      ? await askAtRate(connections, load.perSecond, source, seconds)
      : await askInTurn(connections, operations[load.operation] as Ask, source, seconds);
  for (const connection of connections) connection.close();
  process.send?.(measured, () => process.exit(0));
});
