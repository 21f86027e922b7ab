import { readdir, readlink } from 'node:fs/promises';
import { loadavg } from 'node:os';
import type { Database } from '../../../src/db/index.ts';
import { processorSeconds } from '../process-usage.ts';
import { countDoubles, probe, type Seen } from './probes.ts';
import { putLoad, type Server } from './processes.ts';
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

/**
 * The usual traffic minute by minute, dealt out to the instances, a night after the first third: what the answers took, and whether
 * anything grows. Of two instances also what one knows of the other, and whether anything is double.
 */
export async function soak(
  services: Server[],
  db: Database,
  key: string,
  minutes: number,
  rate: number,
): Promise<void> {
  const nightAt = Math.floor(minutes / 3);
  const minutesTold: (Measured & Awaited<ReturnType<typeof healthOf>>)[] = [];
  const seen: Seen = { freshness: [], twice: 0, wrong: 0 };
  const [{ url, pid }] = services;
  const processors = () => services.reduce((sum, one) => sum + processorSeconds(one.pid), 0);
  const sources = `soak-${Date.now()}`;
  for (let minute = 0; minute < minutes; minute++) {
    if (minute === nightAt) await startNight(services, key);
    const before = processors();
    const source = `${sources}-${minute}`;
    const load = { key, perSecond: rate / services.length, seconds: 60, connections: 32 };
    const probed = services.length > 1 && probe(services, key, `${source}-p`, performance.now() + 55_000);
    const loads = services.map((one, place) => putLoad({ ...load, url: one.url, source: `${source}-${place}` }));
    const found = together(await Promise.all(loads));
    if (probed) add(seen, await probed);
    const { heapMb, residentMb, sockets } = await healthOf(url, pid, key);
    minutesTold.push({ ...found, heapMb, residentMb, sockets });
    console.log(
      `${String(minute + 1).padStart(3)} min  p50 ${found.p50.toFixed(1)}  p95 ${found.p95.toFixed(1)}  p99 ${found.p99.toFixed(1)}  most ${found.most.toFixed(0)} ms` +
        `  ${Math.round(found.perSecond)}/s  refused ${JSON.stringify(found.refused)}  heap ${heapMb.toFixed(0)}, resident ${residentMb.toFixed(0)} MB` +
        `  ${sockets} sockets  ${((processors() - before) / 0.6).toFixed(0)} % of a processor  load ${loadavg()[0].toFixed(1)}  ${await nightOf(url, key)}`,
    );
  }
  const settled = minutesTold.slice(Math.min(5, minutes >> 1));
  const of = (figure: (minute: (typeof minutesTold)[number]) => number) => settled.map(figure);
  console.log(
    `after the first minutes: heap ${slope(of((one) => one.heapMb)).toFixed(1)} MB an hour, resident ${slope(of((one) => one.residentMb)).toFixed(1)} MB an hour,` +
      ` sockets ${Math.min(...of((one) => one.sockets))} to ${Math.max(...of((one) => one.sockets))}, p99 ${Math.min(...of((one) => one.p99)).toFixed(1)} to ${Math.max(...of((one) => one.p99)).toFixed(1)} ms`,
  );
  if (services.length > 1) console.log(await tellSeen(seen, db, sources));
}

async function tellSeen({ freshness, twice, wrong }: Seen, db: Database, sources: string): Promise<string> {
  freshness.sort((a, b) => a - b);
  const at = (share: number) => freshness[Math.min(freshness.length - 1, Math.floor(share * freshness.length))];
  return (
    `told to one instance and in a list of the other: ${freshness.length} times, p50 ${at(0.5).toFixed(1)}, p99 ${at(0.99).toFixed(1)}, most ${at(1).toFixed(1)} ms\n` +
    `sent to both at once: ${twice} requests, ${wrong} not done once; ${await countDoubles(db, sources)}`
  );
}

function add(seen: Seen, more: Seen): void {
  seen.freshness.push(...more.freshness);
  seen.twice += more.twice;
  seen.wrong += more.wrong;
}

/** Of loads beside one another: the worst of their times. */
function together(loads: readonly Measured[]): Measured {
  const most = (figure: (load: Measured) => number) => Math.max(...loads.map(figure));
  const sum = (figure: (load: Measured) => number) => loads.reduce((all, load) => all + figure(load), 0);
  const refused: Record<string, number> = {};
  for (const load of loads)
    for (const [status, count] of Object.entries(load.refused)) refused[status] = (refused[status] ?? 0) + count;
  return {
    requests: sum(({ requests }) => requests),
    perSecond: sum(({ perSecond }) => perSecond),
    p50: most(({ p50 }) => p50),
    p95: most(({ p95 }) => p95),
    p99: most(({ p99 }) => p99),
    most: most((load) => load.most),
    refused,
  };
}

/** Asked of every instance at once, as their timers do: one of them begins it. */
async function startNight(services: readonly Server[], key: string): Promise<void> {
  const statuses = await Promise.all(
    services.map(async ({ url }, place) => {
      const headers = {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': `${Date.now()}-${place}`,
      };
      return (await fetch(`${url}/v1/training-runs`, { method: 'POST', headers, body: '{}' })).status;
    }),
  );
  const begun = statuses.filter((status) => status < 300).length;
  if (begun !== 1) throw new Error(`${begun} nights were begun: ${statuses}`);
}

async function nightOf(url: string, key: string): Promise<string> {
  const answer = await fetch(`${url}/v1/training-runs?limit=1`, { headers: { Authorization: `Bearer ${key}` } });
  const { items } = (await answer.json()) as { items: { status: string; progress: { stage: string | null } | null }[] };
  return items.map(({ status, progress }) => `the night ${status === 'running' ? progress?.stage : status}`).join('');
}
