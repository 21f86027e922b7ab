import { seededRandom } from '../../random.ts';
import { adjustedRand, calinskiHarabasz, createUniformReference, measureSilhouettes } from './cluster-quality.ts';
import { findDistinct, samplePoints, searchCentroids } from './find-centroids.ts';
import { countPoints, createKMeans, type Partition, type Points } from './k-means.ts';

/** A number of clusters that was tried, with what speaks for and against it. */
export interface Candidate {
  readonly clusters: number;
  readonly inertia: number;
  /** mean silhouette, -1 to 1 */
  readonly silhouette: number;
  /** variance between clusters against variance within */
  readonly calinskiHarabasz: number;
  /** how much lower the logarithm of the inertia is than on points without clusters, and its standard error */
  readonly gap: number;
  readonly gapError: number;
  /** agreement of clusterings of random four fifths of the customers, adjusted Rand: 1 is the same again */
  readonly stability: number;
  /** of all customers, in the smallest cluster */
  readonly smallestShare: number;
  /** why it was not to be chosen */
  readonly refusal: string | null;
  /** mean place among those that may be chosen by silhouette, Calinski-Harabasz and gap; 1 is best; null: refused */
  readonly place: number | null;
}

export interface Bounds {
  /** the least share of the customers that a cluster may have */
  readonly smallestShare: number;
  readonly leastStability: number;
}

const sampleSize = 2_000;
const referenceCount = 8;
const subsamples = 6;
const subsampleShare = 0.8;
/** What is only compared need not be the lowest to the last digit. */
const quick = { restarts: 3, maximumIterations: 50 };

/**
 * Tries every number of clusters from `least` to `most`.
 *
 * A number is refused where its smallest cluster is too small or where clusterings of other customers of the same shop
 * come out otherwise: both keep a silhouette from praising a cluster of one odd customer. Of the rest the one with the
 * best mean place by silhouette, Calinski-Harabasz index and gap is best, the lower of equals.
 *
 * @param points more than `most` distinct ones
 * @param findPartition the partition of the points to which a number leads
 */
export function tryCounts(
  points: Points,
  range: { least: number; most: number },
  bounds: Bounds,
  findPartition: (clusters: number) => Partition,
  seed: number,
): Candidate[] {
  const counts = Array.from({ length: range.most - range.least + 1 }, (_, index) => range.least + index);
  const random = seededRandom(seed);
  const sample = samplePoints(points, sampleSize, random);
  const distinct = findDistinct(sample, range.most);
  const total = inertiaOfAll(points);
  const compactness = distinct ? undefined : measureGaps(sample, counts, random);
  const partitions = counts.map((clusters) => findPartition(clusters));
  const silhouettes = measureSilhouettes(
    sample,
    partitions.map(({ centroids }) => labelAll(sample, centroids)),
  );
  const tried = counts.map((clusters, at): Omit<Candidate, 'place'> => {
    const { inertia, sizes } = partitions[at];
    const smallestShare = Math.min(...sizes) / countPoints(points);
    const stability = distinct ? 1 : measureStability(sample, clusters, random);
    return {
      clusters,
      inertia,
      silhouette: silhouettes[at],
      calinskiHarabasz: clusters > 1 ? calinskiHarabasz({ total, inertia, points: countPoints(points), clusters }) : 0,
      gap: compactness?.get(clusters)?.gap ?? 0,
      gapError: compactness?.get(clusters)?.error ?? 0,
      stability,
      smallestShare,
      refusal: refuse(smallestShare, stability, bounds),
    };
  });
  return givePlaces(tried);
}

/**
 * The candidate to take: the best one, but last night's number while it may be chosen and is not behind by more than
 * `patience` places, because customers whose groups are cut anew every night are of no use to anybody. Where all were
 * refused, the least number.
 */
export function chooseCandidate(tried: readonly Candidate[], previous: number | undefined, patience = 1): Candidate {
  const best = tried.reduce((a, b) => ((b.place ?? Infinity) < (a.place ?? Infinity) ? b : a));
  if (best.place === null) return tried[0];
  const kept = tried.find(({ clusters }) => clusters === previous);
  return kept && kept.place !== null && kept.place <= best.place + patience ? kept : best;
}

function refuse(smallestShare: number, stability: number, bounds: Bounds): string | null {
  if (smallestShare < bounds.smallestShare) {
    return `its smallest cluster has ${percent(smallestShare)} of the customers, less than ${percent(bounds.smallestShare)}`;
  }
  if (stability < bounds.leastStability) {
    return `its clusters come out otherwise on other customers: agreement ${stability.toFixed(2)}, less than ${bounds.leastStability}`;
  }
  return null;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function givePlaces(tried: readonly Omit<Candidate, 'place'>[]): Candidate[] {
  const allowed = tried.filter(({ refusal }) => refusal === null);
  const place = (of: (typeof tried)[number], figure: 'silhouette' | 'calinskiHarabasz' | 'gap') =>
    1 + allowed.filter((other) => other[figure] > of[figure]).length;
  return tried.map((one) => ({
    ...one,
    place:
      one.refusal === null ? (place(one, 'silhouette') + place(one, 'calinskiHarabasz') + place(one, 'gap')) / 3 : null,
  }));
}

function inertiaOfAll(points: Points): number {
  const { values, dimensions } = points;
  const count = countPoints(points);
  const sums = new Float64Array(dimensions);
  const squares = new Float64Array(dimensions);
  for (let at = 0; at < values.length; at++) {
    sums[at % dimensions] += values[at];
    squares[at % dimensions] += values[at] * values[at];
  }
  return squares.reduce((sum, square, axis) => sum + square - (sums[axis] * sums[axis]) / count, 0);
}

function labelAll(points: Points, centroids: Float64Array): Uint8Array {
  const search = createKMeans(points, { mostClusters: centroids.length / points.dimensions });
  try {
    return search.assign(centroids).labels;
  } finally {
    search.dispose();
  }
}

function measureGaps(points: Points, counts: readonly number[], random: () => number) {
  const most = Math.max(...counts);
  const logarithms = (cloud: Points) => {
    const means = createKMeans(cloud, { mostClusters: most });
    try {
      return counts.map((clusters) => Math.log(searchCentroids(cloud, means, clusters, quick, random).inertia));
    } finally {
      means.dispose();
    }
  };
  const draw = createUniformReference(points);
  const ours = logarithms(points);
  const references = Array.from({ length: referenceCount }, () => logarithms(draw(random)));
  return new Map(
    counts.map((clusters, at) => {
      const values = references.map((reference) => reference[at]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return [clusters, { gap: mean - ours[at], error: Math.sqrt(variance * (1 + 1 / referenceCount)) }];
    }),
  );
}

function measureStability(points: Points, clusters: number, random: () => number): number {
  const size = Math.round(countPoints(points) * subsampleShare);
  const labellings = Array.from({ length: subsamples }, () => {
    const part = samplePoints(points, size, random);
    const distinct = findDistinct(part, clusters);
    if (distinct) return labelAll(points, distinct);
    const means = createKMeans(part, { mostClusters: clusters });
    try {
      return labelAll(points, searchCentroids(part, means, clusters, quick, random).centroids);
    } finally {
      means.dispose();
    }
  });
  const agreements = labellings.flatMap((a, index) => labellings.slice(index + 1).map((b) => adjustedRand(a, b)));
  return agreements.reduce((sum, agreement) => sum + agreement, 0) / agreements.length;
}
