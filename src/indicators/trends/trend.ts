export const trendsOf = ['category', 'brand', 'item', 'search'] as const;
/** Of what there are trends. */
export type TrendOf = (typeof trendsOf)[number];

export type Direction = 'rising' | 'falling' | 'steady';

/** A member that was judged. */
export interface Trend {
  of: TrendOf;
  direction: Direction;
  place: number;
  member: string;
  index: number;
  low: number;
  high: number;
  recentCount: number;
  pastCount: number;
  falseDiscoveryRate: number;
  /** Different ones who searched for it within the days looked at. null: it is no search word. */
  visitors: number | null;
}

/** What fewer visitors typed may be about a person (an e-mail address, a number): only who may see persons is told. */
export const fewestVisitors = 5;

/** Counts of a member by day, days ascending. */
export interface DailyCounts {
  member: string;
  days: number[];
  counts: number[];
  /** Of search words: different visitors in all these days. */
  visitors: number | null;
}
