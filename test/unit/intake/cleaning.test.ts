import { describe, expect, test } from '@jest/globals';
import {
  checkCost,
  checkCustomer,
  checkEvent,
  checkItem,
  checkMarketFigure,
  checkOrder,
  checkOrderLine,
  checkRefund,
} from '../../../src/intake/cleaning/check-facts.ts';
import { actorOf, countDeeds } from '../../../src/intake/cleaning/robots.ts';

const context = { now: new Date('2026-07-01T12:00:00Z'), currency: 'EUR' };
const line = (more: object = {}) => ({ item_id: 'A', quantity: 1, unit_price: '1.00', ...more });
const order = (more: object = {}) => ({ occurred_at: '2026-06-01T00:00:00Z', lines: [line()], ...more });
const told = (faults: { rule: string; field: string }[]) => faults.map(({ rule, field }) => `${rule} ${field}`);

describe('events', () => {
  const occurred_at = '2026-06-01T00:00:00Z';

  test('a review needs an item and a rating, a ping the time so far; a page, a checkout and a complaint need nothing', () => {
    expect(told(checkEvent({ type: 'review', occurred_at }, context))).toEqual([
      'event_without_item /item_id',
      'event_incomplete /rating',
    ]);
    expect(told(checkEvent({ type: 'page_ping', occurred_at }, context))).toEqual(['event_incomplete /dwell_seconds']);
    expect(told(checkEvent({ type: 'page_ping', occurred_at, dwell_seconds: 0 }, context))).toEqual([]);
    for (const type of ['page_view', 'checkout_start', 'complaint'] as const)
      expect(told(checkEvent({ type, occurred_at }, context))).toEqual([]);
  });
});

describe('orders', () => {
  test('money beside the lines is as large as a line can be, and no status lies ahead', () => {
    const statuses = [{ occurred_at: '2026-07-01T12:04:00Z' }, { occurred_at: '2026-07-01T12:06:00Z' }];
    expect(told(checkOrder(order({ shipping: '1000000000', tax: '1000000000.01', statuses }), context))).toEqual([
      'impossible_value /tax',
      'time_in_future /statuses/1/occurred_at',
    ]);
  });

  test('a sound one has no fault', () => {
    expect(checkOrder(order({ currency: 'EUR' }), context)).toEqual([]);
  });

  test('every faulty line is told by its place', () => {
    const lines = [
      line(),
      line({ quantity: 0 }),
      line({ quantity: -2, unit_price: '0.000' }),
      line({ unit_price: '-0.5' }),
      line({ quantity: 0.0005 }),
      line({ quantity: 1000, unit_price: '1000000.01' }),
    ];
    expect(told(checkOrder(order({ lines }), context))).toEqual([
      'quantity_zero /lines/1/quantity',
      'quantity_negative /lines/2/quantity',
      'price_negative /lines/3/unit_price',
      'impossible_value /lines/4/quantity',
      'impossible_value /lines/5/unit_price',
    ]);
  });

  test.each([
    ['a gift beside another good', [line(), line({ unit_price: '0.00' })], []],
    ['a good wholly discounted', [line({ unit_price: '0', list_price: '9.99' })], []],
    ['a good for a coupon', [line({ unit_price: '0', coupon_code: 'FREE' })], []],
    [
      'two for nothing, one of them at a list price',
      [line({ unit_price: '0' }), line({ unit_price: '0', list_price: '1' })],
      [],
    ],
    [
      'nothing but what costs nothing',
      [line({ unit_price: '0' }), line({ unit_price: '-0.00', list_price: '0' })],
      [0, 1],
    ],
  ])('%s', (_, lines, faulty) => {
    expect(told(checkOrder(order({ lines }), context))).toEqual(
      faulty.map((index) => `price_zero /lines/${index}/unit_price`),
    );
  });

  test('the smallest and largest there can be pass', () => {
    expect(checkOrderLine(line({ quantity: 0.001, unit_price: '0.000001' }))).toEqual([]);
    expect(checkOrderLine(line({ quantity: 1_000_000, unit_price: '1000' }))).toEqual([]);
  });

  test('another currency, and a time beyond what clocks may differ', () => {
    expect(told(checkOrder(order({ currency: 'USD' }), context))).toEqual(['foreign_currency /currency']);
    expect(checkOrder(order({ occurred_at: '2026-07-01T12:05:00Z' }), context)).toEqual([]);
    expect(told(checkOrder(order({ occurred_at: '2026-07-01T12:05:01Z' }), context))).toEqual([
      'time_in_future /occurred_at',
    ]);
  });
});

