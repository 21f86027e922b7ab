import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import {
  demoSize,
  generateSampleShop,
  type SampleShop,
  type SampleShopOptions,
} from '../../../src/sample-shop/index.ts';

const end = new Date('2026-03-01T00:00:00Z');
const options: SampleShopOptions = { seed: 7, customers: 300, items: 120, days: 120, end };
const shop = generateSampleShop(options);
const items = shop.items;
const customers = [...shop.customers()];
const orders = [...shop.orders()];
const refunds = [...shop.refunds()];
const events = [...shop.events()];

const ajv = new Ajv2020({ strict: false, validateSchema: false });
addFormats.default(ajv);
ajv.addSchema(parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8')), 'contract');

function faultsOf(schema: string, elements: readonly unknown[]): unknown[] {
  const validate = ajv.compile({ $ref: `contract#/components/schemas/${schema}` });
  return elements.flatMap((element) => (validate(element) ? [] : [{ element, errors: validate.errors }]));
}

function serialise(made: SampleShop): string {
  return JSON.stringify([
    made.items,
    [...made.customers()],
    [...made.orders()],
    [...made.refunds()],
    [...made.events()],
    [...made.truth.customers()],
    made.truth.pairs(),
  ]);
}

describe('the same seed', () => {
  test('makes the same bytes', () => {
    expect(serialise(generateSampleShop(options))).toBe(serialise(shop));
  });

  test('makes another shop when it is another seed', () => {
    const other = generateSampleShop({ ...options, seed: 8 });
    expect(JSON.stringify(other.items)).not.toBe(JSON.stringify(items));
    expect(JSON.stringify([...other.orders()])).not.toBe(JSON.stringify(orders));
    expect(JSON.stringify([...other.events()])).not.toBe(JSON.stringify(events));
  });

  test('ends the data at the last whole UTC day', () => {
    expect(serialise(generateSampleShop({ ...options, end: new Date('2026-03-01T23:59:59Z') }))).toBe(serialise(shop));
  });
});

describe('every element', () => {
  test.each([
    ['Item', items],
    ['Customer', customers],
    ['Order', orders],
    ['Refund', refunds],
    ['Event', events],
  ])('%s has the shape of the contract', (schema, elements) => {
    expect(elements.length).toBeGreaterThan(10);
    expect(faultsOf(schema, elements)).toEqual([]);
  });

  test('the contract can refuse', () => {
    expect(faultsOf('Event', [{ ...events[0], type: 'purchase' }])).toHaveLength(1);
    expect(faultsOf('Item', [{ ...items[0], price: '1,00' }])).toHaveLength(1);
  });

  test('has an id of its own', () => {
    const isDistinct = (ids: string[]) => new Set(ids).size === ids.length;
    expect(isDistinct(items.map((item) => item.item_id))).toBe(true);
    expect(isDistinct(customers.map((customer) => customer.customer_id))).toBe(true);
    expect(isDistinct(orders.map((order) => order.order_id))).toBe(true);
    expect(isDistinct(refunds.map((refund) => refund.refund_id))).toBe(true);
    expect(isDistinct(events.map((event) => event.event_id))).toBe(true);
  });

  test('lies inside the days of the data, in time order', () => {
    const first = new Date(end.getTime() - options.days * 86_400_000).toISOString();
    for (const facts of [orders, refunds, events]) {
      const times = facts.map((fact) => fact.occurred_at);
      expect(times.filter((time) => time < first || time >= '2026-03-01')).toEqual([]);
      expect(times).toEqual(times.toSorted());
    }
  });

  test('names customers and items that exist', () => {
    const customerIds = new Set(customers.map((customer) => customer.customer_id));
    const itemIds = new Set(items.map((item) => item.item_id));
    const named = [...orders, ...events].flatMap((fact) => fact.customer_id ?? []);
    expect(named.filter((id) => !customerIds.has(id))).toEqual([]);
    const touched = [...orders.flatMap((order) => order.lines), ...events].flatMap((fact) => fact.item_id ?? []);
    expect(touched.filter((id) => !itemIds.has(id))).toEqual([]);
    expect(events.filter((event) => (event.type === 'search') !== (event.item_id === undefined))).toEqual([]);
  });
});

describe('money', () => {
  test('has two decimals and is above zero', () => {
    const amounts = [
      ...items.flatMap((item) => [item.price, item.list_price, item.cost]),
      ...orders.flatMap((order) => order.lines.flatMap((line) => [line.unit_price, line.list_price])),
    ];
    expect(amounts.filter((amount) => !/^\d+\.\d\d$/.test(amount) || Number(amount) <= 0)).toEqual([]);
  });

  test('nobody pays more than the list price, and every item earns something', () => {
    const lines = orders.flatMap((order) => order.lines);
    expect(lines.filter((line) => Number(line.unit_price) > Number(line.list_price))).toEqual([]);
    expect(items.filter((item) => Number(item.cost) >= Number(item.price))).toEqual([]);
  });
});

describe('refunds', () => {
  const orderOf = new Map(orders.map((order) => [order.order_id, order]));

  test('come after their order and take back no more than was bought', () => {
    for (const refund of refunds) {
      const order = orderOf.get(refund.order_id)!;
      expect(refund.occurred_at > order.occurred_at).toBe(true);
      for (const { item_id, quantity } of refund.lines ?? []) {
        expect(quantity).toBeGreaterThan(0);
        expect(quantity).toBeLessThanOrEqual(order.lines.find((line) => line.item_id === item_id)!.quantity);
      }
    }
  });

  test('are of whole orders and of lines', () => {
    expect(refunds.some((refund) => refund.lines)).toBe(true);
    expect(refunds.some((refund) => !refund.lines)).toBe(true);
  });
});

describe('the catalogue', () => {
  test('has a few items that are hidden, sold out and seasonal', () => {
    for (const some of [
      items.filter((item) => item.hidden),
      items.filter((item) => item.stock === 0),
      items.filter((item) => item.available_from && item.available_until),
    ]) {
      expect(some.length).toBeGreaterThan(0);
      expect(some.length).toBeLessThan(items.length / 10);
    }
  });

  test('names every item differently, however many there are', () => {
    const many = generateSampleShop({ ...options, items: 5000 }).items;
    expect(new Set(many.map((item) => `${item.category} / ${item.brand} / ${item.title}`)).size).toBe(5000);
  });

  test('shows the prices of the last day', () => {
    const priceOf = new Map(items.map((item) => [item.item_id, item.price]));
    const lastDay = orders.filter((order) => order.occurred_at >= '2026-02-28').flatMap((order) => order.lines);
    expect(lastDay.length).toBeGreaterThan(10);
    expect(lastDay.filter((line) => line.unit_price !== priceOf.get(line.item_id))).toEqual([]);
  });
});

describe('size', () => {
  test('of the demo is about 15,000 orders and 60,000 events', () => {
    const demo = generateSampleShop({ seed: 1, ...demoSize, end });
    const countOf = (facts: Iterable<unknown>) => [...facts].length;
    expect(Math.abs(countOf(demo.orders()) / 15_000 - 1)).toBeLessThan(0.15);
    expect(Math.abs(countOf(demo.events()) / 60_000 - 1)).toBeLessThan(0.15);
  });

  test('follows the pace', () => {
    const slow = [...generateSampleShop({ ...options, pace: 0.25 }).orders()];
    expect(slow.length).toBeLessThan(orders.length / 2);
  });

  test('may be the smallest', () => {
    const tiny = generateSampleShop({ seed: 1, customers: 1, items: 30, days: 1, end });
    expect(tiny.items).toHaveLength(30);
    expect([...tiny.customers()]).toHaveLength(1);
    expect(tiny.truth.pairs()).toHaveLength(12);
  });

  test.each([
    ['customers', { customers: 0 }],
    ['items', { items: 29 }],
    ['days', { days: 1.5 }],
    ['pace', { pace: 0 }],
    ['pace', { pace: Number.NaN }],
    ['seed', { seed: 0.5 }],
    ['end', { end: new Date('nonsense') }],
  ])('out of range is refused, naming %s', (option, wrong) => {
    expect(() => generateSampleShop({ ...options, ...wrong })).toThrow(new RegExp(`^${option} must`));
  });
});
