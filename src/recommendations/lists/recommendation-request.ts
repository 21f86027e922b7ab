import type { Filter } from './filter.ts';

/** Who or what a list is for, as the API asks for it. */
export interface RecommendationRequest {
  customer_id?: string;
  visitor_id?: string;
  /** oldest first */
  recent_item_ids?: string[];
  cart_item_ids?: string[];
  exclude_item_ids?: string[];
  filter?: Filter;
  limit: number;
  placement?: string;
}
