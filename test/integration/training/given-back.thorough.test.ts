import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { customerIdsOf, itemIdsOf, sumPurchases } from '../../../src/intake/index.ts';
import { listSources, streamCustomerLists } from '../../../src/recommendations/index.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

/**
 * Random orders, refunds in every form and cancellations, and a plain book of them that knows the rule alone: as of a moment, what was
 * given back or cancelled before it did not happen. The book shares no code with the service, which is asked over HTTP.
 */
interface Line {
  item: string;
  cents: number;
  /** pieces: sold, and given back at what time */
  quantity: number;
  back: { at: number; pieces: number }[];
}
interface Order {
  id: string;
  customer: string;
  at: number;
  /** since when it is cancelled */
  cancelled?: number;
  lines: Line[];
}
interface Refund {
  refund_id: string;
  order_id: string;
  occurred_at: string;
  lines?: { item_id: string; quantity: number }[];
}

const day = 86_400_000;
const begin = Date.parse('2026-01-01T00:00:00Z');
const days = 120;
const now = new Date(begin + (days + 30) * day);
const itemIds = Array.from({ length: 12 }, (_, item) => `I${item}`);
const customerIds = Array.from({ length: 60 }, (_, customer) => `C${customer}`);

function makeBook(seed: number): { orders: Order[]; refunds: Refund[] } {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const orders = Array.from({ length: 260 }, (_, number): Order => {
    // The first customers give nearly everything back, so that whole orders and whole customers go.
    const items = Array.from({ length: 1 + below(4) }, () => itemIds[below(itemIds.length)]);
    const customer = customerIds[below(customerIds.length)];
    const at = begin + below(days * 86_400) * 1_000;
    return {
      id: `O${number}`,
      customer,
      at,
      ...(number % 6 === 0 && { cancelled: at + ((number * 700_001) % (30 * 86_400)) * 1_000 }),
      lines: items.map((item) => ({ item, cents: 100 + below(2_000), quantity: 1 + below(3), back: [] })),
    };
  });
  const refunds: Refund[] = [];
  const later = (order: Order) => order.at + (1 + below(40 * 86_400)) * 1_000;
  for (const order of orders) {
    const returns = Number(order.customer.slice(1)) < 8 ? 0.9 : 0.35;
    if (random() > returns) continue;
    const refund = { refund_id: `R${refunds.length}`, order_id: order.id };
    if (random() < 0.4) {
      const at = later(order);
      for (const line of order.lines) line.back.push({ at, pieces: line.quantity });
      refunds.push({ ...refund, occurred_at: new Date(at).toISOString() });
      continue;
    }
    // By item, in one or two steps; an item of several lines is taken from them in their order.
    const { item } = order.lines[below(order.lines.length)];
    const times = [later(order), later(order)].sort((a, b) => a - b).slice(0, 1 + below(2));
    for (const [step, at] of times.entries()) {
      const left = (line: Line) => line.quantity - line.back.reduce((sum, { pieces }) => sum + pieces, 0);
      const lines = order.lines.filter((line) => line.item === item);
      const available = lines.reduce((sum, line) => sum + left(line), 0);
      if (available === 0) break;
      const quantity = 1 + below(available);
      let open = quantity;
      for (const line of lines) {
        const pieces = Math.min(open, left(line));
        if (pieces > 0) line.back.push({ at, pieces });
        open -= pieces;
      }
      refunds.push({
        refund_id: `${refund.refund_id}-${step}`,
        order_id: order.id,
        occurred_at: new Date(at).toISOString(),
        lines: [{ item_id: item, quantity }],
      });
    }
  }
  refunds.sort((a, b) => a.occurred_at.localeCompare(b.occurred_at));
  return { orders, refunds };
}

const leftOf = (line: Line, moment: number) =>
  line.quantity - line.back.reduce((sum, { at, pieces }) => sum + (at < moment ? pieces : 0), 0);

