import recipe from './recipe.json' with { type: 'json' };

export type { Candidate } from './clusters/choose-count.ts';
export type { Cluster, Clustering, PreviousClusters } from './clusters/cluster-customers.ts';
export { clusterCustomers } from './clusters/cluster-customers.ts';
export type { Difference } from './description/describe-cluster.ts';
export { borderRounding, distinguish, nameCluster, sayRule } from './description/describe-cluster.ts';
export type { MemberRule } from './description/rule-tree.ts';
export { binColumns, describeMembers } from './description/rule-tree.ts';
export type { FeatureColumn, FeatureName } from './features.ts';
export { featureNames, rfmFeatures } from './features.ts';
export type { KlaviyoGroup, KlaviyoGrouping, KlaviyoScores, KlaviyoThresholds } from './groups/klaviyo.ts';
export { groupByKlaviyo, klaviyoCodes, klaviyoGroups } from './groups/klaviyo.ts';
export type { Group, RfmScores, ScoreRange } from './groups/rfm.ts';
export { groupCustomers, groupOf, groups, rangesByScore, scoreRfm } from './groups/rfm.ts';
export type { SegmentationRecipe } from './recipe.ts';

/** The hyper-parameters of the nightly run. */
export { recipe };
