import nightly from './recipe.json' with { type: 'json' };
import type { CollaborativeFilteringRecipe } from './recipe.ts';

export {
  type Behaviours,
  buildInteractions,
  buildRepurchases,
  type Decay,
  type Purchases,
} from './interactions.ts';
export { type ItemNeighbours, trainItemNeighbours, truncateNeighbours } from './item-neighbours.ts';
export {
  type CandidateInput,
  type Candidates,
  createCandidateRanker,
  SOURCES,
  type Source,
} from './rank-candidates.ts';
export type {
  BehaviourWeights,
  Blend,
  CandidateRecipe,
  CollaborativeFilteringRecipe,
  NeighbourRecipe,
} from './recipe.ts';
export {
  createRecommender,
  type History,
  type Recommendations,
  type RecommendForCustomer,
  type RecommendOptions,
} from './recommend.ts';
export { NO_ITEM } from './score-history.ts';

/** The hyper-parameters of the nightly run. */
export const recipe = nightly as CollaborativeFilteringRecipe;
