import { describe, expect, test } from '@jest/globals';
import {
  expectNextOrder,
  findChannel,
  findLifeCycle,
  findPreferences,
  findPriceBand,
  findPriceSensitivity,
  findRhythm,
  findShopGap,
  findShoppingTimes,
  gatherPrices,
  levelPrices,
  recipe,
  type TagFacts,
} from '../../../models/customer-tags/index.ts';
import { createLocalTime } from '../../../src/training/snapshot/local-time.ts';
import { makeSnapshot, type SaleLine, type SeenItem } from '../../support/shops/training-snapshot.ts';

const day = 86_400_000;
const asOf = Date.parse('2026-03-01T00:00:00Z');
const daysAgo = (days: number) => asOf - days * day;

/** Facts of customer 0 (and whom the lines name), items in the categories and brands given. */
function factsOf(given: {
  lines?: Partial<SaleLine>[];
  events?: Partial<SeenItem>[];
  categories?: number[];
  brands?: number[];
  isProduct?: boolean[];
}): TagFacts {
  const { lines = [], events = [], categories = [], brands = [] } = given;
  const count = Math.max(1, categories.length, brands.length);
  const { customerKeys, isProduct, ...snapshot } = makeSnapshot({
    asOf,
    customers: 3,
    items: given.isProduct ?? Array.from({ length: count }, () => true),
    lines: lines.map((line, index) => ({ customer: 0, item: 0, order: index, time: daysAgo(1), ...line })),
    events: events.map((event) => ({ customer: 0, item: 0, type: 0, time: daysAgo(1), ...event })),
  });
  const labels = (of: number[]) => Int32Array.from({ length: count }, (_, item) => of[item] ?? -1);
  return {
    asOf,
    customerCount: customerKeys.length,
    items: { isProduct, categories: labels(categories), brands: labels(brands) },
    lines: snapshot.lines,
    events: snapshot.events,
    channels: { customers: new Uint32Array(), channels: new Uint32Array(), events: new Uint32Array() },
  };
}

const all = (facts: TagFacts, customer = 0) => ({
  lines: Uint32Array.from(facts.lines.customers.keys()).filter((line) => facts.lines.customers[line] === customer),
  events: Uint32Array.from(facts.events.customers.keys()),
});

describe('preferences', () => {
  const preferences = { halfLifeDays: 30, most: 2, minimumLines: 4, minimumOwnLines: 2, minimumShare: 0.2 };
  const find = (facts: TagFacts) =>
    findPreferences(facts, all(facts).lines, facts.items.categories, { ...preferences });

  test('what was bought lately goes before what was bought more often', () => {
    const facts = factsOf({
      categories: [0, 1],
      lines: [90, 90, 90]
        .map((days) => ({ item: 0, time: daysAgo(days) }))
        .concat([
          { item: 1, time: daysAgo(30) },
          { item: 1, time: daysAgo(0.000001) },
        ]),
    });
    const found = find(facts);
    // 1/8 each of three, against 1/2 and 1.
    expect(found.map(({ label, share, lines }) => ({ label, share, lines }))).toEqual([
      { label: 1, share: 0.4, lines: 2 },
      { label: 0, share: 0.6, lines: 3 },
    ]);
    expect(found[0].recencyWeight).toBeCloseTo(1.5 / 1.875, 6);
    expect(found[1].recencyWeight).toBeCloseTo(0.375 / 1.875, 6);
  });

  test('below the minimum support nothing is said; what came back, services and unknown labels do not count', () => {
    const four = [0, 0, 0, 0].map((item) => ({ item }));
    expect(find(factsOf({ categories: [0], lines: four }))).toHaveLength(1);
    expect(find(factsOf({ categories: [0], lines: four.slice(1) }))).toEqual([]);
    expect(find(factsOf({ categories: [0], lines: [...four.slice(1), { item: 0, refundedAt: asOf - 1 }] }))).toEqual(
      [],
    );
    expect(find(factsOf({ categories: [-1], lines: four }))).toEqual([]);
    expect(find(factsOf({ categories: [0], isProduct: [false], lines: four }))).toEqual([]);
  });
});

