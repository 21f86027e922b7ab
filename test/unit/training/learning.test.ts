import { describe, expect, test } from '@jest/globals';
import { resolveRecipe, type TunedRecipe } from '../../../models/collaborative-filtering/index.ts';
import { learnRules } from '../../../src/training/learners/association-rules.ts';
import { nightlyRecipes } from '../../../src/training/learners/choose-recipes.ts';
import { createListFitter, fitLists, tuneLists } from '../../../src/training/learners/fit-lists.ts';
import type { Recipes } from '../../../src/training/learners/index.ts';
import { learnSegments } from '../../../src/training/learners/segmentation.ts';
import { toBaskets } from '../../../src/training/snapshot/baskets.ts';
import { purchasesAround, purchasesBefore } from '../../../src/training/snapshot/list-facts.ts';
import { tabulateRfm } from '../../../src/training/snapshot/rfm-table.ts';
import { makeSnapshot, type SaleLine } from '../../support/shops/training-snapshot.ts';

const dayMs = 86_400_000;
const asOf = Date.UTC(2026, 2, 1);
const daysAgo = (days: number) => asOf - days * dayMs;
const goods = (count: number) => Array.from({ length: count }, () => true);

/** Sixty orders over sixty days by ten customers with habits of their own, and their looks at other goods. */
function makeShop() {
  const lines: SaleLine[] = Array.from({ length: 60 }, (_, order) => order).flatMap((order) => {
    const customer = order % 10;
    const time = daysAgo(60 - order);
    return [
      { customer: customer === 9 ? undefined : customer, order, time, item: customer % 5 },
      { customer: customer === 9 ? undefined : customer, order, time, item: 5 + (order % 3) },
      { customer: customer === 9 ? undefined : customer, order, time, item: 8 },
    ];
  });
  const events = Array.from({ length: 40 }, (_, index) => ({
    customer: index % 9,
    item: (index * 3) % 8,
    type: index % 4,
    time: daysAgo(50 - index),
  }));
  return { asOf, customers: 9, items: [...goods(8), false], lines, events };
}

