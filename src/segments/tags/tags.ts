import type { CustomerTags } from '../../../models/customer-tags/index.ts';
import type { Database, Queryable } from '../../db/index.ts';
import type { LoadedTable, ModelVersion } from '../../versions/index.ts';
import * as store from './store.ts';

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
export type TagKind = (typeof tagNames)[number];

/** One tag as it is told: what is said, and by which figures. */
export interface Tag {
  tag: TagKind;
  value: string;
  evidence: Record<string, number | string | null>;
}

export interface TagStanding {
  model: ModelVersion;
  tags: Tag[];
}

/** The served tables of the customer tags, for housekeeping. */
export const tagTables = store.tables;

/** Copies a version's rows; they must come in ascending customer key. */
export async function loadCustomerTags(
  db: Database,
  version: number,
  taggings: Iterable<CustomerTagging>,
  names: readonly TagName[],
): Promise<LoadedTable[]> {
  return [await store.copyTaggings(db, version, taggings), await store.copyNames(db, version, names)];
}

/** A customer's tags in a version. null: no such model, or nothing is known of them. */
export async function readCustomerTags(
  db: Queryable,
  model: ModelVersion | undefined,
  customerKey: number,
): Promise<TagStanding | null> {
  const tagging = model && (await store.selectTagging(db, model.version, customerKey));
  if (!tagging) return null;
  const { categories, brands, channel } = tagging;
  const keys = [...categories, ...brands, ...(channel ? [channel] : [])].map(({ label }) => label);
  const names = keys.length > 0 ? await store.selectNames(db, model.version, keys) : new Map<string, string>();
  return { model, tags: listTags(tagging, (kind, key) => names.get(`${kind} ${key}`)!) };
}

function listTags(of: CustomerTagging, nameOf: (kind: TagName['kind'], key: number) => string): Tag[] {
  const tags: Tag[] = [];
  const add = (tag: TagKind, value: string, evidence: Tag['evidence']) => tags.push({ tag, value, evidence });
  for (const { label, share, recencyWeight, lines } of of.categories) {
    add('preferred-category', nameOf('category', label), { share, recency_weight: recencyWeight, lines });
  }
  for (const { label, share, recencyWeight, lines } of of.brands) {
    add('preferred-brand', nameOf('brand', label), { share, recency_weight: recencyWeight, lines });
  }
  if (of.priceBand) add('price-band', of.priceBand.band, { level: of.priceBand.level, lines: of.priceBand.lines });
  if (of.priceSensitivity) {
    const { level, score, discount, coupon, abandonedAtFullPrice, abandonedOnDiscount } = of.priceSensitivity;
    add('price-sensitivity', level, {
      score,
      discount_share: discount?.share ?? null,
      lines_with_list_price: discount?.of ?? null,
      coupon_share: coupon?.share ?? null,
      orders: coupon?.of ?? null,
      abandoned_at_full_price: abandonedAtFullPrice?.share ?? null,
      interests_at_full_price: abandonedAtFullPrice?.of ?? null,
      abandoned_on_discount: abandonedOnDiscount?.share ?? null,
      interests_on_discount: abandonedOnDiscount?.of ?? null,
    });
  }
  for (const [tag, favourite] of [
    ['shopping-hours', of.dayPart],
    ['shopping-weekday', of.weekday],
  ] as const) {
    if (favourite) add(tag, favourite.name, { share: favourite.share, active_hours: favourite.of });
  }
  if (of.channel) {
    const { label, share, of: events } = of.channel;
    add('channel', nameOf('channel', label), { share, events });
  }
  if (of.lifeCycle) {
    const { stage, daysSince, usualGap, gaps } = of.lifeCycle;
    add('life-cycle-stage', stage, { days_since_order: daysSince, usual_gap_days: usualGap, gaps });
  }
  if (of.nextOrder) {
    const { at, source } = of.nextOrder;
    add('expected-next-order', new Date(at).toISOString(), { source, gaps: of.lifeCycle?.gaps ?? null });
  }
  return tags;
}
