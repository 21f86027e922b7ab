import type { FeatureName } from '../features.ts';
import type { PreviousClusters } from './clustering.ts';
import { matchClusters } from './match-clusters.ts';

/**
 * Ids from 0 on by value; after a night before, the id of the cluster that each continues (`matchClusters` over the features
 * of both nights), and for one that continues none the lowest that is free.
 *
 * @param centroids by label, on the features' own scales
 * @param byValue labels, most valuable first
 * @param scale by feature, what makes distances comparable
 * @returns by label
 */
export function giveIds(
  names: readonly FeatureName[],
  centroids: readonly number[][],
  byValue: readonly number[],
  scale: { deviations: readonly number[]; weights: readonly number[] },
  previous: Pick<PreviousClusters, 'features' | 'clusters'> | undefined,
): number[] {
  const ids = new Array<number>(centroids.length);
  const common = names.filter((name) => previous?.features.includes(name));
  if (!previous || previous.clusters.length === 0 || common.length === 0) {
    for (const [id, label] of byValue.entries()) ids[label] = id;
    return ids;
  }
  const onOneScale = (centroid: readonly number[], features: readonly FeatureName[]) =>
    common.map((name) => {
      const axis = names.indexOf(name);
      return (centroid[features.indexOf(name)] / (scale.deviations[axis] || 1)) * scale.weights[axis];
    });
  const places = matchClusters(
    centroids.map((centroid) => onOneScale(centroid, names)),
    previous.clusters.map(({ centroid }) => onOneScale(centroid, previous.features)),
  );
  const taken = new Set<number>();
  for (const [label, place] of places.entries()) {
    if (place < 0) continue;
    ids[label] = previous.clusters[place].id;
    taken.add(ids[label]);
  }
  for (const label of byValue) {
    if (places[label] >= 0) continue;
    let free = 0;
    while (taken.has(free)) free++;
    ids[label] = free;
    taken.add(free);
  }
  return ids;
}

/** Most valuable first: by money, then orders, then recency. */
export function compareValue(names: readonly FeatureName[], a: Float64Array, b: Float64Array): number {
  const by = (name: FeatureName) => {
    const axis = names.indexOf(name);
    return axis < 0 ? 0 : b[axis] - a[axis];
  };
  return by('monetary') || by('frequency') || -by('recency');
}