describe('baskets', () => {
  test('are the distinct goods of an order, services apart', () => {
    const { rows, columns, offsets, indices } = toBaskets(
      makeSnapshot({
        asOf,
        customers: 1,
        items: [true, true, false, true],
        lines: [
          { order: 0, item: 3, time: daysAgo(2) },
          { order: 0, item: 0, time: daysAgo(2) },
          { order: 0, item: 3, time: daysAgo(2), refundedMinor: 100 },
          { order: 0, item: 2, time: daysAgo(2) },
          { order: 1, item: 1, time: daysAgo(1) },
        ],
      }),
    );
    expect({ rows, columns }).toEqual({ rows: 2, columns: 4 });
    expect([...indices.subarray(offsets[0], offsets[1])]).toEqual([0, 3]);
    expect([...indices.subarray(offsets[1], offsets[2])]).toEqual([1]);
  });

  test('are of what was not given back: an order of which nothing is left is none', () => {
    const snapshot = makeSnapshot({
      asOf,
      customers: 1,
      items: goods(3),
      lines: [
        { order: 0, item: 0, time: daysAgo(3) },
        { order: 0, item: 1, time: daysAgo(3), refundedAt: daysAgo(2) },
        { order: 1, item: 0, time: daysAgo(2), refundedAt: daysAgo(1) },
        { order: 2, item: 2, time: daysAgo(1), quantity: 2, refundedMinor: 100 },
      ],
    });
    const { rows, indices } = toBaskets(snapshot);
    expect({ rows, indices: [...indices] }).toEqual({ rows: 2, indices: [0, 2] });
  });

  test('give rules with their exact counts, orders without a customer counted', () => {
    const recipe = {
      ...nightlyRecipes['association-rules'],
      minimumCount: 1,
      minimumConfidence: 0.3,
      maximumPValue: 1,
    };
    const { baskets, rules } = learnRules(makeSnapshot(makeShop()), recipe, { timeZone: 'UTC' });
    expect(baskets.rows).toBe(60);
    // Every fifth order holds item 4 (half of them are nobody's), every third item 5, every fifteenth both.
    const rule = rules.find(({ antecedent, consequent }) => antecedent.join() === '4' && consequent === 5);
    expect(rule).toMatchObject({ count: 4, antecedentCount: 12, consequentCount: 20, confidence: 1 / 3, lift: 1 });
    expect(rules.every((rule) => !rule.antecedent.includes(8) && rule.consequent !== 8)).toBe(true);
  });

  describe('within a context', () => {
    // Items 0 and 1 go together in March, 0 and 2 in April; the month turns at midnight in Berlin, two hours before UTC's.
    const turn = Date.parse('2026-03-31T22:00:00Z');
    const lines = Array.from({ length: 40 }, (_, order) => {
      const time = turn + (order - 20) * 60_000;
      const items = order % 2 === 0 ? [0, order < 20 ? 1 : 2] : [3];
      return items.map((item) => ({ order, item, time, customer: order % 5 === 0 ? undefined : order % 3 }));
    }).flat();
    const snapshot = makeSnapshot({ asOf: turn + dayMs, customers: 3, items: [true, true, true, true], lines });
    const learn = (contexts: object, traits: object = {}) => {
      const file = nightlyRecipes['association-rules'];
      const recipe = { ...file, contexts: { ...file.contexts, minimumBaskets: 10, ...contexts } };
      return learnRules(snapshot, recipe, { timeZone: 'Europe/Berlin', ...traits }).contexts;
    };

    test('the season is that of the shop: its months or quarters', () => {
      const months = learn({ season: 'month' });
      expect(months.map(({ context, basketCount }) => [context, basketCount])).toEqual([
        ['all', 40],
        ['month-03', 20],
        ['month-04', 20],
      ]);
      const consequents = months.map(({ rules }) => rules.filter((rule) => rule.antecedent[0] === 0));
      expect(consequents[0]).toHaveLength(2);
      expect(consequents[1]).toMatchObject([{ consequent: 1, confidence: 1 }]);
      expect(consequents[2]).toMatchObject([{ consequent: 2, confidence: 1 }]);
      expect(learn({ season: 'quarter' }).map(({ context }) => context)).toEqual(['all', 'quarter-1', 'quarter-2']);
      expect(learn({ season: 'month' }, { timeZone: 'UTC' }).map(({ context }) => context)).toEqual([
        'all',
        'month-03',
      ]);
    });

    test('the segment is the published group of who bought; nobody known is in none', () => {
      const groupOf = (customer: number) => (customer === 2 ? undefined : `group-${customer}`);
      const groups = learn({ segment: 'group' }, { groupOf });
      // Every fifth order is nobody's.
      expect(groups.map(({ context, basketCount }) => [context, basketCount])).toEqual([
        ['all', 40],
        ['group-0', 11],
        ['group-1', 11],
      ]);
      expect(learn({ segment: 'group' }).map(({ context }) => context)).toEqual(['all']);
    });

    test('a context of too few orders is left out', () => {
      expect(learn({ season: 'month', minimumBaskets: 21 }).map(({ context }) => context)).toEqual(['all']);
    });
  });
});

