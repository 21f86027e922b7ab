import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { shopSize } from '../console/shop.ts';
import { postgresSeconds, processorSeconds } from '../process-usage.ts';
import { schema } from '../serving/serving-shop.ts';
import { operations } from './operations.ts';
import { putLoad, type Server, startBare } from './processes.ts';
import type { Measured } from './traffic.ts';

const run = promisify(execFile);

export interface Extent {
  rounds: number;
  seconds: number;
  connections: number;
}

/** What `pgbench -S` does, over the customers of this shop. @returns null where there is no pgbench */
async function selectByPgbench(
  connectionString: string,
  { connections, seconds }: Extent,
): Promise<{ perSecond: number; ms: number } | null> {
  const folder = await makeScratchFolder('pgbench');
  const script = join(folder, 'select.sql');
  await writeFile(
    script,
    `\\set key random(1, ${shopSize.customers})\nselect customer_id from customers where customer_key = :key;\n`,
  );
  try {
    const options = ['-n', '-f', script, '-M', 'prepared', '-c', `${connections}`, '-j', '1', '-T', `${seconds}`];
    const env = { ...process.env, PGOPTIONS: `-c search_path=${schema}` };
    const { stdout } = await run('pgbench', [...options, connectionString], { env });
    const figure = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1]);
    return { perSecond: figure(/tps = ([\d.]+)/), ms: figure(/latency average = ([\d.]+)/) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is measured is what was meant: an event in quarantine is cheaper than one that counts. */
async function expectDone({ url }: Server, key: string, name: string): Promise<void> {
  const { method, path, body } = operations[name](0, `first-${Date.now()}`);
  const headers = {
    Authorization: `Bearer ${key}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': randomUUID(),
  };
  const answer = await fetch(url + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok || /"quarantined":[1-9]/.test(text))
    throw new Error(`${name}: ${answer.status} ${text.slice(0, 300)}`);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));

interface Round extends Measured {
  serviceUs: number;
  postgresUs: number;
}

/** Rounds in turn, so that all of them meet the same neighbours; the medians of the rounds are told. */
export async function tellTable(
  service: Server,
  postmaster: number,
  key: string,
  connectionString: string,
  extent: Extent,
): Promise<void> {
  const { rounds, seconds, connections } = extent;
  const answer = await fetch(`${service.url}/v1/customers/C000001/recommendations?limit=10`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const body = await answer.text();
  const bareName = 'bare node:http, as many bytes as a list';
  const contestants: [string, Server, string][] = [
    [bareName, await startBare({ body }), 'popular items'],
    [
      'the same after a prepared select of one row, by pg',
      await startBare({ body, database: { connectionString, schema } }),
      'list, customer in turn',
    ],
    ...Object.keys(operations).map((name): [string, Server, string] => [name, service, name]),
  ];
  const measured = new Map<string, Round[]>(contestants.map(([name]) => [name, []]));
  const selects: { perSecond: number; ms: number }[] = [];
  for (const name of Object.keys(operations)) await expectDone(service, key, name);
  for (const [, { url }, operation] of contestants) {
    await putLoad({ url, key, operation, seconds: 2, connections, source: `warm-${operation}` });
  }
  for (let round = 1; round <= rounds; round++) {
    const select = await selectByPgbench(connectionString, extent);
    if (select) selects.push(select);
    for (const [name, { url, pid }, operation] of contestants) {
      const before = [processorSeconds(pid), postgresSeconds(postmaster)];
      const found = await putLoad({ url, key, operation, seconds, connections, source: `round-${round}-${operation}` });
      const after = [processorSeconds(pid), postgresSeconds(postmaster)];
      const [serviceUs, postgresUs] = after.map((one, at) => ((one - before[at]) * 1e6) / found.requests);
      measured.get(name)?.push({ ...found, serviceUs, postgresUs });
    }
  }
  const bareRate = median(measured.get(bareName)?.map((round) => round.perSecond) ?? []);
  const rows = [...measured].map(([name, all]) => {
    const of = (figure: (round: Round) => number) => median(all.map(figure));
    return {
      '': name,
      'p50 ms': rounded(of((round) => round.p50)),
      'p95 ms': rounded(of((round) => round.p95)),
      'p99 ms': rounded(of((round) => round.p99)),
      'requests/s': Math.round(of((round) => round.perSecond)),
      'of bare': rounded(of((round) => round.perSecond) / bareRate, 3),
      'service µs': Math.round(of((round) => round.serviceUs)),
      'Postgres µs': Math.round(of((round) => round.postgresUs)),
      refused: JSON.stringify(Object.assign({}, ...all.map((round) => round.refused))),
    };
  });
  console.table(rows);
  if (selects.length > 0) {
    const [rate, ms] = [median(selects.map((one) => one.perSecond)), median(selects.map((one) => one.ms))];
    console.log(
      `pgbench -M prepared, a select of one row: ${Math.round(rate)} a second, ${ms.toFixed(2)} ms on average`,
    );
  }
}
