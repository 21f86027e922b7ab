import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fpGrowth from 'node-fpgrowth';
import {
  learnAssociationRules,
  mineItemsets,
  type ParsedBaskets,
  parseBaskets,
  recipe,
} from '../../../models/association-rules/index.ts';
import { countForSupport } from '../../../models/association-rules/itemsets/minimum-count.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';

/**
 * Itemsets of 0.1 % and any length beside node-fpgrowth's, from the bytes of a basket file (a basket a line, item numbers;
 * gzip) to the itemsets, in one run: rounds in turn, medians told, and that the itemsets are the same. Then, in a process of
 * its own, baskets of the sample shop: time and peak memory of mining them, and of learning their rules by the recipe.
 *
 *     npm run bench:rules -- retail.dat.gz [rounds baskets]
 */
const support = 0.001;

interface Timed<Value> {
  value: Value;
  milliseconds: number;
}

async function time<Value>(work: () => Value | Promise<Value>): Promise<Timed<Value>> {
  const started = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - started };
}

function mineBytes(bytes: Uint8Array) {
  const baskets = parseBaskets(bytes);
  const minimumCount = countForSupport(support, baskets.matrix.rows);
  return { baskets, itemsets: mineItemsets(baskets.matrix, { minimumCount, maximumLength: Number.MAX_SAFE_INTEGER }) };
}

async function mineWithPeer(bytes: Buffer) {
  const baskets = bytes
    .toString('latin1')
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(' ').map(Number));
  // It takes the ceiling of its support times the baskets, which here must not be rounded up.
  const least = (countForSupport(support, baskets.length) - 0.5) / baskets.length;
  return new fpGrowth.FPGrowth<number>(least).exec(baskets);
}

/** Itemsets as lines of item numbers, in one order. */
function write(itemsets: Iterable<{ items: number[]; support: number }>): string[] {
  return Array.from(
    itemsets,
    ({ items, support }) => `${items.toSorted((a, b) => a - b).join(' ')}: ${support}`,
  ).sort();
}

function* readable({ baskets, itemsets }: { baskets: ParsedBaskets; itemsets: ReturnType<typeof mineItemsets> }) {
  for (let s = 0; s < itemsets.size; s++) {
    const own = itemsets.items.subarray(itemsets.offsets[s], itemsets.offsets[s + 1]);
    yield { items: Array.from(own, (item) => baskets.itemNumbers[item]), support: itemsets.counts[s] };
  }
}

async function compareWithPeer(file: string, rounds: number): Promise<void> {
  const bytes = gunzipSync(readFileSync(file));
  const [ours, theirs, parsing]: number[][] = [[], [], []];
  let same = false;
  for (let round = 0; round < rounds; round++) {
    // Several of ours beside one of theirs, which takes as long as all of them.
    for (let turn = 0; turn < 5; turn++) ours.push((await time(() => mineBytes(bytes))).milliseconds);
    for (let turn = 0; turn < 5; turn++) parsing.push((await time(() => parseBaskets(bytes))).milliseconds);
    const peer = await time(() => mineWithPeer(bytes));
    theirs.push(peer.milliseconds);
    same ||= write(peer.value).join('\n') === write(readable(mineBytes(bytes))).join('\n');
  }
  const mined = mineBytes(bytes);
  console.log(`${file}: ${mined.baskets.matrix.rows} baskets, ${mined.itemsets.size} itemsets at ${support * 100} %`);
  console.log(`  node-fpgrowth       ${median(theirs).toFixed(0)} ms`);
  console.log(`  pannier             ${median(ours).toFixed(0)} ms, parsing ${median(parsing).toFixed(0)} of them`);
  console.log(`  first run, cold     ${theirs[0].toFixed(0)} and ${ours[0].toFixed(0)} ms`);
  const [warm, cold] = [median(theirs) / median(ours), theirs[0] / ours[0]];
  console.log(`  ratio               ${warm.toFixed(1)} (cold ${cold.toFixed(1)}), the same itemsets: ${same}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Writes baskets of the sample shop, as many as asked for, a basket a line. */
function writeBaskets(file: string, count: number): void {
  const options = { seed: 1, customers: Math.ceil(count / 7), items: 1_000, days: 365, end: new Date('2026-01-01') };
  const shop = generateSampleShop(options);
  const numbers = new Map(shop.items.map(({ item_id }, number) => [item_id, number]));
  const lines: string[] = [];
  for (const order of shop.orders()) {
    if (lines.push(order.lines.map(({ item_id }) => numbers.get(item_id)).join(' ')) === count) break;
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
}

const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1_024);

/** Prints what learning from baskets that a file holds takes; its peak memory is that of this process. */
async function measureLearning(file: string): Promise<void> {
  const { matrix } = parseBaskets(readFileSync(file));
  const before = megabytes();
  const minimumCount = countForSupport(support, matrix.rows);
  const options = { minimumCount, maximumLength: Number.MAX_SAFE_INTEGER };
  const { value, milliseconds } = await time(() => mineItemsets(matrix, options));
  const itemsPerBasket = (matrix.indices.length / matrix.rows).toFixed(2);
  console.log(`sample shop: ${matrix.rows} baskets of ${itemsPerBasket} of ${matrix.columns} items`);
  console.log(
    `  itemsets at 0.1 %   ${value.size} in ${(milliseconds / 1e3).toFixed(2)} s, peak ${megabytes()} MB (${before} with the baskets)`,
  );
  const learnt = await time(() => learnAssociationRules(matrix, recipe));
  const significant = learnt.value.rules.filter((rule) => rule.significant).length;
  console.log(
    `  rules by the recipe ${learnt.value.rules.length}, ${significant} significant, in ${(learnt.milliseconds / 1e3).toFixed(2)} s, peak ${megabytes()} MB`,
  );
}

async function main(): Promise<void> {
  const [first, second, third] = process.argv.slice(2);
  if (!first) throw new Error('Name the file: npm run bench:rules -- retail.dat.gz');
  if (first === 'learn') return measureLearning(second);
  await compareWithPeer(first, Number(second ?? 3));
  const folder = mkdtempSync(join(tmpdir(), 'pannier-rules-'));
  try {
    const file = join(folder, 'baskets.dat');
    writeBaskets(file, Number(third ?? 1_000_000));
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'learn', file], { stdio: 'inherit' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
