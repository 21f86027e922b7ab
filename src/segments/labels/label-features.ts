import type { LabelFeatures } from '../../../models/customer-labels/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import type { LabelRow } from './store.ts';

/** Of kinds the most frequent are features. */
const mostCategories = 30;
const mostChannels = 8;

/** What customers are told apart by, found in those who are learnt from. */
export interface FeaturePlan {
  readonly names: readonly string[];
  /** A row of features, all finite: what is not known of a customer is as it is on average. */
  write(row: LabelRow, into: Float64Array, at: number): void;
}

interface Feature {
  name: string;
  /** by which name it would be barred */
  attribute: string;
  /** null: not known */
  of(row: LabelRow): number | null;
}

/**
 * Figures as they are, money and counts by their logarithm, kinds as columns of 0 and 1.
 *
 * @param barred nothing is learnt from these
 */
export function planFeatures(
  rows: readonly LabelRow[],
  minorDigits: number,
  barred: ReadonlySet<string> = new Set(),
): FeaturePlan {
  const unit = 10 ** minorDigits;
  const money = (minor: number) => Math.log1p(Math.max(0, minor) / unit);
  const kinds = (name: string, attribute: string, of: (row: LabelRow) => string | null, most: number) =>
    mostFrequent(rows.map(of), most).map(
      (kind): Feature => ({
        name: `${name}: ${kind}`,
        attribute,
        of: (row) => {
          const own = of(row);
          return own === null ? null : Number(own === kind);
        },
      }),
    );
  const categories = mostFrequent(
    rows.flatMap((row) => Object.keys(row.categories)),
    mostCategories,
  );
  const all: Feature[] = [
    { name: 'days since the last order', attribute: 'recency_days', of: (row) => Math.log1p(row.recencyDays) },
    { name: 'orders', attribute: 'frequency', of: (row) => Math.log1p(row.frequency) },
    { name: 'spent', attribute: 'monetary', of: (row) => money(row.monetaryMinor) },
    { name: 'average order', attribute: 'average_order_value', of: (row) => money(row.monetaryMinor / row.frequency) },
    { name: 'share bought on discount', attribute: 'discount_share', of: (row) => row.discountShare },
    { name: 'place among prices', attribute: 'price_band', of: (row) => row.priceLevel },
    { name: 'share of orders with a coupon', attribute: 'coupon_share', of: (row) => row.couponShare },
    ...kinds('shops in the', 'shopping_hours', (row) => row.dayPart, 4),
    ...kinds('shops on', 'shopping_weekday', (row) => row.weekday, 7),
    ...kinds('channel', 'channel', (row) => row.channel, mostChannels),
    ...categories.map(
      (category): Feature => ({
        name: `category: ${category}`,
        attribute: 'preferred_category',
        of: (row) => row.categories[category] ?? 0,
      }),
    ),
  ];
  const features = all.filter(({ attribute }) => barredAmong([attribute], barred) === undefined);
  const means = features.map(({ of }) => {
    const known = rows.map(of).filter((value) => value !== null);
    return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
  return {
    names: features.map(({ name }) => name),
    write(row, into, at) {
      for (const [place, { of }] of features.entries()) into[at + place] = of(row) ?? means[place];
    },
  };
}

export function writeFeatures(plan: FeaturePlan, rows: readonly LabelRow[]): LabelFeatures {
  const values = new Float64Array(rows.length * plan.names.length);
  for (const [place, row] of rows.entries()) plan.write(row, values, place * plan.names.length);
  return { names: plan.names, values };
}

function mostFrequent(values: readonly (string | null)[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([one, count], [other, more]) => more - count || (one < other ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value);
}
