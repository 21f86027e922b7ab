import { rm } from 'node:fs/promises';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { createStations } from '../../../src/stations.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';

/**
 * A whole night over generated shops, the second four times the first: time of each stage, peak memory of the trainer, size
 * of the tables, and by what each grew. Each shop has a Postgres of its own.
 *
 *     npm run bench:scale -- [interactions customers items]      (5,000,000 500,000 50,000)
 *
 * Interactions are order lines and events together; the generator meets them within a few per cent.
 */
const [interactions = 5_000_000, customers = 500_000, items = 50_000] = process.argv.slice(2).map(Number);
const days = 365;
/** What a customer of the generator's usual pace does in so many days, order lines and events. */
const usualInteractions = 60;

type Figures = Map<string, number>;

async function run(share: number): Promise<Figures> {
  const size = { customers: Math.round(customers * share), items: Math.round(items * share) };
  const pace = interactions / customers / usualInteractions;
  const end = new Date('2026-10-01T00:00:00Z');
  const shop = generateSampleShop({ ...size, days, pace, seed: 1, end });
  const folder = await makeScratchFolder('scale');
  const config = readConfig({ PANNIER_DATA_DIR: folder, PANNIER_NIGHT: 'off' });
  const log = createLogger('warn');
  const opened = await openConfiguredDatabase(config, log);
  const trainerEntry = new URL('../../../src/training/engines/local/trainer.js', import.meta.url);
  const { intake, training } = createStations({ ...opened, log, trainerEntry });
  const figures: Figures = new Map();
  try {
    const started = performance.now();
    await recordShop(intake, shop, () => {});
    figures.set('recording s', (performance.now() - started) / 1_000);
    const { trainingRunId } = await training.startRun({ asOf: end });
    const { status, error, counts, progress, metrics } = await training.waitForRun(trainingRunId);
    if (status !== 'succeeded') throw new Error(`the run ${status}: ${error}`);
    for (const name of ['customers', 'items', 'order_lines', 'events', 'rules']) figures.set(name, counts[name]);
    for (const { name, seconds } of progress.stages) figures.set(`${name} s`, seconds);
    figures.set(
      'night s',
      progress.stages.reduce((sum, { seconds }) => sum + seconds, 0),
    );
    figures.set('trainer peak MB', Number(metrics['peak_memory_bytes']) / 2 ** 20);
    const tables = await opened.database.query<{ name: string; megabytes: number }>(
      `select coalesce(inhparent::regclass, oid::regclass)::text as name,
              sum(pg_total_relation_size(oid))::float8 / 2 ^ 20 as megabytes
       from pg_class left join pg_inherits on inhrelid = oid
       where relnamespace = current_schema()::regnamespace and relkind = 'r' group by 1 having sum(pg_total_relation_size(oid)) > 2 ^ 20
       order by 2 desc`,
    );
    for (const { name, megabytes } of tables) figures.set(`${name} MB`, megabytes);
    console.log(
      `${share} of the shop: ${Array.from(figures, ([name, figure]) => `${name} ${tell(figure)}`).join(', ')}\n`,
    );
    return figures;
  } finally {
    await training.stop();
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function tell(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(1);
}

const quarter = await run(1 / 4);
const whole = await run(1);
console.log(`${''.padEnd(30)}${'1/4'.padStart(12)}${'1'.padStart(12)}  grew by`);
for (const [name, figure] of whole) {
  const before = quarter.get(name);
  const growth = before ? `${(figure / before).toFixed(1)}x` : '';
  const beside = [before === undefined ? '' : tell(before), tell(figure)].map((told) => told.padStart(12));
  console.log(`${name.padEnd(30)}${beside.join('')}  ${growth}`);
}
