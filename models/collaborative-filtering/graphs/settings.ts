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

/** A graph of items and how it is made. */
export type NeighbourRecipe =
  | ({ readonly method: 'rp3beta' } & Rp3betaRecipe)
  | ({ readonly method: 'item-knn' } & ItemKnnRecipe);

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
