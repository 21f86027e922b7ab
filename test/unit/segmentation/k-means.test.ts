import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kmeans } from 'ml-kmeans';
import { availableBuilds, type Build } from '../../../models/kernels/index.ts';
import { kMeans } from '../../../models/kernels/sets/k-means.ts';
import { seededRandom } from '../../../models/random.ts';
import { createKMeans, type Partition, type Points, pointAt } from '../../../models/segmentation/clusters/k-means.ts';

const builds: { build: Build; threads: number }[] = [
  ...availableBuilds(kMeans).map((build) => ({ build, threads: 1 })),
  { build: availableBuilds(kMeans)[0], threads: 2 },
];

function makePoints(count: number, dimensions: number, seed: number): Points {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: count * dimensions }, () => {
    const kind = Math.floor(random() * 4);
    return 3 * kind + random() + random();
  });
  return { values, dimensions };
}

function withSearch<Result>(
  points: Points,
  options: { mostClusters: number; build?: Build; threads?: number },
  work: (search: ReturnType<typeof createKMeans>) => Result,
): Result {
  const search = createKMeans(points, options);
  try {
    return work(search);
  } finally {
    search.dispose();
  }
}

const refine = (points: Points, start: Float64Array, steps: number, how: { build?: Build; threads?: number } = {}) =>
  withSearch(points, { mostClusters: start.length / points.dimensions, ...how }, (search) =>
    search.refine(start, steps),
  );

describe('the steps of K-means', () => {
  test('give the same bytes in every build and with any threads', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 11 }),
        fc.integer(),
        (count, dimensions, clusters, seed) => {
          const points = makePoints(Math.max(count, clusters), dimensions, seed);
          const start = points.values.slice(0, clusters * dimensions);
          const [plain, ...others] = builds.toReversed().map((how) => refine(points, start, 30, how));
          for (const other of others) expect(other).toEqual(plain);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('give the same bytes beyond one stretch of points too', () => {
    const points = makePoints(40_000, 3, 1);
    const start = points.values.slice(0, 18);
    const [plain, ...others] = builds.toReversed().map((how) => refine(points, start, 12, how));
    for (const other of others) expect(other).toEqual(plain);
  });

  test.each([1, 2, 5, 100])("are Lloyd's: after at most %i steps they are where ml-kmeans is", (steps) => {
    for (let seed = 1; seed <= 4; seed++) {
      const points = makePoints(500, 4, seed);
      const rows = Array.from({ length: 500 }, (_, row) => [...pointAt(points, row)]);
      const theirs = kmeans(rows, 6, { initialization: rows.slice(0, 6), maxIterations: steps, tolerance: 0 });
      const ours = refine(points, points.values.slice(0, 24), steps);
      for (const [at, coordinate] of theirs.centroids.flat().entries()) {
        expect(ours.centroids[at]).toBeCloseTo(coordinate, 9);
      }
    }
  });

  // Bounds that were too tight by one part in a million would leave a point of some step where it is.
  test.each([0, 1e5])("are Lloyd's through sixty slow steps, %f away from nothing", (offset) => {
    const random = seededRandom(9);
    const values = Float64Array.from({ length: 2 * 4_000 }, () => offset + random());
    const ours = refine({ values, dimensions: 2 }, values.slice(0, 12), 60);
    let centroids = Array.from(values.subarray(0, 12));
    for (let step = 0; step < 60; step++) {
      const sums = new Array(18).fill(0);
      for (let at = 0; at < values.length; at += 2) {
        let nearest = 0;
        const far = (c: number) => (values[at] - centroids[2 * c]) ** 2 + (values[at + 1] - centroids[2 * c + 1]) ** 2;
        for (let other = 1; other < 6; other++) if (far(other) < far(nearest)) nearest = other;
        sums[3 * nearest] += values[at] - offset;
        sums[3 * nearest + 1] += values[at + 1] - offset;
        sums[3 * nearest + 2]++;
      }
      centroids = centroids.map((_, at) => offset + sums[3 * (at >> 1) + (at & 1)] / sums[3 * (at >> 1) + 2]);
    }
    for (const [at, coordinate] of centroids.entries()) expect(ours.centroids[at] - coordinate).toBeCloseTo(0, 8);
  });

  test('put every point to its nearest centroid, the first of equals, and sum the squares', () => {
    const points = makePoints(300, 2, 5);
    const found: Partition = refine(points, points.values.slice(0, 10), 50);
    let inertia = 0;
    const sizes = [0, 0, 0, 0, 0];
    for (let point = 0; point < 300; point++) {
      const distances = sizes.map((_, centroid) =>
        pointAt(points, point).reduce(
          (sum, value, axis) => sum + (value - found.centroids[2 * centroid + axis]) ** 2,
          0,
        ),
      );
      expect(found.labels[point]).toBe(distances.indexOf(Math.min(...distances)));
      inertia += Math.min(...distances);
      sizes[found.labels[point]]++;
    }
    expect(found.inertia).toBeCloseTo(inertia, 8);
    expect([...found.sizes]).toEqual(sizes);
    const equallyFar = withSearch({ values: Float64Array.of(0), dimensions: 1 }, { mostClusters: 2 }, (search) =>
      search.assign(Float64Array.of(-1, 1)),
    );
    expect([...equallyFar.labels]).toEqual([0]);
  });

  test('leave a centroid that lost all its points where it was', () => {
    const points = { values: Float64Array.of(0, 1, 2, 3), dimensions: 1 };
    const { centroids, sizes } = refine(points, Float64Array.of(1, 900), 10);
    expect([...centroids]).toEqual([1.5, 900]);
    expect([...sizes]).toEqual([4, 0]);
  });

  test('are refused for more clusters than a byte can name', () => {
    expect(() => createKMeans(makePoints(3, 2, 1), { mostClusters: 257 })).toThrow(
      'mostClusters must be from 1 to 256',
    );
  });
});
