import type { ModelKind } from '../../versions/index.ts';

/** Members of a segment as they were found at a moment. Numbers are unique over all segments and ascending. */
export interface Refresh {
  snapshotId: number;
  /** what the windows of a rule end at */
  asOf: Date;
  /** published then; a kind without a version has said nothing */
  versions: Partial<Record<ModelKind, number>>;
  members: number;
  entered: number;
  left: number;
  refreshedAt: Date;
}

/** A segment that a person defined, as of its last refresh. */
export interface DefinedSegment {
  /** `rule-…` or `list-…` */
  segmentId: string;
  name: string;
  /** as it was sent; null: a list that the shop keeps */
  definition: unknown;
  createdAt: Date;
  /** null: it is not live */
  live: { followedUntil: Date; reconciledAt: Date | null; corrected: number | null } | null;
  refresh: Refresh;
}

export interface NewSegment {
  segmentId: string;
  name: string;
  /** undefined: a list */
  definition: unknown;
  /** its members follow facts as they come in */
  live?: boolean | undefined;
}

export interface DefinedMember {
  customerId: string;
  since: Date;
  recencyDays: number | null;
  frequency: number | null;
  monetaryMinor: number | null;
  recencyScore: number | null;
  frequencyScore: number | null;
  monetaryScore: number | null;
}

export interface Preview {
  asOf: Date;
  versions: Refresh['versions'];
  /** who may be profiled */
  everybody: number;
  customers: number;
  /** every part of the definition by its place, the whole first */
  parts: { at: string; customers: number }[];
  examples: string[];
}

export interface ListReplacement {
  segment: DefinedSegment;
  /** ids that nobody has */
  unknown: string[];
  /** ids of customers who may not be profiled */
  notProfiled: number;
}

export interface MembersPage {
  refresh: Refresh;
  members: DefinedMember[];
  /** key to go on after; null on the last page */
  after: number | null;
}
