import { kmeans } from 'ml-kmeans';
import { availableBuilds, type Build } from '../../../models/kernels/index.ts';
import { kMeans } from '../../../models/kernels/k-means.ts';
import { seededRandom } from '../../../models/random.ts';
import { createKMeans, type Partition } from '../../../models/segmentation/clusters/k-means.ts';

/**
 * K-means of Pannier against ml-kmeans on the same points from the same start: seconds, steps and inertia.
 *
 *     npm run bench:k-means -- [points] [dimensions] [clusters] [steps at most]
 */
const [count = 1_000_000, dimensions = 6, clusters = 8, steps = 100] = process.argv.slice(2).map(Number);
const random = seededRandom(1);
const values = makeShoppers(count, dimensions);
const start = values.slice(0, clusters * dimensions);
const rows = Array.from({ length: count }, (_, row) => [...values.subarray(row * dimensions, (row + 1) * dimensions)]);
console.log(`${count} points x ${dimensions}, k = ${clusters}, at most ${steps} steps from the same start`);

const theirs = time(() =>
  kmeans(rows, clusters, { initialization: rows.slice(0, clusters), maxIterations: steps, tolerance: 0 }),
);
const inertia = inertiaOf(theirs.result.centroids.flat());
tell('ml-kmeans', theirs.seconds, theirs.result.iterations, inertia);
const runs: { name: string; build: Build; threads: number }[] = [
  { name: 'plain', build: 'plain', threads: 1 },
  { name: 'simd', build: availableBuilds(kMeans)[0], threads: 1 },
  { name: 'simd, 2 threads', build: availableBuilds(kMeans)[0], threads: 2 },
];
for (const { name, build, threads } of runs) {
  const { seconds, result } = time(() => refine(build, threads));
  tell(name, seconds, result.iterations, result.inertia);
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

function time<Result>(work: () => Result): { seconds: number; result: Result } {
  const started = process.hrtime.bigint();
  const result = work();
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, result };
}

function tell(name: string, seconds: number, iterations: number, found: number): void {
  const ratio = (theirs.seconds / seconds).toFixed(1);
  const off = (found / inertia - 1).toExponential(1);
  console.log(
    `${name.padEnd(16)} ${seconds.toFixed(2).padStart(7)} s  ${ratio.padStart(6)}x  ${iterations} steps  inertia ${found.toFixed(4)} (${off})`,
  );
}
