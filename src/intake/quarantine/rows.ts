/** `order_line` is a row of a file with a line a row; the others have the contract's form. */
export type QuarantineKind = FactRowKind | PastCampaignRowKind;
export type FactRowKind = 'item' | 'customer' | 'event' | 'order' | 'order_line' | 'refund' | 'cost' | 'market_figure';
/** Rows of campaigns run elsewhere: they are read again by importing their file again. */
export type PastCampaignRowKind = 'campaign' | 'recipient' | 'coupon' | 'redemption';

/** A refused fact as it is kept: by which rules, and the raw row. */
export interface QuarantinedRow {
  quarantineId: number;
  kind: QuarantineKind;
  rules: string[];
  raw: Record<string, unknown>;
  receivedAt: Date;
  importId: number | null;
  /** null: `raw` is an element in the contract's form, not a row as it was in a file. */
  rowNumber: number | null;
  /** What is wrong with the values of a row of a file, where that was found. */
  faults: { field: string; value: string; expected: string }[];
}

/** What one rule keeps in quarantine. */
export interface QuarantinedByRule {
  rule: string;
  /** refused by it, alone or with others */
  rows: number;
  firstReceivedAt: Date;
  lastReceivedAt: Date;
}

export interface QuarantineQuery {
  rule?: string | undefined;
  limit: number;
  /** Only rows with a smaller id: the newest come first. */
  before?: number | undefined;
}

export interface RedriveSelection {
  rule?: string | undefined;
  importId?: number | undefined;
}

/** Rows of a redrive that go through cleaning together. */
export interface Passage {
  kind: FactRowKind;
  importId: number | null;
  /** Rows whose order or refund is known with another content. */
  conflicting: boolean;
  until: number;
  selection: RedriveSelection;
}

export interface RefusedElement {
  kind: QuarantineKind;
  /** Why: the rules' ids. */
  rules: readonly string[];
  raw: object;
  /** So that erasing a person finds their rows. */
  customerId?: string | undefined;
  visitorId?: string | undefined;
  importId?: number | undefined;
  /** Of a row that is kept as it was in its file; without it `raw` is an element in the contract's form. */
  rowNumber?: number | undefined;
  faults?: QuarantinedRow['faults'] | undefined;
}

/** What is kept of a row that tells late of somebody who was erased. */
export const withheld = '{"withheld":"the person was erased"}';
