import { describe, expect, test } from '@jest/globals';
import { type Evaluation, evaluateLists } from '../../../src/training/evaluation/evaluate-lists.ts';
import { nightlyRecipes } from '../../../src/training/learners/choose-recipes.ts';
import { fitCandidates } from '../../../src/training/learners/fit-lists.ts';
import { makeSnapshot, type SaleLine } from '../../support/shops/training-snapshot.ts';

const dayMs = 86_400_000;
const asOf = Date.UTC(2026, 2, 1);
const daysAgo = (days: number) => asOf - days * dayMs;
const goods = (count: number) => Array.from({ length: count }, () => true);

const lists = nightlyRecipes['collaborative-filtering'];
const recipes = { popularity: { halfLifeDays: 14 }, 'collaborative-filtering': lists };
const excluding = { ...recipes, 'collaborative-filtering': { ...lists, repurchase: 'exclude' as const } };
const options = { keepsBetter: false, windowDays: 28, recipes, published: undefined, seed: 1 };

const judgeRecipes = async (...of: Parameters<typeof evaluateLists>) => (await evaluateLists(...of)).evaluation;

const row = (evaluation: Evaluation, name: string) => evaluation.rows.find((each) => each.name === name)!;

function shopOf(lines: SaleLine[], items = goods(4), customers = 3) {
  const inOrder = [...lines].sort((a, b) => a.time - b.time);
  return makeSnapshot({ asOf, customers, items, lines: inOrder });
}

/** Sixty customers who each buy one of their own two goods again and again; item 0 is bought by everybody once. */
function makeLoyalShop(lastlyBought = (item: number) => item) {
  const lines: SaleLine[] = [];
  let order = 0;
  for (let customer = 0; customer < 60; customer++) {
    lines.push({ customer, order: order++, item: 0, time: daysAgo(90 - customer / 10) });
    for (const days of [80, 65, 50, 35, 20, 6]) {
      const own = 1 + (customer % 30);
      const item = days < options.windowDays ? lastlyBought(own) : own;
      lines.push({ customer, order: order++, item, time: daysAgo(days - customer / 100) });
    }
  }
  return shopOf(lines, goods(31), 60);
}

