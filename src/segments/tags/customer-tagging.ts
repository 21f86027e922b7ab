import type { CustomerTags } from '../../../models/customer-tags/index.ts';
import type { ModelVersion } from '../../versions/index.ts';

/** The tags of one customer in one version; labels are the version's name keys. */
export type CustomerTagging = Omit<CustomerTags, 'customer'> & { customerKey: number };

/** What a name key of a version stands for. */
export interface TagName {
  kind: 'category' | 'brand' | 'channel';
  nameKey: number;
  name: string;
}

/** `summary` of a customer-tags version. */
export interface TagsSummary {
  /** days between two orders that are usual in the shop; null: too few customers ordered twice */
  shop_gap_days: number | null;
}

export const tagNames = [
  'preferred-category',
  'preferred-brand',
  'price-band',
  'price-sensitivity',
  'shopping-hours',
  'shopping-weekday',
  'channel',
  'life-cycle-stage',
  'expected-next-order',
] as const;
/** A kind of tags. */
export type TagKind = (typeof tagNames)[number];

/** One tag as it is reported: what it says, and by which figures. */
export interface Tag {
  tag: TagKind;
  value: string;
  evidence: Record<string, number | string | null>;
}

/** A customer's tags with the version that says them. */
export interface ReportedTags {
  model: ModelVersion;
  tags: Tag[];
}

/** How far two versions of the customer tags agree about the customers whom both know; a tag absent in both is the same. */
export interface TagComparison {
  customers: number;
  same_life_cycle_stage: number | null;
  same_price_band: number | null;
  same_price_sensitivity: number | null;
}
