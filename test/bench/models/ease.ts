import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { planEase, trainEase } from '../../../models/collaborative-filtering/ease/ease.ts';
import type { EaseRecipe } from '../../../models/collaborative-filtering/ease/settings.ts';
import {
  type ItemNeighbours,
  trainItemNeighbours,
} from '../../../models/collaborative-filtering/graphs/item-neighbours.ts';
import { buildInteractions } from '../../../models/collaborative-filtering/interactions.ts';
import { createTopSelector } from '../../../models/collaborative-filtering/top-selector.ts';
import { neighbourMethod } from '../../../models/collaborative-filtering/trained-method.ts';
import { ndcgAt, recallAt } from '../../../models/evaluation/index.ts';
import { type Build, createKernels } from '../../../models/kernels/index.ts';
import { dense } from '../../../models/kernels/sets/dense.ts';
import {
  bytesOfSymmetric,
  createSymmetric,
  diagonalAt,
  invertSymmetric,
} from '../../../models/kernels/sets/dense-symmetric.ts';
import { seededRandom } from '../../../models/random.ts';
import { startPeer } from './peers/python-peer.ts';

/**
 * EASE: GFlop/s of the inversion in plain typed arrays, SIMD and relaxed SIMD, on one thread and two; then training on the
 * positives (ratings of 4 and more) of a gzip CSV of book_id, user_id, rating, split 80/20 per user by seed 1, with its
 * time and accuracy for some lambdas beside RP3beta and ItemKNN. With a Python that has scipy, the inversion alone beside LAPACK's
 * in single precision, in rounds in turn.
 *
 *     npm run bench:ease -- goodbooks-ratings.csv.gz [every nth customer judged, 10]
 *     npm run bench:ease -- --python venv/bin/python
 */
const { positionals, values } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' } } });
if (values.python) {
  await compareWithLapack(values.python);
  process.exit();
}
const [file, every = '10'] = positionals;
if (!file) throw new Error('Name the file: npm run bench:ease -- goodbooks-ratings.csv.gz');

function timed<T>(body: () => T): [result: T, seconds: number] {
  const start = performance.now();
  const result = body();
  return [result, (performance.now() - start) / 1000];
}

async function compareWithLapack(python: string): Promise<void> {
  const size = 4_080;
  const lapack = await startPeer(python, 'lapack.py', [String(size)]);
  const found = new Map<string, { clock: number[]; cpu: number[] }>();
  const keep = (name: string, milliseconds: number, cpu: number) => {
    const kept = found.get(name) ?? { clock: [], cpu: [] };
    found.set(name, kept);
    kept.clock.push(size ** 3 / milliseconds / 1e6);
    kept.cpu.push(size ** 3 / cpu / 1e6);
  };
  for (let round = 0; round < 5; round++) {
    for (const threads of [1, 2]) {
      const [clock, cpu] = (await lapack.ask(String(threads))).split(' ').map(Number);
      keep(`LAPACK, ${threads}`, clock, cpu);
      const ours = measureInversion('relaxed-simd', threads, size);
      keep(`this, ${threads}`, 1e3 * ours.seconds, 1e3 * ours.cpuSeconds);
    }
  }
  lapack.end();
  const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1].toFixed(1);
  for (const [name, { clock, cpu }] of found) {
    console.log(
      `${name.padEnd(12)} ${median(clock).padStart(6)} GFlop/s, ${median(cpu).padStart(6)} a second of the processor`,
    );
  }
}

