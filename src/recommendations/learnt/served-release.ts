import type { ExposureSettings } from '../../../models/exposure/index.ts';
import type { ComplementTable } from '../complements/complement-table.ts';
import type { NeighbourTable } from '../lists/fold-in.ts';
import type { NewcomerTastes } from '../newcomers/newcomer-tastes.ts';
import type { BlockRow } from '../rules/learnt-rules.ts';
import type { RulesByContext } from '../rules/served-rules.ts';
import type { ServedSearches } from '../searches/search-term.ts';
import type { BestSellersBySegment } from '../segment-sales/segment-sales.ts';

/** Of which version something is. */
export interface Learnt {
  version: number;
  asOf: Date;
}

/** What is popular, most popular first, with what else is known of each item's sales beside it; items are dense indices. */
export interface ServedPopularity {
  items: Int32Array;
  scores: Float64Array;
  /** by rank: how far it sells more than it did; NaN: no trend */
  trends: Float64Array;
  /** by item: how often it was bought; absent: it was written down before this was known */
  purchases?: Int32Array;
  /** by item: days after which it is bought again, see `Rebuying`; an item that is not has none */
  rebuying: ReadonlyMap<number, { fromDays: number; days: number }>;
  /** by what the scores are multiplied for newcomers; absent: it was written down before there was such */
  newcomers?: NewcomerTastes;
}

/** The published release as it is served from memory; items are dense indices of the catalogue. Never changed, only replaced. */
export interface ServedRelease {
  releaseId: number | null;
  publishedAt: Date | null;
  /** `scores` as a share of the most popular item's */
  popularity: (Learnt & ServedPopularity) | undefined;
  rules:
    | (Learnt &
        RulesByContext & {
          complements: ComplementTable;
          /** absent: it was written down before there were such */
          searches?: ServedSearches;
        })
    | undefined;
  /** rules that a person does not want, whatever the version */
  ruleBlocks: readonly BlockRow[];
  collaborative:
    | (Learnt & {
        neighbours: NeighbourTable;
        repurchase: 'allow' | 'exclude';
        justBought?: 'wait' | 'offer';
        exposure?: ExposureSettings;
        /** how often each place is looked at beside the first; absent: not known, or all alike */
        examination?: readonly number[] | undefined;
      })
    | undefined;
  /** absent: no segmentation is published, or it was written down before there were such */
  segments?: (Learnt & { bestSellers: BestSellersBySegment }) | undefined;
}

export const nothingReleased: ServedRelease = {
  releaseId: null,
  publishedAt: null,
  popularity: undefined,
  rules: undefined,
  ruleBlocks: [],
  collaborative: undefined,
};
