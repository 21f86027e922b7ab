import { describe, expect, test } from '@jest/globals';
import {
  type CustomerTruth,
  demoSize,
  generateSampleShop,
  type PairCounts,
  type ShopOrder,
  type ShopOrderLine,
} from '../../../src/sample-shop/index.ts';
import { keptBaskets } from '../../support/data/kept-baskets.ts';

const shop = generateSampleShop({ seed: 1, ...demoSize, end: new Date('2026-03-01T00:00:00Z') });
const { truth } = shop;
const orders = [...shop.orders()];
const refunds = [...shop.refunds()];
const events = [...shop.events()];
const customers = new Map([...truth.customers()].map((customer) => [customer.customerId, customer]));
const itemOf = new Map(shop.items.map((item) => [item.item_id, item]));
const categoryOf = (itemId: string) => itemOf.get(itemId)!.category;
const share = <T>(of: readonly T[], isCounted: (one: T) => boolean) => of.filter(isCounted).length / of.length;

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

function ordersOf(isWanted: (customer: CustomerTruth) => boolean): ShopOrder[] {
  return orders.filter((order) => order.customer_id && isWanted(customers.get(order.customer_id)!));
}

function linesOf(isWanted: (customer: CustomerTruth) => boolean): ShopOrderLine[] {
  return ordersOf(isWanted).flatMap((order) => order.lines);
}

describe('pairs bought together', () => {
  const pairs = truth.pairs();

  function recount(baskets: readonly (readonly string[])[], first: string, second: string): PairCounts {
    return {
      orders: baskets.length,
      withFirst: baskets.filter((items) => items.includes(first)).length,
      withSecond: baskets.filter((items) => items.includes(second)).length,
      withBoth: baskets.filter((items) => items.includes(first) && items.includes(second)).length,
    };
  }

  test('are twelve, of items that are for sale all the year, each in one pair', () => {
    const paired = pairs.flatMap(({ first, second }) => [first, second]);
    expect(pairs).toHaveLength(12);
    expect(new Set(paired).size).toBe(24);
    const notForSale = paired.filter((id) => {
      const { hidden, stock, available_from } = itemOf.get(id)!;
      return hidden || stock === 0 || available_from;
    });
    expect(notForSale).toEqual([]);
  });

  test('are counted exactly over the orders as placed', () => {
    const baskets = orders.map((order) => order.lines.map((line) => line.item_id));
    for (const { first, second, placed } of pairs) expect(placed).toEqual(recount(baskets, first, second));
  });

  test('are counted exactly over the orders less the refunds', () => {
    const baskets = keptBaskets(orders, refunds).map(({ items }) => items);
    expect(baskets.length).toBeLessThan(orders.length);
    for (const { first, second, kept } of pairs) expect(kept).toEqual(recount(baskets, first, second));
  });

  test('are bought together as often as was planted, and far more often than by chance', () => {
    for (const { probability, placed } of pairs) {
      const { orders: all, withFirst, withSecond, withBoth } = placed;
      const error = Math.sqrt((probability * (1 - probability)) / withFirst);
      expect(withFirst).toBeGreaterThan(50);
      expect(withBoth / withFirst).toBeGreaterThan(probability - 3.5 * error);
      expect((withBoth * all) / (withFirst * withSecond)).toBeGreaterThan(5);
    }
  });
});

