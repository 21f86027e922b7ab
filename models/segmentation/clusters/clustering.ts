import type { FeatureName } from '../features.ts';
import type { Candidate } from './choose-count.ts';

/** One cluster and what its members are like. */
export interface Cluster {
  readonly id: number;
  readonly customers: number;
  /** mean of the members in z-scores, by feature */
  readonly standardised: readonly number[];
  /** centroid on the features' own scales (ln(1 + value), shares): what the next night is matched to */
  readonly centroid: readonly number[];
  /** plain means over the members, by feature; NaN: known of nobody */
  readonly averages: readonly number[];
  /** members' share of all money, customers below 0 counting as 0 */
  readonly revenueShare: number;
}

/** The clusters of all customers, and how their number was chosen. */
export interface Clustering {
  /** what the customers were compared by, in the order of every list by feature */
  readonly features: readonly FeatureName[];
  /** cluster id of every customer */
  readonly assignment: Uint8Array;
  /** by ascending id */
  readonly clusters: readonly Cluster[];
  /** cluster ids from the most to the least valuable: by the centroid's money, then orders, then recency */
  readonly idsByValue: readonly number[];
  /** summed squared distance in weighted z-scores between customers and their nearest centroids */
  readonly inertia: number;
  /** means and population standard deviations on the features' scales */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** every number of clusters that was tried; empty where the recipe left no choice */
  readonly tried: readonly Candidate[];
  /** the number of clusters that was looked for; fewer are found where points coincide */
  readonly chosen: number;
}

/** Last night's clusters. */
export interface PreviousClusters {
  readonly features: readonly FeatureName[];
  readonly clusters: readonly Pick<Cluster, 'id' | 'centroid'>[];
  /** id of each of tonight's customers last night, -1 for none; needed only for a margin at the borders */
  readonly assignment?: ArrayLike<number>;
}
