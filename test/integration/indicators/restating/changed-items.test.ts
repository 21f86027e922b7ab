import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { atThisLoad } from '../../../support/jest/machine.ts';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const order = (order_id: string, day: string, item_id: string) => ({
  ...{ order_id, visitor_id: 'ann', occurred_at: `2026-10-${day}T12:00:00Z` },
  lines: [{ item_id, quantity: 1, unit_price: '10.00' }],
});
/** Items of the catalogue that nobody ever bought, and one that was bought on two of twenty days. */
const shelf = (category: string) => [
  ...Array.from({ length: 700 }, (_, n) => ({ item_id: `new-${n}`, title: 'New', category })),
  { item_id: 'cup', title: 'Cup', category },
];
const byCategory = 'from=2026-10-01&to=2026-10-31&grain=month&by=category';

story('items that move to another category', (step) => {
  step('are bought on few of the days', async () => {
    await shop.items([...shelf('old'), { item_id: 'tea', title: 'Tea', category: 'tea', stock: 5 }]);
    await shop.orders([order('c1', '03', 'cup'), order('c2', '19', 'cup')]);
    await shop.orders(Array.from({ length: 20 }, (_, n) => order(`t${n}`, String(n + 1).padStart(2, '0'), 'tea')));
    await shop.rollUp();
    expect(await shop.values('units-placed', byCategory)).toEqual({ '2026-10-01 old': 2, '2026-10-01 tea': 20 });
  });

  // Would see: all days of all families counted anew because a catalogue was sorted.
  step('hundreds at once make only days due on which one of them has figures', async () => {
    await shop.items(shelf('new'));
    // Sales of two days; the month beside the market, in which they lie.
    expect(await shop.rollUp()).toBe(3);
    expect(await shop.values('units-placed', byCategory)).toEqual({ '2026-10-01 new': 2, '2026-10-01 tea': 20 });
  });

  // Would see: stock that is parted by what its item was called before.
  step('one whose stock is known moves all days since', async () => {
    const before = { '2026-11-15 tea': 1 };
    expect(await shop.values('skus-on-line', 'from=2026-11-15&to=2026-11-15&by=category')).toEqual(before);
    await shop.items([{ item_id: 'tea', title: 'Tea', category: 'drinks', stock: 5 }]);
    await shop.rollUp();
    expect(await shop.values('skus-on-line', 'from=2026-11-15&to=2026-11-15&by=category')).toEqual({
      '2026-11-15 drinks': 1,
    });
  });
});

/** One of its own: what is counted in it is timed. */
describe('a shop of many categories, all of them in stock', () => {
  let stocked: IndicatorShop;
  beforeAll(async () => {
    stocked = await openIndicatorShop({ now: '2026-10-01T12:00:00Z' });
  });
  afterAll(() => stocked.stop());

  const kinds = Array.from({ length: 100 }, (_, n) => n);
  const sorted = (shift: number) =>
    kinds.map((n) => ({
      item_id: `i${n}`,
      title: 'I',
      category: `c${(n + shift) % kinds.length}`,
      brand: `b${n}`,
      stock: 5,
    }));

  // Would see: every cell of a day compared with every other one where all of them are counted again (minutes instead of a second).
  test('is counted again in a few times of the first time', async () => {
    await stocked.items(sorted(0));
    const days = Array.from({ length: 31 }, (_, n) => n);
    const begin = performance.now();
    for (const day of days) {
      stocked.time.now = new Date(Date.UTC(2026, 9, 1 + day, 12));
      await stocked.rollUp();
    }
    const first = performance.now() - begin;
    // As the server does of itself within a minute: what it knows of a table decides how it reads it.
    await stocked.service.database.query('analyze indicator_cells');
    await stocked.items(sorted(1));
    const again = performance.now();
    expect(await stocked.rollUp()).toBe(days.length);
    expect(performance.now() - again).toBeLessThan(Math.max(3 * first, atThisLoad(10_000)));
    expect(Object.keys(await stocked.values('skus-on-line', byCategory.replace('&grain=month', '')))).toHaveLength(
      31 * kinds.length,
    );
  }, 60_000);
});
