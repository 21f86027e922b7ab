import recipe from './recipe.json' with { type: 'json' };

export type { Cluster, Clustering, SegmentationRecipe } from './clusters.ts';
export { clusterCustomers } from './clusters.ts';
export type { Point } from './match-clusters.ts';
export type { Group, RfmScores, ScoreRange } from './rfm.ts';
export { groupOf, groups, rangesByScore, scoreRfm } from './rfm.ts';
/** The hyper-parameters of the nightly run. */
export { recipe };
