import type { ShopEvent, ShopOrder } from '../facts/shapes.ts';
import type { Placement } from './planted.ts';

/** A visit on whose pages lists stand. */
export interface ListVisit {
  /** in time order */
  readonly asks: readonly ListAsk[];
  /**
   * What is done with the lists that the asks got: they are seen, clicked and bought from.
   * @param shown in the order of the asks
   */
  respond(shown: readonly ShownList[]): ListResponse;
}

/** What a page of the shop asks for. */
export interface ListAsk {
  readonly placement: Placement;
  readonly limit: number;
  readonly at: string;
  /** of who is logged in */
  readonly customerId?: string;
  readonly visitorId: string;
  /** of an item's page: goods that go with it */
  readonly itemId?: string;
  /** of the cart's page */
  readonly cartItemIds?: readonly string[];
}

/** What of a `RecommendationList` its page shows. */
export interface ShownList {
  readonly list_id: string;
  readonly items: readonly { readonly item_id: string; readonly reason: { readonly source: string } }[];
}

/** Facts that no other method of the shop has, in time order. */
export interface ListResponse {
  readonly events: readonly ShopEvent[];
  /** placed because of a personal list, and not without it */
  readonly added?: ShopOrder;
}

/** An ask with what only the shop knows of it. */
export interface PlannedAsk {
  readonly placement: Placement;
  readonly second: number;
  readonly loggedIn: boolean;
  /** whose page it is */
  readonly item?: number;
  /** what lies in the cart */
  readonly cart?: readonly number[];
}
