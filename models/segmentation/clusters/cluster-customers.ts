import { seededRandom } from '../../random.ts';
import { type FeatureColumn, type FeatureName, fill, requireFeatures, toScale } from '../features.ts';
import { rangeOf, requireRecipe, type SegmentationRecipe } from '../recipe.ts';
import { type Candidate, chooseCandidate, tryCounts } from './choose-count.ts';
import { compareValue, giveIds } from './cluster-ids.ts';
import type { Cluster, Clustering, PreviousClusters } from './clustering.ts';
import { findDistinct, samplePoints, searchCentroids } from './find-centroids.ts';
import { countPoints, createKMeans, type Partition, type Points, pointAt } from './k-means.ts';
import { squaredDistance } from './match-clusters.ts';
import { standardise } from './standardise.ts';

/**
 * K-means (Lloyd 1982, started by kmeans++, Arthur and Vassilvitskii 2007) on z-scored features, whose number of clusters
 * is chosen within the recipe's range (see `tryCounts`).
 *
 * Ids are 0 for the most valuable cluster and so on; after a night before, each cluster instead takes the id of the one it
 * continues (least total distance over the features of both nights), so that names stay with customers even when two
 * clusters change rank; a cluster more takes the lowest free id. Customers are worked through in the order of their
 * values, so the result does not depend on the order in which they come, and equal customers share a cluster (unless the
 * recipe's margin leaves one where it was). No more distinct customers than the least number of clusters: each distinct
 * one is a cluster of its own. No customers: no clusters.
 *
 * @param data.features recency, frequency and monetary, and more where known; money in whole currency units, not cents
 *   (ln(1 + M) depends on the unit). Those whose weight is 0 are left out.
 * @param data.seed any safe integer; the same seed and customers give the same result
 * @param data.centroids by number of clusters: found elsewhere, among the same points; absent: they are searched for here
 * @throws RangeError when lengths differ, a value is not finite or the recipe is out of range
 */
export function clusterCustomers(data: {
  features: readonly FeatureColumn[];
  recipe: SegmentationRecipe;
  seed: number;
  previous?: PreviousClusters;
  centroids?: ReadonlyMap<number, Float64Array> | undefined;
}): Clustering {
  const { recipe, seed, previous, centroids: known } = data;
  requireRecipe(recipe);
  const weighed = data.features.filter(({ name }) => recipe.features[name] > 0);
  requireFeatures(weighed);
  const names = weighed.map(({ name }) => name);
  const order = orderByValues(weighed);
  const columns = weighed.map((column) => reorder(column, order));
  const scaled = columns.map(toScale);
  const weights = names.map((name) => recipe.features[name]);
  const { points, means, deviations } = standardise(scaled, weights);

  const { partition, tried, chosen } = findPartition(points, recipe, seed, previous?.clusters.length, known);
  const dimensions = names.length;
  const centroids = Array.from({ length: partition.sizes.length }, (_, label) =>
    pointAt({ values: partition.centroids, dimensions }, label),
  );
  const byValue = [...centroids.keys()].sort((a, b) => compareValue(names, centroids[a], centroids[b]));
  const toOwnScale = (centroid: Float64Array) =>
    Array.from(centroid, (score, axis) => means[axis] + (score / weights[axis]) * deviations[axis]);
  const ownScale = centroids.map(toOwnScale);
  const ids = giveIds(names, ownScale, byValue, { deviations, weights }, previous);

  const labels = keepWithinMargin(points, partition, order, ids, recipe.margins.cluster, previous?.assignment);
  const assignment = new Uint8Array(order.length);
  for (const [row, customer] of order.entries()) assignment[customer] = ids[labels[row]];
  return {
    features: names,
    assignment,
    clusters: describeClusters({ names, columns, scaled, labels, ids, centroids: ownScale, means, deviations }),
    idsByValue: byValue.map((label) => ids[label]),
    inertia: partition.inertia,
    means,
    deviations,
    tried,
    chosen,
  };
}

function findPartition(
  points: Points,
  recipe: SegmentationRecipe,
  seed: number,
  previousCount: number | undefined,
  known: ReadonlyMap<number, Float64Array> | undefined,
): { partition: Partition; tried: Candidate[]; chosen: number } {
  const range = rangeOf(recipe);
  if (points.dimensions === 0 || countPoints(points) === 0) return { partition: noPartition, tried: [], chosen: 0 };
  const distinct = findDistinct(points, range.most);
  const distinctCount = distinct ? distinct.length / points.dimensions : Infinity;
  const whole = createKMeans(points, { mostClusters: range.most });
  const sample = samplePoints(points, recipe.searchSample, seededRandom(seed));
  const isWhole = sample === points || findDistinct(sample, range.most) !== undefined;
  const searched = isWhole ? points : sample;
  const search = isWhole ? whole : createKMeans(sample, { mostClusters: range.most });
  try {
    if (distinct && distinctCount <= range.least)
      return { partition: whole.assign(distinct), tried: [], chosen: distinctCount };
    const partitions = new Map<number, Partition>();
    const partitionInto = (clusters: number): Partition => {
      const found = known?.get(clusters);
      const partition =
        partitions.get(clusters) ??
        (found ? search.assign(found) : searchCentroids(searched, search, clusters, recipe, seededRandom(seed)));
      partitions.set(clusters, partition);
      return partition;
    };
    const most = Math.min(range.most, distinctCount - 1);
    const tried =
      most > range.least ? tryCounts(searched, { least: range.least, most }, recipe, partitionInto, seed) : [];
    const clusters = tried.length > 0 ? chooseCandidate(tried, previousCount).clusters : range.least;
    const best = dropEmpty(partitionInto(clusters), points.dimensions);
    return {
      partition: isWhole || known?.has(clusters) ? whole.assign(best) : whole.refine(best, recipe.maximumIterations),
      tried,
      chosen: clusters,
    };
  } finally {
    if (!isWhole) search.dispose();
    whole.dispose();
  }
}

