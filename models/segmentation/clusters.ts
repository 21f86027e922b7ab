import { assignPoints, findCentroids, findDistinct } from './find-centroids.ts';
import { matchClusters, type Point } from './match-clusters.ts';
import { requireRfm } from './rfm.ts';
import { standardiseRfm, toPoint } from './standardise.ts';

export interface SegmentationRecipe {
  /** clusters to find, 1 to 16 */
  readonly clusters: number;
  /** kmeans++ starts, of which the one with the lowest inertia is kept */
  readonly restarts: number;
  /** customers among whom the starts compete; the best is then refined on everybody */
  readonly searchSample: number;
  /** Lloyd steps at most, of a start and of the refinement */
  readonly maximumIterations: number;
}

export interface Cluster {
  readonly customers: number;
  /** centroid in z-scores */
  readonly standardised: Point;
  /** centroid in ln(1 + days), ln(1 + orders), ln(1 + money): what the next night is matched to */
  readonly logarithmic: Point;
  /** plain means over the members: days, orders, money */
  readonly averages: Point;
  /** members' share of all money, customers below 0 counting as 0 */
  readonly revenueShare: number;
}

export interface Clustering {
  /** cluster id of every customer */
  readonly assignment: Uint8Array;
  /** by cluster id */
  readonly clusters: readonly Cluster[];
  /** cluster ids from the most to the least valuable: by the centroid's money, then orders, then recency */
  readonly idsByValue: readonly number[];
  /** summed squared distance in z-scores between customers and their centroids */
  readonly inertia: number;
  /** means and population standard deviations of ln(1 + R), ln(1 + F), ln(1 + M) */
  readonly means: Point;
  readonly deviations: Point;
}

/**
 * K-means (Lloyd 1982, started by kmeans++, Arthur and Vassilvitskii 2007) on z-scored ln(1 + R), ln(1 + F), ln(1 + M).
 *
 * Ids are 0 for the most valuable cluster and so on; given last night's centroids, each cluster instead takes the id of
 * the one it continues (least total distance), so that names stay with customers even when two clusters change rank.
 * With another number of clusters than last night, ids are by value again. Customers are worked through in the order of
 * their values, so the result does not depend on the order in which they come, and equal customers share a cluster.
 * No more distinct customers than clusters: each distinct one is a cluster of its own. No customers: no clusters.
 *
 * @param data.recencyDays whole days since the last order, one for each customer
 * @param data.frequency orders
 * @param data.monetary money in whole currency units, not cents (ln(1 + M) depends on the unit); below 0 counts as 0
 * @param data.seed any safe integer; the same seed and customers give the same result
 * @param data.previous `logarithmic` of last night's clusters, by id
 * @throws RangeError when lengths differ, a value is not finite or the recipe is out of range
 */
export function clusterCustomers(data: {
  recencyDays: ArrayLike<number>;
  frequency: ArrayLike<number>;
  monetary: ArrayLike<number>;
  recipe: SegmentationRecipe;
  seed: number;
  previous?: readonly Point[];
}): Clustering {
  requireRecipe(data.recipe);
  requireRfm(data.recencyDays, data.frequency, data.monetary);
  const order = orderByValues(data.recencyDays, data.frequency, data.monetary);
  const columns = [data.recencyDays, data.frequency, data.monetary].map((column) =>
    Float64Array.from(order, (customer) => column[customer]!),
  );
  const { points, means, deviations } = standardiseRfm(columns);

  const { clusters: count } = data.recipe;
  const centroids = findDistinct(points, count) ?? findCentroids(points, count, data.recipe, data.seed);
  const { labels, inertia } = assignPoints(points, centroids);
  const found = describeClusters(columns, labels, centroids.map(toPoint), means, deviations);

  const byValue = found.map((_, label) => label).sort((a, b) => compareValue(found[a]!, found[b]!));
  const ids = giveIds(found, byValue, deviations, data.previous);
  const clusters = new Array<Cluster>(found.length);
  for (const [label, id] of ids.entries()) clusters[id] = found[label]!;
  const assignment = new Uint8Array(order.length);
  for (const [row, customer] of order.entries()) assignment[customer] = ids[labels[row]!]!;
  return { assignment, clusters, idsByValue: byValue.map((label) => ids[label]!), inertia, means, deviations };
}

function describeClusters(
  columns: readonly Float64Array[],
  labels: Uint8Array,
  centroids: readonly Point[],
  means: Point,
  deviations: Point,
): Cluster[] {
  const totals = centroids.map(() => ({ customers: 0, values: [0, 0, 0], revenue: 0 }));
  for (const [row, label] of labels.entries()) {
    const total = totals[label]!;
    total.customers++;
    total.revenue += Math.max(0, columns[2]![row]!);
    for (const [axis, column] of columns.entries()) total.values[axis]! += column[row]!;
  }
  const revenue = totals.reduce((sum, total) => sum + total.revenue, 0);
  return totals.map((total, label) => ({
    customers: total.customers,
    standardised: centroids[label]!,
    logarithmic: toPoint(centroids[label]!.map((score, axis) => means[axis]! + score * deviations[axis]!)),
    averages: toPoint(total.values.map((sum) => sum / total.customers)),
    revenueShare: revenue > 0 ? total.revenue / revenue : 0,
  }));
}

function giveIds(
  found: readonly Cluster[],
  byValue: readonly number[],
  deviations: Point,
  previous: readonly Point[] | undefined,
): number[] {
  if (previous?.length !== found.length) {
    const ids = new Array<number>(found.length);
    for (const [id, label] of byValue.entries()) ids[label] = id;
    return ids;
  }
  const onOneScale = (point: Point) => toPoint(point.map((value, axis) => value / (deviations[axis]! || 1)));
  return matchClusters(
    found.map((cluster) => onOneScale(cluster.logarithmic)),
    previous.map(onOneScale),
  );
}

/** Most valuable first. */
function compareValue(a: Cluster, b: Cluster): number {
  const [recencyA, frequencyA, monetaryA] = a.standardised;
  const [recencyB, frequencyB, monetaryB] = b.standardised;
  return monetaryB - monetaryA || frequencyB - frequencyA || recencyA - recencyB;
}

function orderByValues(
  recencyDays: ArrayLike<number>,
  frequency: ArrayLike<number>,
  monetary: ArrayLike<number>,
): Uint32Array {
  return Uint32Array.from({ length: recencyDays.length }, (_, customer) => customer).sort(
    (a, b) =>
      monetary[b]! - monetary[a]! || frequency[b]! - frequency[a]! || recencyDays[a]! - recencyDays[b]! || a - b,
  );
}

function requireRecipe(recipe: SegmentationRecipe): void {
  for (const name of ['clusters', 'restarts', 'searchSample', 'maximumIterations'] as const) {
    if (!Number.isInteger(recipe[name]) || recipe[name] < 1) {
      throw new RangeError(`recipe.${name} must be a whole number of at least 1, not ${recipe[name]}`);
    }
  }
  if (recipe.clusters > 16) throw new RangeError(`recipe.clusters must be at most 16, not ${recipe.clusters}`);
}
