import { type Build, createKernels } from '../../kernels/index.ts';
import { kMeans, kMeansBlock } from '../../kernels/sets/k-means.ts';
import { squaredDistance } from './match-clusters.ts';

/** Points one after the other, each of `dimensions` numbers. */
export interface Points {
  readonly values: Float64Array;
  readonly dimensions: number;
}

export interface Partition {
  /** one after the other; one that lost all its points stays where it was */
  readonly centroids: Float64Array;
  /** for each point its nearest centroid, the first of equally near ones */
  readonly labels: Uint8Array;
  /** points of each centroid */
  readonly sizes: Float64Array;
  /** summed squared distances of the points to their centroids */
  readonly inertia: number;
  readonly iterations: number;
}

export interface KMeans {
  /** Lloyd's steps from these centroids until no point changes its cluster, at most so many. */
  refine(centroids: Float64Array, maximumIterations: number): Partition;
  /** Every point to its nearest centroid, as these are. */
  assign(centroids: Float64Array): Partition;
  /** Gives the memory back; nothing can be asked afterwards. */
  dispose(): void;
}

/** Points of one part of a kernel's run. */
const stretch = 16_384;
const groupWidth = 4;
/** Its square can still be summed up. */
const farAway = 1e150;
const mostCentroids = 256;

/** How many points there are; 0 where they have no dimensions. */
export function countPoints({ values, dimensions }: Points): number {
  return dimensions === 0 ? 0 : values.length / dimensions;
}

/** The coordinates of one point. */
export function pointAt({ values, dimensions }: Points, index: number): Float64Array {
  return values.subarray(index * dimensions, (index + 1) * dimensions);
}

interface KMeansOptions {
  mostClusters: number;
  threads?: number;
  build?: Build;
}

/**
 * K-means over fixed points (Lloyd 1982), sparing what Hamerly's bounds (2010) prove to be needless: the steps are exactly
 * Lloyd's. The result depends neither on the build nor on the number of threads. Memory: 8 bytes a coordinate and 9 a point.
 *
 * @param options.mostClusters centroids at most, up to 256
 */
export function createKMeans(points: Points, options: KMeansOptions): KMeans {
  const { dimensions } = points;
  const { mostClusters } = options;
  if (!(mostClusters >= 1 && mostClusters <= mostCentroids)) {
    throw new RangeError(`mostClusters must be from 1 to ${mostCentroids}, not ${mostClusters}`);
  }
  const { kernels, values, upper, lower, labels, grouped, moves, stretches } = allocate(points, options);

  /** Runs a kernel over all points and gives what it tallied: sums, counts, and the last figure. */
  function run(kernel: 'assign' | 'reassign', centroids: Float64Array, clusters: number): Float64Array {
    grouped.fill(farAway);
    for (let cluster = 0; cluster < clusters; cluster++) {
      const to = (cluster - (cluster % groupWidth)) * dimensions + (cluster % groupWidth);
      for (let at = 0; at < dimensions; at++) grouped[to + at * groupWidth] = centroids[cluster * dimensions + at];
    }
    for (const { tally } of stretches) tally.fill(0);
    kernels.run(
      kernel,
      stretches.map(({ from, count: points, tally, chosen }) => [
        values.byteOffset + 8 * from * dimensions,
        points,
        dimensions,
        clusters,
        grouped.byteOffset,
        labels.byteOffset + from,
        upper.byteOffset + 4 * from,
        lower.byteOffset + 4 * from,
        tally.byteOffset,
        ...(kernel === 'reassign' ? [chosen.byteOffset, moves.byteOffset] : []),
      ]),
    );
    const total = new Float64Array(clusters * (dimensions + 1) + 1);
    for (const { tally } of stretches) for (let at = 0; at < total.length; at++) total[at] += tally[at];
    return total;
  }

  function finish(centroids: Float64Array, iterations: number): Partition {
    const clusters = centroids.length / dimensions;
    const total = run('assign', centroids, clusters);
    return {
      centroids,
      labels: labels.slice(),
      sizes: total.slice(clusters * dimensions, -1),
      inertia: total[total.length - 1],
      iterations,
    };
  }

  return {
    refine(start, maximumIterations) {
      let centroids = start;
      const clusters = start.length / dimensions;
      const total = run('assign', centroids, clusters);
      moves.fill(0);
      let iterations = 1;
      for (; ; iterations++) {
        const moved = meansOf(total, centroids, dimensions);
        measureMoves(centroids, moved, dimensions, moves);
        centroids = moved;
        if (iterations >= maximumIterations) break;
        const change = run('reassign', centroids, clusters);
        const changed = change[change.length - 1];
        if (changed === 0) break;
        for (let at = 0; at < total.length - 1; at++) total[at] += change[at];
      }
      return finish(centroids, iterations);
    },
    assign: (centroids) => finish(centroids, 0),
    dispose: kernels.dispose,
  };
}

