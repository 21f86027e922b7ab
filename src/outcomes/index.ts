export { type CampaignAdded, readCampaignsAdded } from './effects/campaign-effects.ts';
export { type Measured, measureTrial, type TrialData } from './effects/measure-trial.ts';
export { createOutcomes, type Outcomes } from './outcomes.ts';
export { type PolicyEvaluation, type PolicyVersionValue, type Reward, rewards } from './policies/evaluate-policy.ts';
export { estimateJson, presentValue } from './policies/policy-json.ts';
export { presenter, toAdded } from './reports/report-json.ts';
export {
  type ProfiledCustomers,
  readProfiledCustomers,
  responseFeatures,
  rowsOf,
} from './responses/response-features.ts';
export { createResponses, priceScores } from './responses/response-scores.ts';
export { findTrials, readTrial } from './responses/response-trial.ts';
export {
  type CampaignResponse,
  readRunsOfResponses,
  replaceFeatures,
  saveResponse,
  selectResponse,
} from './responses/store.ts';
export { outcomesStation } from './station.ts';
