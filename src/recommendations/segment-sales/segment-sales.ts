import type { RankedItems } from '../lists/ranked-items.ts';

/** What sells best to the customers of a segment, as a version has it. */
export interface SegmentSalesRow {
  segmentId: string;
  /** item keys, best first */
  itemKeys: ArrayLike<number>;
  /** beside them: a share of the first's */
  scores: ArrayLike<number>;
}

/** By segment, items as dense indices; a segment without enough buyers of anything is not there. */
export type BestSellersBySegment = ReadonlyMap<string, RankedItems>;
