import type { Filter } from '../lists/filters/filter-types.ts';
import type { RecommendationRequest } from '../lists/recommendation-request.ts';
import type { Method } from '../methods/method.ts';

/** One placement of a page: what holds of it, but for what is said here. */
export interface PagePlacement {
  placement: string;
  method?: Method;
  limit?: number;
  filter?: Filter;
  pinned_item_ids?: string[];
  title?: string | null;
  /** whose best sellers; null: everybody's */
  segment?: string | null;
}

/** Who is on the page and what they see there, as the API asks for it; what is said of one placement goes before it. */
export interface PageRequest extends Omit<RecommendationRequest, 'limit' | 'filter' | 'placement'> {
  /** of a category's page */
  category?: string;
  /** what a search has found, to be ranked again */
  item_ids?: string[];
  /** what is searched for */
  query?: string;
  /** false: somebody of the shop looks at it, so that none of its lists is in the log; else it is for a shopper */
  shown?: boolean;
  placements: PagePlacement[];
  /** of the page before */
  page_token?: string;
}
