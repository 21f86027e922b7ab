import { describe, expect, test } from '@jest/globals';
import { createContractChecks } from '../../../src/intake/imports/elements/contract-check.ts';
import { generateSampleShop, type SampleShopOptions, type ShopEvent } from '../../../src/sample-shop/index.ts';

const end = new Date('2026-03-01T00:00:00Z');
const options: SampleShopOptions = { seed: 7, customers: 2_000, items: 120, days: 200, end };
const plain = generateSampleShop(options);
const shop = generateSampleShop({ ...options, indicators: true });
const truth = shop.truth.trade!;
const customers = [...shop.customers()];
const orders = [...shop.orders()];
const events = [...shop.events()];
const changes = [...shop.changes()];
const stocks = changes.filter(({ stock }) => stock !== undefined);
const costs = [...shop.costs()];
const figures = [...shop.marketFigures()];
const counter = orders.filter(({ channel }) => channel === 'store');
const visited = orders.filter(({ channel }) => channel !== 'store');

const only = (type: ShopEvent['type']) => events.filter((event) => event.type === type);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a shop with indicators', () => {
  test('has alike what one without them has; that one tells nothing of theirs', () => {
    // As text: comparing so many objects takes long.
    const text = (facts: Iterable<object>) => [...facts].map((fact) => JSON.stringify(fact)).join('\n');
    const base = (facts: object[], fields: string[]) =>
      text(facts.map((fact) => Object.fromEntries(Object.entries(fact).filter(([name]) => fields.includes(name)))));
    const ofOrders = ['order_id', 'customer_id', 'visitor_id', 'occurred_at', 'lines'];
    expect(base(visited, ofOrders) === text(plain.orders())).toBe(true);
    const told = events.filter(({ event_id }) => event_id.startsWith('E'));
    const ofEvents = ['event_id', 'type', 'customer_id', 'visitor_id', 'item_id', 'query', 'occurred_at'];
    expect(base(told, ofEvents) === text(plain.events())).toBe(true);
    const ofCustomers = ['customer_id', 'profiling_allowed', 'attributes'];
    expect(base(customers, ofCustomers) === text(plain.customers())).toBe(true);
    expect(text(shop.refunds()) === text(plain.refunds())).toBe(true);
    const nothing = [[...plain.changes()], [...plain.costs()], [...plain.marketFigures()], plain.truth.trade];
    expect(nothing).toEqual([[], [], [], null]);
  });

  test('makes the same facts at each call, in time order and with an id each', () => {
    const small = generateSampleShop({ ...options, customers: 100, days: 40, indicators: true });
    const again = generateSampleShop({ ...options, customers: 100, days: 40, indicators: true });
    // Whatever was asked first.
    const [last, first] = [[...again.changes()], [...again.events()]];
    expect([[...small.events()], [...small.changes()]]).toEqual([first, last]);
    for (const facts of [orders, events])
      expect(facts.findIndex(({ occurred_at }, place) => place > 0 && occurred_at < facts[place - 1].occurred_at)).toBe(
        -1,
      );
    const ids = [...orders.map(({ order_id }) => order_id), ...events.map(({ event_id }) => event_id)];
    expect(new Set(ids).size).toBe(ids.length);
    const moments = orders.flatMap(({ statuses = [] }) => statuses.map(({ occurred_at }) => occurred_at));
    expect(moments.filter((at) => at >= '2026-03-01')).toEqual([]);
  });

  test('is told in the contract’s form', () => {
    const checks = createContractChecks();
    const kinds = { items: shop.items, customers, orders, events, costs, 'market-figures': figures } as const;
    for (const [kind, facts] of Object.entries(kinds))
      expect([kind, facts.map((fact) => checks[kind as keyof typeof checks](fact)).find(Boolean)]).toEqual([
        kind,
        undefined,
      ]);
    expect(changes.map((fact) => checks.items(fact)).find(Boolean)).toBeUndefined();
  });
});

