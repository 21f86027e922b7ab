export type { Choice } from '../recipe-schema.ts';
export type { SparseMatrix } from '../sparse-matrix.ts';
export {
  type CandidateInput,
  type CandidateRecipe,
  type Candidates,
  candidateSources,
  type Source,
  type WeightedMethod,
} from './blend/candidates.ts';
export { type CandidateLists, listAt } from './blend/make-lists.ts';
export { type CandidateRanker, createCandidateRanker } from './blend/rank-candidates.ts';
export { createMatrices, type Facts, type Matrices, type SoldLines } from './facts.ts';
export { createFamilyFitter, type FitOptions, type FittedFamily, fitFamily } from './fit-family.ts';
export { type ItemNeighbours, mostCells, trainItemNeighbours, truncateNeighbours } from './graphs/item-neighbours.ts';
export {
  createRecommender,
  type History,
  type Recommendations,
  type RecommendForCustomer,
  type RecommendOptions,
} from './graphs/recommend-by-neighbours.ts';
export { noItem } from './graphs/score-history.ts';
export type { NeighbourRecipe } from './graphs/settings.ts';
export { trainIals } from './ials/ials.ts';
export type { IalsRecipe } from './ials/settings.ts';
export {
  type Behaviours,
  buildInteractions,
  buildRepurchases,
  type Decay,
  type Purchases,
} from './interactions.ts';
export {
  type FitBefore,
  type Lesson,
  type Listed,
  lessonsOf,
  reckonOrderBytes,
  type TaughtLesson,
  teachOneMore,
} from './learnt-order/learn-order.ts';
export {
  type BehaviourWeights,
  type Blend,
  type CollaborativeFilteringRecipe,
  choicesOf,
  type HalfLives,
  type MethodName,
  type MethodSettings,
  type ResolvedRecipe,
  recipe,
  recipeSchema,
  resolveRecipe,
  type Tuning,
} from './recipe.ts';
export { type Fold, makeFolds } from './search/folds.ts';
export { type TunedRecipe, type TuneOptions, tuneRecipe } from './search/tune-recipe.ts';
export type { RecipeTrial } from './search/validation.ts';
export { makeLists, type TaskName, type TaskRunner, tasks, tasksHere } from './tasks.ts';
export type { KnownHistory, TrainedMethod } from './trained-method.ts';
export { methodOf, type TrainedModel } from './trained-model.ts';
