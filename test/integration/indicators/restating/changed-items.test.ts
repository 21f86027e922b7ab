import { afterAll, beforeAll, expect } from '@jest/globals';
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
