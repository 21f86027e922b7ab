import { choice, whole, within } from '../../recipe-schema.ts';

export interface TifuKnnRecipe {
  /** how many nearest customers are asked */
  readonly neighbours: number;
  /** share of the customer's own vector in the score, 0 to 1; the rest is the mean of the nearest customers' */
  readonly ownShare: number;
  /** nearest customers are looked for among so many at most, drawn by chance where there are more */
  readonly maximumCustomers: number;
}

/** How the orders of a customer fade. */
export interface OrderDecay {
  /** into how many groups of successive orders a customer's history is cut, at most */
  readonly groups: number;
  /** what an order counts beside the next one of its group; above 0, at most 1 */
  readonly withinDecay: number;
  /** what a group counts beside the next one; above 0, at most 1 */
  readonly groupDecay: number;
}

/** What the fields of a recipe may hold, each a value or a list to search in. */
export const tifuKnnFields = {
  groups: choice(whole(1, 1_000)),
  withinDecay: choice(within(0.01, 1)),
  groupDecay: choice(within(0.01, 1)),
  neighbours: choice(whole(1, 100_000)),
  ownShare: choice(within(0, 1)),
  maximumCustomers: whole(1, 10_000_000),
};
