import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

let count = 0;
/** At a local time in Berlin, in summer. */
const event = (type: string, visitor_id: string, at: string, more: Record<string, unknown> = {}) => ({
  ...{ event_id: `e${++count}`, type, visitor_id, occurred_at: `2026-07-${at}:00+02:00` },
  ...more,
});
const order = (order_id: string, at: string, who: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  ...{ order_id, occurred_at: `2026-07-${at}:00+02:00`, lines: [{ item_id: 'cup', quantity: 2, unit_price: '10.00' }] },
  ...who,
  ...more,
});
const first = 'from=2026-07-01&to=2026-07-01';
const of = async (id: string, when = first) => Object.values(await shop.fractions(id, when))[0];

story('two days of July in Berlin', (step) => {
  step('the facts', async () => {
    await shop.items([
      { item_id: 'cup', category: 'kitchen' },
      { item_id: 'lamp', category: 'light' },
      { item_id: 'post', category: 'service', is_product: false },
    ]);
    await shop.send(
      '/v1/customers',
      {
        customers: [
          { customer_id: 'A', registered_at: '2026-06-30T23:30:00+02:00' },
          { customer_id: 'B', registered_at: '2026-07-01T00:00:00+02:00' },
        ],
      },
      'PUT',
    );
    const cup = { item_id: 'cup' };
    await shop.events([
      // ann: two sessions, because of 31 minutes of silence; the first of three pages, the second of one: a bounce
      event('page_view', 'ann', '01T10:00', { page: { path: '/', device: 'mobile' } }),
      event('page_view', 'ann', '01T10:05', { page: { path: '/cup' } }),
      event('view', 'ann', '01T10:05', cup),
      event('cart_add', 'ann', '01T10:06', cup),
      event('page_view', 'ann', '01T10:29', { page: { path: '/cart' } }),
      event('page_view', 'ann', '01T11:00', { page: { path: '/' } }),
      // bob: one session that the collector names, over an hour; pings of 40 and 90 seconds on its one page; puts a lamp in the cart
      event('page_view', 'bob', '01T12:00', { session_id: 's' }),
      { ...event('page_ping', 'bob', '01T12:01', { session_id: 's' }), dwell_seconds: 40 },
      { ...event('page_ping', 'bob', '01T12:02', { session_id: 's' }), dwell_seconds: 90 },
      event('cart_add', 'bob', '01T13:30', { session_id: 's', item_id: 'lamp' }),
      event('cart_add', 'bob', '01T13:31', { session_id: 's', item_id: 'lamp' }),
      // cid, who is customer C, looks and begins a checkout
      event('click', 'cid', '01T20:00', { item_id: 'lamp', customer_id: 'C' }),
      event('checkout_start', 'cid', '01T20:10', { customer_id: 'C' }),
      // dan saw an impression only
      event('impression', 'dan', '01T20:00', cup),
    ]);
    await shop.orders([
      // ann orders late on the next day: within the window; paid two days later
      order(
        '1',
        '02T23:59',
        { visitor_id: 'ann' },
        { statuses: [{ status: 'placed', occurred_at: '2026-07-02T23:59:00+02:00' }], channel: 'web' },
      ),
      // C orders before the checkout: that does not follow from it
      order('2', '01T19:00', { customer_id: 'C' }),
      // bob buys over the counter: that does not follow from his cart
      order('4', '01T14:00', { visitor_id: 'bob' }, { channel: 'store' }),
      // bob orders on the third day: too late
      order('3', '03T00:00', { visitor_id: 'bob' }),
    ]);
    await shop.rollUp();
  });

  step('sessions, bounces, pages and dwell', async () => {
    expect(await of('sessions')).toEqual([4, 4, null]);
    // four of ann and one of bob
    expect(await of('page-views')).toEqual([5, 5, null]);
    // ann's second; cid's has no page view
    expect(await of('bounce-rate')).toEqual([0.333333, 1, 3]);
    expect(await of('pages-per-session')).toEqual([1.66667, 5, 3]);
    // ann 300 and 1,440 s, her last pages unknown; bob 90 s by pings
    expect(await of('mean-dwell')).toEqual([610, 1_830, 3]);
    expect(await shop.fractions('bounce-rate', `${first}&by=device`)).toEqual({
      '2026-07-01 mobile': [0, 0, 1],
      '2026-07-01 ': [0.5, 1, 2],
    });
  });

  step('new visitors, and whom a late event shows to have been there before', async () => {
    const month = 'from=2026-07-01&to=2026-07-01&grain=month';
    expect(await of('share-of-new-visitors')).toEqual([1, 4, 4]);
    await shop.events([event('page_view', 'ann', '02T09:00')]);
    await shop.rollUp();
    expect(await of('share-of-new-visitors', 'from=2026-07-02&to=2026-07-02')).toEqual([0, 0, 1]);
    await shop.events([
      { ...event('impression', 'bob', '01T00:00'), item_id: 'cup', occurred_at: '2026-06-29T10:00:00Z' },
    ]);
    await shop.rollUp();
    expect(await of('share-of-new-visitors')).toEqual([0.75, 3, 4]);
    expect(await of('share-of-new-visitors', month)).toEqual([0.75, 3, 4]);
  });

  step('carts', async () => {
    expect(await of('cart-adds')).toEqual([3, 3, null]);
    expect(await of('cart-users')).toEqual([2, 2, null]);
    expect(await of('cart-items')).toEqual([2, 2, null]);
    // dan, too, is a visitor
    expect(await of('add-to-cart-rate')).toEqual([0.5, 2, 4]);
    expect(await of('cart-abandonment-rate')).toEqual([0.5, 1, 2]);
    expect(await shop.values('cart-adds', `${first}&by=item`)).toEqual({ '2026-07-01 lamp': 2, '2026-07-01 cup': 1 });
  });

  step('from looking and checking out to the order', async () => {
    // ann of ann and cid
    expect(await of('browse-to-order-rate')).toEqual([0.5, 1, 2]);
    expect(await of('checkout-to-order-rate')).toEqual([0, 0, 1]);
  });

  step('what is paid later restates the day of the order and of the cart', async () => {
    expect(await of('cart-to-pay-rate')).toEqual([0, 0, 2]);
    expect(await of('order-to-pay-rate', 'from=2026-07-02&to=2026-07-02')).toEqual([0, 0, 1]);
    const statuses = [{ status: 'paid', occurred_at: '2026-07-04T09:00:00+02:00' }];
    await shop.orders([order('1', '02T23:59', { visitor_id: 'ann' }, { statuses, channel: 'web' })]);
    await shop.rollUp();
    expect(await of('cart-to-pay-rate')).toEqual([0.5, 1, 2]);
    expect(await of('order-to-pay-rate', 'from=2026-07-02&to=2026-07-02')).toEqual([1, 1, 1]);
    expect(await shop.values('paid-orders', 'from=2026-07-01&to=2026-07-04')).toEqual({
      ...{ '2026-07-01': 2, '2026-07-02': 0, '2026-07-03': 1, '2026-07-04': 1 },
    });
    expect(await of('paid-units', 'from=2026-07-04&to=2026-07-04')).toEqual([2, 2, null]);
    // Only order 2 names a customer.
    expect(await of('paying-customers', 'from=2026-07-01&to=2026-07-01&grain=month')).toEqual([1, 1, null]);
  });

  step('what a visitor and a new customer cost', async () => {
    expect((await shop.ask('cost-per-visitor', first)).items[0]).toMatchObject({ status: 'unavailable', value: null });
    const costs = [
      { day: '2026-07-01', channel: 'search', amount: '30.00' },
      { day: '2026-07-01', channel: 'social', campaign: 'july', amount: '10.00' },
    ];
    await shop.send('/v1/costs', { costs }, 'PUT');
    await shop.rollUp();
    expect(await of('cost-per-visitor')).toEqual(['10.00', '40.00', 4]);
    // Nobody told what the next day cost.
    expect((await shop.ask('cost-per-visitor', 'from=2026-07-02&to=2026-07-02')).items[0]).toMatchObject({
      ...{ status: 'unavailable', value: null, reason: 'No costs were told of the period.' },
    });
    // C is the only new customer.
    expect(await of('acquisition-cost')).toEqual(['40.00', '40.00', 1]);
  });

  step('members', async () => {
    expect(await of('registrations')).toEqual([1, 1, null]);
    expect(await of('active-members')).toEqual([1, 1, null]);
    // C, who is active, is not among the registered.
    expect(await of('active-member-rate')).toEqual([0, 0, 2]);
    expect(await of('orders-per-member')).toEqual([1, 1, 1]);
    expect(await of('member-repurchase-rate')).toEqual([0, 0, 1]);
  });

  step('who is told to have registered later, or not, is active among the registered from that day', async () => {
    const registers = async (registered_at: string | null) => {
      await shop.send('/v1/customers', { customers: [{ customer_id: 'C', registered_at }] }, 'PUT');
      await shop.rollUp();
    };
    await registers('2026-06-20T12:00:00+02:00');
    expect(await of('active-member-rate')).toEqual([0.333333, 1, 3]);
    await registers('2026-07-02T12:00:00+02:00');
    expect(await of('active-member-rate')).toEqual([0, 0, 2]);
    await registers('2026-07-01T23:00:00+02:00');
    expect(await of('active-member-rate')).toEqual([0.333333, 1, 3]);
    await registers(null);
    expect(await of('active-member-rate')).toEqual([0, 0, 2]);
  });

  step('who logs in after filling the cart bought; what is bought on a marketplace is of no visit', async () => {
    const fifth = 'from=2026-07-05&to=2026-07-05';
    await shop.events([
      event('cart_add', 'eva', '05T10:00', { item_id: 'cup' }),
      event('page_view', 'eva', '05T10:05', { customer_id: 'E' }),
      event('checkout_start', 'eva', '05T10:09'),
      // fay was F on the day before, and who she is today nobody says
      event('page_view', 'fay', '04T10:05', { customer_id: 'F' }),
      event('cart_add', 'fay', '05T10:00', { item_id: 'cup' }),
      event('page_view', 'gus', '05T10:00', { page: { path: '/', campaign: { name: 'july' } } }),
      event('checkout_start', 'gus', '05T10:20'),
    ]);
    await shop.orders([
      order('e', '05T10:10', { customer_id: 'E' }),
      order('f', '05T10:10', { customer_id: 'F' }),
      order('g', '05T10:10', { visitor_id: 'gus' }, { channel: 'marketplace' }),
    ]);
    await shop.rollUp();
    expect(await of('cart-abandonment-rate', fifth)).toEqual([0.5, 1, 2]);
    expect(await of('cart-to-pay-rate', fifth)).toEqual([0.5, 1, 2]);
    // eva ordered a minute later, gus ten minutes before
    expect(await of('checkout-to-order-rate', fifth)).toEqual([0.5, 1, 2]);
    expect(await of('visit-to-order-conversion', fifth)).toEqual([0.333333, 1, 3]);
    expect(await of('campaign-orders', fifth)).toEqual([0, 0, null]);
    const statuses = [{ status: 'cancelled', occurred_at: '2026-07-06T09:00:00+02:00' }];
    await shop.orders([order('e', '05T10:10', { customer_id: 'E' }, { statuses })]);
    await shop.rollUp();
    expect(await of('cart-to-pay-rate', fifth)).toEqual([0, 0, 2]);
  });
});