function measureInversion(build: Build, threads: number, size: number): { seconds: number; cpuSeconds: number } {
  const kernels = createKernels(dense, { bytes: bytesOfSymmetric(size), build, threads });
  const matrix = createSymmetric(kernels, size);
  const random = seededRandom(1);
  for (let cell = 0; cell < matrix.values.length; cell++) matrix.values[cell] = random() - 0.5;
  for (let row = 0; row < size; row++) matrix.values[diagonalAt(row)] = size;
  const before = process.cpuUsage();
  const [isInverted, seconds] = timed(() => invertSymmetric(kernels, matrix));
  const { user, system } = process.cpuUsage(before);
  kernels.dispose();
  if (!isInverted) throw new Error('the matrix has no inverse');
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

console.log('inversion                    GFlop/s');
const cases: [Build, number, number][] = [
  ['plain', 1, 960],
  ['simd', 1, 2880],
  ['simd', 2, 2880],
  ['relaxed-simd', 1, 2880],
  ['relaxed-simd', 2, 2880],
];
for (const [build, threads, size] of cases) {
  const best = Math.min(...[1, 2, 3].map(() => measureInversion(build, threads, size).seconds));
  console.log(
    `${build.padEnd(13)} ${threads} thread${threads > 1 ? 's' : ' '} ${(size ** 3 / best / 1e9).toFixed(1).padStart(12)}`,
  );
}

function readPositives(path: string) {
  const users = new Map<string, number>();
  const items = new Map<string, number>();
  const number = (ids: Map<string, number>, id: string) => ids.get(id) ?? ids.set(id, ids.size).size - 1;
  const byUser: number[][] = [];
  for (const line of gunzipSync(readFileSync(path)).toString().trim().split(/\r?\n/).slice(1)) {
    const [item, user, rating] = line.split(',') as [string, string, string];
    if (Number(rating) < 4) continue;
    (byUser[number(users, user)] ??= []).push(number(items, item));
  }
  return { byUser, itemCount: items.size };
}

const { byUser, itemCount } = readPositives(file);
const random = seededRandom(1);
const train: [number, number][] = [];
const heldOut = new Map<number, Set<number>>();
byUser.forEach((items, user) => {
  for (const item of items) {
    if (random() < 0.8) train.push([user, item]);
    else if (user % Number(every) === 0) heldOut.set(user, (heldOut.get(user) ?? new Set()).add(item));
  }
});
const matrix = buildInteractions(
  {
    customers: Uint32Array.from(train, ([user]) => user),
    items: Uint32Array.from(train, ([, item]) => item),
    ageDays: new Float64Array(train.length),
    weights: new Float32Array(train.length).fill(1),
    customerCount: byUser.length,
    itemCount,
  },
  { halfLifeDays: Number.POSITIVE_INFINITY },
);

function judge(name: string, graph: ItemNeighbours, seconds: number): void {
  const method = neighbourMethod(graph);
  const scores = new Float32Array(itemCount);
  const selector = createTopSelector(20);
  let [recall, ndcg, judged] = [0, 0, 0];
  for (const [user, relevant] of heldOut) {
    const [start, end] = matrix.offsets.subarray(user, user + 2);
    if (start === end) continue;
    const own = matrix.indices.subarray(start, end);
    method.score({ items: own, values: matrix.values!.subarray(start, end) }, scores);
    for (const item of own) scores[item] = 0;
    for (const [item, score] of scores.entries()) if (score > 0) selector.offer(item, score);
    const { items } = selector.take();
    recall += recallAt(20, items, relevant);
    ndcg += ndcgAt(20, items, relevant);
    judged++;
  }
  const figures = [recall / judged, ndcg / judged].map((figure) => figure.toFixed(4).padStart(10));
  console.log(`${name.padEnd(28)} ${figures.join(' ')} ${seconds.toFixed(1).padStart(8)}`);
}

const settings: Omit<EaseRecipe, 'lambda' | 'beta'> = {
  valuePower: 1,
  neighbours: 300,
  minimumCustomers: 1,
  maximumMegabytes: 4000,
  maximumSeconds: 600,
};
const plan = planEase(matrix, { ...settings, lambda: 1, beta: 0 });
console.log(
  `\n${train.length} positives for training; ${plan.items.length} items: ${Math.round(plan.bytes / 1e6)} MB, planned ${plan.seconds.toFixed(0)} s on one thread`,
);
console.log(`${'method'.padEnd(28)}  Recall@20    NDCG@20  seconds`);
const knn = { method: 'item-knn', shrinkage: 0, neighbours: 100 } as const;
judge('ItemKNN', ...timed(() => trainItemNeighbours(matrix, knn)));
const walk = { method: 'rp3beta', alpha: 0.6, beta: 0.7, shrinkage: 40, neighbours: 100 } as const;
judge('RP3beta', ...timed(() => trainItemNeighbours(matrix, walk)));
for (const lambda of [50, 100, 200]) {
  for (const beta of [0, 0.2]) {
    const trained = timed(() => trainEase(matrix, { ...settings, lambda, beta }, { threads: 2 }));
    judge(`EASE lambda ${lambda}, beta ${beta}`, ...trained);
  }
}