describe('the price band', () => {
  const band = { minimumLines: 2, minimumItems: 3, low: 0.4, high: 0.6 };

  test('an item stands where its price does in its category; a discount does not make it cheap', () => {
    const prices = [1, 2, 3, 100, 200];
    const facts = factsOf({
      categories: [0, 0, 0, 1, 1],
      lines: prices.map((listPrice, item) => ({ customer: 1, item, listPrice, unitPrice: 0.5 })),
    });
    const levels = levelPrices(facts, band);
    expect([...levels.slice(0, 3)]).toEqual([1 / 6, 3 / 6, 5 / 6]);
    // Two goods are no scale.
    expect([...levels.slice(3)]).toEqual([Number.NaN, Number.NaN]);
  });

  test('equal prices stand in the middle of one another; the customer at the mean of what they bought', () => {
    const facts = factsOf({
      categories: [0, 0, 0, 0],
      lines: [
        { item: 0, unitPrice: 2 },
        { customer: 1, item: 1, unitPrice: 2 },
        { customer: 1, item: 2, unitPrice: 2 },
        { item: 3, unitPrice: 9 },
      ],
    });
    const levels = levelPrices(facts, band);
    expect([...levels]).toEqual([0.375, 0.375, 0.375, 0.875]);
    expect(findPriceBand(facts, all(facts).lines, levels, band)).toEqual({ band: 'high', level: 0.625, lines: 2 });
    expect(findPriceBand(facts, all(facts, 1).lines, levels, band)).toMatchObject({ band: 'low', level: 0.375 });
    expect(findPriceBand(facts, all(facts, 2).lines, levels, band)).toBeNull();
  });
});

describe('price sensitivity', () => {
  const sensitivity = {
    minimumLines: 2,
    minimumOrders: 2,
    minimumInterests: 2,
    purchaseWithinDays: 7,
    priceKnownDays: 3,
    low: 0.2,
    high: 0.5,
  };
  const find = (facts: TagFacts) => findPriceSensitivity(facts, all(facts), gatherPrices(facts), sensitivity);

  test('the share bought on discount and with a coupon', () => {
    const found = find(
      factsOf({
        lines: [
          { unitPrice: 8, listPrice: 10, withCoupon: true },
          { unitPrice: 10, listPrice: 10, order: 0 },
          { unitPrice: 9, listPrice: 10, order: 1 },
          { unitPrice: 9, order: 2 },
        ],
      }),
    );
    expect(found).toMatchObject({ discount: { share: 2 / 3, of: 3 }, coupon: { share: 1 / 3, of: 3 }, level: 'high' });
    expect(found!.score).toBeCloseTo(0.5, 12);
  });

  test('orders before the first coupon of the shop say nothing of coupons', () => {
    const orders = [30, 20, 10].map((days, order) => ({ order, time: daysAgo(days) }));
    expect(find(factsOf({ lines: orders }))).toBeNull();
    const first = { customer: 1, order: 1, time: daysAgo(25), withCoupon: true };
    const lines = [orders[0], first, ...orders.slice(1).map((line) => ({ ...line, order: line.order + 1 }))];
    expect(find(factsOf({ lines }))).toMatchObject({ coupon: { share: 0, of: 2 }, score: 0, level: 'low' });
  });

  test('interest at full price is abandoned, on discount it is not; one visit of a week is one interest', () => {
    // Somebody else's sales tell the price: item 0 full, item 1 reduced.
    const sale = (item: number, days: number) => ({
      customer: 1,
      item,
      time: daysAgo(days),
      unitPrice: item === 0 ? 10 : 5,
      listPrice: 10,
    });
    const lines = [sale(0, 40), sale(1, 40), sale(0, 20), { item: 1, time: daysAgo(19), unitPrice: 5 }, sale(1, 19)];
    const seen = (item: number, days: number) => ({ item, time: daysAgo(days) });
    const events = [seen(0, 40), seen(0, 39), seen(1, 39), seen(0, 21), seen(1, 20), seen(0, 3), seen(0, 2)];
    const found = find(factsOf({ categories: [0, 0], lines, events }));
    expect(found).toMatchObject({
      abandonedAtFullPrice: { share: 1, of: 2 },
      abandonedOnDiscount: { share: 0.5, of: 2 },
      discount: null,
      score: 0.5,
      level: 'high',
    });
  });

  test('where the price is not known, and where nothing has its support, nothing is said', () => {
    const events = [40, 30, 20].map((days) => ({ item: 0, time: daysAgo(days) }));
    expect(find(factsOf({ events }))).toBeNull();
    const far = [{ customer: 1, item: 0, time: daysAgo(50), unitPrice: 10, listPrice: 10 }];
    expect(find(factsOf({ events, lines: far }))).toBeNull();
  });
});

