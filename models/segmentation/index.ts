import recipe from './recipe.json' with { type: 'json' };

export type { Candidate } from './choose-count.ts';
export type { Cluster, Clustering, PreviousClusters } from './clusters.ts';
export { clusterCustomers } from './clusters.ts';
export type { Difference } from './describe-cluster.ts';
export { borderRounding, distinguish, nameCluster, sayRule } from './describe-cluster.ts';
export type { FeatureColumn, FeatureName } from './features.ts';
export { featureNames, rfmFeatures } from './features.ts';
export type { KlaviyoGroup, KlaviyoGrouping, KlaviyoScores, KlaviyoThresholds } from './klaviyo.ts';
export { groupByKlaviyo, klaviyoCodes, klaviyoGroups } from './klaviyo.ts';
export type { SegmentationRecipe } from './recipe.ts';
export type { Group, RfmScores, ScoreRange } from './rfm.ts';
export { groupCustomers, groupOf, groups, rangesByScore, scoreRfm } from './rfm.ts';
export type { MemberRule } from './rule-tree.ts';
export { binColumns, describeMembers } from './rule-tree.ts';

/** The hyper-parameters of the nightly run. */
export { recipe };
