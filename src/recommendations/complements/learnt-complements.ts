/** What goes with one item of a version beyond its rules, and what stands in for it; items are keys. */
export interface ComplementRow {
  itemKey: number;
  /** bought with it in one order more often than by chance, the most often first */
  coBought: ArrayLike<number>;
  /** orders that hold both, beside them */
  counts: ArrayLike<number>;
  /** of the orders with the item the share that holds the other too */
  confidences: ArrayLike<number>;
  lifts: ArrayLike<number>;
  /** looked at in one session with it and not bought together */
  substitutes: ArrayLike<number>;
}

/** A category of a version with those that are bought with it; categories by their paths. */
export interface CategoryComplementRow {
  category: string;
  /** those in most of its orders first */
  complements: readonly { category: string; lift: number }[];
}
