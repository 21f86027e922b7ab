import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRollUps } from '../../../../src/indicators/roll-ups/roll-up.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
  await shop.items([{ item_id: 'cup', title: 'Cup', price: '10.00' }]);
});
afterAll(() => shop.stop());

const order = (order_id: string, occurred_at: string) => ({
  ...{ order_id, visitor_id: 'ann', occurred_at, lines: [{ item_id: 'cup', quantity: 1, unit_price: '10.00' }] },
});

// Would see: a week of 168 hours that ends on the eighth day, because clocks were put on, and touches only seven.
test('a visit that is told late counts for an order of a week later, over the night on which clocks are put on', async () => {
  await shop.orders([order('1', '2026-04-02T00:15:00+02:00')]);
  await shop.rollUp();
  await shop.events([
    {
      ...{ event_id: '1', type: 'page_view', visitor_id: 'ann', occurred_at: '2026-03-25T23:30:00+01:00' },
      page: { path: '/', campaign: { name: 'spring' } },
    },
  ]);
  await shop.rollUp();
  expect(await shop.values('campaign-orders', 'from=2026-04-02&to=2026-04-02')).toEqual({ '2026-04-02': 1 });
});

// Would see: old figures, or none, told as if all facts of up to now were in them.
test('as of is not known while a day waits that was never counted', async () => {
  const asked = 'from=2026-04-01&to=2026-04-10';
  await shop.orders([order('4', '2026-04-03T12:00:00+02:00')]);
  await shop.rollUp();
  expect((await shop.ask('orders-placed', asked)).as_of).not.toBeNull();
  await shop.orders([order('2', '2026-04-05T12:00:00+02:00')]);
  const config = { timeZone: 'Europe/Berlin', minorDigits: 2, listRetentionDays: 30 };
  await shop.service.database.query(
    `insert into roll_ups (family, day, due_at) values ('sales', '2026-04-05', now() + interval '1 hour')
     on conflict (family, day) do update set due_at = excluded.due_at, rolled_up_at = null`,
  );
  await createRollUps({ db: shop.service.database, config, clock: () => shop.time.now }).rollUp();
  expect(await shop.ask('orders-placed', asked)).toMatchObject({ as_of: null, pending_days: 1 });
  await shop.rollUp();
  expect((await shop.ask('orders-placed', asked)).as_of).not.toBeNull();
});

// Would see: a day that is taken for begun though it was rolled back, and is missed until tomorrow.
test('a day begins once more where beginning it failed', async () => {
  const { database } = shop.service;
  // Days begin after the first of which something is known.
  await shop.orders([order('3', '2026-04-04T12:00:00+02:00')]);
  await shop.rollUp();
  const config = { timeZone: 'Europe/Berlin', minorDigits: 2, listRetentionDays: 30 };
  const now = new Date('2026-11-17T12:00:00Z');
  const rollUps = createRollUps({ db: database, config, clock: () => now });
  const begun = async () =>
    (await database.query(`select from roll_ups where family = 'customers' and day = '2026-11-17'`)).length;
  await database.query(`alter table roll_up_progress add constraint never check (taken_at < '2020-01-01') not valid`);
  await expect(rollUps.rollUp({ atOnce: false })).rejects.toThrow();
  expect(await begun()).toBe(0);
  await database.query('alter table roll_up_progress drop constraint never');
  await rollUps.rollUp();
  expect(await begun()).toBe(1);
});
