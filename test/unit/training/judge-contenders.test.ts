import { describe, expect, test } from '@jest/globals';
import { type ContenderName, contenderNames } from '../../../src/training/evaluation/contenders.ts';
import {
  type ContenderReport,
  type Contest,
  judgeContenders,
} from '../../../src/training/evaluation/judge-contenders.ts';
import { chooseRecipes } from '../../../src/training/learners/choose-recipes.ts';
import { makeSnapshot, type SaleLine } from '../../support/shops/training-snapshot.ts';

const dayMs = 86_400_000;
const asOf = Date.UTC(2026, 2, 1);
const daysAgo = (days: number) => asOf - days * dayMs;
const kinds = ['popularity', 'collaborative-filtering'] as const;

/** Recipes without a search, with these changes. */
function recipesWith(changes: Record<string, unknown> = {}): Contest['recipes'] {
  const recipe = { tuning: { trials: 0 }, ...changes };
  return chooseRecipes(kinds, { 'collaborative-filtering': recipe }) as Contest['recipes'];
}

function shopOf(lines: SaleLine[], items: number, customers: number) {
  const inOrder = [...lines].sort((a, b) => a.time - b.time);
  return makeSnapshot({ asOf, customers, items: Array.from({ length: items }, () => true), lines: inOrder });
}

function judge(shop: ReturnType<typeof shopOf>, contest: Partial<Contest>): Promise<ContenderReport> {
  return judgeContenders(shop, {
    contenders: [],
    fileLists: [],
    holdout: { windowDays: 28 },
    recipes: recipesWith(),
    published: undefined,
    k: 2,
    seed: 1,
    ...contest,
  });
}

const figuresOf = (report: ContenderReport, name: string) => report.rows.find((row) => row.name === name)!.figures!;
const fileLists = (name: string, lists: Record<number, number[]>) => ({
  name,
  skipped: 0,
  lists: new Map(Object.entries(lists).map(([customer, items]) => [Number(customer), items])),
});

/** Forty customers of two tastes of ten goods each, who buy three more of theirs in the window; a hundredth is for nobody. */
function tastefulLines(): SaleLine[] {
  const lines: SaleLine[] = [];
  for (let customer = 0; customer < 40; customer++) {
    const taste = 10 * (customer % 2);
    for (let visit = 0; visit < 9; visit++) {
      const item = taste + ((customer * 3 + visit * 7) % 10);
      const days = visit < 6 ? 100 - 10 * visit - customer / 50 : 20 - 5 * (visit - 6) - customer / 50;
      lines.push({ customer, order: customer * 9 + visit, item, time: daysAgo(days) });
    }
  }
  return lines;
}
const models: ContenderName[] = contenderNames.filter((name) => name !== 'published');

