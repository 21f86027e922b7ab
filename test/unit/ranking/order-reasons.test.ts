import { expect, test } from '@jest/globals';
import { createKernels } from '../../../models/kernels/index.ts';
import { partsOfLeaves, trees as treeKernels } from '../../../models/kernels/sets/trees.ts';
import {
  columnCount,
  columnNames,
  createOrderReasons,
  createRowScorer,
  firstHabit,
  mostWeeks,
  type OrderReason,
  orderReasons,
  orderReasonsBytes,
  rowScorerBytes,
  type TreeTable,
} from '../../../models/ranking/index.ts';

const names = columnNames(['last_basket', 'rp3beta']);

/** A tree for each feature: what lies above 0 is worth so much more. */
function steps(worth: Readonly<Record<string, number>>): TreeTable {
  const asked = Object.entries(worth);
  return {
    roots: Int32Array.from(asked.keys()),
    features: Uint16Array.from(asked, ([name]) => names.indexOf(name)),
    thresholds: new Float32Array(asked.length),
    below: Int32Array.from(asked, (_, tree) => -1 - 2 * tree),
    above: Int32Array.from(asked, (_, tree) => -2 - 2 * tree),
    expected: new Float32Array(asked.length),
    values: Float32Array.from(asked.flatMap(([, step]) => [-step, step])),
  };
}

/** What is said of a row of these values; all others are missing. */
function saidOf(worth: Readonly<Record<string, number>>, values: Readonly<Record<string, number>>): number {
  const trees = steps(worth);
  const bytes = rowScorerBytes(trees, columnCount(2), 3) + orderReasonsBytes(trees, 2);
  const kernels = createKernels(treeKernels, { bytes });
  const scorer = createRowScorer(kernels, trees, columnCount(2), 3);
  const { columns, stride } = scorer;
  columns.fill(Number.NaN);
  for (const [name, value] of Object.entries(values)) columns[names.indexOf(name) * stride + 2] = value;
  scorer.score(3);
  return createOrderReasons(kernels, trees, { scorer, most: 2 })(Uint32Array.of(1, 2))[1];
}

const numberOf = (reason: OrderReason) => 1 + orderReasons.indexOf(reason);

test('names what speaks for an item most, of features of one kind together', () => {
  const worth = { sold_7_days: 0.2, sold_30_days: 0.2, buyers_again: 0.3, orders: 9 };
  const row = { sold_7_days: 2, sold_30_days: 2, buyers_again: 0.5, orders: 12 };
  expect(saidOf(worth, row)).toBe(numberOf('sells-now'));
  expect(saidOf({ ...worth, sold_7_days: 0.05 }, row)).toBe(numberOf('comes-back'));
  expect(saidOf({ last_basket_score: 0.1 }, { last_basket_score: 0.4 })).toBe(numberOf('last-order'));
});

test('says of a habit how many weeks it is apart', () => {
  const said = (days: number) => saidOf({ own_gap: 1 }, { own_orders: 3, own_gap: days });
  expect([1, 7, 10, 28, 30, 364].map((days) => said(days) - firstHabit + 1)).toEqual([1, 1, 1, 4, 4, mostWeeks]);
  expect(said(600)).toBe(0);
});

test('says nothing that is not true of the item as it reads, but what is next', () => {
  const worth = { own_gap_through: 0.9, sold_trend: 0.5, category_share: 0.2, new_since_order: 0.1 };
  const values = { own_gap_through: 2, own_orders: 1, sold_trend: 1.1, category_share: 0.5, new_since_order: 3 };
  // Bought once, so no habit; it sells little more than it did.
  expect(saidOf(worth, values)).toBe(numberOf('usual-category'));
  expect(saidOf(worth, { ...values, category_share: 0.1 })).toBe(numberOf('new-since'));
  expect(saidOf(worth, { ...values, sold_trend: 3 })).toBe(numberOf('sells-more'));
  expect(saidOf({ price_band: 1 }, { price_band: 1.5 })).toBe(0);
});

test('says nothing where what the methods found is stronger, or nothing speaks for the item', () => {
  expect(saidOf({ rp3beta_score: 0.5, sold_30_days: 0.4 }, { rp3beta_score: 1, sold_30_days: 2 })).toBe(0);
  expect(saidOf({ sold_30_days: 0.4 }, { sold_30_days: -1 })).toBe(0);
});

test('all of it fits beside the source in a byte', () => {
  expect(orderReasons.length).toBeLessThan(firstHabit);
  // Beside the reasons, habits and what the methods found are summed up.
  expect(orderReasons.length + 2).toBeLessThanOrEqual(partsOfLeaves);
  expect(firstHabit + mostWeeks - 1).toBeLessThan(64);
});
