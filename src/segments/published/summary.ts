import type { Group, KlaviyoGroup } from '../../../models/segmentation/index.ts';

/** Figures of one group or cluster, as the segmentation version's summary holds them. */
export interface SegmentFigures {
  customers: number;
  mean_recency_days: number | null;
  mean_frequency: number | null;
  mean_monetary_minor: number | null;
  revenue_share: number | null;
}

/** Raw values that get a score, in words; null: no bound. */
export interface ScoreRange {
  score: number;
  from: string | null;
  to: string | null;
}

/** What the scores of each dimension stand for. */
export interface ScoreRanges {
  recency: ScoreRange[];
  frequency: ScoreRange[];
  monetary: ScoreRange[];
}

/** What a cluster is like, in words. */
export interface ClusterDescription {
  /** a rule of three questions at most that names its members, and how well it does */
  rule: { words: string; precision: number; recall: number };
  /** where its members differ most from all customers, the most first */
  differences: { feature: string; deviations: number; words: string }[];
}

/** How the clusters came about. */
export interface ClusteringReport {
  features: { feature: string; weight: number; used: boolean; reason: string | null }[];
  /** every number of clusters that was tried; empty: the recipe left no choice */
  tried: {
    clusters: number;
    inertia: number;
    silhouette: number;
    calinski_harabasz: number;
    gap: number;
    gap_error: number;
    stability: number;
    smallest_share: number;
    refusal: string | null;
    place: number | null;
    chosen: boolean;
  }[];
}

/** `summary` of a segmentation version; what may be absent is so in versions learnt before it was known. */
export interface SegmentationSummary {
  thresholds: ScoreRanges;
  customers: number;
  revenue_minor: number;
  /** what one piece costs on average, a decimal string; null: nothing was sold */
  average_unit_price: string | null;
  groups: (SegmentFigures & { group: Group })[];
  /** codes of quintile scores that somebody has */
  cells?: (SegmentFigures & { cell: string })[];
  klaviyo?: { thresholds: ScoreRanges; groups: (SegmentFigures & { group: KlaviyoGroup; codes: string[] })[] };
  /** `centroid` by `features` */
  clusters: (SegmentFigures & { cluster: number; name: string; centroid: number[] } & Partial<ClusterDescription>)[];
  /** absent: recency, frequency, monetary */
  features?: string[];
  clustering?: ClusteringReport;
}