describe('what was planted is found again', () => {
  test('attributes and price over the counter, by the pieces of items with and without them', () => {
    const pieces = new Map<string, number>();
    for (const { lines } of counter)
      for (const { item_id, quantity } of lines) pieces.set(item_id, (pieces.get(item_id) ?? 0) + quantity);
    const soldOut = new Set(truth.stockOuts().map(({ itemId }) => itemId));
    const judged = shop.items.filter(
      (item) =>
        !item.available_from &&
        !item.hidden &&
        !soldOut.has(item.item_id) &&
        !truth.seasonalItems.includes(item.item_id),
    );
    const others = truth.attributeEffects.filter(({ attribute }) => attribute === 'variant').map(({ value }) => value);
    const bare = judged.filter(({ attributes }) => !others.includes(attributes['variant'] as string));
    const sold = (organic: boolean) =>
      mean(
        bare
          .filter(({ attributes }) => attributes['organic'] === organic)
          .map(({ item_id }) => pieces.get(item_id) ?? 0),
      );
    const [{ factor }] = truth.attributeEffects;
    // Some 50 pieces an item: the ratio of two means of 25 and 60 items is within a tenth of the factor nearly always.
    expect(Math.abs(sold(true) / sold(false) / factor - 1)).toBeLessThan(0.1);
  });

  test('what is paid over the counter is the price that was told last', () => {
    const asked = new Map(shop.items.map(({ item_id, price }) => [item_id, price]));
    const told = changes.filter(({ price }) => price !== undefined);
    let place = 0;
    let others = 0;
    for (const { occurred_at, lines } of counter) {
      for (; place < told.length && told[place].updated_at <= occurred_at; place++)
        asked.set(told[place].item_id, told[place].price!);
      for (const { item_id, unit_price } of lines) others += Number(asked.get(item_id) !== unit_price);
    }
    expect([others, told.length > shop.items.length]).toEqual([0, true]);
  });

  test('what is sold out sells nothing, and its stock says when', () => {
    const stockOuts = truth.stockOuts();
    expect(stockOuts.length).toBeGreaterThan(5);
    for (const { itemId, from, to } of stockOuts) {
      const sold = orders.filter(
        ({ occurred_at, lines }) =>
          occurred_at.slice(0, 10) >= from &&
          occurred_at.slice(0, 10) <= to &&
          lines.some(({ item_id }) => item_id === itemId),
      );
      expect([itemId, sold]).toEqual([itemId, []]);
      const told = stocks.filter(({ item_id, updated_at }) => item_id === itemId && updated_at.slice(0, 10) >= from);
      expect(told[0]).toEqual({ item_id: itemId, stock: 0, updated_at: `${from}T00:00:00Z` });
      expect(told[1].stock).toBeGreaterThan(0);
      expect(Date.parse(told[1].updated_at)).toBe(Date.parse(to) + 86_400_000);
    }
    const last = new Map(stocks.map(({ item_id, stock }) => [item_id, stock]));
    expect(last).toEqual(new Map(plain.items.map(({ item_id, stock }) => [item_id, stock])));
  });

  test('visits by campaign cost what was planted, and strangers who leave are as many as were', () => {
    const first = new Map<string, ShopEvent>();
    for (const page of only('page_view')) if (!first.has(page.session_id!)) first.set(page.session_id!, page);
    for (const { name, costOfVisit, share } of truth.campaigns) {
      const visits = [...first.values()].filter(({ page }) => page!.campaign?.name === name).length;
      const cents = costs
        .filter(({ campaign }) => campaign === name)
        .reduce((sum, { amount }) => sum + 100 * Number(amount), 0);
      expect(Math.round(cents / visits)).toBe(costOfVisit);
      expect(Math.abs(visits / first.size - share)).toBeLessThan(0.01);
    }
    const bounced = [...first.keys()].filter((session) => session.startsWith('Y')).length;
    expect(bounced / (first.size - bounced)).toBeCloseTo(truth.bounces, 1);
  });

  test('goods that are rated badly from a day on, and orders that are cancelled', () => {
    const categoryOf = new Map(shop.items.map(({ item_id, category }) => [item_id, category]));
    const isBad = ({ item_id, occurred_at }: ShopEvent) =>
      categoryOf.get(item_id!) === truth.badGoods.category && occurred_at >= truth.badGoods.from;
    const ratings = (of: boolean) =>
      only('review')
        .filter((review) => isBad(review) === of)
        .map(({ rating }) => rating!);
    expect(Math.abs(mean(ratings(false)) - truth.badGoods.usualRating)).toBeLessThan(0.15);
    const bad = ratings(true);
    expect(bad.length).toBeGreaterThan(5);
    // Three standard errors of ratings that spread by 1.25.
    expect(Math.abs(mean(bad) - truth.badGoods.rating)).toBeLessThan((3 * 1.25) / Math.sqrt(bad.length));
    const cancelled = visited.filter(({ statuses }) => statuses!.at(-1)!.status === 'cancelled').length;
    expect(Math.abs(cancelled / visited.length - truth.cancelledShare)).toBeLessThan(0.005);
    expect(
      Math.abs(visited.filter(({ channel }) => channel === 'app').length / visited.length - truth.appShare),
    ).toBeLessThan(0.02);
  });

  test('the share of the market, in each whole month', () => {
    const months = [...new Set(figures.map(({ month }) => month))];
    expect(months).toEqual(['2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02']);
    for (const month of months) {
      const own = orders
        .filter(({ occurred_at }) => occurred_at.startsWith(month))
        .flatMap(({ lines }) => lines)
        .reduce((sum, { quantity, unit_price }) => sum + quantity * Number(unit_price), 0);
      const market = figures.find(
        (figure) => figure.month === month && figure.measure === 'sales' && !figure.category,
      )!;
      expect(own / Number(market.value)).toBeCloseTo(truth.marketShare, 6);
    }
  });
});
