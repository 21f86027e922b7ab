import type { Group, KlaviyoGroup } from '../../../models/segmentation/index.ts';
import type { ModelVersion } from '../../versions/index.ts';
import { type LearntKind, segmentIdOf } from '../segment-id.ts';

/** RFM, group and cluster of one customer in one version. */
export interface CustomerSegment {
  customerKey: number;
  recencyDays: number;
  frequency: number;
  /** net of refunds */
  monetaryMinor: number;
  recencyScore: number;
  frequencyScore: number;
  monetaryScore: number;
  group: Group;
  groupSince: Date;
  previousGroup: Group | null;
  /** the digits of R, F and M, each 1 to 3; null: the version is from before there was this scheme */
  klaviyoCode: number | null;
  klaviyoGroup: KlaviyoGroup | null;
  klaviyoSince: Date | null;
  /** on the first night 1 is the most valuable */
  cluster: number;
  clusterSince: Date;
  averageOrderMinor: number;
  /** decimal string */
  averageUnitPrice: string;
  /** share of lines bought below their list price, 0 to 1; null where no list price is known */
  discountShare: number | null;
}

/** How far two versions of the segmentation agree about the customers whom both know. */
export interface SegmentComparison {
  customers: number;
  same_group: number | null;
  same_cluster: number | null;
  /** who changed the group, the most frequent first */
  moves: { from: Group; to: Group; customers: number }[];
}

/** A customer with the published segmentation and what it says of them. */
export interface SegmentedCustomer {
  customerKey: number;
  profilingAllowed: boolean;
  model: ModelVersion | undefined;
  /** null: no orders yet, not profiled, or nothing published */
  segment: CustomerSegment | null;
}

/** Ids of the segments that a customer is in; null: the version has no such kind. */
export function segmentIdsOf(segment: CustomerSegment): Record<LearntKind, string | null> {
  const { group, klaviyoGroup, cluster, recencyScore, frequencyScore, monetaryScore } = segment;
  return {
    group: segmentIdOf({ kind: 'group', group }),
    klaviyo: klaviyoGroup && segmentIdOf({ kind: 'klaviyo', group: klaviyoGroup }),
    cluster: segmentIdOf({ kind: 'cluster', cluster }),
    cell: segmentIdOf({ kind: 'cell', cell: `${recencyScore}${frequencyScore}${monetaryScore}` }),
  };
}