describe('contenders on one hold-out', () => {
  // Before the cut: customer 0 bought items 0 and 1, customer 1 bought 1, customer 2 bought 2. After it 0 buys 2, 1 buys 1 and 3.
  const small = shopOf(
    [
      { customer: 0, order: 0, item: 0, time: daysAgo(60) },
      { customer: 0, order: 1, item: 1, time: daysAgo(50) },
      { customer: 1, order: 2, item: 1, time: daysAgo(40) },
      { customer: 2, order: 3, item: 2, time: daysAgo(30) },
      { customer: 0, order: 4, item: 2, time: daysAgo(9) },
      { customer: 1, order: 5, item: 1, time: daysAgo(8) },
      { customer: 1, order: 5, item: 3, time: daysAgo(8) },
    ],
    4,
    3,
  );

  test('have the figures that a hand computes', async () => {
    const report = await judge(small, {
      fileLists: [fileLists('mine', { 0: [2, 0], 1: [3, 0] }), fileLists('halved', { 0: [0, 2] })],
    });
    expect(report).toMatchObject({
      as_of: '2026-03-01T00:00:00.000Z',
      cut: '2026-02-01T00:00:00.000Z',
      end: '2026-03-01T00:00:00.000Z',
      customers: 2,
      sellable_items: 3,
    });
    const [mine, halved] = [figuresOf(report, 'mine'), figuresOf(report, 'halved')];
    const second = 1 / Math.log2(3);
    // Customer 0: a hit at the first of one; customer 1: one at the first of two.
    expect(mine.ndcg.mean).toBeCloseTo((1 + 1 / (1 + second)) / 2, 12);
    expect(mine.recall.mean).toBeCloseTo((1 + 1 / 2) / 2, 12);
    expect(mine.mrr.mean).toBe(1);
    expect(mine.map.mean).toBeCloseTo((1 + 1 / 2) / 2, 12);
    expect(mine.hit_rate).toBe(1);
    // Items 2, 0 and 3 are shown, the last was not sold yet; of three customers one has each, nobody the last.
    expect(mine.coverage).toBe(1);
    expect(mine.novelty).toBeCloseTo(Math.log2(3), 12);
    // Customer 0: a hit at the second place; customer 1 has no list.
    expect(halved.ndcg.mean).toBeCloseTo(second / 2, 12);
    expect(halved.recall.mean).toBeCloseTo(1 / 2, 12);
    expect(report.rows.map(({ name, listed }) => [name, listed])).toEqual([
      ['mine', 2],
      ['halved', 1],
    ]);
    const [difference] = report.differences;
    expect(difference).toMatchObject({ name: 'halved', against: 'mine' });
    expect(difference.ndcg.mean).toBeCloseTo(second / 2 - (1 + 1 / (1 + second)) / 2, 12);
  });

  test('all models rank, and where tastes are planted those that see them beat popularity beyond chance', async () => {
    const recipes = recipesWith({ repurchase: 'exclude' });
    const report = await judge(shopOf(tastefulLines(), 20, 40), {
      contenders: ['popularity', ...models.filter((name) => name !== 'popularity')],
      recipes,
      k: 4,
    });
    expect(report.rows.map(({ name, refused }) => [name, refused])).toEqual(
      report.rows.map(({ name }) => [name, null]),
    );
    expect(report.rows.map(({ listed }) => listed)).toEqual(report.rows.map(() => report.customers));
    for (const { name, figures } of report.rows) {
      const { mean, low, high } = figures!.ndcg;
      expect([name, low <= mean && mean <= high]).toEqual([name, true]);
    }
    const better = report.differences.filter(({ ndcg }) => ndcg.low > 0).map(({ name }) => name);
    expect(better).toEqual(expect.arrayContaining(['night', 'item-knn', 'rp3beta', 'p3alpha', 'ials', 'ease']));
  });

  test('the same seed gives the same report', async () => {
    const shop = shopOf(tastefulLines(), 20, 40);
    const judged = await Promise.all([1, 2].map(() => judge(shop, { contenders: ['ials', 'night', 'popularity'] })));
    const [first, second] = judged.map((report) => ({
      ...report,
      rows: report.rows.map((row) => ({ ...row, seconds: 0 })),
    }));
    expect(second).toEqual(first);
  });

  test('a published recipe is judged too; without one that is told, and the rest goes on', async () => {
    const recipes = recipesWith({ repurchase: 'exclude' });
    const shop = shopOf(tastefulLines(), 20, 40);
    const contenders: ContenderName[] = ['published', 'popularity'];
    const published = recipesWith({
      repurchase: 'exclude',
      methods: { rp3beta: { weight: 0 }, 'item-knn': { weight: 1 } },
    });
    const report = await judge(shop, { contenders, recipes, published });
    expect(report.rows[0]).toMatchObject({ name: 'published', recipe: { methods: { 'item-knn': { weight: 1 } } } });
    const without = await judge(shop, { contenders, recipes });
    expect(without.rows[0]).toMatchObject({ figures: null, refused: expect.stringContaining('published') });
    expect(without.rows[1].figures).not.toBeNull();
    expect(without.differences).toEqual([]);
  });

  test('what a recipe refuses to learn is told with its reason', async () => {
    const recipes = recipesWith({ methods: { ease: { maximumSeconds: 0 } } });
    const report = await judge(shopOf(tastefulLines(), 20, 40), { contenders: ['ease', 'popularity'], recipes });
    expect(report.rows[0]).toMatchObject({ name: 'ease', figures: null, refused: expect.stringMatching(/\w/) });
    expect(report.rows[1].refused).toBeNull();
  });

  test('where nobody came back there is nobody to judge by', async () => {
    const report = await judge(shopOf([{ customer: 0, order: 0, item: 0, time: daysAgo(60) }], 2, 1), {
      contenders: ['popularity'],
    });
    expect(report).toMatchObject({ customers: 0, rows: [{ figures: null, refused: 'there is nobody to judge by' }] });
  });
});

