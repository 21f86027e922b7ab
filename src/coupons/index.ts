export { campaignsAimedAt, selectCampaignsById as findCampaigns } from './campaign-store.ts';
export type { Campaign, CampaignStatus, Discount } from './campaign-terms.ts';
export type { CampaignWithStatus } from './campaigns.ts';
export type { LedgerDifference } from './check-store.ts';
export { type LoggedChoice, readChoices } from './choice-log.ts';
export type { CodeBatch } from './code-batches.ts';
export {
  type CouponDependencies,
  type Coupons,
  createCoupons,
  type LedgerCheck,
} from './coupons.ts';
export { barredAmong } from './decide.ts';
export { selectHoldouts } from './decision-store.ts';
export type { Decision } from './decisions.ts';
export type {
  CampaignElement,
  CartLineElement,
  CodesElement,
  DecisionElement,
  QualificationElement,
  RecommendedItem,
  RedemptionElement,
  ReversalElement,
} from './elements.ts';
export { couponsLeft } from './eligibility.ts';
export { readLastHoldout } from './holdouts.ts';
export type { Redemption } from './ledger-store.ts';
export {
  type ArmOf,
  type ControlledCampaign,
  type GroupDiscount,
  type NetRedemption,
  selectArms,
  selectConsidered,
  selectControlledCampaigns,
  selectGroupDiscounts,
  selectHoldoutArms,
  selectNetRedemptions,
} from './outcomes-store.ts';
export { type ReplayReport, replayDecisions } from './replay.ts';
export type { Reversal } from './reversal-store.ts';
export {
  asLogged,
  expectDiscount,
  type ResponseFeatures,
  type ResponseScorer,
  type Responses,
} from './scores.ts';
export { couponsStation } from './station.ts';
