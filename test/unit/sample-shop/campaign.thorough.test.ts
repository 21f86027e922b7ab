import { describe, expect, test } from '@jest/globals';
import { measureCampaign, recipe } from '../../../models/campaign-effect/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { demoSize, generateSampleShop, type ShopOrder } from '../../../src/sample-shop/index.ts';

const options = { seed: 1, ...demoSize, end: new Date('2026-03-01T00:00:00Z') };
const shop = generateSampleShop(options);
const { terms, consideredAt, recipients, responses } = shop.campaign();
const orders = new Map([...shop.orders()].map((order) => [order.order_id, order]));
const customers = new Map([...shop.truth.customers()].map((customer) => [customer.customerId, customer]));
const added = responses.filter(({ isAdded }) => isAdded);
const anyway = responses.filter(({ isAdded }) => !isAdded);
const worthOf = ({ lines }: ShopOrder) => lines.reduce((sum, line) => sum + line.quantity * Number(line.unit_price), 0);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the campaign', () => {
  test('is the same of the same seed, and another of another', () => {
    expect(JSON.stringify(generateSampleShop(options).campaign())).toBe(
      JSON.stringify({ terms, consideredAt, recipients, responses }),
    );
    const other = generateSampleShop({ ...options, seed: 2 }).campaign();
    expect(JSON.stringify(other.responses)).not.toBe(JSON.stringify(responses));
  });

  test('runs in the second last month, and everything of it lies inside', () => {
    expect(terms).toMatchObject({ valid_from: '2026-01-04T00:00:00Z', valid_until: '2026-02-01T00:00:00Z' });
    expect(terms.valid_from < consideredAt).toBe(true);
    const times = responses.map(({ order }) => order.occurred_at);
    expect(times.filter((time) => time <= consideredAt || time >= terms.valid_until)).toEqual([]);
    expect(times).toEqual(times.toSorted());
  });

  test('is for those who had ordered before it', () => {
    const before = [...orders.values()].flatMap(({ customer_id, occurred_at }) =>
      customer_id && occurred_at < terms.valid_from ? customer_id : [],
    );
    expect(recipients).toEqual([...new Set(before)].sort());
    expect(recipients.length).toBeGreaterThan(1_500);
  });

  test('needs some months of data', () => {
    expect(() => generateSampleShop({ ...options, days: 83 }).campaign()).toThrow(/^days must be at least 84/);
    expect(generateSampleShop({ ...options, days: 84 }).campaign().responses.length).toBeGreaterThan(0);
  });
});

describe('what a coupon does', () => {
  test('is told once of a recipient at most', () => {
    const told = responses.map(({ customerId }) => customerId);
    expect(new Set(told).size).toBe(told.length);
    expect(told.filter((id) => !recipients.includes(id))).toEqual([]);
    expect(responses.filter(({ customerId, order }) => order.customer_id !== customerId)).toEqual([]);
  });

  test('is an order more of many coupon responders, and of nobody else', () => {
    const responders = recipients.filter((id) => customers.get(id)!.couponResponder);
    expect(added.filter(({ customerId }) => !customers.get(customerId)!.couponResponder)).toEqual([]);
    expect(Math.abs(added.length / responders.length - 0.6)).toBeLessThan(0.04);
    const ids = added.map(({ order }) => order.order_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => orders.has(id))).toEqual([]);
  });

  test('is nothing but a discount where the order would have come anyway', () => {
    expect(anyway.length).toBeGreaterThan(100);
    for (const { order } of anyway) expect(orders.get(order.order_id)).toEqual(order);
    const refunded = new Set([...shop.refunds()].map(({ order_id }) => order_id));
    expect(anyway.filter(({ order }) => refunded.has(order.order_id))).toEqual([]);
  });

  test('follows taste, at the prices of its day', () => {
    const usual = mean([...orders.values()].filter(({ customer_id }) => customer_id).map(worthOf));
    expect(Math.abs(mean(added.map(({ order }) => worthOf(order))) / usual - 1)).toBeLessThan(0.25);

    const categoryOf = new Map(shop.items.map((item) => [item.item_id, item.category]));
    const ofTaste = added.flatMap(({ customerId, order }) => {
      const { taste } = customers.get(customerId)!;
      return taste === null
        ? []
        : order.lines.map(({ item_id }) => Number(shop.truth.tastes[taste].includes(categoryOf.get(item_id)!)));
    });
    expect(mean(ofTaste)).toBeGreaterThan(0.7);

    const asked = new Map<string, string>();
    const priceKey = (order: ShopOrder, item: string) => `${order.occurred_at.slice(0, 10)} ${item}`;
    for (const order of orders.values()) {
      for (const { item_id, unit_price } of order.lines) asked.set(priceKey(order, item_id), unit_price);
    }
    const compared = added.flatMap(({ order }) =>
      order.lines.flatMap(({ item_id, unit_price }) => {
        const price = asked.get(priceKey(order, item_id));
        return price === undefined ? [] : price === unit_price;
      }),
    );
    expect(compared.length).toBeGreaterThan(100);
    expect(compared).not.toContain(false);
  });
});

test('whoever is drawn as control, the interval of what is measured holds the truth about as often as it says', () => {
  const place = new Map(recipients.map((id, index) => [id, index]));
  const count = () => ({ orders: new Float64Array(recipients.length), revenue: new Float64Array(recipients.length) });
  const [before, during, added] = [count(), count(), count()];
  const enter = (into: ReturnType<typeof count>, order: ShopOrder) => {
    const index = place.get(order.customer_id ?? '');
    if (index === undefined) return;
    into.orders[index] += 1;
    into.revenue[index] += worthOf(order);
  };
  for (const order of orders.values()) {
    if (order.occurred_at < consideredAt) enter(before, order);
    else if (order.occurred_at < terms.valid_until) enter(during, order);
  }
  for (const { order, isAdded } of responses) if (isAdded) enter(added, order);

  const draws = 400;
  const held = { orders: 0, revenue: 0 };
  const without = { orders: 0, revenue: 0 };
  const random = seededRandom(3);
  for (let draw = 0; draw < draws; draw++) {
    const treated = Uint8Array.from(recipients, () => Number(random() >= terms.control_share));
    const measure = (effect: 0 | 1) => {
      const seen = (metric: 'orders' | 'revenue') =>
        during[metric].map((value, index) => value + effect * treated[index] * added[metric][index]);
      const measured = measureCampaign(
        {
          treated,
          metrics: { orders: seen('orders'), revenue: seen('revenue'), margin: seen('revenue') },
          before: { ...before, margin: before.revenue },
          discounts: new Float64Array(recipients.length),
          expectedShare: 1 - terms.control_share,
        },
        { ...recipe, sampleRatioAlarm: 0 },
      );
      if ('refusal' in measured) throw new Error(measured.refusal);
      return measured.effects;
    };
    const [real, left] = [measure(1), measure(0)];
    for (const metric of ['orders', 'revenue'] as const) {
      const truth = added[metric].reduce((sum, value, index) => sum + treated[index] * value, 0);
      held[metric] += Number(real[metric].total.low <= truth && truth <= real[metric].total.high);
      without[metric] += Number(left[metric].total.low <= truth && truth <= left[metric].total.high);
    }
  }
  for (const metric of ['orders', 'revenue'] as const) {
    expect(held[metric] / draws).toBeGreaterThan(0.92);
    expect(held[metric] / draws).toBeLessThan(0.99);
  }
  // Where nobody was moved, the same intervals do not hold it.
  expect(without.orders / draws).toBeLessThan(0.05);
});
