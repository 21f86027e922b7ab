/** A row of a version of popularity. */
export interface PopularityRow {
  itemKey: number;
  /** time-decayed purchases */
  score: number;
  purchases: number;
  /** by how many standard deviations it sells more than it did; NaN or absent: no trend */
  trend?: number;
  /** days after which a quarter, and half, of those who buy it again have done so; NaN or absent: it is not */
  rebuyFromDays?: number;
  rebuyDays?: number;
}

/** The neighbours of one item in a version. */
export interface NeighboursRow {
  itemKey: number;
  /** item keys, nearest first */
  neighbours: ArrayLike<number>;
  weights: ArrayLike<number>;
}

/** The list of one customer in a version. */
export interface CustomerListRow {
  customerKey: number;
  /** best first */
  itemKeys: ArrayLike<number>;
  scores: ArrayLike<number>;
  /** index into `listSources` */
  sources: ArrayLike<number>;
  /** item key, or 0 */
  because: ArrayLike<number>;
  /** what brought it up in the learnt order, below 64; 0: nothing that has words; absent: of none is it told */
  reasons?: ArrayLike<number>;
}