describe('lists', () => {
  const recipes = nightlyRecipes;

  test('popularity counts every sale of goods, also of nobody known, and fades', () => {
    const snapshot = makeSnapshot({
      asOf,
      customers: 1,
      items: [true, true, false],
      lines: [
        { order: 0, item: 0, time: daysAgo(28), customer: 0 },
        { order: 0, item: 2, time: daysAgo(28), customer: 0 },
        { order: 1, item: 0, time: daysAgo(14) },
        { order: 2, item: 1, time: daysAgo(0.5) },
      ],
    });
    const { popularity, purchases } = fitLists(
      snapshot,
      asOf,
      { ...recipes, popularity: { halfLifeDays: 14 } },
      { seed: 1 },
    );
    expect([...popularity.ranking]).toEqual([1, 0]);
    expect(popularity.scores[0]).toBeCloseTo(0.25 + 0.5, 12);
    expect([...purchases]).toEqual([2, 1, 0]);
  });

  test('learn nothing from facts at or after their moment', () => {
    const shop = makeShop();
    const cut = daysAgo(20);
    const truncated = {
      ...shop,
      lines: shop.lines.filter(({ time }) => time < cut),
      events: shop.events.filter(({ time }) => time < cut),
    };
    expect(truncated.lines.length).toBeLessThan(shop.lines.length);
    const [whole, early] = [shop, truncated].map((facts) => fitLists(makeSnapshot(facts), cut, recipes, { seed: 1 }));
    expect(whole.popularity).toEqual(early.popularity);
    expect(whole.neighbours).toEqual(early.neighbours);
    expect(whole.interactions).toEqual(early.interactions);
    for (let customer = 0; customer < 9; customer++) {
      expect(whole.candidatesOf(customer)).toEqual(early.candidatesOf(customer));
    }
  });

  test('hold no services, and are the same again for the same facts', () => {
    const [once, again] = [1, 2].map(() => fitLists(makeSnapshot(makeShop()), asOf, recipes, { seed: 1 }));
    for (let customer = 0; customer < 9; customer++) {
      const { items } = once.candidatesOf(customer);
      expect(items.length).toBeGreaterThan(0);
      expect([...items]).not.toContain(8);
      expect(once.candidatesOf(customer)).toEqual(again.candidatesOf(customer));
    }
    expect([...once.neighbours.neighbours]).not.toContain(8);
  });

  test('by several recipes are each as if fitted alone, and what the recipes have in common is learnt once', () => {
    const snapshot = makeSnapshot(makeShop());
    const lists = resolveRecipe(recipes['collaborative-filtering']);
    const { rp3beta } = lists.methods;
    const changes = {
      blend: { blend: { ...lists.blend, popularityPower: 0.6 } },
      setting: { methods: { ...lists.methods, rp3beta: { ...rp3beta, beta: 0 } } },
      halfLife: { halfLifeDays: 7 },
      facts: { behaviourWeights: { ...lists.behaviourWeights, view: 0.5 } },
    };
    const fitBy = createListFitter(snapshot, asOf, { seed: 1 });
    const { neighbours } = fitBy({ ...recipes, 'collaborative-filtering': lists });
    for (const [what, change] of Object.entries(changes)) {
      const changed = { ...recipes, 'collaborative-filtering': { ...lists, ...change } };
      const fitted = fitBy(changed);
      const alone = fitLists(snapshot, asOf, changed, { seed: 1 });
      expect(fitted.neighbours === neighbours).toBe(what === 'blend');
      expect(fitted.neighbours).toEqual(alone.neighbours);
      for (let customer = 0; customer < 9; customer++) {
        expect(fitted.candidatesOf(customer)).toEqual(alone.candidatesOf(customer));
      }
    }
  });

  test('looks count with the weight of their kind', () => {
    const shop = { asOf, customers: 1, items: goods(2), lines: [] };
    const worthOf = (type: number) =>
      fitLists(makeSnapshot({ ...shop, events: [{ customer: 0, item: 1, type, time: asOf - 1 }] }), asOf, recipes, {
        seed: 1,
      }).interactions.values![0];
    const { view, click, favourite, cart_add } = recipes['collaborative-filtering'].behaviourWeights;
    for (const [type, weight] of [view, click, favourite, cart_add].entries())
      expect(worthOf(type)).toBeCloseTo(weight, 5);
  });

  describe('what is bought', () => {
    const fitWith = (line: Partial<SaleLine>, changes: Partial<Recipes['collaborative-filtering']>) =>
      fitLists(
        makeSnapshot({
          asOf,
          customers: 1,
          items: goods(1),
          lines: [{ customer: 0, order: 0, item: 0, time: asOf - 1, ...line }],
        }),
        asOf,
        { ...recipes, 'collaborative-filtering': { ...recipes['collaborative-filtering'], ...changes } },
        { seed: 1 },
      );

    test.each([
      ['log', 1 + Math.log(10)],
      ['linear', 10],
      ['none', 1],
    ] as const)('counts with its quantity: %s', (quantityEffect, weight) => {
      const { interactions } = fitWith({ quantity: 10 }, { quantityEffect });
      expect(interactions.values![0]).toBeCloseTo(weight, 5);
    });

    test.each([
      ['keep', daysAgo(1), 1, 0],
      ['drop', daysAgo(1), 0, 0],
      ['drop', asOf, 1, 1],
      ['drop', asOf + 1, 1, 1],
      ['drop', undefined, 1, 1],
    ] as const)('%s what was given back at %s: %s is left, %s sold', (refundedPurchases, refundedAt, left, sold) => {
      const { interactions, repurchases, purchases } = fitWith({ time: daysAgo(2), refundedAt }, { refundedPurchases });
      expect(interactions.indices).toHaveLength(left);
      expect(repurchases.indices).toHaveLength(left);
      // What sells is told by what stayed sold, whatever returns say of taste.
      expect([...purchases]).toEqual([sold]);
    });

    test.each([
      ['keep', 10],
      ['drop', 6],
    ] as const)('%s: of ten pieces of which four came back count %s', (refundedPurchases, weight) => {
      const part = { time: asOf - 1, quantity: 10, unitPrice: 1, refundedMinor: 400 };
      const { interactions } = fitWith(part, { quantityEffect: 'linear', refundedPurchases });
      expect(interactions.values![0]).toBeCloseTo(weight, 5);
    });

    test('what came back after a moment was still theirs then', () => {
      const facts = { asOf, customers: 1, items: goods(1) };
      const line = { customer: 0, order: 0, item: 0, time: daysAgo(9), refundedAt: daysAgo(1) };
      const snapshot = makeSnapshot({ ...facts, lines: [line] });
      expect(purchasesBefore(snapshot, daysAgo(1)).items).toHaveLength(1);
      expect(purchasesBefore(snapshot, daysAgo(1) + 1).items).toHaveLength(0);
      // In the window that is judged by it is no purchase, and before the cut it makes them present.
      expect([...purchasesAround(snapshot, daysAgo(5)).times]).toEqual([daysAgo(9)]);
      expect([...purchasesAround(snapshot, daysAgo(10)).times]).toEqual([]);
    });
  });

  test('the search for a recipe sees nothing at or after its moment', async () => {
    const shop = makeShop();
    const cut = daysAgo(20);
    const later = { customer: 0, item: 3, order: 10_000, time: cut };
    const lines = shop.lines.filter(({ time }) => time < cut);
    const tune = (all: SaleLine[]) =>
      tuneLists(makeSnapshot({ ...shop, lines: all }), cut, recipes['collaborative-filtering'], { seed: 1 });
    const timeless = async (tuned: Promise<TunedRecipe>) => {
      const { trials, ...rest } = await tuned;
      return { ...rest, trials: trials.map((trial) => ({ ...trial, seconds: 0 })) };
    };
    const known = await timeless(tune(lines));
    expect(known.customers).toBeGreaterThan(0);
    expect(known.recipe.tuning.trials).toBe(0);
    expect(await timeless(tune([...lines, later]))).toEqual(known);
    // Were it seen, the search would go another way.
    expect(await timeless(tune([...lines, { ...later, time: cut - 1 }]))).not.toEqual(known);
  });

  test('purchases are those of known customers, goods alone', () => {
    const { customers, items } = purchasesBefore(makeSnapshot(makeShop()), daysAgo(50));
    expect([...new Set(customers)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...items]).not.toContain(8);
    expect(customers).toHaveLength(18);
  });
});

