export {
  type CandidateFeatures,
  type CandidatesToDescribe,
  createCandidateFeatures,
} from './features/describe-candidates.ts';
export { type Knowledge, knowledgeOf, type RankingFacts } from './features/knowledge.ts';
export { columnNames, type FeatureName, featureNames } from './features/names.ts';
export { discountAt, type Groups, writeLambdas } from './lambda-gradients.ts';
export { type BoostingSettings, type LearntRanking, learnRanking, type RankingRows } from './learn-ranking.ts';
export { type Objective, type RankingSettings, rankingSchema } from './recipe.ts';
export { type Binned, binColumns } from './trees/bin-columns.ts';
export { createTreeGrower, type GrownNode, type TreeGrower, type TreeSettings } from './trees/grow-tree.ts';
export { explainRow, noTrees, scoreRows, type TreeTable } from './trees/tree-table.ts';