test('refunds: their lines and time', () => {
  expect(checkRefund({ occurred_at: '2026-06-01T00:00:00Z' }, context)).toEqual([]);
  expect(
    told(checkRefund({ occurred_at: '2026-09-01T00:00:00Z', lines: [{ item_id: 'A', quantity: 0 }] }, context)),
  ).toEqual(['time_in_future /occurred_at', 'quantity_zero /lines/0/quantity']);
});

test('items: an end before the beginning, a word from the future', () => {
  const item = { available_from: '2026-01-02T00:00:00Z', available_until: '2026-01-02T00:00:00Z' };
  expect(told(checkItem(item, context))).toEqual(['availability_reversed /available_until']);
  expect(checkItem({ ...item, available_until: null }, context)).toEqual([]);
  expect(told(checkItem({ updated_at: '2027-01-01T00:00:00Z' }, context))).toEqual(['time_in_future /updated_at']);
  expect(told(checkCustomer({ updated_at: '2027-01-01T00:00:00Z' }, context))).toEqual(['time_in_future /updated_at']);
});

// Would see: a clock that stands at 1970, which makes every day since one of the shop's. Orders of any time are a shop's own.
test('events, costs and figures of the market of before there were web shops', () => {
  const search = (occurred_at: string) => ({ type: 'search' as const, occurred_at });
  expect(told(checkEvent(search('1970-01-01T00:00:00Z'), context))).toEqual(['impossible_value /occurred_at']);
  expect(told(checkCost({ day: '1989-12-31', amount: '1' }, context))).toEqual(['impossible_value /day']);
  expect(told(checkMarketFigure({ month: '1970-01' }, context))).toEqual(['impossible_value /month']);
  expect(checkEvent(search('1990-01-01T00:00:00Z'), context)).toEqual([]);
  expect(checkOrder(order({ occurred_at: '1970-01-01T00:00:00Z' }), context)).toEqual([]);
});

test('events need an item, but for searches and custom ones', () => {
  const occurred_at = '2026-06-01T00:00:00Z';
  expect(told(checkEvent({ type: 'view', occurred_at }, context))).toEqual(['event_without_item /item_id']);
  expect(checkEvent({ type: 'search', occurred_at }, context)).toEqual([]);
  expect(checkEvent({ type: 'custom', occurred_at }, context)).toEqual([]);
  expect(checkEvent({ type: 'view', item_id: 'A', occurred_at }, context)).toEqual([]);
});

describe('robots', () => {
  const events = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, index) => ({
      event_id: `E${index}`,
      type: 'view',
      visitor_id: 'V1',
      occurred_at: new Date(Date.parse('2026-06-01T10:00:00Z') + (index % 60) * 1000).toISOString(),
      ...more,
    }));

  const busiest = (deeds: ReturnType<typeof events>) =>
    countDeeds(deeds).map(
      ({ actor, minute, eventIds }) => `${actor} ${new Date(minute).toISOString()} ${eventIds.size}`,
    );

  test('are told by the events of a clock minute, each once', () => {
    expect(busiest([...events(11), ...events(10), ...events(2, { occurred_at: '2026-06-01T10:01:59Z' })])).toEqual([
      'visitor V1 2026-06-01T10:00:00.000Z 11',
      'visitor V1 2026-06-01T10:01:00.000Z 2',
    ]);
  });

  test('are not made by impressions, and are told apart by visitor, else by customer', () => {
    expect(busiest(events(50, { type: 'impression' }))).toEqual([]);
    expect(busiest([...events(8, { visitor_id: undefined, customer_id: 'V1' }), ...events(8)])).toEqual([
      'customer V1 2026-06-01T10:00:00.000Z 8',
      'visitor V1 2026-06-01T10:00:00.000Z 8',
    ]);
    expect(actorOf({ customer_id: 'C1' })).toBe('customer C1');
    expect(actorOf({ customer_id: 'C1', visitor_id: 'V1' })).toBe('visitor V1');
  });
});
