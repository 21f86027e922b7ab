import type { Kernels } from '../../kernels/index.ts';
import { partsOfLeaves } from '../../kernels/sets/trees.ts';
import type { RowScorer } from '../trees/score-rows.ts';
import type { TreeTable } from '../trees/tree-table.ts';
import type { WantedColumns } from './describe-candidates.ts';
import { columnsAMethod, type FeatureName, featureNames } from './names.ts';

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

/** What saying why takes of a kernels' memory. @param most rows at a time */
export function orderReasonsBytes({ roots, values }: TreeTable, most: number): number {
  return 8 * partsOfLeaves * (values.length + most) + 4 * (roots.length + most) + 256;
}

/**
 * Says what brought items up, in numbers that have words: of all that speaks for an item by its way through the trees (see `explainRow`),
 * features of one kind together, the strongest thing that is true of it as it reads. Where what the methods found is stronger, nothing
 * is said: why they found it is told already.
 *
 * @param kernels those of the scorer, with `orderReasonsBytes` left
 * @param by.scorer of the same trees
 * @param by.most rows at a time
 * @returns the numbers of what brought up rows among those that were scored last; a view that holds until the next call
 */
export function createOrderReasons(
  kernels: Kernels,
  table: TreeTable,
  { scorer, most }: { scorer: RowScorer; most: number },
): (rows: Uint32Array) => Uint8Array {
  const { columns, reached, stride } = scorer;
  const { firsts, parts } = weighLeaves(table);
  const forest = [reached.byteOffset, stride, kernels.keepUint32(firsts).byteOffset, firsts.length];
  const partsAt = kernels.keepFloat64(parts).byteOffset;
  const asked = kernels.uint32(most);
  const sums = kernels.float64(most * partsOfLeaves);
  const said = new Uint8Array(most);

  /** @returns -1 where nothing speaks for it any more */
  function strongest(start: number): number {
    let best = -1;
    for (let group = 0; group < groups.length; group++) {
      if (sums[start + group] > 0 && (best < 0 || sums[start + group] > sums[start + best])) best = group;
    }
    return best;
  }

  function isTrue(group: number, row: number): boolean {
    const { first, second, holds } = truths[group];
    return holds(columns[first * stride + row], columns[second * stride + row]);
  }

  function say(row: number, start: number): number {
    for (let group = strongest(start); group >= 0 && group !== found; group = strongest(start)) {
      if (isTrue(group, row)) return group === habit ? numberOfHabit(columns[gapAt * stride + row]) : 1 + group;
      sums[start + group] = 0;
    }
    return 0;
  }

  return (rows) => {
    asked.set(rows);
    kernels.run('sumLeaves', [[...forest, partsAt, asked.byteOffset, rows.length, sums.byteOffset]]);
    for (let place = 0; place < rows.length; place++) said[place] = say(rows[place], place * partsOfLeaves);
    return said;
  };
}

/** By leaf, from the left: what each group adds on the way there; and the number of each tree's first leaf. */
function weighLeaves({ roots, features, below, above, expected, values }: TreeTable): {
  firsts: number[];
  parts: number[];
} {
  const parts: number[] = [];
  const expectedAt = (child: number) => (child >= 0 ? expected[child] : values[-1 - child]);
  const put = (child: number, way: readonly number[]): void => {
    if (child < 0) {
      parts.push(...way);
      return;
    }
    const group = groupAt(features[child]);
    for (const next of [below[child], above[child]]) {
      const step = expectedAt(next) - expected[child];
      put(
        next,
        way.map((part, at) => (at === group ? part + step : part)),
      );
    }
  };
  const nothing = Array.from({ length: partsOfLeaves }, () => 0);
  const firsts = Array.from(roots, (root) => {
    const first = parts.length / partsOfLeaves;
    put(root, nothing);
    return first;
  });
  return { firsts, parts };
}

/** The number of the group that a column speaks for; undefined where it speaks for none. */
function groupAt(column: number): number | undefined {
  const name = featureNames[column];
  // The customer's last basket comes first of the methods.
  const group = name !== undefined ? groupOf[name] : column < lastBasketAt + columnsAMethod ? 'last-order' : 'found';
  return group && groups.indexOf(group);
}

const gapAt = featureNames.indexOf('own_gap');
const lastBasketAt = featureNames.length;

function numberOfHabit(days: number): number {
  return firstHabit - 1 + Math.min(mostWeeks, Math.max(1, Math.round(days / 7)));
}

interface Truth {
  readonly first: number;
  readonly second: number;
  holds(first: number, second: number): boolean;
}

function truth(holds: Truth['holds'], name: FeatureName, other = name): Truth {
  return { first: featureNames.indexOf(name), second: featureNames.indexOf(other), holds };
}

/** Whether what a group says is true of a row, by one or two of its columns. */
const truthOf: Readonly<Record<Group, Truth>> = {
  habit: truth((orders, days) => orders > 1 && days <= 7 * mostWeeks + 3, 'own_orders', 'own_gap'),
  'bought-often': truth((orders) => orders > 1, 'own_orders'),
  'comes-back': truth((share) => share >= 0.1, 'buyers_again'),
  'sells-more': truth((trend) => trend > 1.2, 'sold_trend'),
  'sells-now': truth((sold) => sold > 1, 'sold_30_days'),
  'usual-price': truth((deviations) => Math.abs(deviations) <= 1, 'price_band'),
  'usual-category': truth((share) => share >= 0.2, 'category_share'),
  'last-order': { first: lastBasketAt, second: lastBasketAt, holds: (share) => share > 0 },
  'new-since': truth((days) => days > 0, 'new_since_order'),
  found: truth(() => true, 'blend_score'),
};
/** By number of the group. */
const truths = groups.map((group) => truthOf[group]);

/**
 * By column, whether trees ask about it, or it tells whether what speaks by them is true.
 * @param count of columns
 */
export function columnsAsked({ features }: TreeTable, count: number): WantedColumns {
  const asked = new Uint8Array(count);
  for (const column of features) {
    asked[column] = 1;
    const group = groupAt(column);
    if (group === undefined) continue;
    asked[truths[group].first] = 1;
    asked[truths[group].second] = 1;
  }
  return asked;
}