describe('nothing of the future', () => {
  /** Forty purchases of the two least sold goods, one after the other, by a customer who was not there before the window. */
  const planted = (from: number): SaleLine[] =>
    Array.from({ length: 40 }, (_, place) => ({
      customer: 40,
      order: 360 + place,
      item: place % 2 === 0 ? 20 : 21,
      time: daysAgo(from) + place,
    }));
  const sold: SaleLine[] = [20, 21].map((item, place) => ({
    customer: 0,
    order: 400 + place,
    item,
    time: daysAgo(150),
  }));
  const shop = (more: SaleLine[]) => shopOf([...tastefulLines(), ...sold, ...more], 22, 41);
  const figures = async (lines: SaleLine[]) => {
    const report = await judge(shop(lines), {
      contenders: models,
      k: 4,
      recipes: recipesWith({ tuning: { trials: 2, methods: ['rp3beta', 'item-knn'] } }),
    });
    expect(report.customers).toBe(40);
    return Object.fromEntries(report.rows.map((row) => [row.name, row.figures]));
  };

  test('a purchase planted in the window changes no figure of any model; before the cut it changes them', async () => {
    const plain = await figures([]);
    expect(await figures(planted(10))).toEqual(plain);
    const leaked = await figures(planted(29));
    expect(leaked['popularity']).not.toEqual(plain['popularity']);
    expect(leaked['night']).not.toEqual(plain['night']);
  });

  test('lists that know the hold-out stand out', async () => {
    const lines = tastefulLines();
    const future: Record<number, number[]> = {};
    for (const { customer, item, time } of lines) {
      if (time >= daysAgo(28)) future[customer!] = [...new Set([...(future[customer!] ?? []), item])];
    }
    const report = await judge(shopOf(lines, 20, 40), {
      contenders: ['rp3beta'],
      fileLists: [fileLists('leak', future)],
      k: 3,
    });
    expect(figuresOf(report, 'leak').ndcg).toEqual({ mean: 1, low: 1, high: 1 });
    expect(report.differences[0].ndcg.low).toBeGreaterThan(0.1);
  });

  test('pairs of a file are left out of what is learnt', async () => {
    const lines = tastefulLines();
    const heldOut = new Map(
      Array.from({ length: 40 }, (_, customer) => [customer, 10 * (customer % 2) + ((customer * 3) % 10)]),
    );
    const holdout = {
      customers: Uint32Array.from(heldOut.keys()),
      items: Uint32Array.from(heldOut.values()),
      skipped: 0,
    };
    const kept = lines.filter(({ customer, item }) => heldOut.get(customer!) !== item);
    expect(kept.length).toBeLessThan(lines.length);
    const contenders = models.filter((name) => name !== 'night');
    const judged = await judge(shopOf(lines, 20, 40), { contenders, holdout });
    const without = await judge(shopOf(kept, 20, 40), { contenders, holdout });
    expect(judged).toMatchObject({ cut: '2026-03-01T00:00:00.000Z', end: null, customers: 40 });
    expect(judged.rows.map(({ figures }) => figures)).toEqual(without.rows.map(({ figures }) => figures));
  });
});
