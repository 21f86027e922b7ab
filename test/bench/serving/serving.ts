import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { processorSeconds } from '../process-usage.ts';
import type { Measured } from './answer-load.ts';
import type { Load } from './load.ts';
import type { ServerRole } from './serving-server.ts';
import { type BenchShop, customerId, largeShop, startShop } from './serving-shop.ts';

/**
 * Requests per second and p99 of the list endpoint in a shop of 100,000 customers and 20,000 items, beside a bare node:http
 * server that answers a body of equal size and one that does a prepared one-row select, all in one run: rounds interleaved,
 * medians told. Load comes from autocannon in a process of its own, with equal connections. CPU time of the serving process per
 * request tells the same with less noise.
 *
 * The service keeps the text of a list for the 10,000 customers who asked last and gives it again while nothing has changed;
 * "list made anew" asks for 20,000 customers in turn, all in memory, so that none is ever given again. "Not in memory" asks for
 * all customers in turn.
 *
 *     npm run bench:serving [-- rounds seconds connections]
 */
const [rounds = 3, seconds = 5, connections = 32] = process.argv.slice(2).map(Number);
const customersInMemory = 1_000;
const customersInTurn = 20_000;
const warmUpSeconds = 10;

interface Contestant {
  name: string;
  url: string;
  paths: string[];
  process: ChildProcess;
  rounds: (Measured & { cpuMicroseconds: number })[];
}

const children: ChildProcess[] = [];
const serverFile = new URL('./serving-server.js', import.meta.url);
const loadFile = new URL('./load.js', import.meta.url);

async function startServer(asked: ServerRole): Promise<{ url: string; process: ChildProcess }> {
  const child = fork(serverFile, { execArgv: process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [] });
  children.push(child);
  child.send(asked);
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, process: child };
}

async function putLoad(load: Load): Promise<Measured> {
  const child = fork(loadFile);
  children.push(child);
  child.send(load);
  const [measured] = await once(child, 'message');
  return measured;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
const pathOf = (number: number) => `/v1/customers/${customerId(number)}/recommendations?limit=10`;
const pathsOf = (first: number, count: number) => Array.from({ length: count }, (_, index) => pathOf(first + index));

async function run(shop: BenchShop): Promise<void> {
  const headers = { Authorization: `Bearer ${shop.token}` };
  const { connectionString } = shop;
  const memory = await startServer({ role: 'app', connectionString, cacheCustomers: 100_000 });
  // A memory of two customers and all that are asked for in turn: every request has to be read.
  const noMemory = await startServer({ role: 'app', connectionString, cacheCustomers: 2 });
  const first = await fetch(memory.url + pathOf(1), { headers });
  const body = await first.text();
  if (first.status !== 200 || JSON.parse(body).items.length !== 10) throw new Error(`no list: ${first.status} ${body}`);
  const bare = await startServer({ role: 'bare', body });
  const select = await startServer({ role: 'select', body, connectionString });

  const inMemory = pathsOf(1, customersInMemory);
  const inTurn = pathsOf(1, customersInTurn);
  const everybody = pathsOf(1, largeShop.customers);
  const contestants: Contestant[] = [
    { name: 'bare node:http', ...bare, paths: inMemory, rounds: [] },
    { name: 'node:http + prepared select', ...select, paths: inMemory, rounds: [] },
    { name: 'Pannier, customer in memory', ...memory, paths: inMemory, rounds: [] },
    { name: 'Pannier, in memory, list made anew', ...memory, paths: inTurn, rounds: [] },
    { name: 'Pannier, customer not in memory', ...noMemory, paths: everybody, rounds: [] },
  ];
  console.log(`${cpus().length} cores, Node ${process.version}, body ${body.length} bytes, ${connections} connections`);
  // Long enough for the compiler to be done, and for everybody to have come into memory.
  for (const { url, paths } of contestants) await putLoad({ url, paths, headers, connections, seconds: warmUpSeconds });
  for (let round = 1; round <= rounds; round++) {
    for (const contestant of contestants) {
      const { url, paths, process } = contestant;
      const before = processorSeconds(process.pid!);
      const measured = await putLoad({ url, paths, headers, connections, seconds });
      const taken = processorSeconds(process.pid!) - before;
      const cpuMicroseconds = (taken * 1e6) / (measured.requestsPerSecond * seconds);
      contestant.rounds.push({ ...measured, cpuMicroseconds });
    }
  }
  report(contestants);
}

function report(contestants: Contestant[]): void {
  const [bare, select] = contestants.map(({ rounds }) => median(rounds.map((round) => round.requestsPerSecond)));
  const rows = contestants.map(({ name, rounds }) => {
    const perSecond = rounds.map((round) => round.requestsPerSecond);
    return {
      '': name,
      'requests/s': Math.round(median(perSecond)),
      lowest: Math.round(Math.min(...perSecond)),
      highest: Math.round(Math.max(...perSecond)),
      errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
      'p50 ms': median(rounds.map((round) => round.p50Ms)),
      'p99 ms': median(rounds.map((round) => round.p99Ms)),
      'CPU µs/request': Number(median(rounds.map((round) => round.cpuMicroseconds)).toFixed(1)),
      'of bare': Number((median(perSecond) / bare).toFixed(2)),
      'of the select': Number((median(perSecond) / select).toFixed(2)),
    };
  });
  console.table(rows);
}

const folder = await makeScratchFolder('bench');
const shop = await startShop(folder, largeShop);
try {
  await run(shop);
} finally {
  for (const child of children) if (child.connected) child.disconnect();
  await shop.stop();
  await rm(folder, { recursive: true, force: true });
}
