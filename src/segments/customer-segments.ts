import type { Database, Queryable, Transaction } from '../db/index.ts';
import { findCustomers } from '../intake/index.ts';
import { type LoadedTable, type ModelVersion, readPublishedRelease } from '../versions/index.ts';
import * as store from './store.ts';

export type Group = 'high-value' | 'high-quality' | 'ordinary' | 'low-contribution';

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
  /** 1 is the most valuable */
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

export interface ScoreRange {
  score: number;
  from: string;
  to: string;
}

/** `summary` of a segmentation version. */
export interface SegmentationSummary {
  thresholds: { recency: ScoreRange[]; frequency: ScoreRange[]; monetary: ScoreRange[] };
  customers: number;
  revenue_minor: number;
  /** what one piece costs on average, a decimal string; null: nothing was sold */
  average_unit_price: string | null;
  groups: (SegmentFigures & { group: Group })[];
  clusters: (SegmentFigures & { cluster: number; name: string; centroid: number[] })[];
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
    const page = await store.selectMembers(db, version, {}, after, 10_000);
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
}

/** A customer's segment in the published release. undefined: no such customer. */
export async function readCustomerSegment(db: Queryable, customerId: string): Promise<CustomerStanding | undefined> {
  const customer = (await findCustomers(db, [customerId])).get(customerId);
  if (!customer) return undefined;
  const model = (await readPublishedRelease(db))?.models.segmentation;
  const segment =
    model && customer.profilingAllowed ? await store.selectSegment(db, model.version, customer.customerKey) : undefined;
  return { ...customer, model, segment: segment ?? null };
}

/** Erasure of a person: their rows of every version go. */
export function eraseFromSegments(tx: Transaction, customerKey: number): Promise<void> {
  return store.deleteCustomer(tx, customerKey);
}
