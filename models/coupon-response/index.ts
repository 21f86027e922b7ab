export { type Allocation, allocateBudget, expectIncrementalMargin } from './allocate-budget.ts';
export { type Features, takeRows } from './features.ts';
export type { Policy, PolicyJudgement, ResponseJudgement } from './judge-scores.ts';
export { judgeScores } from './judge-scores.ts';
export type {
  CampaignTrial,
  LearntResponse,
  ResponseRefusal,
  ResponseReport,
} from './learn-response.ts';
export { learnResponse } from './learn-response.ts';
export { fitLogistic } from './logistic-regression.ts';
export type { Layer, Network, NetworkSettings, NetworkTrainer } from './network.ts';
export { fitNetwork, predict } from './network.ts';
export { type PlainLayer, type PlainUpliftModel, readModel, writeModel } from './plain-model.ts';
export { qiniCoefficient, type RandomisedTrial, upliftAuc } from './qini.ts';
export { type CouponResponseRecipe, recipe, recipeSchema } from './recipe.ts';
export { fitResponse, fitTLearner, type Learning, predictUplift, type UpliftModel } from './t-learner.ts';
