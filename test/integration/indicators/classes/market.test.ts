import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const months = 'from=2026-09-01&to=2026-10-31&grain=month';
const october = 'from=2026-10-01&to=2026-10-31&grain=month';
const line = (item_id: string, quantity: number, unit_price: string) => ({ item_id, quantity, unit_price });
const figure = (month: string, measure: string, value: string, more: { whose?: string; category?: string } = {}) => ({
  ...{ month, measure, value, source: 'panel, November 2026' },
  ...more,
});

story('the shop beside the market and its competitors', (step) => {
  step('without figures from outside everything is unavailable', async () => {
    await shop.items([
      { item_id: 'cup', title: 'Cup', category: 'Home > Cups' },
      { item_id: 'lamp', title: 'Lamp', category: 'Home > Light' },
      { item_id: 'tea', title: 'Tea', category: 'Food' },
      { item_id: 'post', title: 'Postage', is_product: false },
    ]);
    await shop.orders([
      // the last moment of September, and the first of October, in Berlin
      { order_id: 'S1', customer_id: 'A', occurred_at: '2026-09-30T23:59:59+02:00', lines: [line('cup', 4, '10.00')] },
      { order_id: 'S2', customer_id: 'B', occurred_at: '2026-09-02T12:00:00+02:00', lines: [line('tea', 2, '5.00')] },
      {
        ...{ order_id: 'O1', customer_id: 'A', occurred_at: '2026-10-01T00:00:00+02:00' },
        lines: [line('cup', 6, '10.00'), line('post', 1, '5.00')],
      },
      { order_id: 'O2', customer_id: 'A', occurred_at: '2026-10-20T12:00:00+02:00', lines: [line('lamp', 1, '40.00')] },
      { order_id: 'O3', customer_id: 'C', occurred_at: '2026-10-31T23:59:59+01:00', lines: [line('tea', 3, '5.00')] },
    ]);
    await shop.rollUp();
    for (const id of ['market-share', 'growth-against-market', 'market-rank', 'price-index', 'assortment-overlap']) {
      const { items } = await shop.ask(id, months);
      expect(items.map(({ value, status }: any) => [value, status])).toEqual(Array(2).fill([null, 'unavailable']));
    }
    expect((await shop.ask('market-share', october)).items[0].reason).toBe(
      'No sales of the market were told of the month.',
    );
  });

  step('figures of the market come, of some months only', async () => {
    await shop.send(
      '/v1/market-figures',
      {
        market_figures: [
          ...[figure('2026-09', 'sales', '500'), figure('2026-10', 'sales', '1000')],
          ...[figure('2026-10', 'units', '50'), figure('2026-10', 'users', '8')],
          figure('2026-10', 'sales', '400', { category: 'Home' }),
          figure('2026-10', 'sales', '150', { category: 'Food' }),
          ...[
            figure('2026-10', 'sales', '300', { whose: 'Alpha' }),
            figure('2026-10', 'sales', '120', { whose: 'Beta' }),
          ],
          ...[figure('2026-10', 'sales', '90', { whose: 'Gamma' })],
          figure('2026-10', 'sales', '15', { whose: 'Alpha', category: 'Food' }),
          ...[figure('2026-10', 'price_index', '104', { whose: 'Alpha' })],
          ...[figure('2026-10', 'price_index', '99', { whose: 'Beta' }), figure('2026-10', 'price_index', '102')],
          ...[
            figure('2026-10', 'items', '200', { whose: 'Alpha' }),
            figure('2026-10', 'shared_items', '50', { whose: 'Alpha' }),
          ],
          ...[
            figure('2026-10', 'items', '100', { whose: 'Beta' }),
            figure('2026-10', 'shared_items', '40', { whose: 'Beta' }),
          ],
          // Of Gamma nobody knows what it shares.
          figure('2026-10', 'items', '900', { whose: 'Gamma' }),
        ],
      },
      'PUT',
    );
    await shop.rollUp();
  });

  step('shares of sales, units and users', async () => {
    // September: 40 + 10 of 500. October: 60 + 5 + 40 + 15 of 1,000.
    expect(await shop.fractions('market-share', months)).toEqual({
      ...{ '2026-09-01': [0.1, '50.00', '500.00'], '2026-10-01': [0.12, '120.00', '1000.00'] },
    });
    // Home with the cups and lamps below it; September has no figure by category.
    expect(await shop.fractions('market-share', `${october}&by=category`)).toEqual({
      ...{ '2026-10-01 Home': [0.25, '100.00', '400.00'], '2026-10-01 Food': [0.1, '15.00', '150.00'] },
    });
    const { items } = await shop.ask('market-share', `${months}&by=category&member=Home`);
    expect(items[0]).toMatchObject({ period: '2026-09-01', value: null, status: 'unavailable' });
    // 6 cups, 1 lamp and 3 of tea; postage is no unit.
    expect(await shop.fractions('market-share-by-units', months)).toEqual({
      ...{ '2026-09-01': [null, null, null], '2026-10-01': [0.2, 10, 50] },
    });
    // A and C.
    expect(await shop.fractions('user-share', october)).toEqual({ '2026-10-01': [0.25, 2, 8] });
  });

  step('growth against the market: the shop grew by 140 %, the market by 100 %', async () => {
    // 120 / 50 = 2.4 and 1,000 / 500 = 2; 2.4 / 2 - 1 = 0.2 = (0.12 - 0.1) / 0.1
    expect(await shop.fractions('growth-against-market', months)).toEqual({
      ...{ '2026-09-01': [null, null, null], '2026-10-01': [0.2, 0.02, 0.1] },
    });
  });

  step('rank: Alpha has more, Beta has as much and stands beside it', async () => {
    expect(await shop.values('market-rank', months)).toEqual({ '2026-09-01': null, '2026-10-01': 2 });
    // 15.00 of food is what Alpha has.
    expect(await shop.values('market-rank', `${october}&by=category`)).toEqual({ '2026-10-01 Food': 1 });
  });

  step('prices and assortments of competitors, each and together', async () => {
    // (104 + 99) / 2; the market's own index is no competitor's.
    expect(await shop.fractions('price-index', october)).toEqual({ '2026-10-01': [101.5, 203, 2] });
    expect(await shop.values('price-index', `${october}&by=competitor`)).toEqual({
      ...{ '2026-10-01 Alpha': 104, '2026-10-01 Beta': 99 },
    });
    // (50 + 40) of (200 + 100)
    expect(await shop.fractions('assortment-overlap', october)).toEqual({ '2026-10-01': [0.3, 90, 300] });
    expect(await shop.values('assortment-overlap', `${october}&by=competitor`)).toEqual({
      ...{ '2026-10-01 Alpha': 0.25, '2026-10-01 Beta': 0.4 },
    });
  });

  step('a refund, a corrected figure and an item that moves restate the month', async () => {
    await shop.refunds([
      {
        ...{ refund_id: 'R', order_id: 'O1', occurred_at: '2026-11-03T12:00:00+01:00' },
        lines: [{ item_id: 'cup', quantity: 2 }],
      },
    ]);
    await shop.rollUp();
    // 20.00 less: 100 of 1,000 and 8 units of 50; Beta with its 120 is before the shop now.
    expect(await shop.fractions('market-share', october)).toEqual({ '2026-10-01': [0.1, '100.00', '1000.00'] });
    expect(await shop.fractions('market-share-by-units', october)).toEqual({ '2026-10-01': [0.16, 8, 50] });
    expect(await shop.values('market-rank', october)).toEqual({ '2026-10-01': 3 });

    await shop.send('/v1/market-figures', { market_figures: [figure('2026-10', 'sales', '800')] }, 'PUT');
    await shop.items([{ item_id: 'lamp', category: 'Food', updated_at: '2026-11-10T10:00:00Z' }]);
    await shop.rollUp();
    expect(await shop.fractions('market-share', october)).toEqual({ '2026-10-01': [0.125, '100.00', '800.00'] });
    expect(await shop.fractions('market-share', `${october}&by=category`)).toEqual({
      ...{ '2026-10-01 Food': [0.366667, '55.00', '150.00'], '2026-10-01 Home': [0.1, '40.00', '400.00'] },
    });
  });
});