/** The kernels' memory: the points and what is kept of each, and for each part of a run what it tallies. */
function allocate(points: Points, { mostClusters, threads, build }: KMeansOptions) {
  const { dimensions } = points;
  const count = countPoints(points);
  const parts = Math.ceil(count / stretch);
  const grid = Math.ceil(mostClusters / groupWidth) * groupWidth;
  const tallyLength = mostClusters * (dimensions + 1) + 1;
  const lineOf = (length: number) => 8 * length + 64;
  const kernels = createKernels(kMeans, {
    bytes:
      lineOf(points.values.length) +
      2 * lineOf(count / 2) +
      lineOf(count / 8) +
      lineOf(grid * dimensions) +
      lineOf(5 * mostClusters) +
      parts * (lineOf(tallyLength) + lineOf(kMeansBlock / 2)),
    ...(threads && { threads }),
    ...(build && { build }),
  });
  const values = kernels.float64(points.values.length);
  values.set(points.values);
  const upper = kernels.float32(count);
  const lower = kernels.float32(count);
  const labels = kernels.uint8(count);
  const grouped = kernels.float64(grid * dimensions);
  const moves = kernels.float64(5 * mostClusters);
  const stretches = Array.from({ length: parts }, (_, part) => ({
    from: part * stretch,
    count: Math.min(stretch, count - part * stretch),
    tally: kernels.float64(tallyLength),
    chosen: kernels.uint32(kMeansBlock),
  }));
  return { kernels, values, upper, lower, labels, grouped, moves, stretches };
}

function meansOf(tally: Float64Array, before: Float64Array, dimensions: number): Float64Array {
  const clusters = before.length / dimensions;
  return before.map((coordinate, at) => {
    const count = tally[clusters * dimensions + Math.floor(at / dimensions)];
    return count > 0 ? tally[at] / count : coordinate;
  });
}

/** Adds to what `reassign` wants to know of the centroids that they have moved from `before` to `now`. */
function measureMoves(before: Float64Array, now: Float64Array, dimensions: number, moves: Float64Array): void {
  const clusters = now.length / dimensions;
  const at = (centroids: Float64Array, cluster: number) =>
    centroids.subarray(cluster * dimensions, (cluster + 1) * dimensions);
  const [gone, sure, moved, others, halves] = [0, 1, 2, 3, 4].map((table) =>
    moves.subarray(table * clusters, (table + 1) * clusters),
  );
  const step = Float64Array.from({ length: clusters }, (_, cluster) =>
    Math.sqrt(squaredDistance(at(before, cluster), at(now, cluster))),
  );
  for (let cluster = 0; cluster < clusters; cluster++) {
    let farthest = 0;
    let nearest = Infinity;
    for (let other = 0; other < clusters; other++) {
      if (other === cluster) continue;
      farthest = Math.max(farthest, step[other]);
      nearest = Math.min(nearest, squaredDistance(at(now, cluster), at(now, other)));
    }
    moved[cluster] += step[cluster];
    others[cluster] += farthest;
    halves[cluster] = Math.sqrt(nearest) / 2;
    gone[cluster] = moved[cluster] + others[cluster];
    sure[cluster] = halves[cluster] - moved[cluster];
  }
}
