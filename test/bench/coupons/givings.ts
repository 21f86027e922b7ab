import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../../models/random.ts';
import { createCoupons } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import { migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { projectPath } from '../../../src/project.ts';
import { peakMegabytes, postgresSeconds, processorSeconds } from '../process-usage.ts';

const thousands = (value: number) => Math.round(value).toLocaleString('en-US');

/**
 * A campaign is given to a million customers, a fifth of them control, with coupons for 70 %, by `pannier coupons give`, which is
 * killed at random moments and started again: how long that takes, its memory, and whether everybody was decided about exactly once
 * within the budget, which is looked at all the time. GIVEN_CUSTOMERS and GIVEN_KILLS say how many of both.
 */
export async function giveToMany(folder: string): Promise<void> {
  const customers = Number(process.env['GIVEN_CUSTOMERS'] ?? 1_000_000);
  const kills = Number(process.env['GIVEN_KILLS'] ?? 10);
  const budget = Math.floor(customers * 0.7);
  const server = await startEmbeddedServer({ folder });
  const db = openDatabase({ connectionString: server.connectionString, schema: 'pannier', poolSize: 4 });
  try {
    await migrate(db);
    const coupons = createCoupons({
      db,
      config: { minorDigits: 2 },
      clock: () => new Date(),
      lowerPricedItems: async () => [],
      itemsForScope: () => new Set(),
    });
    await db.query(`insert into customers (customer_id) select 'C' || n from generate_series(1, ${customers}) as n`);
    await db.query('analyze customers');
    await coupons.createCampaign({
      campaign_id: 'all',
      name: 'To all',
      discount: { type: 'amount', amount: '3.00' },
      valid_from: '2026-01-01T00:00:00Z',
      valid_until: '2100-01-01T00:00:00Z',
      budget: { coupons: budget },
      control_share: 0.2,
      policy: 'everyone',
    });
    const random = seededRandom(20_261_130);
    const moments = Array.from({ length: kills }, () => random() * customers).sort((a, b) => a - b);
    const postgresBefore = postgresSeconds(server.processId);
    const started = performance.now();
    let [killed, peakMb, serviceSeconds, mostIssued] = [0, 0, 0, 0];
    let child = give(server.connectionString);
    for (;;) {
      await pause(25);
      const own = peakMegabytes(child.pid);
      peakMb = Math.max(peakMb, own);
      const used = processorSeconds(child.pid!);
      const [{ decided, issued }] = await db.query<{ decided: number; issued: number }>(
        `select (select coalesce(max(after_key), 0) from campaign_givings)::int as decided, issued from campaigns`,
      );
      mostIssued = Math.max(mostIssued, issued);
      if (child.exitCode !== null) break;
      if (killed < kills && decided >= moments[killed]) {
        killed++;
        serviceSeconds += used;
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
        child = give(server.connectionString);
      } else lastUsed.set(child, used);
    }
    const seconds = (performance.now() - started) / 1_000;
    serviceSeconds += lastUsed.get(child) ?? 0;
    const postgres = postgresSeconds(server.processId) - postgresBefore;
    const [row] = await db.query<Record<string, number>>(
      `select (select count(*) from giving_customers) as given, (select count(*) from coupon_decisions) as decisions,
         (select count(distinct customer_key) from coupon_decisions) as decided, (select count(*) from coupons) as coupons,
         (select count(distinct customer_key) from coupons) as holders`,
    );
    const differences = await selectDifferences(db);
    const readFrom = performance.now();
    let read = 0;
    for await (const _ of await coupons.streamGiven('all', 'g')) read++;
    console.log(`\nA campaign given to ${thousands(customers)} customers, a fifth of them control, coupons for 70 %`);
    console.table({
      'ended by': child.exitCode,
      'killed, times': killed,
      'seconds, with new starts': Number(seconds.toFixed(1)),
      'customers/s': Math.round(customers / seconds),
      'processor, service, s': Math.round(serviceSeconds),
      'processor, Postgres, s': Math.round(postgres),
      'memory of the service at most, MB': Math.round(peakMb),
      ...row,
      budget,
      'issued at most, at any look': mostIssued,
      'differences from the ledger': differences.length,
      'rows read back': read,
      'seconds to read back': Number(((performance.now() - readFrom) / 1_000).toFixed(1)),
    });
    const isOnceEach = [row['given'], row['decisions'], row['decided'], read].every((count) => count === customers);
    const isWithin = row['coupons'] === budget && row['holders'] === budget && mostIssued <= budget;
    if (!isOnceEach || !isWithin || differences.length > 0 || killed < kills) process.exitCode = 1;
  } finally {
    await db.close();
    await server.stop();
  }
}

/** Seconds of the processor that was seen of each process that is not killed. */
const lastUsed = new WeakMap<ChildProcess, number>();

function give(connectionString: string): ChildProcess {
  const line = ['coupons', 'give', '--campaign', 'all', '--giving', 'g', '--json'];
  return spawn(process.execPath, [projectPath('dist/service/cli.js'), ...line], {
    env: {
      ...process.env,
      ...{ DATABASE_URL: connectionString, PANNIER_SCHEMA: 'pannier', PANNIER_LOG_LEVEL: 'silent' },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