/** Orders as of a moment: what is left of their lines, and none of which nothing is. */
function asOf(orders: readonly Order[], moment: number) {
  return orders
    .filter(({ at, cancelled }) => at < moment && !(cancelled !== undefined && cancelled < moment))
    .map((order) => ({
      ...order,
      lines: order.lines.flatMap((line) => {
        const pieces = leftOf(line, moment);
        return pieces > 0 ? [{ ...line, pieces }] : [];
      }),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function profilesOf(orders: ReturnType<typeof asOf>, moment: number) {
  const known = new Map<string, { recency: number; frequency: number; cents: number }>();
  for (const { customer, at, lines } of orders) {
    const one = known.get(customer) ?? { recency: Number.POSITIVE_INFINITY, frequency: 0, cents: 0 };
    one.recency = Math.min(one.recency, Math.floor((moment - at) / day));
    one.frequency++;
    for (const { cents, pieces } of lines) one.cents += cents * pieces;
    known.set(customer, one);
  }
  const all = [...known.values()];
  const score = (worse: number) => 1 + Math.floor((5 * worse) / all.length);
  const count = (isWorse: (other: (typeof all)[number]) => boolean) => score(all.filter(isWorse).length);
  return new Map(
    Array.from(known, ([customer, one]) => {
      const scores = {
        recency: count((other) => other.recency > one.recency),
        frequency: count((other) => other.frequency < one.frequency),
        monetary: count((other) => other.cents < one.cents),
      };
      const sum = scores.recency + scores.frequency + scores.monetary;
      const group = sum >= 13 ? 'high-value' : sum >= 10 ? 'high-quality' : sum >= 7 ? 'ordinary' : 'low-contribution';
      return [customer, { ...one, scores, group }];
    }),
  );
}

let service: TestService;
const book = makeBook(11);

type Operation = Parameters<typeof call>[1];
const ask = async (
  scope: 'segments' | 'recommend' | 'train',
  operation: Operation,
  request: Parameters<typeof call>[2] = {},
): Promise<any> => (await call(service.url, operation, { ...request, headers: service.as(scope) })).json;

const toElement = ({ id, customer, at, cancelled, lines }: Order) => ({
  order_id: id,
  customer_id: customer,
  occurred_at: new Date(at).toISOString(),
  ...(cancelled !== undefined && {
    statuses: [{ status: 'cancelled' as const, occurred_at: new Date(cancelled).toISOString() }],
  }),
  lines: lines.map(({ item, quantity, cents }) => ({ item_id: item, quantity, unit_price: (cents / 100).toFixed(2) })),
});

/** Trains these models as of a moment and publishes what came of it, whatever the gate says of lists by chance. */
async function train(moment: number, models: any[], recipes: any = {}): Promise<Record<string, number>> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: new Date(moment), models, recipes, publish: 'never' });
  const run = await training.waitForRun(trainingRunId);
  expect(run).toMatchObject({ error: null });
  for (const [kind, version] of Object.entries(run.versions)) await training.publish(kind as never, version as number);
  return run.versions as Record<string, number>;
}

/** What lists of a version say was bought before. */
async function boughtAgain(version: number): Promise<{ customer_id: string; item_id: string }[]> {
  const { database } = service;
  const again: { customer_id: string; item_id: string }[] = [];
  for await (const { customerKey, itemKeys, sources } of streamCustomerLists(database, version)) {
    const keys = Array.from(itemKeys).filter((_, rank) => listSources[sources[rank]] === 'repurchase');
    const [customer_id] = (await customerIdsOf(database, [customerKey])).values();
    for (const item_id of (await itemIdsOf(database, keys)).values()) again.push({ customer_id, item_id });
  }
  return again;
}

beforeAll(async () => {
  service = await createTestService({ clock: () => now });
  const { intake } = service.stations;
  await intake.upsertItems(itemIds.map((item_id) => ({ item_id, title: item_id, price: '5.00' })));
  await intake.upsertCustomers(customerIds.map((customer_id) => ({ customer_id })));
  const { counts } = await intake.recordOrders(book.orders.map(toElement));
  expect(counts).toMatchObject({ facts: book.orders.length });
  const given = await intake.recordRefunds(book.refunds);
  expect(given.counts).toMatchObject({ facts: book.refunds.length });
});
afterAll(() => service.stop());

describe.each([0.45, 0.7, 1.2])('as of %f of the time of the facts', (share) => {
  const moment = begin + Math.round(share * days * 86_400) * 1_000 + 7;
  const orders = asOf(book.orders, moment);

  test('R, F, M, scores, group and average order of everybody are those of what is left', async () => {
    await train(moment, ['segmentation'], { segmentation: { clusters: 2, margins: { group: 0 } } });
    const profiles = profilesOf(orders, moment);
    for (const customer of customerIds) {
      const known = profiles.get(customer);
      const told = await ask('segments', 'getCustomerProfile', { path: { customer_id: customer } });
      expect({ customer, ...told }).toMatchObject({
        recency_days: known?.recency ?? null,
        frequency: known?.frequency ?? null,
        monetary: known ? (known.cents / 100).toFixed(2) : null,
        scores: known?.scores ?? null,
        group: known?.group ?? null,
        average_order_value: known ? (Math.round(known.cents / known.frequency) / 100).toFixed(2) : null,
      });
    }
    // The data must be able to tell: somebody's orders went, and somebody's last one.
    const sold = profilesOf(asOf(book.orders.map(forgetRefunds), moment), moment);
    expect([...sold].filter(([customer]) => !profiles.has(customer)).length).toBeGreaterThan(share > 0.5 ? 0 : -1);
    expect([...profiles].filter(([id, { frequency }]) => sold.get(id)!.frequency > frequency).length).toBeGreaterThan(
      5,
    );
  });

  test('rules count the orders in which something is left, by what is left in them', async () => {
    await train(moment, ['association-rules'], {
      'association-rules': {
        minimumSupport: 0,
        minimumCount: 1,
        itemsetsPerItem: 0,
        maximumLength: 2,
        minimumConfidence: 0,
        minimumLift: 0,
        minimumImprovement: 0,
        maximumPValue: 1,
      },
    });
    const { items: rules, basket_count } = await ask('recommend', 'listAssociationRules', { query: 'limit=1000' });
    expect(basket_count).toBe(orders.length);
    const baskets = orders.map(({ lines }) => new Set(lines.map(({ item }) => item)));
    const counted = (...items: string[]) => baskets.filter((basket) => items.every((item) => basket.has(item))).length;
    const pairs = itemIds.flatMap((first) =>
      itemIds.filter((second) => second !== first).map((second) => [first, second]),
    );
    const expected = pairs.filter(([first, second]) => counted(first, second) > 0);
    expect(rules.map((rule: any) => `${rule.antecedent} ${rule.consequent}`).sort()).toEqual(
      expected.map((pair) => pair.join(' ')).sort(),
    );
    for (const { antecedent, consequent, count, confidence, support } of rules) {
      const [both, first] = [counted(antecedent[0], consequent), counted(antecedent[0])];
      expect({ antecedent, consequent, count }).toEqual({ antecedent, consequent, count: both });
      expect(Math.abs(confidence - both / first)).toBeLessThan(0.001);
      expect(Math.abs(support - both / orders.length)).toBeLessThan(0.000_01);
    }
  });

  test('what sells is what stayed sold, and what is bought again is what was kept', async () => {
    const versions = await train(moment, ['popularity', 'collaborative-filtering'], {
      'collaborative-filtering': { tuning: { trials: 0 }, refundedPurchases: 'drop' },
    });
    const sales = await service.database.query<{ item_id: string; purchases: number }>(
      'select item_id, purchases from popularity_scores join items using (item_key) where version = $1',
      [versions['popularity']],
    );
    const kept = orders.flatMap(({ lines }) => lines.map(({ item }) => item));
    expect(Object.fromEntries(sales.map(({ item_id, purchases }) => [item_id, purchases]))).toEqual(
      Object.fromEntries(itemIds.map((id) => [id, kept.filter((item) => item === id).length])),
    );
    const again = await boughtAgain(versions['collaborative-filtering']);
    expect(again.length).toBeGreaterThan(20);
    const bought = new Set(orders.flatMap(({ customer, lines }) => lines.map(({ item }) => `${customer} ${item}`)));
    expect(again.filter(({ customer_id, item_id }) => !bought.has(`${customer_id} ${item_id}`))).toEqual([]);
  });

  test('tags, habits and windows of behaviour', async () => {
    const bounds = (least: number) => ({ behaviour: 'purchase', within_days: 60, at_least: least });
    const definition = { any: [bounds(1), bounds(2), { ...bounds(1), item_id: 'I3' }] };
    const { parts } = await ask('segments', 'previewSegment', {
      body: { definition, as_of: new Date(moment).toISOString() },
    });
    const inWindow = orders.filter(({ at }) => at >= moment - 60 * day);
    const customersWith = (least: number, of: typeof inWindow) =>
      customerIds.filter((id) => of.filter(({ customer }) => customer === id).length >= least).length;
    expect(parts.slice(1).map(({ customers }: any) => customers)).toEqual([
      customersWith(1, inWindow),
      customersWith(2, inWindow),
      customersWith(
        1,
        inWindow.filter(({ lines }) => lines.some(({ item }) => item === 'I3')),
      ),
    ]);
    await train(moment, ['customer-tags'], { 'customer-tags': { lifeCycle: { minimumCustomers: 1 } } });
    const profiles = profilesOf(orders, moment);
    for (const customer of customerIds) {
      const { tags } = await ask('segments', 'getCustomerProfile', { path: { customer_id: customer } });
      const stage = tags.find(({ tag }: any) => tag === 'life-cycle-stage');
      expect({ customer, days: stage?.evidence.days_since_order }).toEqual({
        customer,
        days: profiles.get(customer)?.recency,
      });
    }
  });
});

const forgetRefunds = ({ cancelled: _, ...order }: Order): Order => ({
  ...order,
  lines: order.lines.map((line) => ({ ...line, back: [] })),
});

test('what a customer had bought at a time is as was known then, whatever came back later', async () => {
  const { database } = service;
  const keys = await database.query<{ customer_id: string; customer_key: number }>(
    'select customer_id, customer_key from customers',
  );
  const moment = begin + 0.6 * days * day;
  const windows = keys.map(({ customer_key }) => {
    return { customerKey: customer_key, from: new Date(begin), until: new Date(moment) };
  });
  const told = async (knownAt?: Date) => {
    const sums = await sumPurchases(
      database,
      windows.map((window) => ({ ...window, knownAt })),
      2,
    );
    return new Map(keys.map(({ customer_id }, index) => [customer_id, sums[index]]));
  };
  const [then, atLast] = [await told(new Date(moment)), await told()];
  const before = book.orders.filter(({ at }) => at < moment);
  for (const [sums, known] of [
    [then, profilesOf(asOf(before, moment), moment)],
    [atLast, profilesOf(asOf(before, now.getTime()), moment)],
  ] as const) {
    for (const customer of customerIds) {
      const { orders, revenueMinor } = sums.get(customer)!;
      expect({ customer, orders, revenueMinor }).toEqual({
        customer,
        orders: known.get(customer)?.frequency ?? 0,
        revenueMinor: known.get(customer)?.cents ?? 0,
      });
    }
  }
  expect(atLast).not.toEqual(then);
});

test('a purchase that comes back, or is cancelled, is out of the very next list: no reason, no exclusion, no place in the cart', async () => {
  const { intake } = service.stations;
  await train(begin + days * day, ['popularity', 'collaborative-filtering'], {
    'collaborative-filtering': { tuning: { trials: 0 }, repurchase: 'exclude' },
  });
  await service.stations.recommendations.refresh();
  const at = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const list = () =>
    ask('recommend', 'getCustomerRecommendations', { path: { customer_id: 'newcomer' }, query: 'limit=12' });
  const explain = async () =>
    (await ask('train', 'explainCustomerRecommendations', { path: { customer_id: 'newcomer' } })).behaviours.map(
      ({ type, item_id }: any) => `${type} ${item_id}`,
    );
  await intake.recordEvents([
    { event_id: 'e1', type: 'cart_add', customer_id: 'newcomer', item_id: 'I1', occurred_at: at(9) },
  ]);
  const latest = {
    order_id: 'latest',
    customer_id: 'newcomer',
    occurred_at: at(8),
    lines: [
      { item_id: 'I1', quantity: 2, unit_price: '5.00' },
      { item_id: 'I2', quantity: 2, unit_price: '5.00' },
    ],
  };
  await intake.recordOrders([latest]);
  const ids = async () => (await list()).items.map(({ item_id }: any) => item_id);
  expect(await ids()).not.toEqual(expect.arrayContaining(['I1']));
  expect((await list()).items.some(({ reason }: any) => reason.because_item_id === 'I1')).toBe(true);
  const refund = (refund_id: string, quantity: number) =>
    intake.recordRefunds([{ refund_id, order_id: 'latest', occurred_at: at(7), lines: [{ item_id: 'I1', quantity }] }]);
  await refund('half', 1);
  expect(await ids()).not.toEqual(expect.arrayContaining(['I1']));
  expect(await explain()).toEqual(['purchase I1', 'purchase I2', 'cart_add I1']);
  await refund('rest', 1);
  expect(await explain()).toEqual(['returned I1', 'purchase I2', 'cart_add I1']);
  expect(await ids()).toEqual(expect.arrayContaining(['I1']));
  // Bought and given back, it is not in the cart any more, and the look of it still counts.
  expect(await ids()).not.toEqual(expect.arrayContaining(['I2']));
  await intake.recordOrders([{ ...latest, statuses: [{ status: 'cancelled', occurred_at: at(6) }] }]);
  expect(await explain()).toEqual(['returned I1', 'returned I2', 'cart_add I1']);
  expect(await ids()).toEqual(expect.arrayContaining(['I1', 'I2']));
});
