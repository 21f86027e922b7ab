/** What the ranker is told of a candidate, in the order of its columns; after these come score and rank of each method. */
export const featureNames = [
  // What the blend makes of it.
  'blend_score',
  'blend_rank',
  // What the customer has done with it.
  'own_orders',
  'own_share',
  'own_decayed',
  'own_interest',
  'own_age',
  'own_gap',
  'own_gap_through',
  'own_last_order',
  // What it is to all.
  'sold_7_days',
  'sold_30_days',
  'sold_90_days',
  'sold_ever',
  'sold_trend',
  'first_sold_age',
  'last_sold_age',
  'buyers',
  'buyers_again',
  'item_gap',
  'new_since_order',
  'price',
  'discount',
  'margin',
  // Beside the customer's taste.
  'price_band',
  'category_share',
  // Who the customer is.
  'orders',
  'order_age',
  'order_gap',
  'order_gap_through',
  'basket_size',
  'repeat_share',
  'variety',
  'tenure',
] as const;
/** The name of a feature that every ranker has. */
export type FeatureName = (typeof featureNames)[number];

/** Columns of one method, after the features that every ranker has. */
export const columnsAMethod = 2;

/** The names of all columns. @param methods of the blend, in the order in which their scores are given */
export function columnNames(methods: readonly string[]): string[] {
  return [...featureNames, ...methods.flatMap((method) => [`${method}_score`, `${method}_rank`])];
}

/** How many columns there are. @param methods that are given scores */
export function columnCount(methods: number): number {
  return featureNames.length + columnsAMethod * methods;
}
