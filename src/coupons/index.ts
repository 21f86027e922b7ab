export type { CampaignStatus, Discount } from './campaign-terms.ts';
export type { CampaignWithStatus } from './campaigns.ts';
export { type Coupons, checkLedger, createCoupons, eraseFromCoupons } from './coupons.ts';
export type { Decision } from './decisions.ts';
export type {
  CampaignElement,
  CartLineElement,
  DecisionElement,
  RecommendedItem,
  RedemptionElement,
} from './elements.ts';
export type { LedgerDifference, Redemption } from './ledger-store.ts';
export { couponRoutes } from './routes.ts';
