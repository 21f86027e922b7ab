import { afterAll, beforeAll, expect } from '@jest/globals';
import { mostDaysCarried } from '../../../../src/intake/stock/stock-days.ts';
import { carryOver, expireStockDays } from '../../../../src/intake/stock/store.ts';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop({ now: '2026-07-01T12:00:00+02:00' });
});
afterAll(() => shop.stop());

const at = (time: string) => {
  shop.time.now = new Date(`2026-07-${time}:00+02:00`);
};
const day = (date: string) => `from=2026-07-${date}&to=2026-07-${date}`;
const days = 'from=2026-07-01&to=2026-07-03';
const month = `${days}&grain=month`;
const of = async (id: string, when: string) => Object.values(await shop.fractions(id, when))[0];

story('three days of a stock', (step) => {
  step('without stock nobody knows', async () => {
    expect((await shop.ask('skus-on-line', day('01'))).items[0]).toMatchObject({ status: 'unavailable', value: null });
  });

  step('what was in stock when, and what was sold', async () => {
    await shop.items([
      { item_id: 'cup', category: 'kitchen', brand: 'Ton', cost: '4.00', stock: 10 },
      {
        ...{ item_id: 'lamp', category: 'light', brand: 'Lux', stock: 5, available_from: '2026-06-20T00:00:00Z' },
        attributes: { exclusive: true },
      },
      // nobody knows how many there are
      { item_id: 'vase', category: 'kitchen', brand: 'Ton' },
      { item_id: 'post', is_product: false, stock: 7 },
    ]);
    at('01T18:00');
    await shop.items([{ item_id: 'lamp', stock: 0 }]);
    at('02T12:00');
    await shop.items([{ item_id: 'cup', stock: 6 }]);
    at('03T06:00');
    await shop.items([{ item_id: 'lamp', stock: 3 }]);
    at('03T20:00');
    const line = (item_id: string, quantity: number, unit_price: string) => ({ item_id, quantity, unit_price });
    await shop.orders([
      {
        ...{ order_id: '1', occurred_at: '2026-07-02T10:00:00+02:00' },
        lines: [line('cup', 4, '10.00'), { ...line('post', 1, '4.90'), unit_cost: '2.00' }],
      },
      // of a stock that nobody knows, and cancelled: both say nothing of what is in stock
      {
        ...{ order_id: '3', occurred_at: '2026-07-02T11:00:00+02:00' },
        lines: [{ ...line('vase', 16, '5.00'), unit_cost: '3.00' }],
      },
      {
        ...{ order_id: '4', occurred_at: '2026-07-02T11:00:00+02:00', lines: [line('cup', 100, '10.00')] },
        statuses: [{ status: 'cancelled', occurred_at: '2026-07-02T12:00:00+02:00' }],
      },
      { order_id: '2', occurred_at: '2026-07-03T10:00:00+02:00', lines: [line('lamp', 1, '50.00')] },
    ]);
    await shop.rollUp();
  });

  step('goods in stock at the end of each day', async () => {
    expect(await shop.values('skus-on-line', days)).toEqual({ '2026-07-01': 1, '2026-07-02': 1, '2026-07-03': 2 });
    expect(await shop.values('stock-units', `${days}&by=brand&member=Ton`)).toEqual({
      ...{ '2026-07-01 Ton': 10, '2026-07-02 Ton': 6, '2026-07-03 Ton': 6 },
    });
    expect(await of('stock-units', month)).toEqual([9, 9, null]);
    // six cups at 4.00; what lamps cost nobody knows
    expect(await of('stock-value', month)).toEqual(['24.00', '24.00', null]);
    expect(await of('share-of-exclusive-goods', month)).toEqual([0.5, 1, 2]);
  });

  step('what is not told is not 0', async () => {
    const reason = async (id: string, brand: string) =>
      (await shop.ask(id, `${month}&by=brand&member=${brand}`)).items[0].reason;
    expect(await reason('stock-value', 'Lux')).toBe('No cost is known of anything whose stock is known.');
    expect(await reason('share-of-exclusive-goods', 'Ton')).toBe(
      'No item on line whose stock is known has the attribute exclusive.',
    );
  });

  step('item-days sold out: six hours of the first day, the second, and six hours of the third', async () => {
    // known since noon
    expect(await of('stock-out-rate', day('01'))).toEqual([0.25, 0.25, 1]);
    expect(await of('stock-out-rate', day('02'))).toEqual([0.5, 1, 2]);
    expect(await of('stock-out-rate', day('03'))).toEqual([0.125, 0.25, 2]);
    expect(await of('stock-out-rate', month)).toEqual([0.3, 1.5, 5]);
  });

  step('what was sold beside what is left', async () => {
    // placed were four cups, sixteen vases and a hundred cups that were cancelled; postage is no piece
    expect(await of('units-placed', day('02'))).toEqual([120, 120, null]);
    expect(await of('sell-through-rate', day('02'))).toEqual([0.4, 4, 10]);
    expect(await of('days-of-supply', day('02'))).toEqual([1.5, 6, 4]);
    // five pieces in the three days of July that there were
    expect(await of('days-of-supply', month)).toEqual([5.4, 9, 1.66667]);
    // 16.00 over the mean of 40.00, 24.00 and 24.00
    expect(await of('stock-turnover', month)).toEqual([0.545455, '16.00', '29.33']);
    expect(await of('first-listing-sales', month)).toEqual(['50.00', '50.00', null]);
  });

  step('a cup that comes back restates the day of its sale', async () => {
    await shop.refunds([
      {
        refund_id: 'r',
        order_id: '1',
        occurred_at: '2026-07-03T19:00:00+02:00',
        lines: [{ item_id: 'cup', quantity: 1 }],
      },
    ]);
    await shop.rollUp();
    expect(await of('return-rate-of-goods', day('02'))).toEqual([0.05, 1, 20]);
    expect(await of('stock-turnover', month)).toEqual([0.409091, '12.00', '29.33']);
  });

  step('a day later the stock stands, although nothing touched it', async () => {
    at('04T08:00');
    await shop.rollUp();
    expect(await of('stock-units', day('04'))).toEqual([9, 9, null]);
  });

  step('a day that was counted before it was over is counted again when the next begins', async () => {
    const countedAt = async () => {
      const [row] = await shop.service.database.query<{ at: Date }>(
        `select rolled_up_at as at from roll_ups where family = 'goods' and day = '2026-07-04'`,
      );
      return row.at.getTime();
    };
    const early = await countedAt();
    at('05T08:00');
    await shop.rollUp();
    const late = await countedAt();
    expect(late).toBeGreaterThan(early);
    await shop.rollUp();
    expect(await countedAt()).toBe(late);
  });

  // Would see: hours that have passed since the last count told as if they were counted.
  step('what stands of today is as of its last count, and counted again from time to time', async () => {
    const { database } = shop.service;
    const counted = async (shift = '0') => {
      const [row] = await database.query<{ at: Date }>(
        `update roll_ups set rolled_up_at = rolled_up_at - $1::interval where family = 'goods' and day = '2026-07-05'
         returning rolled_up_at as at`,
        [shift],
      );
      return row.at.getTime();
    };
    const asOf = async (when: string) => Date.parse((await shop.ask('stock-out-rate', when)).as_of);
    const at = await counted();
    expect(await asOf(day('05'))).toBe(at);
    expect(await asOf(day('04'))).toBeGreaterThan(at);
    const early = await counted('14 minutes');
    await shop.rollUp();
    expect(await counted()).toBe(early);
    await counted('2 minutes');
    await shop.rollUp();
    expect(await counted()).toBeGreaterThan(at);
  });

  const tell = async (item: Record<string, unknown>) => {
    await shop.items([item]);
    await shop.rollUp();
  };

  step('what the catalogue says anew of an item is of its days before as well', async () => {
    await tell({ item_id: 'cup', cost: '5.00' });
    expect(await of('stock-value', day('02'))).toEqual(['30.00', '30.00', null]);
    await tell({ item_id: 'cup', attributes: { exclusive: true } });
    expect(await of('share-of-exclusive-goods', day('04'))).toEqual([1, 2, 2]);
    await tell({ item_id: 'lamp', available_from: '2026-05-01T00:00:00Z' });
    expect(await of('first-listing-sales', month)).toEqual(['0.00', '0.00', null]);
  });

  step('goods that are hidden, or no longer available, are not on line and not missed', async () => {
    await tell({ item_id: 'lamp', hidden: true });
    expect(await of('skus-on-line', day('04'))).toEqual([1, 1, null]);
    expect(await of('stock-out-rate', day('02'))).toEqual([0, 0, 1]);
    await tell({ item_id: 'cup', available_until: '2026-07-03T00:00:00+02:00' });
    expect(await shop.values('skus-on-line', days)).toEqual({ '2026-07-01': 1, '2026-07-02': 1, '2026-07-03': 0 });
    expect(await of('stock-units', day('04'))).toEqual([9, 9, null]);
  });

  // Would see: a day of which the stock is no longer kept, counted anew as one of which nobody knew it.
  step('days whose stock is no longer kept keep what was counted of them', async () => {
    const before = await of('sell-through-rate', day('02'));
    expect(before).toEqual([0.4, 4, 10]);
    const { database } = shop.service;
    await carryOver(database, shop.time.now, 'Europe/Berlin', mostDaysCarried);
    expect(await expireStockDays(database, '2026-07-04')).toBeGreaterThan(3);
    await shop.refunds([
      {
        refund_id: 'late',
        order_id: '1',
        occurred_at: '2026-07-04T19:00:00+02:00',
        lines: [{ item_id: 'cup', quantity: 1 }],
      },
    ]);
    await tell({ item_id: 'cup', attributes: { exclusive: false } });
    expect(await of('sell-through-rate', day('02'))).toEqual(before);
    expect(await of('stock-units', day('05'))).toEqual([9, 9, null]);
  });
});
