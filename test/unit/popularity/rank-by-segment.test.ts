import { expect, test } from '@jest/globals';
import { rankBySegment } from '../../../models/popularity/index.ts';

/** Item, who bought it, and how many days ago. */
type Purchase = [item: number, customer: number, days?: number];

function purchasesOf(all: readonly Purchase[]) {
  return {
    items: Uint32Array.from(all, ([item]) => item),
    customers: Uint32Array.from(all, ([, customer]) => customer),
    ageDays: Float64Array.from(all, ([, , days = 0]) => days),
    customerCount: 20,
    itemCount: 6,
  };
}
const by = (item: number, customers: readonly number[], days = 0): Purchase[] =>
  customers.map((customer) => [item, customer, days]);

// Would see: best sellers of everybody, what one member bought again and again, an age that does not count.
test('best sellers of a segment are what enough of its customers bought, newer sales before older ones', () => {
  const purchases = purchasesOf([
    ...by(0, [0, 1, 2, 3, 4, 5], 14),
    ...by(1, [0, 1, 2, 3, 4]),
    // Of four members, the more often: nobody is to be told from a list.
    ...by(2, [0, 1, 2, 3]),
    ...by(2, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]),
    ...by(3, [10, 11, 12, 13, 14, 15, 16]),
    ...by(4, [0, 1, 2, 10, 11, 12]),
  ]);
  const members = { segment: 'group-champions', customers: [0, 1, 2, 3, 4, 5] };
  const others = { segment: 'list-vip', customers: [16, 15, 14, 13, 12, 11, 10] };
  const few = { segment: 'cluster-2', customers: [0, 1, 2, 3] };
  // Half-life 14 days: item 0 has 6 × 1/2 = 3, item 1 has 5.
  expect(rankBySegment(purchases, [members, few, others], { halfLifeDays: 14 })).toEqual([
    { segment: 'group-champions', items: Uint32Array.of(1, 0), scores: Float64Array.of(1, 0.6) },
    { segment: 'list-vip', items: Uint32Array.of(3), scores: Float64Array.of(1) },
  ]);
  const everybody = { segment: 'rule-all', customers: Array.from({ length: 20 }, (_, customer) => customer) };
  const [all] = rankBySegment(purchases, [everybody], { halfLifeDays: Number.POSITIVE_INFINITY });
  expect([...all.items]).toEqual([3, 0, 4, 1]);
});
