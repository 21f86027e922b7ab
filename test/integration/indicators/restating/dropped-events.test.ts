import { afterAll, beforeAll, expect } from '@jest/globals';
import { forgetSubjects } from '../../../../src/indicators/roll-ups/forget-subjects.ts';
import { expireEvents } from '../../../../src/intake/events/partitions.ts';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop({ timeZone: 'Asia/Shanghai' });
});
afterAll(() => shop.stop());

let number = 0;
const view = (visitor_id: string, occurred_at: string) => ({
  ...{ event_id: `${++number}`, type: 'view', item_id: 'cup', visitor_id, occurred_at },
});
const order = (order_id: string, occurred_at: string) => ({
  ...{
    order_id,
    visitor_id: `of ${order_id}`,
    occurred_at,
    lines: [{ item_id: 'cup', quantity: 1, unit_price: '10.00' }],
  },
});
const days = 'from=2024-03-10&to=2024-03-10';
const edge = 'from=2024-04-01&to=2024-04-01';

story('events are dropped after their retention', (step) => {
  step('what was counted of their days', async () => {
    await shop.items([{ item_id: 'cup', title: 'Cup', price: '10.00' }]);
    await shop.events([
      ...['ann', 'bob', 'cid'].map((visitor) => view(visitor, '2024-03-10T10:00:00+08:00')),
      // Still March where partitions begin.
      view('ann', '2024-04-01T02:00:00+08:00'),
      view('bob', '2024-04-01T12:00:00+08:00'),
    ]);
    await shop.rollUp();
    await shop.service.database.query(`update events set received_at = '2013-01-01'`);
    expect(await expireEvents(shop.service.database, new Date('2024-04-20T00:00:00Z'))).toEqual(['events_2024_03']);
    expect(await shop.values('visitors', days)).toEqual({ '2024-03-10': 3 });
  });

  // Would see: an event of before that makes a partition by which dropped days look kept; a day of which a part is gone counted anew.
  step('stays when a late order comes, also after an older event', async () => {
    await shop.events([view('ann', '2024-01-05T10:00:00+08:00')]);
    await shop.orders([order('1', '2024-03-10T11:00:00+08:00'), order('2', '2024-04-01T13:00:00+08:00')]);
    await shop.rollUp();
    expect(await shop.values('visitors', days)).toEqual({ '2024-03-10': 3 });
    expect(await shop.values('visitors', edge)).toEqual({ '2024-04-01': 2 });
    expect(await shop.values('orders-placed', days)).toEqual({ '2024-03-10': 1 });
  });

  step('a day whose events were never dropped is counted anew', async () => {
    await shop.events([view('bob', '2024-01-05T11:00:00+08:00')]);
    await shop.rollUp();
    expect(await shop.values('visitors', 'from=2024-01-05&to=2024-01-05')).toEqual({ '2024-01-05': 2 });
  });

  // Would see: keys of visitors kept for ever in the roll-ups, and a month that is counted anew without those who were forgotten.
  step('nobody is known any more of whom the dropped events were, and the figures stay', async () => {
    const { database } = shop.service;
    const known = async (from: string, until: string) => {
      const [{ cells }] = await database.query<{ cells: number }>(
        `select count(*)::int as cells from indicator_cells
         where subjects is not null and measure like any(array['traffic.%', 'shopping.%']) and period >= $1 and period < $2`,
        [from, until],
      );
      return cells;
    };
    expect(await known('2024-03-01', '2024-03-30')).toBeGreaterThan(0);
    expect(await forgetSubjects(database, 'Asia/Shanghai')).toBeGreaterThan(0);
    expect(await known('2024-03-01', '2024-03-30')).toBe(0);
    expect(await known('2024-01-01', '2024-02-01')).toBeGreaterThan(0);
    // A day of March that was never counted is now.
    await shop.orders([order('3', '2024-03-12T11:00:00+08:00')]);
    await expect(shop.events([view('dan', '2024-03-12T10:00:00+08:00')])).rejects.toThrow('event_expired');
    await shop.rollUp();
    expect(await shop.values('orders-placed', 'from=2024-03-12&to=2024-03-12')).toEqual({ '2024-03-12': 1 });
    expect(await shop.values('visitors', days)).toEqual({ '2024-03-10': 3 });
    expect(await shop.values('visitors', `${days}&grain=month`)).toEqual({ '2024-03-01': 3 });
    expect(await shop.values('visitors', 'from=2024-01-01&to=2024-01-31&grain=month')).toEqual({ '2024-01-01': 2 });
  });
});
