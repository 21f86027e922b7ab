import type { RowScorer } from '../trees/score-rows.ts';
import type { FeatureColumns, TreeTable } from '../trees/tree-table.ts';
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

/** What may speak for an item, by number. */
const groups: readonly Group[] = [...orderReasons, 'habit', 'found'];
const [habit, found] = (['habit', 'found'] as const).map((group) => groups.indexOf(group));

/**
 * Says what brought items up, in numbers that have words: of all that speaks for an item by its way through the trees (see `explainRow`),
 * features of one kind together, the strongest thing that is true of it as it reads. Where what the methods found is stronger, nothing
 * is said: why they found it is told already.
 *
 * @param scorer of the same trees
 * @returns the number of what brought up a row among those that were scored last
 */
export function createOrderReasons(table: TreeTable, scorer: RowScorer): (row: number) => number {
  const { reached, stride } = scorer;
  const { starts, parts: partsOfLeaves } = weighLeaves(table);
  const parts = new Float64Array(groups.length);
  const truths = groups.map((group) => createTruth(group, scorer));

  function weigh(row: number): void {
    parts.fill(0);
    for (let tree = 0; tree < starts.length; tree++) {
      const leaf = starts[tree] + reached[tree * stride + row] * groups.length;
      for (let group = 0; group < groups.length; group++) parts[group] += partsOfLeaves[leaf + group];
    }
  }

  /** @returns -1 where nothing speaks for it any more */
  function strongest(): number {
    let best = -1;
    for (let group = 0; group < groups.length; group++) {
      if (parts[group] > 0 && (best < 0 || parts[group] > parts[best])) best = group;
    }
    return best;
  }

  return (row) => {
    weigh(row);
    for (let group = strongest(); group >= 0 && group !== found; group = strongest()) {
      if (truths[group](row)) return group === habit ? numberOfHabit(scorer.columns[gapAt * stride + row]) : 1 + group;
      parts[group] = 0;
    }
    return 0;
  };
}

/** By leaf, from the left: what each group adds on the way there; leaves of a tree begin at its start. */
function weighLeaves({ roots, features, below, above, expected, values }: TreeTable): {
  starts: Uint32Array;
  parts: Float64Array;
} {
  const leaves: number[] = [];
  const expectedAt = (child: number) => (child >= 0 ? expected[child] : values[-1 - child]);
  const put = (child: number, way: readonly number[]): void => {
    if (child < 0) {
      leaves.push(...way);
      return;
    }
    const group = groupAt(features[child]);
    for (const next of [below[child], above[child]]) {
      const step = expectedAt(next) - expected[child];
      put(
        next,
        way.map((part, at) => (groups[at] === group ? part + step : part)),
      );
    }
  };
  const starts = Uint32Array.from(roots, (root) => {
    const start = leaves.length;
    put(
      root,
      groups.map(() => 0),
    );
    return start;
  });
  return { starts, parts: Float64Array.from(leaves) };
}

function groupAt(feature: number): Group | undefined {
  const name = featureNames[feature];
  if (name !== undefined) return groupOf[name];
  // The customer's last basket comes first of the methods.
  return feature < featureNames.length + 2 ? 'last-order' : 'found';
}

const gapAt = featureNames.indexOf('own_gap');

function numberOfHabit(days: number): number {
  return firstHabit - 1 + Math.min(mostWeeks, Math.max(1, Math.round(days / 7)));
}

/** Whether what a group says is true of a row. */
function createTruth(group: Group, { columns, stride }: FeatureColumns): (row: number) => boolean {
  const reader = (name: FeatureName) => {
    const start = featureNames.indexOf(name) * stride;
    return (row: number) => columns[start + row];
  };
  const where = (name: FeatureName, holds: (value: number) => boolean) => {
    const read = reader(name);
    return (row: number) => holds(read(row));
  };
  const isRegular = where('own_orders', (orders) => orders > 1);
  const isSeldom = where('own_gap', (days) => !(days <= 7 * mostWeeks + 3));
  const truths: Record<Group, (row: number) => boolean> = {
    habit: (row) => isRegular(row) && !isSeldom(row),
    'bought-often': isRegular,
    'comes-back': where('buyers_again', (share) => share >= 0.1),
    'sells-more': where('sold_trend', (trend) => trend > 1.2),
    'sells-now': where('sold_30_days', (sold) => sold > 1),
    'usual-price': where('price_band', (deviations) => Math.abs(deviations) <= 1),
    'usual-category': where('category_share', (share) => share >= 0.2),
    'last-order': (row) => columns[featureNames.length * stride + row] > 0,
    'new-since': where('new_since_order', (days) => days > 0),
    found: () => true,
  };
  return truths[group];
}
