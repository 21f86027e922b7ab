import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kmeans } from 'ml-kmeans';
import { availableBuilds, type Build } from '../../../models/kernels/index.ts';
import { kMeans } from '../../../models/kernels/sets/k-means.ts';
import { seededRandom } from '../../../models/random.ts';
import { createKMeans, type Partition } from '../../../models/segmentation/clusters/k-means.ts';
import { startPeer } from './peers/python-peer.ts';

/**
 * K-means of Pannier against ml-kmeans on the same points from the same start: seconds, steps and inertia. With a Python that has
 * scikit-learn against that instead, in rounds in turn.
 *
 *     npm run bench:k-means -- [points] [dimensions] [clusters] [steps at most] [--python venv/bin/python]
 */
const { positionals, values: options } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' } } });
const [count = 1_000_000, dimensions = 6, clusters = 8, steps = 100] = positionals.map(Number);
const random = seededRandom(1);
const values = makeShoppers(count, dimensions);
const start = values.slice(0, clusters * dimensions);
const runs: { name: string; build: Build; threads: number }[] = [
  { name: 'plain', build: 'plain', threads: 1 },
  { name: 'simd', build: availableBuilds(kMeans)[0], threads: 1 },
  { name: 'simd, 2 threads', build: availableBuilds(kMeans)[0], threads: 2 },
];
console.log(`${count} points x ${dimensions}, k = ${clusters}, at most ${steps} steps from the same start`);

if (options.python) await compareWithScikit(options.python);
else compareWithPeer();

function compareWithPeer(): void {
  const rows = Array.from({ length: count }, (_, row) => [
    ...values.subarray(row * dimensions, (row + 1) * dimensions),
  ]);
  const theirs = time(() =>
    kmeans(rows, clusters, { initialization: rows.slice(0, clusters), maxIterations: steps, tolerance: 0 }),
  );
  const inertia = inertiaOf(theirs.result.centroids.flat());
  const tell = (name: string, seconds: number, iterations: number, found: number) => {
    const ratio = (theirs.seconds / seconds).toFixed(1);
    const off = (found / inertia - 1).toExponential(1);
    console.log(
      `${name.padEnd(16)} ${seconds.toFixed(2).padStart(7)} s  ${ratio.padStart(6)}x  ${iterations} steps  inertia ${found.toFixed(4)} (${off})`,
    );
  };
  tell('ml-kmeans', theirs.seconds, theirs.result.iterations, inertia);
  for (const { name, build, threads } of runs) {
    const { seconds, result } = time(() => refine(build, threads));
    tell(name, seconds, result.iterations, result.inertia);
  }
}

async function compareWithScikit(python: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pannier-k-means-'));
  writeFileSync(join(folder, 'points'), values);
  const parameters = [join(folder, 'points'), ...[dimensions, clusters, steps].map(String)];
  const scikit = await startPeer(python, 'lloyd.py', parameters);
  rmSync(folder, { recursive: true });
  const times = new Map<string, { clock: number[]; cpu: number[]; inertia: number }>();
  const keep = (name: string, clock: number, cpu: number, inertia: number) => {
    const kept = times.get(name) ?? { clock: [], cpu: [], inertia };
    times.set(name, kept);
    kept.clock.push(clock);
    kept.cpu.push(cpu);
  };
  for (let round = 0; round < 5; round++) {
    for (const how of ['float64 1', 'float32 1', 'float32 2']) {
      const [clock, cpu, inertia] = (await scikit.ask(how)).split(' ').map(Number);
      keep(`scikit-learn, ${how}`, clock, cpu, inertia);
    }
    for (const { name, build, threads } of runs.slice(1)) {
      const { seconds, cpu, result } = time(() => refine(build, threads));
      keep(name, 1e3 * seconds, cpu, result.inertia);
    }
  }
  scikit.end();
  for (const [name, { clock, cpu, inertia }] of times) {
    console.log(
      `${name.padEnd(24)} ${median(clock).toFixed(0).padStart(6)} ms, ${median(cpu).toFixed(0).padStart(6)} of the processor, inertia ${inertia}`,
    );
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

function refine(build: Build, threads: number): Partition {
  const search = createKMeans({ values, dimensions }, { mostClusters: clusters, build, threads });
  try {
    return search.refine(start, steps);
  } finally {
    search.dispose();
  }
}

/** Customers as z-scores: five kinds, each a wide cloud, overlapping as those of real shops do. */
function makeShoppers(many: number, width: number): Float64Array {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kinds = Array.from({ length: 5 }, () => Array.from({ length: width }, () => 1.2 * normal()));
  const made = new Float64Array(many * width);
  for (let point = 0; point < many; point++) {
    const kind = kinds[Math.floor(random() * kinds.length)];
    for (let axis = 0; axis < width; axis++) made[point * width + axis] = kind[axis] + 0.8 * normal();
  }
  return made;
}

function inertiaOf(centroids: number[]): number {
  const search = createKMeans({ values, dimensions }, { mostClusters: clusters, build: 'plain' });
  try {
    return search.assign(Float64Array.from(centroids)).inertia;
  } finally {
    search.dispose();
  }
}

function time<Result>(work: () => Result): { seconds: number; cpu: number; result: Result } {
  const started = process.hrtime.bigint();
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, cpu: (user + system) / 1e3, result };
}
