import type { RequestContext } from '../newcomers/traits.ts';
import type { Filter } from './filters/filter-types.ts';
import type { ListField } from './view/list-view.ts';

/** Who or what a list is for, as the API asks for it. */
export interface RecommendationRequest {
  customer_id?: string;
  visitor_id?: string;
  /** oldest first */
  recent_item_ids?: string[];
  cart_item_ids?: string[];
  exclude_item_ids?: string[];
  /** the item that is looked at */
  item_id?: string;
  filter?: Filter;
  fields?: ListField[];
  market?: string;
  /** a language tag; absent: as the browser says */
  language?: string;
  personalized?: boolean;
  /** what is known of whoever asks beside what they did */
  context?: RequestContext;
  limit: number;
  placement?: string;
}
