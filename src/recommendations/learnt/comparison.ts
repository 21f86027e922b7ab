/** How far two versions of customer lists agree in their first places. */
export interface ListComparison {
  /** customers with a list in both versions */
  customers: number;
  only_first: number;
  only_second: number;
  /** places looked at */
  places: number;
  /** mean share of the items on either list that are on both (Jaccard); null without customers */
  overlap: number | null;
  /** share of customers whose list is the same, in the same order; null without customers */
  unchanged: number | null;
  /** customers whose list changes most */
  examples: { customer_id: string; overlap: number; first: string[]; second: string[] }[];
}

/** How far two versions of popularity agree. */
export interface PopularityComparison {
  places: number;
  /** share of the first `places` items that both have; null where neither has any */
  overlap: number | null;
  entered: string[];
  left: string[];
}