describe('segments', () => {
  const options = { seed: 1, minorDigits: 2, timeZone: 'UTC', previous: undefined };
  const line = (customer: number, order: number, days: number, rest: Partial<SaleLine> = {}): SaleLine => ({
    customer,
    order,
    time: daysAgo(days),
    item: 0,
    ...rest,
  });

  test('R is whole elapsed days, F is orders, M is what is left; what was given back did not happen', () => {
    const snapshot = makeSnapshot({
      asOf,
      customers: 3,
      items: [true, false],
      lines: [
        line(0, 0, 10, { unitPrice: 5, quantity: 2 }),
        line(0, 0, 10, { unitPrice: 1, item: 1 }),
        line(0, 1, 1.999, { unitPrice: 3 }),
        line(1, 2, 1.5, { unitPrice: 4, refundedMinor: 100 }),
        line(1, 3, 0.5, { unitPrice: 4, refundedAt: daysAgo(0.1) }),
        line(2, 4, 0.5, { unitPrice: 4, refundedAt: daysAgo(0.1) }),
      ],
    });
    const { customers, recencyDays, frequency, monetaryMinor } = tabulateRfm(snapshot);
    expect([...customers]).toEqual([0, 1]);
    expect([...recencyDays]).toEqual([1, 1]);
    expect([...frequency]).toEqual([2, 1]);
    expect([...monetaryMinor]).toEqual([1_400, 300]);
  });

  test('gifts are orders without money: no average of nothing, and no piece made cheaper', () => {
    const snapshot = makeSnapshot({
      asOf,
      customers: 2,
      items: [true, true],
      lines: [
        line(0, 0, 3, { unitPrice: 6 }),
        { ...line(0, 0, 3, { unitPrice: 0 }), item: 1 },
        line(1, 1, 2, { unitPrice: 0, listPrice: 3 }),
      ],
    });
    const { frequency, monetaryMinor, averageUnitPrices, averageUnitPrice } = tabulateRfm(snapshot);
    expect([...frequency]).toEqual([1, 1]);
    expect([...monetaryMinor]).toEqual([600, 0]);
    expect([...averageUnitPrices, averageUnitPrice]).toEqual([6, 0, 6]);
    const { segments } = learnSegments(snapshot, nightlyRecipes.segmentation, options);
    expect(segments.map(({ averageUnitPrice }) => Number(averageUnitPrice))).toEqual([6, 0]);
  });

  test('the share of discounted lines is of those whose list price is known', () => {
    const snapshot = makeSnapshot({
      asOf,
      customers: 2,
      items: [true],
      lines: [
        line(0, 0, 3, { unitPrice: 2, listPrice: 3 }),
        line(0, 0, 3, { unitPrice: 3, listPrice: 3 }),
        line(0, 0, 3, { unitPrice: 3 }),
        line(1, 1, 2),
      ],
    });
    const { discountShares } = tabulateRfm(snapshot);
    expect(discountShares[0]).toBe(0.5);
    expect(discountShares[1]).toBeNaN();
    const { segments } = learnSegments(snapshot, nightlyRecipes.segmentation, options);
    expect(segments.map(({ discountShare }) => discountShare)).toEqual([0.5, null]);
  });

  /** Forty customers, the n-th with n orders, the last one a day ago for the best. */
  const graded = (moment: number, bonus: (customer: number) => number = () => 0) => {
    let order = 0;
    const lines = Array.from({ length: 40 }, (_, customer) => customer).flatMap((customer) =>
      Array.from({ length: 1 + customer + bonus(customer) }, (_, nth) =>
        line(customer, order++, 0, { time: moment - (60 - customer + nth) * dayMs, unitPrice: 10 }),
      ),
    );
    return makeSnapshot({ asOf: moment, customers: 40, items: [true], lines });
  };

  test('figures of groups and clusters add up to all customers and all money', () => {
    const { segments, summary } = learnSegments(graded(asOf), nightlyRecipes.segmentation, options);
    expect(segments).toHaveLength(40);
    expect(summary.customers).toBe(40);
    for (const parts of [summary.groups, summary.clusters]) {
      expect(parts.reduce((sum, part) => sum + part.customers, 0)).toBe(40);
      expect(parts.reduce((sum, part) => sum + (part.revenue_share ?? 0), 0)).toBeCloseTo(1, 10);
    }
    expect(summary.revenue_minor).toBe(segments.reduce((sum, segment) => sum + segment.monetaryMinor, 0));
    expect(summary.groups.map(({ group }) => group)).toEqual([
      'high-value',
      'high-quality',
      'ordinary',
      'low-contribution',
    ]);
    expect(segments.map(({ customerKey }) => customerKey)).toEqual(segments.map((_, index) => 100 + index));
    expect(summary.thresholds.monetary[0]).toEqual({ score: 1, from: '10.00', to: '80.00' });
  });

  test('whoever stays in a group or cluster keeps the day they came; whoever moves tells where they were', () => {
    const first = learnSegments(graded(asOf), nightlyRecipes.segmentation, options);
    const previous = {
      asOf: new Date(asOf),
      summary: first.summary,
      segments: new Map(first.segments.map((segment) => [segment.customerKey, segment])),
    };
    const nextNight = asOf + dayMs;
    const risen = 10;
    const next = learnSegments(
      graded(nextNight, (customer) => (customer === risen ? 40 : 0)),
      nightlyRecipes.segmentation,
      {
        ...options,
        previous,
      },
    );
    for (const [index, segment] of next.segments.entries()) {
      const before = first.segments[index];
      const stayed = segment.group === before.group;
      expect(segment.groupSince).toEqual(new Date(stayed ? asOf : nextNight));
      expect(segment.previousGroup).toBe(stayed ? null : before.group);
      expect(segment.clusterSince).toEqual(new Date(segment.cluster === before.cluster ? asOf : nextNight));
    }
    expect(next.segments[risen]).toMatchObject({ group: 'high-quality', previousGroup: 'low-contribution' });
    expect(next.summary.clusters.map(({ name }) => name)).toEqual(first.summary.clusters.map(({ name }) => name));
    const unmoved = next.segments.filter((segment, index) => segment.cluster === first.segments[index].cluster);
    expect(unmoved.length).toBeGreaterThan(30);
  });

  test('the same facts again give the same rows, with or without what they gave before', () => {
    const once = learnSegments(graded(asOf), nightlyRecipes.segmentation, options);
    const previous = {
      asOf: new Date(asOf),
      summary: once.summary,
      segments: new Map(once.segments.map((segment) => [segment.customerKey, segment])),
    };
    const again = learnSegments(graded(asOf), nightlyRecipes.segmentation, { ...options, previous });
    expect(again.segments).toEqual(once.segments);
  });

  test('nobody with an order is no fault', () => {
    const snapshot = makeSnapshot({
      asOf,
      customers: 0,
      items: [true],
      lines: [{ order: 0, item: 0, time: daysAgo(1) }],
    });
    const { segments, summary } = learnSegments(snapshot, nightlyRecipes.segmentation, options);
    expect(segments).toEqual([]);
    expect(summary).toMatchObject({ customers: 0, revenue_minor: 0, clusters: [] });
    expect(summary.groups.every((group) => group.customers === 0 && group.mean_frequency === null)).toBe(true);
  });
});
