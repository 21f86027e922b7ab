import { explainRow, type FeatureColumns, type TreeTable } from '../trees/tree-table.ts';
import { type FeatureName, featureNames } from './names.ts';

/** What can be said to have brought an item up, by its number from 1; 0: nothing that has words. */
export const orderReasons = [
  'comes-back',
  'sells-more',
  'sells-now',
  'usual-price',
  'usual-category',
  'last-order',
  'new-since',
  'bought-often',
] as const;
/** The name of one. */
export type OrderReason = (typeof orderReasons)[number];

/** From this number on the customer usually buys the item every week, every two weeks, and so on. */
export const firstHabit = 12;

/** A year: what is bought more seldom is no habit. */
export const mostWeeks = 52;

type Group = OrderReason | 'habit' | 'found';

/** What speaks for the item when a feature does; of a feature of the customer alone nothing does. */
const groupOf: Partial<Record<FeatureName, Group>> = {
  blend_score: 'found',
  blend_rank: 'found',
  own_interest: 'found',
  own_orders: 'bought-often',
  own_share: 'bought-often',
  own_decayed: 'bought-often',
  own_age: 'habit',
  own_gap: 'habit',
  own_gap_through: 'habit',
  own_last_order: 'habit',
  sold_7_days: 'sells-now',
  sold_30_days: 'sells-now',
  last_sold_age: 'sells-now',
  sold_trend: 'sells-more',
  buyers_again: 'comes-back',
  item_gap: 'comes-back',
  price: 'usual-price',
  price_band: 'usual-price',
  category_share: 'usual-category',
  first_sold_age: 'new-since',
  new_since_order: 'new-since',
};

/**
 * Says what brought items up, in numbers that have words: of all that speaks for an item the strongest thing that is true of it as it
 * reads. Where what the methods found is stronger, nothing is said: why they found it is told already.
 *
 * @returns the number of what brought a row up, among the features as they are
 */
export function createOrderReasons(table: TreeTable, { columns, stride }: FeatureColumns): (row: number) => number {
  const count = columns.length / stride;
  const groups = Array.from({ length: count }, (_, feature): Group | undefined => {
    const name = featureNames[feature];
    if (name !== undefined) return groupOf[name];
    // The customer's last basket comes first of the methods.
    return feature < featureNames.length + 2 ? 'last-order' : 'found';
  });
  const contributions = new Float64Array(count);
  const valueAt = (name: FeatureName, row: number) => columns[featureNames.indexOf(name) * stride + row];
  const isTrue: Record<Exclude<Group, 'found'>, (row: number) => boolean> = {
    habit: (row) => valueAt('own_orders', row) > 1 && valueAt('own_gap', row) <= 7 * mostWeeks + 3,
    'bought-often': (row) => valueAt('own_orders', row) > 1,
    'comes-back': (row) => valueAt('buyers_again', row) >= 0.1,
    'sells-more': (row) => valueAt('sold_trend', row) > 1.2,
    'sells-now': (row) => valueAt('sold_30_days', row) > 1,
    'usual-price': (row) => Math.abs(valueAt('price_band', row)) <= 1,
    'usual-category': (row) => valueAt('category_share', row) >= 0.2,
    'last-order': (row) => columns[featureNames.length * stride + row] > 0,
    'new-since': (row) => valueAt('new_since_order', row) > 0,
  };

  return (row) => {
    explainRow(table, { columns, stride, row }, contributions);
    const parts = new Map<Group, number>();
    for (let feature = 0; feature < count; feature++) {
      const group = groups[feature];
      if (group) parts.set(group, (parts.get(group) ?? 0) + contributions[feature]);
    }
    const strongest = [...parts].filter(([, part]) => part > 0).sort(([, one], [, other]) => other - one);
    for (const [group] of strongest) {
      if (group === 'found') return 0;
      if (!isTrue[group](row)) continue;
      if (group !== 'habit') return 1 + orderReasons.indexOf(group);
      const weeks = Math.round(valueAt('own_gap', row) / 7);
      return firstHabit - 1 + Math.min(mostWeeks, Math.max(1, weeks));
    }
    return 0;
  };
}
