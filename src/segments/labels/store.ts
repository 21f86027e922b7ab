import type { Queryable } from '../../db/index.ts';
import { declaredValuesQuery, profiledCustomersQuery } from '../../intake/index.ts';
import type { ModelKind } from '../../versions/index.ts';

/** What a night has learnt of a customer, and what they have declared. */
export interface LabelRow {
  customerKey: number;
  /** null: not declared */
  declared: string | null;
  recencyDays: number;
  frequency: number;
  monetaryMinor: number;
  discountShare: number | null;
  priceLevel: number | null;
  couponShare: number | null;
  dayPart: string | null;
  weekday: string | null;
  channel: string | null;
  /** shares of the lines by category */
  categories: Record<string, number>;
}

/** Customers with orders who may be profiled, by their keys after one; only those who have declared it, or all. */
export function selectLabelRows(
  db: Queryable,
  attribute: string,
  versions: Partial<Record<ModelKind, number>>,
  { after, limit, onlyDeclared }: { after: number; limit: number; onlyDeclared: boolean },
): Promise<LabelRow[]> {
  const values: unknown[] = [versions.segmentation ?? 0, versions['customer-tags'] ?? 0, after, limit];
  const declared = declaredValuesQuery(attribute, (value) => `$${values.push(value)}`);
  return db.query<LabelRow>(
    `select learnt.customer_key as "customerKey", declared.value as declared, learnt.recency_days as "recencyDays",
            learnt.frequency, learnt.monetary_minor::float8 as "monetaryMinor", learnt.discount_share::float8 as "discountShare",
            tag.price_level::float8 as "priceLevel", tag.coupon_share::float8 as "couponShare", tag.day_part as "dayPart",
            tag.weekday, channel.name as channel,
            coalesce((select jsonb_object_agg(category.name, own.share)
              from unnest(tag.category_keys, tag.category_shares) as own (name_key, share)
              join tag_names as category on category.version = $2 and category.kind = 'category'
                and category.name_key = own.name_key), '{}') as categories
     from customer_segments as learnt
     join (${profiledCustomersQuery}) as profiled on profiled.customer_key = learnt.customer_key
     ${onlyDeclared ? '' : 'left'} join (${declared}) as declared on declared.customer_key = learnt.customer_key
     left join customer_tags as tag on tag.version = $2 and tag.customer_key = learnt.customer_key
     left join tag_names as channel on channel.version = $2 and channel.kind = 'channel' and channel.name_key = tag.channel_key
     where learnt.version = $1 and learnt.customer_key > $3 order by learnt.customer_key limit $4`,
    values,
  );
}
