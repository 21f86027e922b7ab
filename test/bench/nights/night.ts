import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { deriveRules, mineItemsets, recipe as ruleRecipe } from '../../../models/association-rules/index.ts';
import { countForSupport } from '../../../models/association-rules/itemsets/minimum-count.ts';
import {
  clusterCustomers,
  groupOf,
  groups,
  rfmFeatures,
  scoreRfm,
  recipe as segmentationRecipe,
} from '../../../models/segmentation/index.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { readConfig } from '../../../src/config.ts';
import type { Database } from '../../../src/db/index.ts';
import type { Intake } from '../../../src/intake/index.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { projectPath } from '../../../src/project.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { createStations } from '../../../src/stations.ts';
import { toBaskets } from '../../../src/training/snapshot/baskets.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { tabulateRfm } from '../../../src/training/snapshot/rfm-table.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { printNight, watchNight } from './watch-night.ts';

/**
 * A whole night in a Postgres of its own, from facts to release: each stage by the clock and in seconds of processors, memory, what the
 * lists are worth.
 *
 *     npm run bench:night -- online-retail.csv.gz      Online Retail (UCI; a gzip CSV)
 *     npm run bench:night -- 1000000                   a generated shop of so many order lines and events
 *
 * `--folder FOLDER` keeps the database there, and records nothing where one is kept already. `--beside ENTRY` first runs the trainer of another build (its dist/service/training/engines/local/trainer.js) on the same facts; the
 * second night then has the first one's recipe beside it, as every night but a shop's first has. `--figures` tells, of Online
 * Retail, the figures of rules and segmentation by the same code over the plain sale lines of the file (duplicates kept,
 * cancellations not netted: what published figures are of) and over the night's cleaned facts.
 */
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string' }, beside: { type: 'string' }, figures: { type: 'boolean', default: false } },
});
const file = positionals[0];
if (!file) throw new Error('Name the file, or a number: npm run bench:night -- online-retail.csv.gz');
const interactions = Number(file);
const isGenerated = interactions > 0;
const asOf = isGenerated ? new Date('2026-10-01T00:00:00Z') : new Date('2011-09-01T00:00:00+01:00');

interface Rfm {
  recencyDays: Float64Array;
  frequency: Float64Array;
  monetary: Float64Array;
}

interface Facts {
  baskets: SparseMatrix;
  rfm: Rfm;
}

async function readPlainFacts(): Promise<Facts> {
  const items = new Map<string, number>();
  const orders = new Map<string, Set<number>>();
  const customers = new Map<string, { orders: Set<string>; last: number; money: number }>();
  const rows = createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  for await (const row of rows) {
    const [quantity, price] = [Number(row.Quantity), Number(row.UnitPrice)];
    if (row.InvoiceNo.startsWith('C') || quantity <= 0 || price <= 0) continue;
    if (!items.has(row.StockCode)) items.set(row.StockCode, items.size);
    if (!orders.has(row.InvoiceNo)) orders.set(row.InvoiceNo, new Set());
    orders.get(row.InvoiceNo)!.add(items.get(row.StockCode)!);
    if (row.CustomerID === '') continue;
    const customer = customers.get(row.CustomerID) ?? { orders: new Set(), last: 0, money: 0 };
    customers.set(row.CustomerID, customer);
    customer.orders.add(row.InvoiceNo);
    customer.last = Math.max(customer.last, Date.parse(`${row.InvoiceDate.replace(' ', 'T')}Z`));
    customer.money += quantity * price;
  }
  const offsets = new Uint32Array(orders.size + 1);
  const indices: number[] = [];
  for (const [order, basket] of [...orders.values()].entries()) {
    indices.push(...[...basket].sort((a, b) => a - b));
    offsets[order + 1] = indices.length;
  }
  const column = (value: (customer: { orders: Set<string>; last: number; money: number }) => number) =>
    Float64Array.from(customers.values(), value);
  return {
    baskets: { rows: orders.size, columns: items.size, offsets, indices: Uint32Array.from(indices) },
    rfm: {
      recencyDays: column(({ last }) => Math.floor((Date.parse('2011-09-01T00:00:00Z') - last) / 86_400_000)),
      frequency: column((customer) => customer.orders.size),
      monetary: column(({ money }) => money),
    },
  };
}

