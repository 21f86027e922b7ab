import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { findCustomers } from '../../intake/index.ts';
import type { LoadedTable, ModelVersion, PublishedRelease } from '../../versions/index.ts';
import { deleteCustomerChanges } from '../changes/store.ts';
import { deleteMembershipsOf } from '../defined/store.ts';
import { deleteCustomerTags } from '../tags/store.ts';
import { deleteCustomerValues } from '../value/store.ts';
import * as store from './store.ts';

export type Group = 'high-value' | 'high-quality' | 'ordinary' | 'low-contribution';

export type KlaviyoGroup = 'champions' | 'loyal' | 'recent' | 'needs-attention' | 'at-risk' | 'inactive';

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

/** The served tables of this station, for housekeeping. */
export const segmentTables = store.tables;

/** Copies a version's rows; they must come in ascending customer key. */
export function loadCustomerSegments(
  db: Database,
  version: number,
  segments: Iterable<CustomerSegment>,
): Promise<LoadedTable> {
  return store.copySegments(db, version, segments);
}

/** Every customer's segment of a version, in ascending customer key. */
export async function* streamCustomerSegments(db: Queryable, version: number): AsyncGenerator<CustomerSegment> {
  for (let after = 0; ; ) {
    const page = await store.selectMembers(db, version, undefined, after, 10_000);
    yield* page;
    if (page.length < 10_000) return;
    after = page.at(-1)!.customerKey;
  }
}

export interface CustomerStanding {
  customerKey: number;
  profilingAllowed: boolean;
  model: ModelVersion | undefined;
  /** null: no orders yet, not profiled, or nothing published */
  segment: CustomerSegment | null;
  valueModel: ModelVersion | undefined;
}

/** A customer's segment in a release. undefined: no such customer. */
export async function readCustomerSegment(
  db: Queryable,
  customerId: string,
  release: PublishedRelease | undefined,
): Promise<(CustomerStanding & { tagModel: ModelVersion | undefined }) | undefined> {
  const customer = (await findCustomers(db, [customerId])).get(customerId);
  if (!customer) return undefined;
  const models = release?.models;
  const model = models?.segmentation;
  const segment =
    model && customer.profilingAllowed ? await store.selectSegment(db, model.version, customer.customerKey) : undefined;
  return {
    ...customer,
    model,
    segment: segment ?? null,
    valueModel: models?.['customer-value'],
    tagModel: models?.['customer-tags'],
  };
}

/** Segments of many customers in a version, by customer key; whoever has none is absent. */
export async function readCustomerSegments(
  db: Queryable,
  version: number,
  customerKeys: readonly number[],
): Promise<Map<number, CustomerSegment>> {
  const segments = await store.selectSegments(db, version, customerKeys);
  return new Map(segments.map((segment) => [segment.customerKey, segment]));
}

/** Erasure of a person: their rows of every version go, and what is written of their changes. */
export async function eraseFromSegments(tx: Transaction, customerKey: number): Promise<void> {
  await store.deleteCustomer(tx, customerKey);
  await deleteCustomerChanges(tx, customerKey);
  await deleteCustomerValues(tx, customerKey);
  await deleteCustomerTags(tx, customerKey);
  await deleteMembershipsOf(tx, customerKey);
}
