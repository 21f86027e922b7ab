import { readdir, readlink } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { processorSeconds, putLoad, type Server } from './processes.ts';
import type { Measured } from './traffic.ts';

/** What the service says of itself, and how many sockets its process has. */
async function healthOf(url: string, pid: number, key: string) {
  const text = await (await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${key}` } })).text();
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN) / 1e6;
  const files = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  return {
    heapMb: metric('nodejs_heap_size_used_bytes'),
    residentMb: metric('process_resident_memory_bytes'),
    sockets: links.filter((link) => link.startsWith('socket:')).length,
  };
}

/** Megabytes an hour by least squares over a figure a minute. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const up = values.reduce((sum, value, minute) => sum + (minute - middle) * (value - mean), 0);
  const square = values.reduce((sum, _, minute) => sum + (minute - middle) ** 2, 0);
  return (60 * up) / square;
}

/** The usual traffic minute by minute, a night after the first third: what the answers took, and whether anything grows. */
export async function soak({ url, pid }: Server, key: string, minutes: number, perSecond: number): Promise<void> {
  const nightAt = Math.floor(minutes / 3);
  const minutesTold: (Measured & Awaited<ReturnType<typeof healthOf>>)[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    if (minute === nightAt) await startNight(url, key);
    const before = await processorSeconds(pid);
    const source = `soak-${Date.now()}`;
    const found = await putLoad({ url, key, perSecond, seconds: 60, connections: 32, source });
    const { heapMb, residentMb, sockets } = await healthOf(url, pid, key);
    const load = loadavg()[0];
    minutesTold.push({ ...found, heapMb, residentMb, sockets });
    console.log(
      `${String(minute + 1).padStart(3)} min  p50 ${found.p50.toFixed(1)}  p95 ${found.p95.toFixed(1)}  p99 ${found.p99.toFixed(1)}  most ${found.most.toFixed(0)} ms` +
        `  ${Math.round(found.perSecond)}/s  refused ${JSON.stringify(found.refused)}  heap ${heapMb.toFixed(0)}, resident ${residentMb.toFixed(0)} MB` +
        `  ${sockets} sockets  ${(((await processorSeconds(pid)) - before) / 0.6).toFixed(0)} % of a processor  load ${load.toFixed(1)}  ${await nightOf(url, key)}`,
    );
  }
  const settled = minutesTold.slice(Math.min(5, minutes >> 1));
  const of = (figure: (minute: (typeof minutesTold)[number]) => number) => settled.map(figure);
  console.log(
    `after the first minutes: heap ${slope(of((one) => one.heapMb)).toFixed(1)} MB an hour, resident ${slope(of((one) => one.residentMb)).toFixed(1)} MB an hour,` +
      ` sockets ${Math.min(...of((one) => one.sockets))} to ${Math.max(...of((one) => one.sockets))}, p99 ${Math.min(...of((one) => one.p99)).toFixed(1)} to ${Math.max(...of((one) => one.p99)).toFixed(1)} ms`,
  );
}

async function startNight(url: string, key: string): Promise<void> {
  const headers = {
    Authorization: `Bearer ${key}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': `${Date.now()}`,
  };
  const answer = await fetch(`${url}/v1/training-runs`, { method: 'POST', headers, body: '{}' });
  if (!answer.ok) throw new Error(`no night: ${answer.status} ${await answer.text()}`);
}

async function nightOf(url: string, key: string): Promise<string> {
  const answer = await fetch(`${url}/v1/training-runs?limit=1`, { headers: { Authorization: `Bearer ${key}` } });
  const { items } = (await answer.json()) as { items: { status: string; progress: { stage: string | null } | null }[] };
  return items.map(({ status, progress }) => `the night ${progress?.stage ?? status}`).join('');
}
