export type { Measured } from './measure.ts';
export {
  type CampaignReport,
  createOutcomes,
  type DiscountReport,
  type HoldoutReport,
  type Outcomes,
} from './outcomes.ts';
export { type PolicyEvaluation, type Reward, rewards } from './policy.ts';
export { type KnownCustomers, readKnownCustomers, responseFeatures, rowsOf } from './response-features.ts';
export { createResponses, priceScores } from './response-scores.ts';
export { findTrials, readTrial } from './response-trial.ts';
export { presenter } from './routes.ts';
export { outcomesStation } from './station.ts';
export { type CampaignResponse, readRunsOfResponses, replaceFeatures, saveResponse, selectResponse } from './store.ts';
