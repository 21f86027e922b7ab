/** Hyper-parameters of the nightly run; the shape of recipe.json. */
export interface CollaborativeFilteringRecipe {
  readonly method: 'rp3beta' | 'item-knn';
  /** rp3beta: power of the transition probabilities */
  readonly alpha: number;
  /** rp3beta: power of the popularity by which a candidate is divided */
  readonly beta: number;
  /** rp3beta: added to that popularity, so that rare items are not lifted too far; item-knn: to the cosine's denominator */
  readonly shrinkage: number;
  /** how many neighbours are kept of each item */
  readonly neighbours: number;
  /** how many of them are stored for related items and for folding fresh events in */
  readonly servedNeighbours: number;
  /** decay of the behaviours that collaborative filtering learns from and scores by */
  readonly halfLifeDays: number;
  readonly behaviourWeights: BehaviourWeights;
  /** whether items the customer has bought may be in the list */
  readonly repurchase: 'allow' | 'exclude';
  /** decay of a customer's own purchases */
  readonly repurchaseHalfLifeDays: number;
  /** decay of the item popularity that the blend is given */
  readonly popularityHalfLifeDays: number;
  readonly blend: Blend;
  /** length of a customer's list */
  readonly candidates: number;
}

export interface BehaviourWeights {
  readonly view: number;
  readonly click: number;
  readonly favourite: number;
  readonly cart_add: number;
  readonly purchase: number;
}

/** score = (own purchases + collaborative × relative score + floor) × (relative popularity + floor)^popularityPower */
export interface Blend {
  /** how many fresh purchases the customer's strongest collaborative score is worth */
  readonly collaborative: number;
  /** 0: what is selling now does not matter */
  readonly popularityPower: number;
  /** what an item starts with, so that nothing is multiplied by 0; above 0 */
  readonly floor: number;
}

export type NeighbourRecipe = Pick<
  CollaborativeFilteringRecipe,
  'method' | 'alpha' | 'beta' | 'shrinkage' | 'neighbours'
>;

export type CandidateRecipe = Pick<CollaborativeFilteringRecipe, 'repurchase' | 'blend' | 'candidates'>;
