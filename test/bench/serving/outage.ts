import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { readConfig } from '../../../src/config.ts';
import { openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { startService } from '../../../src/service.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { customerId, schema, shopSize, startShop } from './serving-shop.ts';

/**
 * Lists under load while Postgres is stopped and started again: how many answers of each kind, from where, how fast; and
 * whether writes are refused meanwhile and taken afterwards.
 *
 *     npm run bench:outage [-- seconds of outage]
 */
const [outageSeconds = 20] = process.argv.slice(2).map(Number);
const edgeSeconds = 5;
const workers = 8;

interface Tally {
  answers: number;
  errors: number;
  degraded: number;
  from: Record<string, number>;
  empty: number;
  milliseconds: number[];
  writes: Record<string, number>;
}

const newTally = (): Tally => ({
  answers: 0,
  errors: 0,
  degraded: 0,
  from: {},
  empty: 0,
  milliseconds: [],
  writes: {},
});
const count = (of: Record<string, number>, name: string) => {
  of[name] = (of[name] ?? 0) + 1;
};

const agent = new Agent({ keepAlive: true });

function ask(url: string, token: string, body?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    };
    const sent = request(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.once('end', () => resolve({ status: response.statusCode!, text }));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.setTimeout(10_000, () => sent.destroy(new Error('no answer in 10 s')));
    sent.end(body);
  });
}

async function rehearse(folder: string): Promise<void> {
  const shop = await startShop(folder);
  const port = Number(new URL(shop.connectionString).port);
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_NIGHT: 'off' });
  const log = createLogger('fatal');
  const database = openDatabase({ connectionString: shop.connectionString, schema, poolSize: config.poolSize });
  const { token } = await createKey(database, 'outage', ['admin']);
  const service = await startService({ database, connectionString: shop.connectionString, config, log });

  let tally = newTally();
  let running = true;
  let ended = false;
  process.once('exit', () => {
    ended = true;
  });
  let events = 0;
  const reader = async (worker: number) => {
    for (let turn = 0; running; turn++) {
      const number = 1 + ((turn * workers + worker) % shopSize.customers);
      const started = performance.now();
      const now = tally;
      try {
        const answer = await ask(`${service.url}/v1/customers/${customerId(number)}/recommendations?limit=10`, token);
        now.milliseconds.push(performance.now() - started);
        if (answer.status !== 200) now.errors++;
        else {
          const list = JSON.parse(answer.text);
          now.answers++;
          if (list.degraded) now.degraded++;
          if (list.items.length === 0) now.empty++;
          count(now.from, list.served_from);
        }
      } catch {
        now.errors++;
      }
    }
  };
  const writer = async () => {
    while (running) {
      const event = {
        event_id: `outage-${++events}`,
        type: 'view',
        customer_id: customerId(1),
        item_id: 'I00001',
        occurred_at: new Date().toISOString(),
      };
      const now = tally;
      try {
        const { status } = await ask(`${service.url}/v1/events`, token, JSON.stringify({ events: [event] }));
        count(now.writes, String(status));
      } catch (error) {
        count(now.writes, (error as Error).message);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const readers = [...Array.from({ length: workers }, (_, worker) => reader(worker)), writer()];
  const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const phase = async (name: string, seconds: number) => {
    tally = newTally();
    await wait(seconds);
    const { answers, errors, degraded, from, empty, writes } = tally;
    const milliseconds = tally.milliseconds.toSorted((a, b) => a - b);
    const p99 = milliseconds[Math.floor(milliseconds.length * 0.99)] ?? Number.NaN;
    const ready = (await ask(`${service.url}/readyz`, token)).text;
    console.log(
      `${name}: ${Math.round(answers / seconds)} lists/s, ${errors} errors, ${empty} empty, ${degraded} marked degraded, from ${JSON.stringify(from)}, p99 ${p99.toFixed(1)} ms, slowest ${milliseconds.at(-1)?.toFixed(0)} ms; writes by status ${JSON.stringify(writes)}; readyz ${ready}`,
    );
    return tally;
  };

  const before = await phase('before ', edgeSeconds);
  // Not shop.stop(): that leaves a server alone which the service still uses.
  process.kill(shop.processId, 'SIGINT');
  const away = await phase('away   ', outageSeconds);
  const again = await startEmbeddedServer({ folder, port, disposable: true });
  await phase('return ', 3);
  const after = await phase('after  ', edgeSeconds);
  running = false;
  await Promise.all(readers);
  const stored = await database.query<{ events: number }>(
    `select count(*)::int as events from events where event_id like 'outage-%'`,
  );
  const acknowledged = [before, away, after].reduce((sum, { writes }) => sum + (writes['200'] ?? 0), 0);
  console.log(
    `events stored ${stored[0].events} of ${events} sent, at least ${acknowledged} acknowledged; process ended: ${ended ? 'yes' : 'no'}`,
  );
  await service.stop();
  await database.close();
  await again.stop();
}

const folder = await makeScratchFolder('outage');
try {
  await rehearse(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
