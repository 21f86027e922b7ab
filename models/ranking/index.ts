export {
  type CandidatesToDescribe,
  createCandidateDescriber,
  describerBytes,
  type WantedColumns,
} from './features/describe-candidates.ts';
export { type Knowledge, knowledgeOf, type RankingFacts } from './features/knowledge.ts';
export { columnCount, columnNames, type FeatureName, featureNames } from './features/names.ts';
export { createRanks, ranksBytes } from './features/ranks.ts';
export {
  columnsAsked,
  createOrderReasons,
  firstHabit,
  mostWeeks,
  type OrderReason,
  orderReasons,
  orderReasonsBytes,
} from './features/say-why.ts';
export { createLambdaWriter, discountAt, type Groups, lambdaBytes } from './lambda-gradients.ts';
export {
  type BoostingSettings,
  type LearntRanking,
  learnRanking,
  leastShared,
  type RankingRows,
} from './learn-ranking.ts';
export { type Objective, objectives, whyNotFor, worthOf } from './objectives.ts';
export { type RankingSettings, rankingSchema } from './recipe.ts';
export { type Binned, binColumns } from './trees/bin-columns.ts';
export {
  createTreeGrower,
  type GrownNode,
  growerBytes,
  type TreeGrower,
  type TreeSettings,
} from './trees/grow-tree.ts';
export { createRowScorer, type RowScorer, rowScorerBytes } from './trees/score-rows.ts';
export { explainRow, type FeatureColumns, noTrees, type TreeTable } from './trees/tree-table.ts';
