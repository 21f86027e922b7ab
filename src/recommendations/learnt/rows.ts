export interface PopularityRow {
  itemKey: number;
  /** time-decayed purchases */
  score: number;
  purchases: number;
}

export interface NeighboursRow {
  itemKey: number;
  /** item keys, nearest first */
  neighbours: ArrayLike<number>;
  weights: ArrayLike<number>;
}

export interface CustomerListRow {
  customerKey: number;
  /** best first */
  itemKeys: ArrayLike<number>;
  scores: ArrayLike<number>;
  /** index into `listSources` */
  sources: ArrayLike<number>;
  /** item key, or 0 */
  because: ArrayLike<number>;
}
