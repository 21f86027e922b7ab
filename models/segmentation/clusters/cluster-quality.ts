import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { countPoints, type Points } from './k-means.ts';

/**
 * Mean silhouette of every clustering (Rousseeuw 1987): how much nearer a point's own cluster is than the next one, from -1
 * to 1. A point that is alone in its cluster has 0. Every pair of points is measured, once for all clusterings: n × n steps.
 *
 * @param labellings each the cluster of every point
 */
export function measureSilhouettes(points: Points, labellings: readonly Uint8Array[]): number[] {
  const count = countPoints(points);
  const clusterings = labellings.map((labels) => ({ labels, sizes: countByLabel(labels), total: 0 }));
  const distances = new Float64Array(count);
  for (let point = 0; point < count; point++) {
    measureDistances(points, point, distances);
    for (const clustering of clusterings) clustering.total += silhouetteOf(point, distances, clustering);
  }
  return clusterings.map(({ total }) => (count > 0 ? total / count : 0));
}

function countByLabel(labels: Uint8Array): Float64Array {
  const counts = new Float64Array(1 + labels.reduce((most, label) => Math.max(most, label), 0));
  for (const label of labels) counts[label]++;
  return counts;
}

function measureDistances({ values, dimensions }: Points, point: number, distances: Float64Array): void {
  for (let other = 0, at = 0; other < distances.length; other++) {
    let squared = 0;
    for (let axis = point * dimensions; axis < (point + 1) * dimensions; axis++, at++) {
      const difference = values[at] - values[axis];
      squared += difference * difference;
    }
    distances[other] = Math.sqrt(squared);
  }
}

function silhouetteOf(
  point: number,
  distances: Float64Array,
  { labels, sizes }: { labels: Uint8Array; sizes: Float64Array },
): number {
  const own = labels[point];
  if (sizes[own] < 2) return 0;
  const sums = new Float64Array(sizes.length);
  for (let other = 0; other < distances.length; other++) sums[labels[other]] += distances[other];
  const within = sums[own] / (sizes[own] - 1);
  let next = Infinity;
  for (let label = 0; label < sizes.length; label++) {
    if (label !== own && sizes[label] > 0) next = Math.min(next, sums[label] / sizes[label]);
  }
  return next < Infinity && Math.max(within, next) > 0 ? (next - within) / Math.max(within, next) : 0;
}

/** Calinski and Harabasz (1974): variance between clusters against variance within, each by its degrees of freedom. */
export function calinskiHarabasz(figures: {
  total: number;
  inertia: number;
  points: number;
  clusters: number;
}): number {
  const { total, inertia, points, clusters } = figures;
  return (total - inertia) / (clusters - 1) / (inertia / (points - clusters));
}

/** Adjusted Rand index (Hubert and Arabie 1985) of two labellings: 1 where they agree, about 0 where only by chance. */
export function adjustedRand(a: Uint8Array, b: Uint8Array): number {
  const width = 1 + b.reduce((most, label) => Math.max(most, label), 0);
  const rows = new Float64Array(1 + a.reduce((most, label) => Math.max(most, label), 0));
  const table = new Float64Array(rows.length * width);
  const columns = new Float64Array(width);
  for (let index = 0; index < a.length; index++) {
    table[a[index] * width + b[index]]++;
    rows[a[index]]++;
    columns[b[index]]++;
  }
  const pairs = (counts: Float64Array) => counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const together = pairs(table);
  const inRows = pairs(rows);
  const inColumns = pairs(columns);
  const expected = (inRows * inColumns) / ((a.length * (a.length - 1)) / 2);
  const most = (inRows + inColumns) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

/**
 * Points without any clusters: uniform over the box of `points` along its principal axes, as many as they are (the
 * reference of the gap statistic; Tibshirani, Walther and Hastie 2001).
 */
export function createUniformReference(points: Points): (random: () => number) => Points {
  const { values, dimensions } = points;
  const count = countPoints(points);
  const cloud = new Matrix(count, dimensions);
  for (let at = 0; at < values.length; at++) cloud.set(Math.floor(at / dimensions), at % dimensions, values[at]);
  const means = cloud.mean('column');
  cloud.center('column', { center: means });
  const axes = new EigenvalueDecomposition(cloud.transpose().mmul(cloud), { assumeSymmetric: true }).eigenvectorMatrix;
  const turned = cloud.mmul(axes);
  const low = Array.from({ length: dimensions }, (_, axis) => turned.getColumn(axis).reduce((a, b) => Math.min(a, b)));
  const high = Array.from({ length: dimensions }, (_, axis) => turned.getColumn(axis).reduce((a, b) => Math.max(a, b)));
  return (random) => {
    const drawn = new Matrix(count, dimensions);
    for (let row = 0; row < count; row++) {
      for (let axis = 0; axis < dimensions; axis++)
        drawn.set(row, axis, low[axis] + random() * (high[axis] - low[axis]));
    }
    return { values: Float64Array.from(drawn.mmul(axes.transpose()).to1DArray()), dimensions };
  };
}
