import { choice, whole, within } from '../../recipe-schema.ts';

export interface Rp3betaRecipe {
  /** power of the transition probabilities */
  readonly alpha: number;
  /** power of the popularity by which a candidate is divided */
  readonly beta: number;
  /** added to that popularity, so that rare items are not lifted too far */
  readonly shrinkage: number;
  /** how many neighbours are kept of each item */
  readonly neighbours: number;
}

export interface ItemKnnRecipe {
  /** added to the cosine's denominator */
  readonly shrinkage: number;
  readonly neighbours: number;
}

/** How a graph filter is made. */
export interface GraphFilterRecipe {
  /** kept of each item by the linear filter */
  readonly neighbours: number;
  /** principal directions that the ideal filter lets through */
  readonly dimensions: number;
  /** what the ideal filter counts beside the linear one */
  readonly idealWeight: number;
}

/** Which baskets are before which. */
export interface BasketFading {
  /** so many of a customer's baskets speak for the one that follows them */
  readonly baskets: number;
  /** what a basket counts beside the one after it; above 0, at most 1 */
  readonly fading: number;
}

/** How the graph of what is bought next is made: a walk like rp3beta's, over baskets that follow each other. */
export type NextBasketsRecipe = Rp3betaRecipe & BasketFading;

/** A graph of items and how it is made. */
export type NeighbourRecipe =
  | ({ readonly method: 'rp3beta' } & Rp3betaRecipe)
  | ({ readonly method: 'item-knn' } & ItemKnnRecipe)
  | { readonly method: 'gf-cf'; readonly neighbours: number };

/** What the fields of a recipe may hold, each a value or a list to search in; what usually brings most is searched first. */
export const rp3betaFields = {
  neighbours: choice(whole(1, 2_000)),
  beta: choice(within(0, 4)),
  alpha: choice(within(0, 4)),
  shrinkage: choice(within(0, 1_000_000)),
};

/** What the fields of a recipe may hold, each a value or a list to search in. */
export const itemKnnFields = {
  neighbours: choice(whole(1, 2_000)),
  shrinkage: choice(within(0, 1_000_000)),
};

/** What the fields of a recipe may hold, each a value or a list to search in. */
export const graphFilterFields = {
  idealWeight: choice(within(0, 1_000)),
  dimensions: choice(whole(1, 1_024)),
  neighbours: choice(whole(1, 2_000)),
};

/** What the fields of a recipe may hold, each a value or a list to search in. */
export const nextBasketsFields = {
  baskets: choice(whole(1, 100)),
  ...rp3betaFields,
  fading: choice(within(0.01, 1)),
};
