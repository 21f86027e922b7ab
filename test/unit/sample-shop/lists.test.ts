import { describe, expect, test } from '@jest/globals';
import { measureCampaign, recipe } from '../../../models/campaign-effect/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { createContractChecks } from '../../../src/intake/imports/elements/contract-check.ts';
import {
  generateSampleShop,
  type ListVisit,
  type ShopEvent,
  type ShopOrder,
  type ShownList,
} from '../../../src/sample-shop/index.ts';

const options = { seed: 3, customers: 1_500, items: 120, days: 112, end: new Date('2026-03-01T00:00:00Z') };
const shop = generateSampleShop(options);
const truth = shop.truth.lists!;
const visits = [...shop.lists().days()].flat();
const orders = [...shop.orders()];
const customers = new Map([...truth.customers()].map(({ customerId, ...counts }) => [customerId, counts]));

const numbers = new Map<string, number>();
/** The same for the same list. */
function listIdOf(list: string): string {
  const number = numbers.get(list) ?? numbers.size;
  numbers.set(list, number);
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** What a shop would show that knows nothing but twelve items; personal: its reasons say so. */
const shownIn = (visit: ListVisit, isPersonal: boolean): ShownList[] =>
  visit.asks.map(({ limit, at, placement }) => ({
    list_id: listIdOf(`${placement} ${at} ${visit.asks[0].visitorId}`),
    items: Array.from({ length: limit }, (_, place) => ({
      item_id: `I00${String(10 + ((at.charCodeAt(18) + place) % 12))}`,
      reason: { source: isPersonal && place === 0 ? 'repurchase' : 'popularity' },
    })),
  }));
const play = (isPersonal: boolean) => visits.map((visit) => visit.respond(shownIn(visit, isPersonal)));
const personal = play(true);
const popular = play(false);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the lists of the last month', () => {
  test('are asked for alike at each call, by everybody who comes, in the month', () => {
    const again = [...generateSampleShop(options).lists().days()].flat();
    expect(JSON.stringify(again.map(({ asks }) => asks))).toBe(JSON.stringify(visits.map(({ asks }) => asks)));
    expect(truth).toMatchObject({ from: '2026-02-01T00:00:00Z', holdoutShare: 0.05, addedShare: 0.08 });
    for (const { asks } of visits) {
      expect(asks[0].placement).toBe('home');
      expect(asks.map(({ at }) => at)).toEqual(asks.map(({ at }) => at).toSorted());
      expect(asks[0].at >= truth.from).toBe(true);
    }
    const ordering = orders.filter(({ occurred_at, customer_id }) => customer_id && occurred_at >= truth.from);
    expect(sum([...customers.values()].map((counts) => counts.orders))).toBe(ordering.length);
    expect(() => generateSampleShop({ ...options, days: 83 }).lists()).toThrow(/^days must be at least 84/);
    expect(generateSampleShop({ ...options, customers: 10, days: 83 }).truth.lists).toBeNull();
  });

  test('leave facts in the contract’s form, of the lists as they were shown, before the order that comes of them', () => {
    const checks = createContractChecks();
    const placed = personal.flatMap(({ added }) => added ?? []);
    const events = personal.flatMap((done) => done.events);
    expect(events.map((event) => checks.events(event)).find(Boolean)).toBeUndefined();
    expect(placed.map((order) => checks.orders(order)).find(Boolean)).toBeUndefined();
    const ids = [...events.map(({ event_id }) => event_id), ...placed.map(({ order_id }) => order_id)];
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, visit] of visits.entries()) {
      const lists = new Map(shownIn(visit, true).map((list) => [list.list_id, list]));
      const { events, added } = personal[index];
      const listed = events.filter((event) => event.list_id !== undefined);
      for (const { list_id, item_id, position } of [...listed, ...(added?.lines ?? [])])
        expect(lists.get(list_id!)!.items[position! - 1].item_id).toBe(item_id);
      if (!added) continue;
      const isSame = (event: ShopEvent) =>
        event.item_id === added.lines[0].item_id && event.list_id === added.lines[0].list_id;
      const types = events.filter(isSame).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['impression', 'click', 'cart_add']));
      expect(events.every(({ occurred_at }) => occurred_at < added.occurred_at)).toBe(true);
    }
  });

  test('are clicked by their positions, and oftener what is bought anyway', () => {
    const rates = truth.clickRates.map((rate, place) => {
      const seen = popular.flatMap(({ events }, index) => {
        const bought = new Set(boughtIn(visits[index]));
        return events.filter(({ item_id, position }) => position === place + 1 && !bought.has(item_id!));
      });
      const impressions = seen.filter(({ type }) => type === 'impression').length;
      const clicks = seen.filter(({ type }) => type === 'click').length;
      // Four standard errors, of what may well be a bought item that the cart's page does not tell of.
      expect(Math.abs(clicks / impressions - rate)).toBeLessThan(4 * Math.sqrt(rate / impressions) + 0.005);
      return clicks / impressions;
    });
    expect(rates[0]).toBeGreaterThan(2 * rates[4]);
  });
});