const noPartition: Partition = {
  centroids: new Float64Array(),
  labels: new Uint8Array(),
  sizes: new Float64Array(),
  inertia: 0,
  iterations: 0,
};

function dropEmpty({ centroids, sizes }: Partition, dimensions: number): Float64Array {
  return centroids.filter((_, at) => sizes[Math.floor(at / dimensions)] > 0);
}

/** Nearest centroids, but last night's while it is not farther by more than the margin. */
function keepWithinMargin(
  points: Points,
  { centroids, labels }: Partition,
  order: Uint32Array,
  ids: readonly number[],
  margin: number,
  previous: ArrayLike<number> | undefined,
): Uint8Array {
  if (margin === 0 || !previous) return labels;
  const at = (label: number) => pointAt({ values: centroids, dimensions: points.dimensions }, label);
  const kept = labels.map((nearest, row) => {
    const before = ids.indexOf(previous[order[row]]);
    if (before < 0 || before === nearest) return nearest;
    const point = pointAt(points, row);
    const limit = (1 + margin) * Math.sqrt(squaredDistance(point, at(nearest)));
    return Math.sqrt(squaredDistance(point, at(before))) <= limit ? before : nearest;
  });
  // A cluster that nobody moved into yet would be empty.
  return new Set(kept).size === ids.length ? kept : labels;
}

/** The clusters of a partition, by ascending id, however it was made. @param partition.labels by row; `ids` and `centroids` by label */
export function describeClusters(partition: {
  names: readonly FeatureName[];
  columns: readonly FeatureColumn[];
  scaled: readonly Float64Array[];
  labels: Uint8Array;
  ids: readonly number[];
  centroids: readonly number[][];
  means: readonly number[];
  deviations: readonly number[];
}): Cluster[] {
  const { names, columns, scaled, labels, ids, centroids, means, deviations } = partition;
  const money = columns[names.indexOf('monetary')]?.values;
  const customers = new Float64Array(ids.length);
  const revenue = new Float64Array(ids.length);
  for (const [row, label] of labels.entries()) {
    customers[label]++;
    revenue[label] += Math.max(0, money?.[row] ?? 0);
  }
  const allRevenue = revenue.reduce((sum, value) => sum + value, 0);
  const averages = columns.map(({ values }) => averageByLabel(values, labels, ids.length));
  const scores = scaled.map((values) => averageByLabel(values, labels, ids.length));
  return ids
    .map((id, label) => ({
      id,
      customers: customers[label],
      standardised: scores.map((score, axis) =>
        deviations[axis] > 0 ? (score[label] - means[axis]) / deviations[axis] : 0,
      ),
      centroid: centroids[label],
      averages: averages.map((average) => average[label]),
      revenueShare: allRevenue > 0 ? revenue[label] / allRevenue : 0,
    }))
    .sort((a, b) => a.id - b.id);
}

/** Means of the values that are not NaN. */
function averageByLabel(values: ArrayLike<number>, labels: Uint8Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  for (let row = 0; row < labels.length; row++) {
    if (Number.isNaN(values[row])) continue;
    sums[labels[row]] += values[row];
    counts[labels[row]]++;
  }
  return sums.map((sum, label) => sum / counts[label]);
}

function orderByValues(columns: readonly FeatureColumn[]): Uint32Array {
  const keys = columns.flatMap(({ values, evidence }) => (evidence ? [values, evidence] : [values]));
  const filled = keys.map((values) =>
    fill(values.length, (index) => (Number.isNaN(values[index]) ? -1 : values[index])),
  );
  const order = new Uint32Array(columns[0]?.values.length ?? 0);
  for (let customer = 0; customer < order.length; customer++) order[customer] = customer;
  return order.sort((a, b) => {
    for (const values of filled) if (values[a] !== values[b]) return values[b] - values[a];
    return a - b;
  });
}

function reorder({ name, values, evidence }: FeatureColumn, order: Uint32Array): FeatureColumn {
  const turn = (of: ArrayLike<number>) => fill(order.length, (row) => of[order[row]]);
  return { name, values: turn(values), ...(evidence && { evidence: turn(evidence) }) };
}