describe('tastes', () => {
  const isOfTaste = (customer: CustomerTruth, itemId: string) =>
    truth.tastes[customer.taste!].includes(categoryOf(itemId));

  test('share no category, and every category of them has items', () => {
    const categories = Object.values(truth.tastes).flat();
    expect(new Set(categories).size).toBe(categories.length);
    expect(categories.filter((category) => !shop.items.some((item) => item.category === category))).toEqual([]);
  });

  test('govern most of the purchases', () => {
    const bought = ordersOf((customer) => customer.taste !== null).flatMap((order) =>
      order.lines.map((line) => ({ customer: customers.get(order.customer_id!)!, itemId: line.item_id })),
    );
    expect(share(bought, ({ customer, itemId }) => isOfTaste(customer, itemId))).toBeGreaterThan(0.7);

    const byCustomer = groupBy(bought, ({ customer }) => customer.customerId);
    const frequent = [...byCustomer.values()].filter((own) => own.length >= 10);
    const led = share(frequent, (own) => share(own, ({ customer, itemId }) => isOfTaste(customer, itemId)) > 0.5);
    expect(led).toBeGreaterThan(0.9);
  });

  test('govern most of the views', () => {
    const views = events.filter(
      ({ type, customer_id }) => type === 'view' && customer_id && customers.get(customer_id)!.taste !== null,
    );
    const ofTaste = share(views, (view) => isOfTaste(customers.get(view.customer_id!)!, view.item_id!));
    expect(ofTaste).toBeGreaterThan(0.7);
  });

  test('are had by most, not by all', () => {
    const without = share([...customers.values()], (customer) => customer.taste === null);
    expect(without).toBeGreaterThan(0.1);
    expect(without).toBeLessThan(0.2);
  });
});

describe('purses', () => {
  const discountShare = (purse: CustomerTruth['purse']) =>
    share(
      linesOf((customer) => customer.purse === purse),
      (line) => Number(line.unit_price) < Number(line.list_price),
    );
  const unitPrice = (purse: CustomerTruth['purse']) =>
    mean(
      linesOf((customer) => customer.purse === purse),
      (line) => Number(line.unit_price),
    );
  const orderValue = (purse: CustomerTruth['purse']) =>
    mean(
      ordersOf((customer) => customer.purse === purse),
      (order) => order.lines.reduce((sum, line) => sum + line.quantity * Number(line.unit_price), 0),
    );

  function mean<T>(of: readonly T[], measure: (one: T) => number): number {
    return of.reduce((sum, one) => sum + measure(one), 0) / of.length;
  }

  test('the price-sensitive buy mostly at a discount, the others seldom', () => {
    expect(discountShare('price-sensitive')).toBeGreaterThan(0.6);
    for (const purse of ['ordinary', 'weak', 'rich'] as const) expect(discountShare(purse)).toBeLessThan(0.3);
  });

  test('the rich buy dearer goods and larger orders, the weak cheaper and smaller', () => {
    expect(unitPrice('rich')).toBeGreaterThan(1.4 * unitPrice('ordinary'));
    expect(orderValue('rich')).toBeGreaterThan(2 * orderValue('ordinary'));
    expect(unitPrice('weak')).toBeLessThan(0.7 * unitPrice('ordinary'));
    expect(orderValue('weak')).toBeLessThan(0.5 * orderValue('ordinary'));
  });
});

describe('habits', () => {
  const frequencies = new Map<string, number>();
  for (const { customer_id } of orders) {
    if (customer_id) frequencies.set(customer_id, (frequencies.get(customer_id) ?? 0) + 1);
  }
  const frequenciesOf = (habit: CustomerTruth['habit']) =>
    [...customers.values()].filter((one) => one.habit === habit).map((one) => frequencies.get(one.customerId) ?? 0);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('a one-time customer has one order, a lapsed one a few', () => {
    expect(Math.max(...frequenciesOf('one-time'))).toBe(1);
    expect(Math.max(...frequenciesOf('lapsed'))).toBeLessThanOrEqual(6);
    expect(mean(frequenciesOf('lapsed'))).toBeGreaterThan(2);
  });

  test('a loyal customer buys more often than a regular one, who buys more often than a lapsed one', () => {
    expect(mean(frequenciesOf('loyal'))).toBeGreaterThan(2 * mean(frequenciesOf('regular')));
    expect(mean(frequenciesOf('regular'))).toBeGreaterThan(2 * mean(frequenciesOf('lapsed')));
  });

  test('nobody lapsed is seen in the last quarter', () => {
    const isLapsed = (customerId: string | undefined) => customerId && customers.get(customerId)!.habit === 'lapsed';
    const late = [...orders, ...events].filter((fact) => fact.occurred_at >= '2025-12-01');
    expect(late.length).toBeGreaterThan(1000);
    expect(late.filter((fact) => isLapsed(fact.customer_id))).toEqual([]);
  });

  test('consumables are bought again, durables hardly', () => {
    const bought = new Set<string>();
    const again = { consumable: 0, durable: 0 };
    const all = { consumable: 0, durable: 0 };
    for (const order of ordersOf((customer) => customer.habit === 'loyal')) {
      for (const { item_id } of order.lines) {
        const kind = categoryOf(item_id).startsWith('Home') ? 'durable' : 'consumable';
        all[kind]++;
        if (bought.has(order.customer_id + item_id)) again[kind]++;
        bought.add(order.customer_id + item_id);
      }
    }
    expect(again.consumable / all.consumable).toBeGreaterThan(0.5);
    expect(again.consumable / all.consumable).toBeGreaterThan(1.5 * (again.durable / all.durable));
  });
});

