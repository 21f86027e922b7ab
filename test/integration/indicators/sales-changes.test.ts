import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { findCustomers } from '../../../src/intake/index.ts';
import { type Group, loadCustomerSegments } from '../../../src/segments/index.ts';
import { call } from '../../support/service/contract.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';
import { addVersion } from '../../support/shops/versions.ts';

/** An order as the oracle knows it: of each line what was paid and not given back, in cents. */
interface Sold {
  day: string;
  customer: string | null;
  isCancelled: boolean;
  lines: { item: string; kept: number }[];
}

const categories: Record<string, string> = { cup: 'kitchen', pan: 'kitchen', lamp: 'light', bulb: 'light', post: '' };
const groups: Record<string, Group> = { a: 'high-value', b: 'ordinary', c: 'ordinary', d: 'low-contribution' };
const [before, now] = [
  { from: '2026-10-01', to: '2026-10-07' },
  { from: '2026-10-08', to: '2026-10-14' },
];
const sold: Sold[] = [];
let shop: IndicatorShop;

beforeAll(async () => {
  shop = await openIndicatorShop();
  await shop.items(
    Object.entries(categories).map(([item_id, category]) => ({
      ...{ item_id, title: `A ${item_id}` },
      ...(category && { category }),
    })),
  );
  const random = seededRandom(7);
  const draw = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const orders: Record<string, unknown>[] = [];
  const refunds: Record<string, unknown>[] = [];
  for (let number = 0; number < 80; number++) {
    // The last of the day before and the first after are of neither.
    const day = `2026-10-${String(Math.floor(random() * 16)).padStart(2, '0')}`.replace('-00', '-15');
    const customer = draw(['a', 'b', 'c', 'd', 'e', null]);
    const isCancelled = random() < 0.1;
    const wanted = new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, () => draw(Object.keys(categories))));
    const lines = [...wanted].map((item_id) => ({
      item_id,
      quantity: 1 + Math.floor(random() * 3),
      unit_price: String((1 + Math.floor(random() * 900)) / 100),
    }));
    orders.push({
      ...{ order_id: `o${number}`, occurred_at: `${day}T23:30:00+02:00`, lines },
      ...(customer === null ? {} : { customer_id: customer }),
      ...(isCancelled ? { statuses: [{ status: 'cancelled', occurred_at: '2026-11-02T00:00:00Z' }] } : {}),
    });
    const kept = lines.map((line) => ({
      item: line.item_id,
      kept: Math.round(Number(line.unit_price) * 100) * line.quantity,
    }));
    if (!isCancelled && random() < 0.2) {
      const price = Math.round(Number(lines[0].unit_price) * 100);
      kept[0].kept -= price;
      refunds.push({
        ...{ refund_id: `r${number}`, order_id: `o${number}`, occurred_at: '2026-11-01T12:00:00Z' },
        lines: [{ item_id: lines[0].item_id, quantity: 1 }],
      });
    }
    sold.push({ day, customer, isCancelled, lines: kept });
  }
  await shop.orders(orders);
  await shop.refunds(refunds);
  await shop.rollUp();
  const { database: db, stations } = shop.service;
  const known = await findCustomers(db, Object.keys(groups));
  const rows = Object.entries(groups)
    .map(([id, group]) => ({
      ...{ customerKey: known.get(id)!.customerKey, group, groupSince: new Date(0), previousGroup: null },
      ...{ recencyDays: 1, frequency: 1, monetaryMinor: 1, recencyScore: 1, frequencyScore: 1, monetaryScore: 1 },
      ...{ klaviyoCode: null, klaviyoGroup: null, klaviyoSince: null, cluster: 1, clusterSince: new Date(0) },
      ...{ averageOrderMinor: 1, averageUnitPrice: '1', discountShare: null },
    }))
    .sort((one, other) => one.customerKey - other.customerKey);
  const version = await addVersion(db, 'segmentation', async (number) => [
    await loadCustomerSegments(db, number, rows),
  ]);
  await stations.training.publish('segmentation', version);
});
afterAll(() => shop.stop());

const explain = (query: string) =>
  call(shop.service.url, 'explainSalesChange', { query, headers: shop.service.as('indicators') });
const both = `from=${now.from}&to=${now.to}&before_from=${before.from}&before_to=${before.to}`;

