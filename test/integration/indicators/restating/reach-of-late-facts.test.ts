import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRollUps } from '../../../../src/indicators/roll-ups/roll-up.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
  await shop.items([{ item_id: 'cup', title: 'Cup', price: '10.00' }]);
});
afterAll(() => shop.stop());

const config = { timeZone: 'Europe/Berlin', minorDigits: 2, listRetentionDays: 30 };

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

const told = (day: string, by: string) => (id: string) => shop.values(id, `from=${day}&to=${day}${by}`);
const seen = (visitor_id: string, time: string, more: object = {}) => ({
  ...{ event_id: `${visitor_id} ${time}`, type: 'page_view', visitor_id, occurred_at: `2026-05-${time}:00+02:00` },
  page: { path: '/' },
  ...more,
});
const tag = (name: string) => ({ page: { path: '/', campaign: { name } } });
const bought = (customer_id: string, time: string) => ({
  ...{ order_id: `${customer_id} ${time}`, customer_id, occurred_at: `2026-05-${time}:00+02:00` },
  lines: [{ item_id: 'cup', quantity: 1, unit_price: '10.00' }],
});

// Would see: orders looked at without the visitors who named their customer.
test('a late order counts for the visitor who named its customer that day', async () => {
  await shop.events([seen('bob', '04T10:00', { customer_id: 'B' })]);
  await shop.rollUp();
  await shop.orders([bought('B', '04T12:00')]);
  await shop.rollUp();
  expect(await told('2026-05-04', '')('visit-to-order-conversion')).toEqual({ '2026-05-04': 1 });
});

// Would see: a visitor looked at without the orders of the customer whom another event of theirs names.
test('a late visit by a tag counts for the order of the customer whom its visitor named', async () => {
  await shop.events([seen('cleo', '05T10:00', { customer_id: 'C' })]);
  await shop.orders([bought('C', '05T12:00')]);
  await shop.rollUp();
  await shop.events([seen('cleo', '05T09:00', tag('spring'))]);
  await shop.rollUp();
  expect(await told('2026-05-05', '&by=campaign')('campaign-orders')).toEqual({ '2026-05-05 spring': 1 });
});

// Would see: that order taken for the late visit's, because the other visitor who named the customer is not looked at.
test('a late visit by a tag does not take the order from a later one of another visitor who named the customer', async () => {
  await shop.events([seen('dan', '06T10:00', { customer_id: 'D' })]);
  await shop.events([seen('dora', '06T11:00', { customer_id: 'D', ...tag('autumn') })]);
  await shop.orders([bought('D', '06T12:00')]);
  await shop.rollUp();
  await shop.events([seen('dan', '06T09:00', tag('spring'))]);
  await shop.rollUp();
  expect(await told('2026-05-06', '&by=campaign')('campaign-orders')).toMatchObject({ '2026-05-06 autumn': 1 });
  expect((await told('2026-05-06', '&by=campaign')('campaign-orders'))['2026-05-06 spring'] ?? 0).toBe(0);
});

/** Counts what is due by now, and leaves what waits. */
const countWhatIsDue = () =>
  createRollUps({ db: shop.service.database, config, clock: () => shop.time.now }).rollUp({ atOnce: false });
const setWait = (day: string, wait: string) =>
  shop.service.database.query(`update roll_ups set rolled_up_at = now() + $2::interval where day = $1`, [day, wait]);
const erase = (customer: string) => shop.service.ask('admin', 'DELETE', `/v1/customers/${customer}`);

// Would see: facts that wait for their day counted with it as a whole, and put to it once more with those that come next.
test('late facts whose day is counted as a whole meanwhile count once', async () => {
  await shop.events([seen('eve', '07T10:00', { customer_id: 'E' }), seen('fay', '07T10:00')]);
  await shop.rollUp();
  await setWait('2026-05-07', '1 hour');
  await shop.events([seen('fay', '07T11:00')]);
  await countWhatIsDue();
  await erase('E');
  await shop.rollUp();
  await shop.events([seen('fay', '07T12:00')]);
  await shop.rollUp();
  expect(await told('2026-05-07', '')('page-views')).toEqual({ '2026-05-07': 3 });
});

// Would see: the same where another of their days waits longer.
test('late facts of two days count once on the one that is counted first, as a whole', async () => {
  await shop.events([seen('gus', '08T10:00', { customer_id: 'G' }), seen('ida', '08T10:00'), seen('hal', '09T10:00')]);
  await shop.rollUp();
  await setWait('2026-05-08', '-1 hour');
  await setWait('2026-05-09', '1 hour');
  await shop.events([seen('ida', '08T11:00'), seen('hal', '09T11:00')]);
  await erase('G');
  await countWhatIsDue();
  await shop.events([seen('ida', '08T12:00')]);
  await shop.rollUp();
  expect(await shop.values('page-views', 'from=2026-05-08&to=2026-05-09')).toEqual({
    '2026-05-08': 3,
    '2026-05-09': 2,
  });
});

// Would see: old figures, or none, told as if all facts of up to now were in them.
test('as of is not known while a day waits that was never counted', async () => {
  const asked = 'from=2026-04-01&to=2026-04-10';
  await shop.orders([order('4', '2026-04-03T12:00:00+02:00')]);
  await shop.rollUp();
  expect((await shop.ask('orders-placed', asked)).as_of).not.toBeNull();
  await shop.orders([order('2', '2026-04-05T12:00:00+02:00')]);
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