function describe(name: string, { baskets, rfm }: Facts): void {
  console.log(`\n${name}: ${baskets.rows} baskets, ${rfm.frequency.length} customers with orders`);
  for (const [support, confidences] of [
    [0.05, []],
    [0.03, []],
    [0.02, [0.5, 0.8]],
    [0.01, [0.5, 0.8]],
  ] as const) {
    const minimumCount = countForSupport(support, baskets.rows);
    const itemsets = mineItemsets(baskets, { ...ruleRecipe, minimumCount, maximumLength: 10 });
    // Every rule, also one that its sub-rules already say: so the published figures count.
    const rules = deriveRules(itemsets, baskets.rows, { minimumConfidence: 0.5, minimumLift: 0 });
    const lengths = Array.from(itemsets.countsByLength).filter((count) => count > 0);
    const found = confidences.map(
      (least) => `${rules.filter((rule) => rule.confidence >= least).length} rules of confidence ${least}`,
    );
    console.log(
      `  support ${support} (count ${minimumCount}): ${itemsets.size} itemsets (${lengths.join(', ')}) ${found.join(', ')}`,
    );
  }
  for (const [what, values] of Object.entries(rfm) as [string, Float64Array][]) {
    const sorted = values.toSorted();
    const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
    console.log(`  ${what}: mean ${mean.toFixed(3)}, median ${median(sorted)}, max ${sorted.at(-1)!.toFixed(2)}`);
  }
  const scores = scoreRfm(rfm.recencyDays, rfm.frequency, rfm.monetary);
  const sizes = Object.fromEntries(groups.map((group) => [group, 0]));
  for (let row = 0; row < rfm.frequency.length; row++) {
    sizes[groupOf(scores.recency[row], scores.frequency[row], scores.monetary[row])]++;
  }
  console.log(`  groups: ${JSON.stringify(sizes)}`);
  for (const clusters of [3, 4, 5]) {
    const found = clusterCustomers({
      features: rfmFeatures(rfm),
      recipe: { ...segmentationRecipe, clusters },
      seed: 1,
    });
    const customers = found.clusters.map((cluster) => cluster.customers).sort((a, b) => b - a);
    console.log(`  K-means k=${clusters}: inertia ${found.inertia.toFixed(4)} (${customers.join('/')})`);
  }
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function recordFacts(intake: Intake): Promise<void> {
  const started = performance.now();
  if (isGenerated) {
    const customers = Math.round(interactions / 10);
    const items = Math.round(interactions / 100);
    // What a customer of the generator's usual pace does in a year is 60 lines and events.
    const shop = generateSampleShop({ customers, items, days: 365, pace: 10 / 60, seed: 1, end: asOf });
    await recordShop(intake, shop, () => {});
  } else {
    const { report } = await intake.importFile({ kind: 'orders', file, preset: 'online-retail' }, () => {});
    console.log(`rows ${JSON.stringify(report.rows)}`);
  }
  console.log(`facts recorded in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
}

async function rehearse(folder: string): Promise<void> {
  const zone = isGenerated ? {} : { PANNIER_TIME_ZONE: 'Europe/London', PANNIER_CURRENCY: 'GBP' };
  const config = readConfig({
    PANNIER_DATA_DIR: folder,
    PANNIER_NIGHT: 'off',
    ...zone,
  });
  const log = createLogger('warn');
  const opened = await openConfiguredDatabase(config, log);
  const open = (entry: string) => createStations({ ...opened, log, trainerEntry: pathToFileURL(entry) });
  const ours = open(projectPath('dist/service/training/engines/local/trainer.js'));
  const request = { asOf, evaluationDays: isGenerated ? 28 : 31 };
  try {
    if (!isRecorded) await recordFacts(ours.intake);
    if (options.beside !== undefined) {
      const { training } = open(resolve(options.beside));
      printNight('the other build', await watchNight(training, folder, request));
      await training.stop();
    }
    const watched = await watchNight(ours.training, folder, request);
    printNight('the night', watched);
    console.log(`  counts ${JSON.stringify(watched.run.counts)}`);
    if (options.figures) await tellFigures(opened.database);
  } finally {
    await ours.training.stop();
    await opened.close();
  }
}

async function tellFigures(database: Database): Promise<void> {
  describe('plain sale lines', await readPlainFacts());
  const snapshot = await readSnapshot(database, asOf);
  const { recencyDays, frequency, monetaryMinor } = tabulateRfm(snapshot);
  const monetary = monetaryMinor.map((minor) => minor / 100);
  describe("the night's cleaned facts", { baskets: toBaskets(snapshot), rfm: { recencyDays, frequency, monetary } });
}

const kept = options.folder;
const isRecorded = kept !== undefined && existsSync(join(kept, 'postgres'));
if (kept !== undefined) mkdirSync(kept, { recursive: true, mode: 0o755 });
const folder = kept ?? (await makeScratchFolder('night'));
try {
  await rehearse(folder);
} finally {
  if (kept === undefined) await rm(folder, { recursive: true, force: true });
}
