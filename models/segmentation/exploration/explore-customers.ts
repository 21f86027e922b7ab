import { kmeans } from 'ml-kmeans';
import { seededRandom } from '../../random.ts';
import { describeClusters } from '../clusters/cluster-customers.ts';
import { measureSilhouettes } from '../clusters/cluster-quality.ts';
import type { Clustering } from '../clusters/clustering.ts';
import { findDistinct, samplePoints } from '../clusters/find-centroids.ts';
import { countPoints, type Points, pointAt } from '../clusters/k-means.ts';
import { standardise } from '../clusters/standardise.ts';
import { type FeatureColumn, type FeatureName, requireFeatures, toScale } from '../features.ts';

/** Clusters that somebody asked for, the largest first: id 0 is the largest. */
export interface Exploration
  extends Pick<Clustering, 'features' | 'assignment' | 'clusters' | 'inertia' | 'means' | 'deviations'> {
  /** mean over the customers, -1 to 1 */
  readonly silhouette: number;
  /** of the refinement over all customers */
  readonly iterations: number;
}

/** There are more clusters asked for than customers that differ. */
export interface TooFewDistinct {
  readonly distinct: number;
}

type KMeansResult = ReturnType<typeof kmeans>;

/** Kmeans++ starts compete on so many customers; the best is refined on all. */
const search = { starts: 10, customers: 2_000, maximumIterations: 100 };
const maximumIterations = 300;

/**
 * A clustering to look at: K-means by ml-kmeans (Lloyd 1982, kmeans++ by Arthur and Vassilvitskii 2007) on weighted z-scores of
 * the features, of the best of several seeded starts, with its silhouette over all pairs (Rousseeuw 1987). Fewer clusters than
 * asked for where one of them would be empty.
 *
 * Time grows with the square of the customers, for the silhouette: some seconds for 20,000. Memory: about 150 bytes a customer
 * and 8 a value.
 *
 * @param data.features one or more columns of equal length; NaN where it is not known of a customer, who is then average
 * @param data.weights by feature, above 0; 1 where none is given
 * @param data.clusters 2 or more
 * @param data.seed any safe integer; the same seed and customers in the same order give the same result
 * @throws RangeError when lengths differ or a value is not finite
 */
export function exploreCustomers(data: {
  features: readonly FeatureColumn[];
  weights: Readonly<Partial<Record<FeatureName, number>>>;
  clusters: number;
  seed: number;
}): Exploration | TooFewDistinct {
  const { features: columns, seed } = data;
  requireFeatures(columns);
  const names = columns.map(({ name }) => name);
  const weights = names.map((name) => data.weights[name] ?? 1);
  const scaled = columns.map(toScale);
  const { points, means, deviations } = standardise(scaled, weights);
  const few = findDistinct(points, data.clusters - 1);
  if (few) return { distinct: few.length / points.dimensions };

  const partition = findClusters(points, data.clusters, seed);
  const { labels, centroids } = largestFirst(partition);
  return {
    features: names,
    assignment: labels,
    clusters: describeClusters({
      names,
      columns,
      scaled,
      labels,
      ids: [...centroids.keys()],
      centroids: centroids.map((centroid) =>
        centroid.map((score, axis) => means[axis] + (score / weights[axis]) * deviations[axis]),
      ),
      means,
      deviations,
    }),
    inertia: measureInertia(points, labels, centroids),
    means,
    deviations,
    silhouette: measureSilhouettes(points, [labels])[0],
    iterations: partition.iterations,
  };
}

function findClusters(points: Points, clusters: number, seed: number): KMeansResult {
  const random = seededRandom(seed);
  const drawn = samplePoints(points, search.customers, random);
  // Rare customers may all have been left out.
  const searched = findDistinct(drawn, clusters - 1) ? points : drawn;
  const rows = toRows(searched);
  let best: KMeansResult | undefined;
  let least = Infinity;
  for (let start = 0; start < search.starts; start++) {
    const attempt = kmeans(rows, clusters, {
      seed: 1 + Math.floor(random() * 2 ** 31),
      initialization: 'kmeans++',
      maxIterations: search.maximumIterations,
      // Until no centre moves any more.
      tolerance: 0,
    });
    const inertia = measureInertia(searched, attempt.clusters, attempt.centroids);
    if (inertia >= least) continue;
    least = inertia;
    best = attempt;
  }
  return kmeans(toRows(points), clusters, {
    initialization: best!.centroids,
    maxIterations: maximumIterations,
    tolerance: 0,
  });
}

function toRows(points: Points): number[][] {
  return Array.from({ length: countPoints(points) }, (_, row) => Array.from(pointAt(points, row)));
}

/** Clusters numbered by their size, equal ones by their centroids; those without members are left out. */
function largestFirst({ clusters, centroids }: Pick<KMeansResult, 'clusters' | 'centroids'>): {
  labels: Uint8Array;
  centroids: number[][];
} {
  const sizes = centroids.map(() => 0);
  for (const label of clusters) sizes[label]++;
  const compareCentroids = (a: number[], b: number[]) => {
    const axis = a.findIndex((value, place) => value !== b[place]);
    return axis < 0 ? 0 : b[axis] - a[axis];
  };
  const order = [...centroids.keys()]
    .filter((label) => sizes[label] > 0)
    .sort((a, b) => sizes[b] - sizes[a] || compareCentroids(centroids[a], centroids[b]));
  const placeOf = new Map(order.map((label, place) => [label, place]));
  return {
    labels: Uint8Array.from(clusters, (label) => placeOf.get(label)!),
    centroids: order.map((label) => centroids[label]),
  };
}

function measureInertia(points: Points, labels: ArrayLike<number>, centroids: readonly (readonly number[])[]): number {
  const { values, dimensions } = points;
  let total = 0;
  for (let at = 0; at < values.length; at++) {
    const centroid = centroids[labels[Math.floor(at / dimensions)]];
    total += (values[at] - centroid[at % dimensions]) ** 2;
  }
  return total;
}
