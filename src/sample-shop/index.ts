export { type CouponResponse, type ShopCampaign, shopCampaignId } from './campaign.ts';
export type {
  ShopCampaignTerms,
  ShopChange,
  ShopCost,
  ShopCustomer,
  ShopEvent,
  ShopEventType,
  ShopItem,
  ShopMarketFigure,
  ShopOrder,
  ShopOrderLine,
  ShopRefund,
} from './facts/shapes.ts';
export type { ListAsk, ListVisit, ShownList } from './lists/list-visit.ts';
export type { ListsTruth } from './lists/lists-truth.ts';
export type { ShopLists } from './lists/plan-lists.ts';
export { demoSize, generateSampleShop, type SampleShop, type SampleShopOptions } from './sample-shop.ts';
export type { StockOut, TradeTruth } from './trade/planted.ts';
export type { CustomerTruth, PairCounts, PairTruth, Truth } from './truth.ts';
