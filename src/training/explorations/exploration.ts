import type { FeatureName } from '../../../models/segmentation/index.ts';
import type { FieldFault } from '../../errors.ts';

export const mostExplored = 20_000;

/** A clustering that somebody wants to see. */
export interface ExplorationRequest {
  features: readonly FeatureName[];
  /** by feature, above 0; default 1 */
  weights?: Readonly<Partial<Record<FeatureName, number>>>;
  /** 2 to 16 */
  clusters: number;
  /** customers at most; default and most 20,000 */
  sample?: number;
  /** default: now */
  asOf?: Date;
  /** default: 1 */
  seed?: number;
}

/** What its process is sent: the request with its defaults, and the shop's settings. */
export interface ExplorationTask extends Required<Omit<ExplorationRequest, 'asOf'>> {
  asOf: string;
  minorDigits: number;
  timeZone: string;
}

export interface ExplorationJob {
  connectionString: string;
  schema: string;
  exploration: ExplorationTask;
}

export interface ExploredCluster {
  /** from 1, the largest first */
  cluster: number;
  customers: number;
  share: number;
  /** customers below 0 counting as 0; null: nobody has spent anything */
  revenueShare: number | null;
  /** the centroid in the features' own units */
  centre: Partial<Record<FeatureName, number>>;
  /** plain means of the members; null: no member has the figure */
  average: Partial<Record<FeatureName, number | null>>;
  differences: { feature: FeatureName; deviations: number; words: string }[];
  rule: { words: string; precision: number; recall: number };
}

/** A clustering in the terms of the shop. */
export interface ExploredSegments {
  asOf: string;
  watermark: string;
  seed: number;
  /** with an order of which something is left */
  customers: number;
  /** of them in the clusters */
  sampled: number;
  features: { feature: FeatureName; weight: number; centre: number }[];
  clusters: ExploredCluster[];
  silhouette: number;
  inertia: number;
  iterations: number;
  /** what makes a training run use the same features */
  recipe: { clusters: number; features: Record<FeatureName, number> };
}

/** What its process answers, as one line of JSON on its standard output. */
export type ExplorationAnswer = { explored: ExploredSegments } | { refusal: FieldFault } | { failure: string };
