import type { Queryable } from '../../db/index.ts';
import type { ModelVersion } from '../../versions/index.ts';
import type { CustomerTagging, ReportedTags, Tag, TagKind, TagName } from './customer-tagging.ts';
import { selectNames, selectTaggings } from './store.ts';

/** Customers' tags in a version, by their keys; absent: no such model, or nothing is known of them. */
export async function readCustomerTags(
  db: Queryable,
  model: ModelVersion | undefined,
  customerKeys: readonly number[],
): Promise<Map<number, ReportedTags>> {
  if (!model || customerKeys.length === 0) return new Map();
  const taggings = await selectTaggings(db, model.version, customerKeys);
  const keys = taggings.flatMap(({ categories, brands, channel }) =>
    [...categories, ...brands, ...(channel ? [channel] : [])].map(({ label }) => label),
  );
  const names = keys.length > 0 ? await selectNames(db, model.version, [...new Set(keys)]) : new Map<string, string>();
  const nameOf = (kind: TagName['kind'], key: number) => names.get(`${kind} ${key}`)!;
  return new Map(taggings.map((tagging) => [tagging.customerKey, { model, tags: listTags(tagging, nameOf) }]));
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
