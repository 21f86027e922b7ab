import { expect, test } from '@jest/globals';
import { learnComplements, recipe, type SparseMatrix } from '../../../models/association-rules/index.ts';

/** @param rows the columns of each, ascending */
function matrix(rows: number[][], columns: number): SparseMatrix {
  const offsets = [0];
  for (const row of rows) offsets.push(offsets.at(-1)! + row.length);
  return { rows: rows.length, columns, offsets: Uint32Array.from(offsets), indices: Uint32Array.from(rows.flat()) };
}

const times = (count: number, row: number[]) => Array.from({ length: count }, () => row);
/** cup 0, mug 1, beans 2, filter 3, lamp 4, bulb 5 */
const names = ['Home > Cups', 'Food > Coffee', 'Light > Lamps', 'Light > Bulbs'];
const numbers = Int32Array.from([0, 0, 1, 1, 2, 3]);
const options = { ...recipe, complements: { ...recipe.complements, minimumCount: 2, maximumPValue: 0.05 } };

function learn(baskets: number[][], sessions: number[][] = [], changes: Partial<typeof recipe.complements> = {}) {
  const learnt = learnComplements(
    { baskets: matrix(baskets, 6), sessions: matrix(sessions, 6), categories: { numbers, names } },
    { ...options, complements: { ...options.complements, ...changes } },
  );
  const of = ({ offsets, items }: { offsets: Uint32Array; items: Uint32Array }) =>
    Array.from({ length: 6 }, (_, item) => [...items.subarray(offsets[item], offsets[item + 1])]);
  return { ...learnt, together: of(learnt.coOccurrences), standIns: of(learnt.substitutes) };
}

// Would see: a pair by chance, one below the least count, an order of the wrong baskets.
test('goods of one order go together from a low count on, if that is no chance', () => {
  // Of 40 orders 3 hold cup and beans, which are in 4 and 3: P(all 3 of the beans beside a cup) = C(4,3) C(36,0) / C(40,3) = 4 / 9880.
  const learnt = learn([...times(3, [0, 2]), [0, 4], ...times(20, [4]), ...times(16, [5])]);
  expect(learnt.together).toEqual([[2], [], [0], [], [], []]);
  const { counts, confidences, lifts } = learnt.coOccurrences;
  expect([counts[0], confidences[0], confidences[1]]).toEqual([3, 0.75, 1]);
  expect(lifts[0]).toBeCloseTo((3 * 40) / (4 * 3), 12);
  // Together as often as chance has it, though four times: in all orders.
  expect(learn(times(4, [0, 2])).together.flat()).toEqual([]);
  expect(learn([[0, 2], ...times(30, [4])]).together.flat()).toEqual([]);
});

test('the most often first, so many of each, and an assortment says nothing', () => {
  const orders = [...times(4, [0, 3]), ...times(3, [0, 2]), ...times(2, [0, 5]), ...times(60, [4])];
  expect(learn(orders).together[0]).toEqual([3, 2, 5]);
  expect(learn(orders, [], { perItem: 2 }).together[0]).toEqual([3, 2]);
  expect(learn([...times(3, [0, 2, 3]), ...times(60, [4])], [], { largestBasket: 2 }).together.flat()).toEqual([]);
});

// Would see: cups offered beside a mug because two people bought both.
test('goods of one category are of one use: a low count does not bring them together', () => {
  const learnt = learn([...times(3, [0, 1]), ...times(3, [0, 2]), ...times(60, [4])]);
  expect(learnt.together[0]).toEqual([2]);
  expect(learnt.together[1]).toEqual([]);
});

test('categories are bought together at every depth, among as many pairs as there are', () => {
  // Cups with coffee in 12 orders of 60, each of one cup and one coffee that never met twice enough to be a pair of goods.
  const orders = [...times(6, [0, 2]), ...times(6, [1, 3]), ...times(24, [4]), ...times(24, [5])];
  const { categories } = learn(orders);
  const of = (category: string) => categories.find((one) => one.category === category)?.complements;
  expect(of('Home > Cups')).toEqual(['Food > Coffee']);
  expect(of('Food')).toEqual(['Home']);
  expect(of('Light')).toBeUndefined();
  // All orders are of all goods: nothing is above chance.
  expect(learn(times(30, [0, 2, 4])).categories).toEqual([]);
});

// Would see: compared goods offered as companions, and companions that are looked at together called substitutes.
test('what is looked at in one session and not bought together stands in for the other', () => {
  const sessions = [...times(5, [4, 5]), ...times(5, [0, 2]), ...times(30, [3])];
  const orders = [...times(5, [0, 2]), ...times(5, [4]), ...times(5, [5]), ...times(30, [3])];
  const { standIns } = learn(orders, sessions);
  expect(standIns[4]).toEqual([5]);
  expect(standIns[5]).toEqual([4]);
  expect(standIns[0]).toEqual([]);
  expect(learn(orders, sessions, { minimumSessions: 6 }).standIns.flat()).toEqual([]);
});