/** What each member of a dimension came to in a stretch, by plain arithmetic. */
function addUp({ from, to }: { from: string; to: string }, dimension: string): Record<string, Map<string, number>> {
  const inIt = sold.filter(({ day }) => day >= from && day <= to);
  const linesOf = new Map<string, number>();
  for (const { customer, lines } of inIt) {
    if (customer) linesOf.set(customer, (linesOf.get(customer) ?? 0) + lines.length);
  }
  const sums: Record<string, Map<string, number>> = { 'net-sales': new Map(), orders: new Map(), customers: new Map() };
  const add = (figure: string, member: string, amount: number) =>
    sums[figure].set(member, (sums[figure].get(member) ?? 0) + amount);
  for (const { customer, isCancelled, lines } of inIt) {
    for (const { item, kept } of lines) {
      const group = customer && groups[customer] ? `group-${groups[customer]}` : '';
      const member = { item, category: categories[item], segment: group }[dimension] as string;
      add('net-sales', member, isCancelled ? 0 : kept);
      add('orders', member, 1 / lines.length);
      if (customer) add('customers', member, 1 / (linesOf.get(customer) as number));
    }
  }
  return sums;
}

test('the parts are those of plain arithmetic, and sum up to the whole with all others', async () => {
  for (const limit of [1, 100]) {
    const { status, json } = await explain(`${both}&limit=${limit}`);
    expect([status, json.before]).toEqual([200, before]);
    for (const { figure, unit, by, ...whole } of json.figures) {
      const scale = unit === 'money' ? 0.01 : 1;
      for (const { dimension, parts, others } of by) {
        const [then, since] = [addUp(before, dimension)[figure], addUp(now, dimension)[figure]];
        const all = (sums: Map<string, number>) => [...sums.values()].reduce((sum, one) => sum + one, 0) * scale;
        const place = `${figure} by ${dimension}, ${limit}`;
        for (const part of parts) {
          for (const [sums, told] of [
            [then, part.before],
            [since, part.now],
          ] as const) {
            const apart = Number(told) - (sums.get(part.member) ?? 0) * scale;
            // Answers have six significant digits.
            expect([place, part.member, Math.abs(apart) < 1e-4]).toEqual([place, part.member, true]);
          }
          expect(part.title).toBe(dimension === 'item' ? `A ${part.member}` : null);
        }
        for (const side of ['before', 'now', 'change'] as const) {
          const sum = [...parts, others].reduce((total, one) => total + Number(one[side]), 0);
          expect(Math.abs(sum - Number(whole[side]))).toBeLessThan(1e-4);
        }
        expect(Number(whole.before)).toBeCloseTo(all(then), 4);
        expect(Number(whole.now)).toBeCloseTo(all(since), 4);
        // What moved most, whether up or down, stands first.
        const sizes = parts.map((part: { change: string | number }) => Math.abs(Number(part.change)));
        expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
      }
    }
  }
});

test('the wholes are those of the indicators of the same days', async () => {
  const { json } = await explain(both);
  const [sales, orders, customers] = json.figures;
  for (const [side, { from, to }] of [
    ['before', before],
    ['now', now],
  ] as const) {
    const sumOf = async (id: string) =>
      Object.values(await shop.values(id, `from=${from}&to=${to}`)).reduce<number>((sum, one) => sum + Number(one), 0);
    expect(Number(sales[side])).toBeCloseTo(await sumOf('net-sales'), 6);
    expect(orders[side]).toBe(await sumOf('orders-placed'));
    const inIt = sold.filter(({ day, customer }) => customer && day >= from && day <= to);
    expect(customers[side]).toBe(new Set(inIt.map(({ customer }) => customer)).size);
  }
});

test('without a time to compare with it is as many days right before', async () => {
  const { json } = await explain(`from=${now.from}&to=${now.to}`);
  expect(json.before).toEqual(before);
  expect(json.figures).toEqual((await explain(both)).json.figures);
});

test('what cannot be compared names the field', async () => {
  const faults = {
    'from=2026-10-08&to=2026-10-01': 'from',
    'from=2024-01-01&to=2026-10-01': 'from',
    'from=2026-10-08&to=2026-10-14&before_from=2026-10-01': 'before_to',
    'from=2026-10-08&to=2026-10-14&before_to=2026-10-01': 'before_from',
    'from=2026-10-08&to=2026-10-14&before_from=2026-10-05&before_to=2026-10-01': 'before_from',
    'from=2026-10-08&to=2026-10-14&before_from=2026-10-05&before_to=2026-10-08': 'before_to',
  };
  for (const [query, field] of Object.entries(faults)) {
    const { status, json } = await explain(query);
    expect([query, status, json.errors?.[0]?.field]).toEqual([query, 409, field]);
  }
});
