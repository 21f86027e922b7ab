export type { Measured } from './measure.ts';
export {
  type CampaignReport,
  createOutcomes,
  type DiscountReport,
  eraseFromOutcomes,
  type HoldoutReport,
  type Outcomes,
} from './outcomes.ts';
export { type PolicyEvaluation, type Reward, rewards } from './policy.ts';
export { findTrials, readTrial, responseFeatures } from './response-trial.ts';
export { outcomeRoutes, presenter } from './routes.ts';
export { type CampaignResponse, saveResponse, selectResponse } from './store.ts';
