import { normalTails } from '../campaign-effect/distributions.ts';

/** Of a figure of all customers of both sides in one order: the lowest has rank 1, equal ones share the mean of theirs. */
export interface Ranks {
  readonly members: number;
  readonly others: number;
  /** of the members */
  readonly sum: number;
  /** of everybody's ranks, squared about their mean: (n³ − n) / 12 where all figures differ */
  readonly squares: number;
}

/** Whether members' figures lie higher than others'. */
export interface RankComparison {
  /** the probability that a member's figure is above an other's, and half of that they are equal; 0.5: neither lies higher */
  readonly above: number;
  /** of the hypothesis that belonging to a side has nothing to do with it; two-sided */
  readonly pValue: number;
}

/**
 * Compares figures by their ranks (Mann and Whitney 1947), with ties and the correction for continuity: what a few very large figures
 * are does not matter, so that it is right also for money and for small segments.
 */
export function compareRanks({ members, others, sum, squares }: Ranks): RankComparison {
  const all = members + others;
  if (members === 0 || others === 0) return { above: Number.NaN, pValue: 1 };
  const above = (sum - (members * (members + 1)) / 2) / (members * others);
  const variance = (members * others * squares) / (all * (all - 1));
  const surplus = Math.abs(sum - (members * (all + 1)) / 2) - 0.5;
  return { above, pValue: variance > 0 ? normalTails(Math.max(0, surplus) / Math.sqrt(variance)) : 1 };
}
