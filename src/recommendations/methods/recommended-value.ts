/** A category, a brand or a search term, and how much speaks for it: a share of the whole. */
export interface RecommendedValue {
  value: string;
  score: number;
}