describe('the evaluation', () => {
  test('fits before the cut, judges by the window, over customers present in both', async () => {
    const evaluation = await judgeRecipes(
      shopOf([
        { customer: 0, order: 0, item: 0, time: daysAgo(40) },
        { customer: 1, order: 1, item: 1, time: daysAgo(39) },
        { customer: 1, order: 2, item: 1, time: daysAgo(38) },
        // Customer 0 buys what customer 1 bought, customer 1 disappears, customer 2 is new.
        { customer: 0, order: 3, item: 1, time: daysAgo(10) },
        { customer: 2, order: 4, item: 1, time: daysAgo(9) },
      ]),
      options,
    );
    expect(evaluation).toMatchObject({
      as_of: '2026-03-01T00:00:00.000Z',
      cut: '2026-02-01T00:00:00.000Z',
      window_days: 28,
      customers: 1,
      sellable_items: 2,
      repurchase: 'allow',
    });
    // Popularity: item 1 first. Personal frequency: item 0 first, then item 1, which gains 1 / log2(3).
    expect(row(evaluation, 'popularity')).toMatchObject({ ndcg_at_10: 1, recall_at_10: 1, coverage: 1 });
    expect(row(evaluation, 'personal-frequency').ndcg_at_10).toBeCloseTo(1 / Math.log2(3), 12);
  });

  test('names every list once, the published recipe only where it differs', async () => {
    const names = ['popularity', 'personal-frequency', 'collaborative-filtering', 'served-list'];
    const shop = makeLoyalShop();
    expect((await judgeRecipes(shop, options)).rows.map(({ name }) => name)).toEqual(names);
    const both = await judgeRecipes(shop, { ...options, published: excluding });
    expect(both.rows.map(({ name }) => name)).toEqual([...names, 'published-recipe']);
    expect(both.comparisons.map(({ against }) => against)).toEqual(['popularity', 'published-recipe']);
  });

  test('every list has its interval', async () => {
    for (const { ndcg_at_10, interval } of (await judgeRecipes(makeLoyalShop(), options)).rows as {
      ndcg_at_10: number;
      interval?: [number, number];
    }[]) {
      expect(interval).toHaveLength(2);
      expect(interval![0]).toBeLessThanOrEqual(ndcg_at_10);
      expect(interval![1]).toBeGreaterThanOrEqual(ndcg_at_10);
    }
  });

  test('loyal customers: personal lists find what popularity cannot', async () => {
    const evaluation = await judgeRecipes(makeLoyalShop(), options);
    expect(evaluation.customers).toBe(60);
    expect(row(evaluation, 'personal-frequency').ndcg_at_10).toBe(1);
    expect(row(evaluation, 'served-list').ndcg_at_10).toBeGreaterThan(0.9);
    expect(row(evaluation, 'popularity').ndcg_at_10).toBeLessThan(0.4);
    const [against] = evaluation.comparisons;
    expect(against).toMatchObject({ against: 'popularity' });
    expect(against.low).toBeGreaterThan(0);
  });

  test('exclude governs targets and lists alike: what was bought before is neither asked for nor listed', async () => {
    const evaluation = await judgeRecipes(makeLoyalShop(), { ...options, recipes: excluding });
    // Everybody buys the same good again, so nobody is left to judge.
    expect(evaluation).toMatchObject({ customers: 0, repurchase: 'exclude', comparisons: [] });
  });

  test('a recipe that turns against its customers is beyond chance worse than the published one', async () => {
    const blind = {
      ...recipes,
      'collaborative-filtering': { ...lists, blend: { collaborative: 0, popularityPower: 10, floor: 1 } },
    };
    const evaluation = await judgeRecipes(makeLoyalShop(), { ...options, recipes: blind, published: recipes });
    expect(evaluation.comparisons.find(({ against }) => against === 'published-recipe')!.high).toBeLessThan(0);
  });

  test('lists long past the data are judged as they are served: of facts as old as they are then', async () => {
    // Own purchases count above the floor as long as they are fresh; where all is old, what sells is left.
    const blend = { collaborative: 0, popularityPower: 1, floor: 0.01 };
    const fading = { ...recipes, 'collaborative-filtering': { ...lists, repurchaseHalfLifeDays: 30, blend } };
    const shop = makeLoyalShop();
    const judge = (days: number) =>
      judgeRecipes({ ...shop, asOf: asOf + days * dayMs }, { ...options, recipes: fading });
    const [near, far] = [await judge(0), await judge(600)];
    // The window is the same but for the days after the last sale.
    expect(far.customers).toBe(60);
    expect(row(near, 'served-list').ndcg_at_10).toBeGreaterThan(0.9);
    expect(row(far, 'served-list').ndcg_at_10).toBeLessThan(0.5);
    expect(row(far, 'popularity').ndcg_at_10).toBeCloseTo(row(near, 'popularity').ndcg_at_10, 1);
  });

  test('where the published recipe is kept, popularity is that of it too', async () => {
    const blind = {
      popularity: { halfLifeDays: 0.01 },
      'collaborative-filtering': { ...lists, blend: { collaborative: 0, popularityPower: 10, floor: 1 } },
    };
    const shop = makeLoyalShop();
    const kept = await judgeRecipes(shop, { ...options, recipes: blind, published: recipes, keepsBetter: true });
    expect(kept.winner).toBe('published-recipe');
    const alone = await judgeRecipes(shop, options);
    expect(row(kept, 'popularity')).toEqual(row(alone, 'popularity'));
    expect({ ...row(kept, 'published-recipe'), name: 'served-list' }).toEqual(row(alone, 'served-list'));
  });

  test('a shop younger than the window is no fault: there is nobody to judge', async () => {
    const evaluation = await judgeRecipes(
      shopOf([
        { customer: 0, order: 0, item: 0, time: daysAgo(9) },
        { customer: 0, order: 1, item: 1, time: daysAgo(3) },
      ]),
      options,
    );
    expect(evaluation).toMatchObject({ customers: 0, sellable_items: 0, comparisons: [] });
    for (const { ndcg_at_10, coverage } of evaluation.rows) expect([ndcg_at_10, coverage]).toEqual([0, 0]);
  });

  test('the figures are the same again with the same seed', async () => {
    const shop = makeLoyalShop();
    const published = { ...options, published: { ...recipes, popularity: { halfLifeDays: 90 } } };
    expect(await judgeRecipes(shop, published)).toEqual(await judgeRecipes(shop, published));
  });

  test('teaches the order of lists by its window too: by what was known at the cut, and by what was bought after it', async () => {
    const ranking = { ...lists.ranking!, use: 'yes' as const, customers: 100, leastRows: 10, trees: 5 };
    const ordered = { ...recipes, 'collaborative-filtering': { ...lists, ranking } };
    const shop = makeLoyalShop();
    const { taught } = await evaluateLists(shop, { ...options, recipes: ordered });
    const [newest, ...older] = taught!;
    expect(older.length).toBeGreaterThan(0);
    expect([newest.sizes.length, taught!.reduce((sum, { sizes }) => sum + sizes.length, 0)]).toEqual([60, 100]);
    // All buy something else after the cut.
    const changed = makeLoyalShop((item) => (item % 30) + 1);
    const [other] = (await evaluateLists(changed, { ...options, recipes: ordered })).taught!;
    expect(other.sizes).toEqual(newest.sizes);
    expect(other.columns).toEqual(newest.columns);
    expect(other.prior).toEqual(newest.prior);
    expect(other.gains).not.toEqual(newest.gains);
    expect((await evaluateLists(shop, options)).taught).toBeUndefined();
    // What is learnt by it does not keep it: lists are made where memory is at its peak.
    const recipe = ordered['collaborative-filtering'];
    const learnt = fitCandidates(shop, shop.asOf, recipe, { seed: 1, taught });
    expect(learnt.worth).toBeDefined();
    expect(learnt).not.toHaveProperty('taught');
  });

  test('where the published recipe wins, it is what teaches', async () => {
    const ranking = { ...lists.ranking!, use: 'yes' as const, customers: 100, leastRows: 10, trees: 5 };
    const blind = {
      ...recipes,
      'collaborative-filtering': { ...lists, blend: { ...lists.blend, popularityPower: 8 } },
    };
    const published = { ...recipes, 'collaborative-filtering': { ...lists, ranking } };
    const shop = makeLoyalShop();
    const both = await evaluateLists(shop, { ...options, recipes: blind, published, keepsBetter: true });
    expect(both.evaluation.winner).toBe('published-recipe');
    expect(both.taught).toEqual((await evaluateLists(shop, { ...options, recipes: published })).taught);
    const ours = await evaluateLists(shop, { ...options, recipes: blind, published });
    expect(ours.taught).toBeUndefined();
  });
});
