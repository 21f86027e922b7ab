export { demoSize, generateSampleShop, type SampleShop, type SampleShopOptions } from './sample-shop.ts';
export type {
  ShopCustomer,
  ShopEvent,
  ShopEventType,
  ShopItem,
  ShopOrder,
  ShopOrderLine,
  ShopRefund,
} from './shapes.ts';
export type { CustomerTruth, PairCounts, PairTruth, Truth } from './truth.ts';
