export { couponsLeft } from './budgets/budget-left.ts';
export type { Campaign, CampaignStatus, Discount } from './campaigns/campaign-terms.ts';
export type { CampaignWithStatus } from './campaigns/campaigns.ts';
export { campaignsAimedAt, selectCampaignsById as findCampaigns } from './campaigns/store.ts';
export type { CodeBatch } from './codes/code-batches.ts';
export { selectFailures, selectFirstFailureDay } from './codes/failures/store.ts';
export { type CampaignCost, selectCostSums } from './costs/store.ts';
export { type CouponDependencies, type Coupons, createCoupons } from './coupons.ts';
export {
  asLogged,
  expectDiscount,
  type ResponseFeatures,
  type ResponseScorer,
  type Responses,
} from './decisions/choice/expected-gain.ts';
export type { Decision } from './decisions/decision.ts';
export { type ReplayReport, replayDecisions } from './decisions/replay.ts';
export type { LedgerCheck } from './ledger/check-ledger.ts';
export type { LedgerDifference } from './ledger/store.ts';
export type { PolicyVersion } from './policies/policy.ts';
export { requirePolicyForm } from './policies/policy-form.ts';
export { policyElement } from './policies/read-policy.ts';
export {
  type ProposedVersion,
  policiesNaming,
  selectPublishedVersion,
  selectVersion as selectPolicyVersion,
} from './policies/store.ts';
export type { Redemption } from './redemptions/store.ts';
export { issuedCouponsRelation, redemptionsRelation, reversalsRelation } from './relations/store.ts';
export { type JudgedChoice, type LoggedChoice, readChoices, readJudgedChoices } from './reports/logged-choices.ts';
export {
  type ControlledCampaign,
  type GroupDiscount,
  type NetRedemption,
  selectControlledCampaigns,
  selectGroupDiscounts,
  selectNetRedemptions,
} from './reports/store.ts';
export type {
  CampaignElement,
  CartLineElement,
  CodesElement,
  DecisionElement,
  PolicyElement,
  QualificationElement,
  RedemptionElement,
  ReversalElement,
} from './request-elements.ts';
export type { Reversal } from './reversals/store.ts';
export { couponsStation } from './station.ts';