/** What an order of this visit holds, by the shop's own orders. */
function boughtIn(visit: ListVisit): string[] {
  const { visitorId, at } = visit.asks[0];
  const [later] = (byVisitor.get(visitorId) ?? []).filter(({ occurred_at }) => occurred_at > at);
  return later ? later.lines.map(({ item_id }) => item_id) : [];
}
const byVisitor = new Map<string, ShopOrder[]>();
for (const order of orders) byVisitor.set(order.visitor_id!, [...(byVisitor.get(order.visitor_id!) ?? []), order]);

describe('what personal lists add', () => {
  test('is 8 % of orders, and nothing where lists are popular', () => {
    expect(popular.filter(({ added }) => added)).toEqual([]);
    const [base, added] = [
      sum([...customers.values()].map((counts) => counts.orders)),
      personal.filter(({ added }) => added).length,
    ];
    expect(added).toBe(sum([...customers.values()].map((counts) => counts.added)));
    expect(Math.abs(added - 0.08 * base)).toBeLessThan(3 * Math.sqrt(0.08 * base));
    const own = new Set(orders.map(({ order_id }) => order_id));
    expect(personal.filter(({ added }) => added && own.has(added.order_id))).toEqual([]);
  });

  test('lies in the interval of what is measured about as often as it says, whoever is held out', () => {
    const ids = [...customers.keys()];
    const place = new Map(ids.map((id, index) => [id, index]));
    const before = new Float64Array(ids.length);
    for (const { customer_id, occurred_at } of orders) {
      const index = place.get(customer_id ?? '');
      if (index !== undefined && occurred_at < truth.from) before[index]++;
    }
    const random = seededRandom(3);
    const draws = 400;
    let [held, heldWithout] = [0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const treated = Uint8Array.from(ids, () => Number(random() >= truth.holdoutShare));
      const measure = (effect: number) => {
        const seen = Float64Array.from(ids, (id, index) => {
          const { orders, added } = customers.get(id)!;
          return orders + effect * treated[index] * added;
        });
        const measured = measureCampaign(
          {
            treated,
            metrics: { orders: seen, revenue: seen, margin: seen },
            before: { orders: before, revenue: before, margin: before },
            discounts: new Float64Array(ids.length),
            expectedShare: 1 - truth.holdoutShare,
          },
          { ...recipe, sampleRatioAlarm: 0, minimumArmCustomers: 2 },
        );
        if ('refusal' in measured) throw new Error(measured.refusal);
        return measured.effects.orders;
      };
      const added = sum(ids.map((id, index) => treated[index] * customers.get(id)!.added));
      const { total } = measure(1);
      held += Number(total.low <= added && added <= total.high);
      heldWithout += Number(measure(0).isBeyondChance);
    }
    expect(held / draws).toBeGreaterThan(0.92);
    expect(held / draws).toBeLessThan(0.99);
    expect(heldWithout / draws).toBeLessThanOrEqual(0.05 + 0.03);
  });
});