describe('shopping times', () => {
  const times = { minimumHours: 3, maximumChance: 0.1 };
  const find = (moments: string[], zone: string, given = times) => {
    const events = moments.map((at) => ({ time: Date.parse(at) }));
    const facts = factsOf({ events });
    return findShoppingTimes(facts, all(facts), createLocalTime(zone), given);
  };
  const fridays = ['2026-01-09T23:30:00Z', '2026-01-16T23:10:00Z', '2026-01-23T23:10:00Z'];

  test("are on the shop's clock", () => {
    expect(find(fridays, 'Europe/Berlin')).toEqual({
      dayPart: { name: 'night', share: 1, of: 3 },
      weekday: { name: 'saturday', share: 1, of: 3 },
    });
    expect(find(fridays, 'UTC')).toMatchObject({ dayPart: { name: 'evening' }, weekday: { name: 'friday' } });
    // In summer Berlin is another hour ahead.
    expect(find(['2026-07-03T22:30:00Z', ...fridays], 'Europe/Berlin').dayPart).toMatchObject({
      name: 'night',
      share: 1,
    });
  });

  test('a long hour is one, and too few hours are none', () => {
    const clicks = Array.from({ length: 50 }, (_, minute) => `2026-01-09T10:${String(minute).padStart(2, '0')}:00Z`);
    expect(find(clicks, 'UTC')).toEqual({ dayPart: null, weekday: null });
  });

  test('what may be chance is no favourite', () => {
    // All three of an hour in four parts: 4 / 4^3; on one of seven days: 7 / 7^3.
    expect(find(fridays, 'UTC', { minimumHours: 3, maximumChance: 0.0624 }).dayPart).toBeNull();
    expect(find(fridays, 'UTC', { minimumHours: 3, maximumChance: 0.0626 }).dayPart).not.toBeNull();
    expect(find(fridays, 'UTC', { minimumHours: 3, maximumChance: 0.0203 }).weekday).toBeNull();
    expect(find(fridays, 'UTC', { minimumHours: 3, maximumChance: 0.0205 }).weekday).not.toBeNull();
    // Three of four in one part: 4 × (4 × 1/64 × 3/4 + 1/256) = 0.203.
    const most = [...fridays, '2026-01-09T10:00:00Z'];
    expect(find(most, 'UTC', { minimumHours: 3, maximumChance: 0.202 }).dayPart).toBeNull();
    expect(find(most, 'UTC', { minimumHours: 3, maximumChance: 0.204 }).dayPart).toEqual({
      name: 'evening',
      share: 0.75,
      of: 4,
    });
  });
});

