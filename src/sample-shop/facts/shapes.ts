import type { CostElement, EventElement, EventType, MarketFigureElement, OrderElement } from '../../intake/index.ts';

/** The shapes that PUT /v1/items, PUT /v1/customers, POST /v1/orders, /v1/refunds, /v1/events and /v1/campaigns take. */
export interface ShopItem {
  item_id: string;
  title: string;
  category: string;
  brand: string;
  price: string;
  list_price: string;
  cost: string;
  stock: number;
  hidden: boolean;
  available_from?: string;
  available_until?: string;
  attributes: Record<string, string | boolean>;
  updated_at?: string;
}

/** What is told of an item in the course of time: its stock, or its price. */
export interface ShopChange {
  item_id: string;
  stock?: number;
  price?: string;
  updated_at: string;
}

/** What was spent on a day. */
export type ShopCost = CostElement;

/** What the market sold in a month. */
export type ShopMarketFigure = MarketFigureElement;

/** A customer of the shop. */
export interface ShopCustomer {
  customer_id: string;
  profiling_allowed: boolean;
  attributes: Record<string, string | boolean>;
  registered_at?: string;
}

/** A line of an order; prices for one piece. */
export interface ShopOrderLine {
  item_id: string;
  quantity: number;
  unit_price: string;
  list_price: string;
  list_id?: string;
  position?: number;
}

/** An order of the shop; of one over the counter nobody is named. */
export interface ShopOrder
  extends Pick<OrderElement, 'channel' | 'store' | 'shipping' | 'tax' | 'payment_fee' | 'statuses'> {
  order_id: string;
  customer_id?: string;
  visitor_id?: string;
  occurred_at: string;
  lines: ShopOrderLine[];
}

/** A refund; without lines the whole order comes back. */
export interface ShopRefund {
  refund_id: string;
  order_id: string;
  occurred_at: string;
  lines?: { item_id: string; quantity: number }[];
}

/** What its shoppers do, beside buying. */
export type ShopEventType = Extract<EventType, 'view' | 'click' | 'favourite' | 'cart_add' | 'search' | 'impression'>;

/** And what is told beside in a shop with indicators. */
type TradeEventType = Extract<EventType, 'page_view' | 'page_ping' | 'checkout_start' | 'review' | 'complaint'>;

/** A behaviour of a shopper; without `customer_id` until they log in. */
export interface ShopEvent
  extends Pick<
    EventElement,
    'list_id' | 'position' | 'session_id' | 'page' | 'dwell_seconds' | 'rating' | 'topic' | 'order_id' | 'results'
  > {
  event_id: string;
  type: ShopEventType | TradeEventType;
  customer_id?: string;
  visitor_id: string;
  item_id?: string;
  occurred_at: string;
  query?: string;
}

/** The terms of the shop's campaign. */
export interface ShopCampaignTerms {
  campaign_id: string;
  name: string;
  discount: { type: 'percent'; percent: number; maximum_discount: string };
  valid_from: string;
  valid_until: string;
  coupon_valid_days: number;
  budget: { coupons: number; money: string };
  control_share: number;
}