describe('seasons', () => {
  test('each day of the week is as busy as planned', () => {
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (const { occurred_at } of orders) counts[new Date(occurred_at).getUTCDay()]++;
    const load = truth.weekdayLoad.reduce((sum, value) => sum + value, 0);
    for (const [weekday, count] of counts.entries()) {
      expect(Math.abs(count / orders.length / (truth.weekdayLoad[weekday] / load) - 1)).toBeLessThan(0.1);
    }
  });

  test('seasonal goods sell in their season and never outside', () => {
    for (const { category, from, until } of truth.seasons) {
      const days = orders
        .filter((order) => order.lines.some((line) => categoryOf(line.item_id) === category))
        .map((order) => order.occurred_at.slice(5, 10));
      expect(days.length).toBeGreaterThan(200);
      expect(days.filter((day) => day < from || day > until)).toEqual([]);
    }
  });

  test('the catalogue tells when seasonal goods are to be had', () => {
    const windows = new Map(shop.items.map((item) => [item.category, [item.available_from, item.available_until]]));
    expect(windows.get('Seasonal > Barbecue')).toEqual(['2025-05-01T00:00:00Z', '2025-09-01T00:00:00Z']);
    expect(windows.get('Seasonal > Christmas')).toEqual(['2025-10-15T00:00:00Z', '2025-12-27T00:00:00Z']);
    expect(windows.get('Food > Coffee')).toEqual([undefined, undefined]);
  });
});

describe('visitors', () => {
  const owners = new Map<string | undefined, string>(
    [...customers.values()].flatMap(({ visitorIds, customerId }) => visitorIds.map((id) => [id, customerId] as const)),
  );

  test('are known by their own customer only', () => {
    const known = [...events, ...orders].filter((fact) => fact.customer_id);
    expect(known.filter((fact) => owners.get(fact.visitor_id) !== fact.customer_id)).toEqual([]);
  });

  test('are in part anonymous until they log in, and in part for good', () => {
    const anonymous = events.filter((event) => !event.customer_id);
    expect(share(events, (event) => !event.customer_id)).toBeGreaterThan(0.1);
    expect(anonymous.some((event) => owners.has(event.visitor_id))).toBe(true);
    expect(anonymous.some((event) => !owners.has(event.visitor_id))).toBe(true);
    expect(orders.some((order) => !order.customer_id && !owners.has(order.visitor_id))).toBe(true);
  });

  test('mostly looked at what they bought within the hour before', () => {
    const seen = groupBy(events, (event) => `${event.visitor_id} ${event.item_id}`);
    const lines = orders.flatMap((order) => order.lines.map((line) => ({ order, line })));
    const prepared = share(lines, ({ order, line }) =>
      (seen.get(`${order.visitor_id} ${line.item_id}`) ?? []).some(({ occurred_at }) => {
        const before = Date.parse(order.occurred_at) - Date.parse(occurred_at);
        return before > 0 && before < 3_600_000;
      }),
    );
    expect(prepared).toBeGreaterThan(0.6);
  });
});

test('coupon responders are a part of every kind of purse, most of the price-sensitive', () => {
  for (const purse of ['ordinary', 'price-sensitive', 'weak', 'rich'] as const) {
    const own = [...customers.values()].filter((customer) => customer.purse === purse);
    const responders = share(own, (customer) => customer.couponResponder);
    expect(responders > 0.5).toBe(purse === 'price-sensitive');
    expect(responders).toBeGreaterThan(0.1);
  }
});
