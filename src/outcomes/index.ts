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
export { outcomeRoutes, presenter } from './routes.ts';