describe('the life cycle', () => {
  const cycle = { minimumCustomers: 2, priorGaps: 1, atRiskGaps: 2, lapsedGaps: 4 };
  const stageOf = (daysSince: number, gaps: number[]) => findLifeCycle({ daysSince, gaps }, 30, cycle).stage;

  test('gaps lie between days with an order, and the shop has the median of their means', () => {
    const facts = factsOf({
      lines: [30, 30, 20, 5.5, 5.4].map((days) => ({ time: daysAgo(days) })),
    });
    expect(findRhythm(facts, all(facts).lines)).toEqual({ daysSince: 5, gaps: [10, 15] });
    expect(findRhythm(facts, all(facts, 2).lines)).toBeNull();
    const rhythms = [[10, 20], [30], [7, 7, 7]].map((gaps) => ({ daysSince: 1, gaps }));
    expect(findShopGap([...rhythms, null], cycle)).toBe(15);
    expect(findShopGap(rhythms.slice(0, 1), cycle)).toBeNull();
  });

  test('goes by how many usual gaps somebody is away', () => {
    expect(stageOf(10, [])).toBe('new');
    expect(stageOf(59, [])).toBe('new');
    expect(stageOf(60, [])).toBe('at-risk');
    expect(stageOf(120, [])).toBe('lapsed');
    // The usual gap of three tens and one thirty is 15.
    expect([29, 30, 59, 60].map((days) => stageOf(days, [10, 10, 10]))).toEqual([
      'active',
      'at-risk',
      'at-risk',
      'lapsed',
    ]);
  });

  test('whoever came back from having lapsed is won back, until the next order', () => {
    expect(stageOf(5, [10, 10, 10, 70])).toBe('won-back');
    expect(stageOf(5, [10, 10, 10, 59])).toBe('active');
    expect(stageOf(5, [10, 10, 10, 70, 8])).toBe('active');
    // The time away is no rhythm: the usual gap is still 15.
    expect(findLifeCycle({ daysSince: 35, gaps: [10, 10, 10, 70] }, 30, cycle)).toMatchObject({
      stage: 'at-risk',
      usualGap: 15,
    });
  });

  test('the next order: by the model of customer value, else a usual gap on, else nothing', () => {
    const nextOrder = { minimumGaps: 3 };
    const active = findLifeCycle({ daysSince: 5, gaps: [10, 10, 10] }, 30, cycle);
    expect(expectNextOrder(active, asOf, null, nextOrder)).toEqual({ at: asOf + 10 * day, source: 'own-gaps' });
    expect(expectNextOrder(active, asOf, asOf + day, nextOrder)).toEqual({ at: asOf + day, source: 'customer-value' });
    const overdue = findLifeCycle({ daysSince: 20, gaps: [10, 10, 10] }, 30, cycle);
    expect(expectNextOrder(overdue, asOf, null, nextOrder)).toEqual({ at: asOf, source: 'own-gaps' });
    const away = findLifeCycle({ daysSince: 40, gaps: [10, 10, 10] }, 30, cycle);
    expect(expectNextOrder(away, asOf, null, nextOrder)).toBeNull();
    expect(expectNextOrder(findLifeCycle({ daysSince: 1, gaps: [10] }, 30, cycle), asOf, null, nextOrder)).toBeNull();
  });
});

test('the channel: the most frequent, of equal ones the lower number, with its support', () => {
  const facts = { customers: new Uint32Array(3), channels: Uint32Array.of(2, 1, 0), events: Uint32Array.of(6, 6, 1) };
  const find = (minimumEvents: number, minimumShare: number) =>
    findChannel(facts, Uint32Array.of(0, 1, 2), { minimumEvents, minimumShare });
  expect(find(13, 0.4)).toEqual({ label: 1, share: 6 / 13, of: 13 });
  expect(find(14, 0.4)).toBeNull();
  expect(find(13, 0.5)).toBeNull();
});

test('the recipe file has a support for every family', () => {
  expect(Object.keys(recipe).sort()).toEqual([
    'channel',
    'lifeCycle',
    'nextOrder',
    'preferences',
    'priceBand',
    'priceSensitivity',
    'shoppingTimes',
  ]);
});
