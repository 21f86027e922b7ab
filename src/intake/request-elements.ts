import type { EventType } from './behaviours.ts';

/** What the shop sends, field by field as the contract says; raw rows in quarantine have these shapes too. */
export type Attributes = Record<string, string | number | boolean | string[]>;

/** What is told part by part: a part that is absent is kept, null clears it. */
export type Changes<Parts extends object> = { [Name in keyof Parts]?: Parts[Name] | null };

/** An item in a language. */
export interface ItemText {
  title?: string;
  description?: string;
  url?: string;
}

/** An item in a market or store; prices are decimal strings, and what is absent is as it is elsewhere. */
export interface MarketOffer {
  price?: string;
  list_price?: string;
  stock?: number;
  url?: string;
}

/** An absent field is kept as it is, null clears it. */
export interface ItemElement {
  item_id: string;
  title?: string | null;
  url?: string | null;
  image_url?: string | null;
  description?: string | null;
  /** Path from the root: `Food > Coffee` */
  category?: string | null;
  /** all of its categories, the main one first */
  categories?: string[] | null;
  gtin?: string | null;
  /** what it is a variant of */
  parent_id?: string | null;
  options?: Changes<Record<string, string>> | null;
  texts?: Changes<Record<string, Changes<ItemText>>> | null;
  markets?: Changes<Record<string, Changes<MarketOffer>>> | null;
  brand?: string | null;
  price?: string | null;
  list_price?: string | null;
  cost?: string | null;
  /** null is unknown and counts as sellable. */
  stock?: number | null;
  /** where pieces are not counted; `stock` goes before it */
  in_stock?: boolean;
  hidden?: boolean;
  is_product?: boolean | null;
  available_from?: string | null;
  available_until?: string | null;
  attributes?: Changes<Attributes> | null;
  /** what a model of the shop's says of it, as numbers */
  embedding?: number[] | null;
  updated_at?: string;
}

/** An absent field is kept as it is, null clears it. */
export interface CustomerElement {
  customer_id: string;
  attributes?: Changes<Attributes> | null;
  profiling_allowed?: boolean;
  registered_at?: string | null;
  updated_at?: string;
}

/** One of customer and visitor is there; both link them. */
export interface EventElement {
  event_id: string;
  type: EventType;
  customer_id?: string;
  visitor_id?: string;
  item_id?: string;
  occurred_at: string;
  query?: string;
  name?: string;
  list_id?: string;
  position?: number;
  session_id?: string;
  page?: PageElement;
  dwell_seconds?: number;
  rating?: number;
  topic?: string;
  order_id?: string;
  results?: number;
  properties?: Attributes;
}

/** The page on which something was done, and how it was reached. */
export interface PageElement {
  path?: string;
  referrer?: string;
  device?: 'desktop' | 'mobile' | 'tablet' | 'other';
  language?: string;
  campaign?: { source?: string; medium?: string; name?: string; term?: string; content?: string };
}

/** A line of an order; prices are decimal strings for one piece. */
export interface OrderLineElement {
  item_id: string;
  quantity: number;
  unit_price: string;
  list_price?: string;
  title?: string;
  coupon_code?: string;
  list_id?: string;
  position?: number;
  unit_cost?: string;
}

/** An order with its lines; who bought may be a customer, a visitor or nobody. */
export interface OrderElement {
  order_id: string;
  customer_id?: string;
  visitor_id?: string;
  occurred_at: string;
  currency?: string;
  channel?: OrderChannel;
  store?: string;
  shipping?: string;
  tax?: string;
  payment_fee?: string;
  /** what the customer pays beside goods and shipping */
  fees?: string;
  statuses?: OrderStatusElement[];
  /** of an order that may be edited: a newer one takes the place of what is known */
  updated_at?: string;
  lines: OrderLineElement[];
}

/** Where an order came in. */
export const orderChannels = ['web', 'app', 'store', 'marketplace', 'phone'] as const;
export type OrderChannel = (typeof orderChannels)[number];

export interface OrderStatusElement {
  status: 'placed' | 'paid' | 'shipped' | 'delivered' | 'cancelled';
  occurred_at: string;
}

/** Without lines and money all that is left of the order's goods. */
export interface RefundElement {
  refund_id: string;
  order_id: string;
  occurred_at: string;
  lines?: { item_id: string; quantity: number }[];
  /** money for goods that are kept, beside that of the lines */
  amount?: string;
  shipping?: string;
  fees?: string;
  /** a short code */
  reason?: string;
}

/** What was spent on a local day to be seen; amounts are decimal strings. */
export interface CostElement {
  day: string;
  channel?: string;
  campaign?: string;
  amount: string;
  currency?: string;
  impressions?: number;
  clicks?: number;
}

/** What others sold in a month, as a source outside of the shop says; the value is a decimal string. */
export interface MarketFigureElement {
  month: string;
  category?: string;
  measure: 'sales' | 'units' | 'users' | 'items' | 'shared_items' | 'price_index';
  whose?: string;
  value: string;
  source: string;
}
