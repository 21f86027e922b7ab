import type { Group } from '../segments/index.ts';

/** What the shop sends, field by field as the contract says. */
export interface DiscountElement {
  type: 'percent' | 'amount';
  percent?: number;
  amount?: string;
  maximum_discount?: string;
}

export interface CampaignElement {
  campaign_id: string;
  name: string;
  discount: DiscountElement;
  valid_from: string;
  valid_until: string;
  /** 14 when absent */
  coupon_valid_days?: number;
  budget?: { coupons?: number; money?: string };
  /** 1 when absent */
  limit_per_customer?: number;
  minimum_spend?: string;
  /** empty or absent: every group */
  target_groups?: Group[];
  /** empty or absent: the whole cart */
  applies_to?: { item_ids?: string[]; categories?: string[] };
  /** the highest is tried first; 0 when absent */
  priority?: number;
}

export interface CartLineElement {
  item_id: string;
  quantity: number;
  unit_price: string;
}

export interface DecisionElement {
  customer_id: string;
  cart?: CartLineElement[];
  campaign_ids?: string[];
}

export interface RedemptionElement {
  code: string;
  order_id: string;
  customer_id?: string;
  lines: CartLineElement[];
}

/** An item as recommendations list it, in the contract's own shape. */
export interface RecommendedItem {
  position: number;
  item_id: string;
  title: string | null;
  category: string | null;
  price: string | null;
  score: number;
  reason: {
    source:
      | 'collaborative-filtering'
      | 'repurchase'
      | 'recent-behaviour'
      | 'association-rules'
      | 'popularity'
      | 'catalogue';
    because_item_id?: string;
    text: string;
    rule?: { support: number; confidence: number; lift: number; count: number };
  };
}
