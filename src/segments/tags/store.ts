import type { Preference, PriceBand, Stage } from '../../../models/customer-tags/index.ts';
import type { Database, Queryable } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import type { CustomerTagging, TagComparison, TagName } from './customer-tagging.ts';

/** Columns and their values, side by side. */
const columns: { [name: string]: (tagging: CustomerTagging) => unknown } = {
  customer_key: ({ customerKey }) => customerKey,
  category_keys: ({ categories }) => ofEach(categories, ({ label }) => label),
  category_shares: ({ categories }) => ofEach(categories, ({ share }) => Math.fround(share)),
  category_recency_weights: ({ categories }) => ofEach(categories, ({ recencyWeight }) => Math.fround(recencyWeight)),
  category_lines: ({ categories }) => ofEach(categories, ({ lines }) => lines),
  brand_keys: ({ brands }) => ofEach(brands, ({ label }) => label),
  brand_shares: ({ brands }) => ofEach(brands, ({ share }) => Math.fround(share)),
  brand_recency_weights: ({ brands }) => ofEach(brands, ({ recencyWeight }) => Math.fround(recencyWeight)),
  brand_lines: ({ brands }) => ofEach(brands, ({ lines }) => lines),
  price_band: ({ priceBand }) => priceBand?.band,
  price_level: ({ priceBand }) => real(priceBand?.level),
  price_lines: ({ priceBand }) => priceBand?.lines,
  price_sensitivity: ({ priceSensitivity }) => priceSensitivity?.level,
  sensitivity_score: ({ priceSensitivity }) => real(priceSensitivity?.score),
  discount_share: ({ priceSensitivity }) => real(priceSensitivity?.discount?.share),
  discount_lines: ({ priceSensitivity }) => priceSensitivity?.discount?.of,
  coupon_share: ({ priceSensitivity }) => real(priceSensitivity?.coupon?.share),
  coupon_orders: ({ priceSensitivity }) => priceSensitivity?.coupon?.of,
  full_price_abandoned: ({ priceSensitivity }) => real(priceSensitivity?.abandonedAtFullPrice?.share),
  full_price_interests: ({ priceSensitivity }) => priceSensitivity?.abandonedAtFullPrice?.of,
  discounted_abandoned: ({ priceSensitivity }) => real(priceSensitivity?.abandonedOnDiscount?.share),
  discounted_interests: ({ priceSensitivity }) => priceSensitivity?.abandonedOnDiscount?.of,
  day_part: ({ dayPart }) => dayPart?.name,
  day_part_share: ({ dayPart }) => real(dayPart?.share),
  weekday: ({ weekday }) => weekday?.name,
  weekday_share: ({ weekday }) => real(weekday?.share),
  active_hours: ({ dayPart, weekday }) => (dayPart ?? weekday)?.of,
  channel_key: ({ channel }) => channel?.label,
  channel_share: ({ channel }) => real(channel?.share),
  channel_events: ({ channel }) => channel?.of,
  life_cycle_stage: ({ lifeCycle }) => lifeCycle?.stage,
  days_since_order: ({ lifeCycle }) => lifeCycle?.daysSince,
  usual_gap: ({ lifeCycle }) => real(lifeCycle?.usualGap),
  gaps: ({ lifeCycle }) => lifeCycle?.gaps,
  next_order_at: ({ nextOrder }) => nextOrder && new Date(nextOrder.at),
  next_order_source: ({ nextOrder }) => nextOrder?.source,
};

/** What the column keeps, a float4, so that the row reads back as it was written. */
function real(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.fround(value);
}

function ofEach(preferences: readonly Preference[], figure: (preference: Preference) => number): number[] | null {
  return preferences.length > 0 ? preferences.map(figure) : null;
}

function copyTaggings(db: Database, version: number, taggings: Iterable<CustomerTagging>): Promise<LoadedTable> {
  const values = Object.values(columns);
  function* rows(): Generator<unknown[]> {
    for (const tagging of taggings) yield values.map((value) => value(tagging));
  }
  return loadVersionTable(db, {
    table: 'customer_tags',
    version,
    columns: Object.keys(columns),
    key: 'customer_key',
    rows: rows(),
  });
}

function copyNames(db: Database, version: number, names: readonly TagName[]): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'tag_names',
    version,
    columns: ['kind', 'name_key', 'name'],
    key: 'kind, name_key',
    rows: names.map(({ kind, nameKey, name }) => [kind, nameKey, name]),
  });
}

/** Copies a version's rows; they must come in ascending customer key. */
export async function loadCustomerTags(
  db: Database,
  version: number,
  taggings: Iterable<CustomerTagging>,
  names: readonly TagName[],
): Promise<LoadedTable[]> {
  return [await copyTaggings(db, version, taggings), await copyNames(db, version, names)];
}

