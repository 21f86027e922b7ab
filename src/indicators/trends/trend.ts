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
}

/** Counts of a member by day, days ascending. */
export interface DailyCounts {
  member: string;
  days: number[];
  counts: number[];
}
