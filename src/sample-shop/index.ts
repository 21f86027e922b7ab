export { type CouponResponse, type ShopCampaign, shopCampaignId } from './campaign.ts';
export type {
  ShopCampaignTerms,
  ShopCustomer,
  ShopEvent,
  ShopEventType,
  ShopItem,
  ShopOrder,
  ShopOrderLine,
  ShopRefund,
} from './facts/shapes.ts';
export { demoSize, generateSampleShop, type SampleShop, type SampleShopOptions } from './sample-shop.ts';
export type { CustomerTruth, PairCounts, PairTruth, Truth } from './truth.ts';