interface TaggingRow {
  customer_key: number;
  category_keys: number[] | null;
  category_shares: number[] | null;
  category_recency_weights: number[] | null;
  category_lines: number[] | null;
  brand_keys: number[] | null;
  brand_shares: number[] | null;
  brand_recency_weights: number[] | null;
  brand_lines: number[] | null;
  price_band: PriceBand | null;
  price_level: number;
  price_lines: number;
  price_sensitivity: 'low' | 'middle' | 'high' | null;
  sensitivity_score: number;
  discount_share: number | null;
  discount_lines: number;
  coupon_share: number | null;
  coupon_orders: number;
  full_price_abandoned: number | null;
  full_price_interests: number;
  discounted_abandoned: number | null;
  discounted_interests: number;
  day_part: NonNullable<CustomerTagging['dayPart']>['name'] | null;
  day_part_share: number;
  weekday: NonNullable<CustomerTagging['weekday']>['name'] | null;
  weekday_share: number;
  active_hours: number;
  channel_key: number | null;
  channel_share: number;
  channel_events: number;
  life_cycle_stage: Stage | null;
  days_since_order: number;
  usual_gap: number;
  gaps: number;
  next_order_at: Date | null;
  next_order_source: 'customer-value' | 'own-gaps';
}

function toTagging(row: TaggingRow): CustomerTagging {
  const share = (value: number | null, of: number) => (value === null ? null : { share: value, of });
  return {
    customerKey: row.customer_key,
    categories: toPreferences(row.category_keys, row.category_shares, row.category_recency_weights, row.category_lines),
    brands: toPreferences(row.brand_keys, row.brand_shares, row.brand_recency_weights, row.brand_lines),
    priceBand: row.price_band && { band: row.price_band, level: row.price_level, lines: row.price_lines },
    priceSensitivity: row.price_sensitivity && {
      level: row.price_sensitivity,
      score: row.sensitivity_score,
      discount: share(row.discount_share, row.discount_lines),
      coupon: share(row.coupon_share, row.coupon_orders),
      abandonedAtFullPrice: share(row.full_price_abandoned, row.full_price_interests),
      abandonedOnDiscount: share(row.discounted_abandoned, row.discounted_interests),
    },
    dayPart: row.day_part && { name: row.day_part, share: row.day_part_share, of: row.active_hours },
    weekday: row.weekday && { name: row.weekday, share: row.weekday_share, of: row.active_hours },
    channel:
      row.channel_key === null ? null : { label: row.channel_key, share: row.channel_share, of: row.channel_events },
    lifeCycle: row.life_cycle_stage && {
      stage: row.life_cycle_stage,
      daysSince: row.days_since_order,
      usualGap: row.usual_gap,
      gaps: row.gaps,
    },
    nextOrder: row.next_order_at && { at: row.next_order_at.getTime(), source: row.next_order_source },
  };
}

function toPreferences(
  keys: number[] | null,
  shares: number[] | null,
  recencyWeights: number[] | null,
  lines: number[] | null,
): Preference[] {
  return (keys ?? []).map((label, place) => ({
    label,
    share: shares![place],
    recencyWeight: recencyWeights![place],
    lines: lines![place],
  }));
}

/** Of these customers; whoever has none is left out. */
export async function selectTaggings(
  db: Queryable,
  version: number,
  customerKeys: readonly number[],
): Promise<CustomerTagging[]> {
  const rows = await db.query<TaggingRow>(
    'select * from customer_tags where version = $1 and customer_key = any($2::int[])',
    [version, customerKeys],
    'tags-of-customers',
  );
  return rows.map(toTagging);
}

/** Names by `<kind> <key>`. */
export async function selectNames(
  db: Queryable,
  version: number,
  keys: readonly number[],
): Promise<Map<string, string>> {
  const rows = await db.query<{ kind: string; name_key: number; name: string }>(
    'select kind, name_key, name from tag_names where version = $1 and name_key = any($2::int[])',
    [version, keys],
    'names-of-tags',
  );
  return new Map(rows.map((row) => [`${row.kind} ${row.name_key}`, row.name]));
}

/** How many customers of both versions have the same stage, price band and price sensitivity. */
export async function compareTags(db: Queryable, first: number, second: number): Promise<TagComparison> {
  const same = (column: string) => `avg((a.${column} is not distinct from b.${column})::int)::float8`;
  const [row] = await db.query<TagComparison>(
    `select count(*)::int as customers, ${same('life_cycle_stage')} as same_life_cycle_stage,
            ${same('price_band')} as same_price_band, ${same('price_sensitivity')} as same_price_sensitivity
     from (select * from customer_tags where version = $1) as a
     join (select * from customer_tags where version = $2) as b using (customer_key)`,
    [first, second],
  );
  return row;
}

export async function deleteCustomerTags(db: Queryable, customerKey: number): Promise<void> {
  await db.query('delete from customer_tags where customer_key = $1', [customerKey]);
}
