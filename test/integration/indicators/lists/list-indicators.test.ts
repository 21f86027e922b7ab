import { afterAll, beforeAll, expect } from '@jest/globals';
import { expireAttribution } from '../../../../src/indicators/attribution/touches/store.ts';
import { createRollUps } from '../../../../src/indicators/roll-ups/roll-up.ts';
import { story } from '../../../support/jest/story.ts';
import { runCliHere } from '../../../support/service/cli.ts';
import { call } from '../../../support/service/contract.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

/** What lists earned, through its changes: late clicks, refunds, and the log of lists that forgets. */
let shop: IndicatorShop;
const home = '00000000-0000-7000-8000-000000000001';
const cart = '00000000-0000-7000-8000-000000000002';
const november = 'from=2026-11-02&to=2026-11-08';

beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const event = (type: string, item_id: string, list_id: string, occurred_at: string) => ({
  ...{ event_id: `${type} ${item_id} ${list_id}`, type, customer_id: 'ann', item_id, list_id, occurred_at },
});
const report = async (query = '') =>
  (
    await call(shop.service.url, 'reportRecommendations', {
      query: `${november}&${query}`,
      headers: shop.service.as('indicators'),
    })
  ).json;

story('what lists earned', (step) => {
  step('without a fact that names a list it is unknown, and not 0', async () => {
    await shop.items([
      { item_id: 'tea', title: 'Tea', cost: '2.00' },
      { item_id: 'cup', title: 'Cup' },
    ]);
    const line = (item_id: string, quantity: number, unit_price: string) => ({ item_id, quantity, unit_price });
    await shop.orders([
      {
        order_id: 'o1',
        customer_id: 'ann',
        occurred_at: '2026-11-05T12:00:00+01:00',
        lines: [line('tea', 2, '5.00'), line('cup', 1, '3.00')],
      },
      { order_id: 'o2', customer_id: 'bob', occurred_at: '2026-11-05T13:00:00+01:00', lines: [line('tea', 1, '7.00')] },
    ]);
    await shop.service.database.query(
      'update order_lines set unit_cost = items.cost from items where items.item_key = order_lines.item_key',
    );
    await shop.rollUp();
    const { items } = await shop.ask('list-revenue', 'from=2026-11-05&to=2026-11-05');
    expect(items).toMatchObject([
      { value: null, status: 'unavailable', reason: 'No event or order line has named a list.' },
    ]);
  });

  step('a click of two days before, told late, earns the day of the order', async () => {
    await shop.service.database.query(
      `insert into releases (versions, reason) values ('{"popularity": 7, "collaborative-filtering": 5}', 'night');
       insert into served_lists (list_id, release_id, item_keys, served_at, placement, sources) select list_id::uuid, 1,
         array[(select item_key from items where item_id = 'tea')], '2026-11-02', placement, array[source]::smallint[]
       from (values ('${home}', 'home', 1), ('${cart}', 'cart', 2)) as list (list_id, placement, source)`,
    );
    await shop.events([
      event('impression', 'tea', home, '2026-11-03T10:00:00+01:00'),
      event('click', 'tea', home, '2026-11-03T10:01:00+01:00'),
    ]);
    await shop.rollUp();
    expect(await shop.values('list-revenue', `${november}&by=placement`)).toMatchObject({ '2026-11-05 home': '10.00' });
    expect(await shop.values('list-revenue', `${november}&by=model`)).toMatchObject({
      '2026-11-05 collaborative-filtering 5': '10.00',
    });
    expect(await shop.values('list-revenue', `${november}&by=source`)).toMatchObject({
      '2026-11-05 collaborative-filtering': '10.00',
    });
    const on = 'from=2026-11-05&to=2026-11-05';
    // 2 × 5.00 at a cost of 2 × 2.00, of 13.00 + 7.00.
    expect(await shop.values('list-margin', on)).toEqual({ '2026-11-05': '6.00' });
    expect(await shop.fractions('list-revenue-share', on)).toEqual({ '2026-11-05': [0.5, '10.00', '20.00'] });
    expect(await shop.values('list-orders', on)).toEqual({ '2026-11-05': 1 });
    expect(await shop.fractions('list-click-rate', `${november}&grain=week`)).toEqual({ '2026-11-02': [1, 1, 1] });
    expect(await shop.values('list-impressions', `${november}&by=placement&grain=month`)).toEqual({
      '2026-11-01 home': 1,
    });
  });

  step('a later click on another list, told later still, earns it instead', async () => {
    await shop.events([
      event('click', 'tea', cart, '2026-11-04T10:00:00+01:00'),
      event('cart_add', 'tea', cart, '2026-11-04T10:00:30+01:00'),
      event('impression', 'tea', cart, '2026-11-04T09:00:00+01:00'),
    ]);
    await shop.rollUp();
    expect(await shop.values('list-revenue', `${november}&by=placement`)).toMatchObject({ '2026-11-05 cart': '10.00' });
    expect(await shop.values('list-revenue', `${november}&by=placement`)).not.toHaveProperty(
      ['2026-11-05 home'],
      '10.00',
    );
    expect(await shop.fractions('list-add-rate', `${november}&grain=week&by=placement`)).toMatchObject({
      '2026-11-02 cart': [1, 1, 1],
    });
    expect((await report()).placements).toMatchObject([
      {
        member: 'cart',
        impressions: 1,
        clicks: 1,
        cart_adds: 1,
        orders: 1,
        revenue: '10.00',
        margin: '6.00',
        is_small: true,
      },
      {
        member: 'home',
        impressions: 1,
        clicks: 1,
        orders: 0,
        revenue: '0.00',
        click_rate: { value: 1, is_small: true },
      },
    ]);
    expect((await report('touch=linear')).placements).toMatchObject([
      { member: 'cart', orders: 0.5, revenue: '5.00' },
      { member: 'home', orders: 0.5, revenue: '5.00' },
    ]);
    expect((await report()).personal_lists).toMatchObject({
      share: null,
      added: null,
      reason: expect.stringContaining('held out'),
    });
  });

  step('the command line tells the same', async () => {
    const ask = (line: string) =>
      runCliHere(shop.service.connectionString, line, { PANNIER_TIME_ZONE: 'Europe/Berlin', PANNIER_CURRENCY: 'EUR' });
    const { json } = await ask('--json indicators lists --from 2026-11-02 --to 2026-11-08 --touch first');
    // The endpoint gives the keys of its sentences beside.
    const { as_of: _, said: __, ...same } = await report('touch=first');
    expect(json).toMatchObject(same);
    const { out } = await ask('indicators lists --from 2026-11-02 --to 2026-11-08');
    expect(out).toMatch(/net sales of the shop 20.00/);
    expect(out).toMatch(/collaborative-filtering 5/);
    expect(out).toMatch(/100.0 % \(few\)/);
    expect(out).toMatch(/What personal lists added is not told: Nobody is held out/);
    expect(await ask('indicators lists --from 2026-02-30')).toMatchObject({ code: 2 });
  });

  step('what lists showed assists where they were neither clicked nor named', async () => {
    await shop.service.database.query(
      `update served_lists set customer_key = (select customer_key from customers where customer_id = 'bob') where list_id = $1`,
      [home],
    );
    await shop.events([{ ...event('view', 'tea', home, '2026-11-05T08:00:00+01:00'), customer_id: 'bob' }]);
    await shop.rollUp();
    expect(await shop.values('list-assisted-revenue', `${november}&by=placement`)).toMatchObject({
      '2026-11-05 home': '7.00',
    });
    expect((await report()).all).toMatchObject({ revenue: '10.00', assisted: { orders: 1, revenue: '7.00' } });
  });

  step('a refund is taken off on the day of the sale, also when the log has forgotten the lists', async () => {
    const { database, config } = shop.service;
    await shop.refunds([
      {
        refund_id: 'r1',
        order_id: 'o1',
        occurred_at: '2026-11-12T12:00:00+01:00',
        lines: [{ item_id: 'tea', quantity: 1 }],
      },
    ]);
    await database.query('delete from served_lists');
    const later = createRollUps({ db: database, config, clock: () => new Date('2026-12-20T12:00:00Z') });
    await later.rollUp({ atOnce: true });
    expect(await shop.values('list-revenue', 'from=2026-11-05&to=2026-11-05')).toEqual({ '2026-11-05': '5.00' });
    expect(await shop.values('list-impressions', `${november}&grain=week`)).toEqual({ '2026-11-02': 2 });
    expect((await report()).all).toMatchObject({ revenue: '5.00', margin: '3.00', orders: 1 });
    // Would see: a day of which is no longer kept what came from lists, counted anew as one without any.
    await expireAttribution(database, '2026-11-06');
    await database.query(`update roll_ups set due_at = now() where family = 'lists'`);
    await later.rollUp({ atOnce: true });
    expect(await shop.values('list-revenue', 'from=2026-11-05&to=2026-11-05')).toEqual({ '2026-11-05': '5.00' });
    expect((await report()).errors).toMatchObject([
      { field: 'from', message: expect.stringMatching(/^must be 2026-11-06/) },
    ]);
    await database.query('update roll_up_progress set lists_kept_from = null');
    // With the log as long as it was the day would be found anew, and nothing be left of it.
    await database.query(`update roll_ups set due_at = now() where family = 'lists'`);
    await shop.rollUp();
    expect(await shop.values('list-revenue', 'from=2026-11-05&to=2026-11-05')).toEqual({ '2026-11-05': null });
  });
});
