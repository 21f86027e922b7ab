import { describe, expect, test } from '@jest/globals';
import { tabulateHabits } from '../../../src/training/snapshot/buying-habits.ts';
import { makeSnapshot, type SaleLine } from '../../support/shops/training-snapshot.ts';

const at = (time: string) => Date.parse(time);

/** Friday evening in Berlin is still afternoon in London; Saturday begins there first too. */
const lines: SaleLine[] = [
  { customer: 0, order: 0, time: at('2026-01-09T17:30:00Z'), item: 0, unitPrice: 8, listPrice: 10 },
  { customer: 0, order: 0, time: at('2026-01-09T17:30:00Z'), item: 1, unitPrice: 10, listPrice: 10 },
  { customer: 0, order: 0, time: at('2026-01-09T17:30:00Z'), item: 3, unitPrice: 4 },
  { order: 1, time: at('2026-01-09T18:00:00Z'), item: 0 },
  { customer: 1, order: 2, time: at('2026-01-09T23:15:00Z'), item: 0, unitPrice: 10, listPrice: 10 },
  { customer: 0, order: 3, time: at('2026-01-11T09:00:00Z'), item: 2, unitPrice: 5, listPrice: 6 },
  { customer: 0, order: 3, time: at('2026-01-11T09:00:00Z'), item: 0, unitPrice: 10 },
];

function habits(timeZone: string, more: { categories?: null[]; lines?: SaleLine[]; customers?: number } = {}) {
  const snapshot = makeSnapshot({
    asOf: at('2026-02-01T00:00:00Z'),
    customers: 2,
    items: [true, true, true, false],
    categories: ['0', '1', '0', '2'],
    lines,
    ...more,
  });
  const { columns, missing } = tabulateHabits(snapshot, Uint32Array.of(0, 1), timeZone);
  const column = (name: string) => columns.find((one) => one.name === name)!;
  return { column, names: columns.map(({ name }) => name), missing };
}

describe('habits', () => {
  test('baskets and breadth are of goods, services apart', () => {
    const { column } = habits('UTC');
    expect([...Array.from(column('basketSize').values)]).toEqual([2, 1]);
    expect([...Array.from(column('breadth').values)]).toEqual([2, 1]);
  });

  test('the discount share is of lines whose list price is known, with their number', () => {
    const { values, evidence } = habits('UTC').column('discountShare');
    expect([...Array.from(values)]).toEqual([2 / 3, 0]);
    expect([...Array.from(evidence!)]).toEqual([3, 1]);
  });

  test('evening and weekend are those of the shop', () => {
    const shares = (timeZone: string) => {
      const { column } = habits(timeZone);
      return ['eveningShare', 'weekendShare'].map((name) => Array.from(column(name).values));
    };
    expect(shares('UTC')).toEqual([
      [0, 1],
      [0.5, 0],
    ]);
    expect(shares('Europe/Berlin')).toEqual([
      [0.5, 0],
      [0.5, 1],
    ]);
  });

  test('what most customers have no facts for is left out with the reason', () => {
    const bare = lines.map(({ listPrice: _, ...line }) => line);
    const { names, missing } = habits('UTC', { categories: [null, null, null, null], lines: bare });
    expect(names).toEqual(['basketSize', 'eveningShare', 'weekendShare']);
    expect(missing).toEqual([
      {
        feature: 'breadth',
        reason: 'a category of what they bought is known for 0 % of the customers, which is too few',
      },
      { feature: 'discountShare', reason: 'a list price is known for 0 % of the customers, which is too few' },
    ]);
  });
});
