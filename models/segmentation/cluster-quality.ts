import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { countPoints, type Points } from './k-means.ts';

/**
 * Mean silhouette (Rousseeuw 1987): how much nearer a point's own cluster is than the next one, from -1 to 1. A point that
 * is alone in its cluster has 0. Every pair of points is measured: n × n steps.
 */
export function silhouette(points: Points, labels: Uint8Array, clusters: number): number {
  const { values, dimensions } = points;
  const count = countPoints(points);
  if (count === 0) return 0;
  const sizes = new Float64Array(clusters);
  for (const label of labels) sizes[label]++;
  const sums = new Float64Array(count * clusters);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      let squared = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        const difference = values[a * dimensions + axis] - values[b * dimensions + axis];
        squared += difference * difference;
      }
      const distance = Math.sqrt(squared);
      sums[a * clusters + labels[b]] += distance;
      sums[b * clusters + labels[a]] += distance;
    }
  }
  let total = 0;
  for (let point = 0; point < count; point++) {
    const own = labels[point];
    if (sizes[own] < 2) continue;
    let next = Infinity;
    for (let label = 0; label < clusters; label++) {
      if (label !== own && sizes[label] > 0) next = Math.min(next, sums[point * clusters + label] / sizes[label]);
    }
    const within = sums[point * clusters + own] / (sizes[own] - 1);
    if (next < Infinity && Math.max(within, next) > 0) total += (next - within) / Math.max(within, next);
  }
  return total / count;
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
