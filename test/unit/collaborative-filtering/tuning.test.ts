import { describe, expect, test } from '@jest/globals';
import { trainIals } from '../../../models/collaborative-filtering/ials/ials.ts';
import { createIalsScorer } from '../../../models/collaborative-filtering/ials/scorer.ts';
import {
  type CollaborativeFilteringRecipe,
  candidateSources,
  createMatrices,
  type Facts,
  fitFamily,
  type Matrices,
  makeFolds,
  recipe,
  resolveRecipe,
  tasksHere,
  tuneRecipe,
} from '../../../models/collaborative-filtering/index.ts';
import { chooseMembers, startBlend } from '../../../models/collaborative-filtering/search/choose-blend.ts';
import { climb } from '../../../models/collaborative-filtering/search/climb.ts';
import type { Fold } from '../../../models/collaborative-filtering/search/folds.ts';
import {
  fewCustomers,
  judgeTrial,
  type TrialResult,
} from '../../../models/collaborative-filtering/search/judge-trial.ts';
import type { Sheet } from '../../../models/collaborative-filtering/search/sheet.ts';
import { createValidation } from '../../../models/collaborative-filtering/search/validation.ts';
import { judgeLists } from '../../../models/evaluation/index.ts';
import { seededRandom } from '../../../models/random.ts';

type Line = readonly [customer: number, item: number, age: number];

function factsOf(lines: readonly Line[], customerCount: number, itemCount: number): Facts {
  const rows = {
    customers: Uint32Array.from(lines, ([customer]) => customer),
    items: Uint32Array.from(lines, ([, item]) => item),
    ageDays: Float64Array.from(lines, ([, , age]) => age),
  };
  return {
    behaviours: { ...rows, weights: new Float32Array(lines.length).fill(1), customerCount, itemCount },
    purchases: { ...rows, orders: Uint32Array.from(lines.keys()), orderCount: lines.length, customerCount, itemCount },
    sales: { items: rows.items, ageDays: rows.ageDays },
  };
}

const [customers, items] = [80, 30];

/** Two groups of customers with a taste each, over 120 days. */
function linesOf(seed: number, { timed }: { timed: boolean }): Line[] {
  const random = seededRandom(seed);
  return Array.from({ length: 1600 }, () => {
    const customer = Math.floor(random() * customers);
    const item = 2 * Math.floor((random() ** 2 * items) / 2) + (customer % 2);
    return [customer, item, timed ? 120 * random() : 0] as const;
  });
}

const small: CollaborativeFilteringRecipe = {
  ...recipe,
  tuning: { ...recipe.tuning, trials: 3, customers: 120, windowDays: 20, windows: 2 },
};

describe('climbing on a grid', () => {
  const grid = { a: [3, 1, 2, 4, 5], b: [0, 1, 2], c: 7 };
  const figureOf = ({ a, b }: Record<string, number>) => -((a - 5) ** 2) - (b - 2) ** 2;
  const walk = async (trials: number, figure = figureOf, seed = 1) => {
    const tried: Record<string, number>[] = [];
    let best = Number.NEGATIVE_INFINITY;
    await climb(grid, { trials, seed }, async (point) => {
      tried.push(point as Record<string, number>);
      const reached = figure(point as Record<string, number>);
      const step =
        reached > best + 0.5 ? 'surely better' : reached > best ? 'better' : reached < best ? 'worse' : 'even';
      best = Math.max(best, reached);
      return step;
    });
    return tried;
  };

  test('starts at the first values and finds the top', async () => {
    const tried = await walk(12);
    expect(tried[0]).toEqual({ a: 3, b: 0, c: 7 });
    expect(tried).toContainEqual({ a: 5, b: 2, c: 7 });
  });

  test('tries nothing twice, no more than it may, and the same again by seed', async () => {
    const tried = await walk(10);
    expect(tried).toHaveLength(10);
    expect(new Set(tried.map((point) => JSON.stringify(point))).size).toBe(10);
    expect(await walk(10)).toEqual(tried);
    expect((await walk(100)).length).toBeLessThanOrEqual(15);
  });

  test('a list that makes no difference is not looked at any further, and where none does the search is over', async () => {
    expect(await walk(100, () => 1)).toEqual([
      { a: 3, b: 0, c: 7 },
      { a: 4, b: 0, c: 7 },
      { a: 3, b: 1, c: 7 },
    ]);
  });

  test('where the next greater value is worse it goes the other way, on for as long as that is better', async () => {
    const tried = await walk(100, ({ a, b }) => -a - b);
    expect(tried.slice(0, 5).map(({ a, b }) => [a, b])).toEqual([
      [3, 0],
      [4, 0],
      [2, 0],
      [1, 0],
      [1, 1],
    ]);
  });

  test('jumps out of a valley where a step was better beyond chance, else not', async () => {
    const top = { a: 5, b: 2, c: 7 };
    const ridge = ({ a, b }: Record<string, number>) => (a === 5 && b === 2 ? 9 : b === 0 && a <= 4 ? a : 0);
    expect(await walk(15, ridge)).toContainEqual(top);
    // Where all steps were worse, or hardly better, there is nothing to look for.
    const peaks = ({ a, b }: Record<string, number>) => (a === 5 && b === 2 ? 9 : a === 3 && b === 0 ? 1 : 0);
    expect(await walk(15, peaks)).toHaveLength(4);
    const slope = ({ a, b }: Record<string, number>) => (a === 5 && b === 2 ? 9 : b === 0 ? a / 10 : 0);
    expect(await walk(15, slope)).not.toContainEqual(top);
  });

  test('an end of a list is no end: it is continued in proportion to a best value beyond it, within reach', async () => {
    const lists = { weight: [0.1, 0.01, 0.03, 0.3], size: [32, 16, 64], plain: [1, 2] };
    const reach = { weight: { least: 0.000_1, greatest: 10 }, size: { least: 4, greatest: 256, isWhole: true } };
    let best = Number.NEGATIVE_INFINITY;
    let top: object = {};
    await climb(lists, { trials: 40, looks: 0, seed: 1, reach }, async (point) => {
      const { weight, size, plain } = point as Record<string, number>;
      const reached = -((Math.log10(weight) + 3) ** 2) - Math.log2(300 / size) ** 2 + plain;
      if (reached > best) top = point;
      const step = reached > best ? 'better' : 'worse';
      best = Math.max(best, reached);
      return step;
    });
    expect(top).toEqual({ weight: 0.001_11, size: 256, plain: 2 });
  });

  test.each([
    ['moves together', 1, undefined, ({ a, b }: Record<string, number>) => a + b - 3 * Math.abs(a - b - 0.5), 14.5],
    ['moves against each other', 8, ['a', 'b'], ({ a, b }: Record<string, number>) => a - 5 * Math.abs(a + b - 9), 8],
  ] as const)('what makes up for each other %s', async (_, start, against, figureAt, top) => {
    const ridge = { a: [1, 2, 3, 4, 5, 6, 7, 8], b: [start, ...[1, 2, 3, 4, 5, 6, 7, 8].filter((b) => b !== start)] };
    let [best, tried] = [Number.NEGATIVE_INFINITY, 0];
    await climb(ridge, { trials: 100, looks: 0, seed: 1, against }, async (point) => {
      tried++;
      const reached = figureAt(point as Record<string, number>);
      const step = reached > best ? 'better' : 'worse';
      best = Math.max(best, reached);
      return step;
    });
    expect(best).toBe(top);
    expect(tried).toBeLessThan(20);
  });

  test('ends where there is no budget left', async () => {
    let count = 0;
    await climb(grid, { trials: 10, seed: 1 }, async () => (++count < 3 ? 'better' : undefined));
    expect(count).toBe(3);
  });
});

describe('the night’s choice', () => {
  test.each([true, false])('resolves every setting and fits again to the same lists (times: %s)', async (timed) => {
    const facts = factsOf(linesOf(1, { timed }), customers, items);
    const [tuned, again] = [await tuneRecipe(facts, small, { seed: 1 }), await tuneRecipe(facts, small, { seed: 1 })];
    expect(again).toEqual(tuned);
    expect(resolveRecipe(tuned.recipe)).toEqual(tuned.recipe);
    expect(JSON.parse(JSON.stringify(tuned.recipe))).toEqual(tuned.recipe);
    const weights = Object.values(tuned.recipe.methods).map(({ weight }) => weight);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(tuned.customers).toBeGreaterThan(50);
    const lists = [1, 1].map((seed) => fitFamily(facts, tuned.recipe, { seed }).candidatesOf(3));
    expect(lists[1]).toEqual(lists[0]);
  });

  test('reports every candidate, and finds the two tastes', async () => {
    const { trials } = await tuneRecipe(factsOf(linesOf(1, { timed: true }), customers, items), small, { seed: 1 });
    expect(new Set(trials.map(({ method }) => method))).toEqual(
      new Set(['popularity', ...small.tuning.methods, 'ranking', 'blend']),
    );
    const refused = trials.filter((trial) => trial.refused !== undefined);
    expect(refused.map(({ method }) => method)).toEqual(['ranking']);
    expect(refused[0].refused).toMatch(/customers judge it, 200 are needed$/);
    for (const { ndcg, recall, coverage, novelty, customers: judged } of trials) {
      if (judged === 0) continue;
      for (const share of [ndcg, recall, coverage]) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      expect(novelty).toBeGreaterThan(0);
    }
    const settings = Object.keys(trials.at(-1)!.settings);
    expect(settings).toEqual(expect.arrayContaining([...small.tuning.methods, 'popularityPower', 'collaborative']));
  });

  test('a method that does not fit the budget, or whose recipe refuses, is reported with the reason', async () => {
    const facts = factsOf(linesOf(1, { timed: false }), customers, items);
    const ease = { ...small.methods.ease, maximumMegabytes: 0 };
    const refusing = { ...small, methods: { ...small.methods, ease } };
    const { trials, recipe: chosen } = await tuneRecipe(facts, refusing, { seed: 1 });
    expect(trials.find(({ method }) => method === 'ease')?.refused).toMatch('maximumMegabytes is 0');
    expect(chosen.methods.ease.weight).toBe(0);
    const poor = await tuneRecipe(facts, { ...small, tuning: { ...small.tuning, workSeconds: 0 } }, { seed: 1 });
    expect(poor.trials.filter(({ refused }) => refused?.includes('tuning.workSeconds')).length).toBe(4);
    expect(poor.recipe.methods.rp3beta).toMatchObject(resolveRecipe(recipe).methods.rp3beta);
  });

  test('nobody to judge by: the first value of every list stands', async () => {
    const nobody = factsOf([], 3, 4);
    const { trials, recipe: chosen, customers: judged } = await tuneRecipe(nobody, small, { seed: 1 });
    expect([trials, judged]).toEqual([[], 0]);
    expect(chosen).toEqual(resolveRecipe(small));
  });
});

describe('a race', () => {
  const facts = factsOf(linesOf(1, { timed: false }), customers, items);
  const validation = createValidation(facts, small, { seed: 1, now: () => 0, runner: tasksHere });
  const { weight: _, ...settings } = resolveRecipe(small).methods.rp3beta;
  const { searched, ...input } = validation.inputOf(0, resolveRecipe(small));
  const sheet = repeat(searched, 24);
  const trial = { ...input, sheet, name: 'rp3beta', settings, blend: resolveRecipe(small).blend } as const;
  const whole = judgeTrial(trial) as TrialResult;
  const against = (rival: Float64Array) =>
    judgeTrial({ ...trial, race: { rival, before: new Float64Array(0) } }) as TrialResult;

  test('judges all customers where it stays undecided, to the same figures', () => {
    expect(whole.ndcg.length).toBeGreaterThan(2 * fewCustomers);
    const random = seededRandom(5);
    const { isGivenUp, ndcg, lists, model } = against(whole.ndcg.map((figure) => figure + 0.3 * (random() - 0.55)));
    expect([isGivenUp, ndcg, lists]).toEqual([false, whole.ndcg, whole.lists]);
    expect(model).toEqual(whole.model);
  });

  test('judges few where it is behind beyond chance', () => {
    const { isGivenUp, ndcg, model } = against(whole.ndcg.map((figure) => figure + 0.2));
    expect([isGivenUp, ndcg, model]).toEqual([true, whole.ndcg.subarray(0, fewCustomers), undefined]);
  });
});

/** The same customers so many times. */
function repeat({ customers, relevant, ...rest }: Sheet, times: number): Sheet {
  const [columns, offsets]: number[][] = [[], [0]];
  const held: number[] = [];
  for (let time = 0; time < times; time++) {
    customers.forEach((customer, place) => {
      columns.push(customer);
      held.push(...relevant.items.subarray(relevant.offsets[place], relevant.offsets[place + 1]));
      offsets.push(held.length);
    });
  }
  return {
    ...rest,
    customers: Uint32Array.from(columns),
    relevant: { offsets: Uint32Array.from(offsets), items: Uint32Array.from(held) },
  };
}

describe('a blend', () => {
  const [count, pooled] = [600, 40];
  const random = seededRandom(9);
  const isRelevant = Uint8Array.from({ length: count * pooled }, (_, entry) => Number(entry % pooled < 4));
  /** How surely a method tells what is relevant to a customer from what is not. */
  const taste = (certaintyOf: (customer: number) => number) =>
    Float32Array.from(isRelevant, (relevant, entry) => relevant * certaintyOf(Math.floor(entry / pooled)) + random());
  /** Most of them, so that what fits them alone looks best of all. */
  const searched = 0.8 * count;
  const [good, other] = [taste(() => 0.7), taste(() => 0.7)];
  const tastes = {
    good,
    other,
    noise: taste(() => 0),
    /** What fits those who chose its settings, and nobody else. */
    overfitted: taste((customer) => (customer < searched ? 3 : 0)),
  };
  const heldBack = (figures: Float64Array) => figures.subarray(searched);
  const empty = { rows: count, columns: pooled, offsets: new Uint32Array(count + 1), indices: new Uint32Array(0) };
  const matrices: Matrices = {
    interactions: empty,
    repurchases: { ...empty, values: new Float32Array(0) },
    popularity: new Float64Array(pooled).fill(1),
  };
  const choose = async (names: readonly (keyof typeof tastes)[], kinds: readonly string[] = names) => {
    const pools = {
      offsets: Uint32Array.from({ length: count + 1 }, (_, customer) => customer * pooled),
      items: Uint32Array.from(isRelevant.keys(), (entry) => entry % pooled),
      isRelevant,
      relevantCounts: new Uint32Array(count).fill(4),
      tastes: names.map((name) => tastes[name]),
    };
    const folds = [{ customers: Uint32Array.from(Array(count).keys()), pools, matrices }];
    const { blend, ...halfLives } = resolveRecipe(recipe);
    const alone = names.map((_, place) => {
      const weights = names.map((__, index) => Number(index === place));
      return startBlend(tasksHere, { folds, weights, blend, halfLives });
    });
    return (await chooseMembers(tasksHere, await Promise.all(alone), kinds, heldBack)).weights;
  };

  test('takes in who adds something, in equal parts', async () => {
    expect(await choose(['good', 'other'])).toEqual([0.5, 0.5]);
  });

  test('refuses noise, and who was good only for those who chose its settings', async () => {
    expect(await choose(['good', 'noise'])).toEqual([1, 0]);
    expect(await choose(['overfitted', 'good', 'other', 'noise'])).toEqual([0, 0.5, 0.5, 0]);
  });

  test('has one method of a kind', async () => {
    const [one, another, noise] = await choose(['good', 'other', 'noise'], ['graph', 'graph', 'factors']);
    expect([one + another, one * another, noise]).toEqual([1, 0, 0]);
  });
});

describe('customers who are not drawn', () => {
  const facts = factsOf(linesOf(1, { timed: true }), customers, items);
  const tuning = { ...small.tuning, windows: 1 };
  const foldOf = (count: number) =>
    makeFolds(facts, { ...tuning, customers: count }, { repurchase: 'allow', seed: 1 })[0];
  const boughtBy = ({ customers, relevant }: Pick<Fold, 'customers' | 'relevant'>) =>
    Array.from(customers, (customer, place) => [customer, relevant[place]] as const);

  test('are spare: with the drawn ones they are all of the window, each with what was bought', () => {
    const [all, some] = [foldOf(1_000), foldOf(30)];
    expect(all.spare).toBeUndefined();
    expect(some.customers).toHaveLength(30);
    expect(new Map([...boughtBy(some), ...boughtBy(some.spare!)])).toEqual(new Map(boughtBy(all)));
    expect(some.customers.length + some.spare!.customers.length).toBe(all.customers.length);
  });

  test('judge after those who were drawn and chose no settings', () => {
    const by = { seed: 1, now: () => 0, runner: tasksHere };
    const of = (count: number) => createValidation(facts, { ...small, tuning: { ...tuning, customers: count } }, by);
    const validation = of(30);
    const { sheet, searched } = validation.inputOf(0, resolveRecipe(small));
    const judges = validation.judgesOf(0);
    expect([sheet, searched].map((each) => each.customers.length)).toEqual([30, 10]);
    expect(judges.customers.subarray(0, 20)).toEqual(sheet.customers.subarray(10));
    expect(new Set(judges.customers.subarray(20))).toEqual(new Set(foldOf(30).spare!.customers));
    const bought = new Map(boughtBy(foldOf(1_000)));
    judges.customers.forEach((customer, place) => {
      const { offsets, items } = judges.relevant;
      expect(new Set(items.subarray(offsets[place], offsets[place + 1]))).toEqual(bought.get(customer));
    });
    expect(of(1_000).judgesOf(0).customers).toHaveLength(foldOf(1_000).customers.length - of(1_000).searchedCustomers);
  });
});

describe('a feature of the future', () => {
  const fad = items;
  const windowDays = 20;
  /** An item that nobody has ever seen before the last window, and everybody buys in it. */
  const planted: Line[] = [
    ...linesOf(1, { timed: true }),
    ...Array.from({ length: customers }, (_, customer) => [customer, fad, 1 + 10 * (customer / customers)] as const),
  ];
  const facts = factsOf(planted, customers, items + 1);
  const tuning = { ...small.tuning, windowDays, windows: 1, customers: 1000 };
  const [fold] = makeFolds(facts, tuning, { repurchase: 'allow', seed: 1 });
  const judgePopularity = (known: Facts) => {
    const { popularity } = createMatrices(known)({ ...resolveRecipe(recipe), popularityHalfLifeDays: 14 });
    const ranking = [...popularity.keys()].sort((one, other) => popularity[other] - popularity[one] || one - other);
    return judgeLists(fold, () => ranking, { k: 1, sellable: items + 1 });
  };

  test('is in no fold: what is fitted on is the same whatever happened in the window', () => {
    const before = planted.filter(([, , age]) => age > windowDays);
    const since = before.map(([customer, item, age]) => [customer, item, age - windowDays] as const);
    const known = factsOf(since, customers, items + 1);
    const rowsOf = ({ behaviours, purchases, sales }: Facts) =>
      [behaviours, purchases, sales].map((rows) => [rows.items, rows.ageDays]);
    expect(rowsOf(fold.facts)).toEqual(rowsOf(known));
    expect(fold.facts.sales.items).not.toContain(fad);
    expect(fold.relevant.every((relevant) => relevant.has(fad))).toBe(true);
  });

  test('is caught where it is planted: whoever counts the window’s sales hits with every first place', () => {
    expect(judgePopularity(facts).hitRate).toBe(1);
    expect(judgePopularity(fold.facts).hitRate).toBeLessThan(0.5);
    const { popularity } = createMatrices(fold.facts)(resolveRecipe(recipe));
    expect(popularity[fad]).toBe(0);
  });

  test('helps no candidate of the night’s choice', async () => {
    const seen = await tuneRecipe(facts, { ...small, tuning: { ...tuning, trials: 2 } }, { seed: 1 });
    const without = factsOf(linesOf(1, { timed: true }), customers, items + 1);
    const unseen = await tuneRecipe(without, { ...small, tuning: { ...tuning, trials: 2 } }, { seed: 1 });
    // Everybody wants one more item and nobody is shown it, so every figure is lower for it.
    for (const [place, { ndcg }] of seen.trials.slice(0, 2).entries()) {
      expect(ndcg).toBeLessThan(unseen.trials[place].ndcg);
    }
  });
});

describe('lists of factors', () => {
  const facts = factsOf(linesOf(2, { timed: true }), customers, items);
  const resolved = resolveRecipe(recipe);
  const methods = {
    ...resolved.methods,
    rp3beta: { ...resolved.methods.rp3beta, weight: 0.5 },
    ials: { ...resolved.methods.ials, weight: 0.5 },
  };

  test.each(['allow', 'exclude'] as const)(
    'are the same in whatever order customers are asked for (%s)',
    (repurchase) => {
      const settings = { ...resolved, methods, repurchase, candidates: 12 };
      const order = [...Array(customers).keys()];
      const [one, other] = [order, order.toReversed()].map((asked) => {
        const { candidatesOf } = fitFamily(facts, settings, { seed: 1 });
        return new Map(asked.map((customer) => [customer, candidatesOf(customer)]));
      });
      for (const customer of order) expect(other.get(customer)).toEqual(one.get(customer));
    },
  );

  test('are the dense scores’ own, and somebody without history gets popularity alone', () => {
    const withStranger = factsOf(linesOf(2, { timed: true }), customers + 1, items);
    const settings = { ...resolved, methods, candidates: items };
    const { candidatesOf, interactions } = fitFamily(withStranger, settings, { seed: 1 });
    expect(new Set(candidatesOf(customers).sources)).toEqual(new Set([candidateSources.indexOf('popularity')]));
    const onlyFactors = {
      ...methods,
      rp3beta: { ...methods.rp3beta, weight: 0 },
      ials: { ...methods.ials, weight: 1 },
    };
    const blend = { collaborative: 1, popularityPower: 0, floor: 1e-6 };
    const alone = fitFamily(
      withStranger,
      { ...settings, methods: onlyFactors, blend, repurchase: 'exclude' },
      { seed: 1 },
    );
    const { weight: _, ...recipeOfFactors } = methods.ials;
    const scorer = createIalsScorer(trainIals(interactions, recipeOfFactors, { seed: 1 }));
    const scores = new Float32Array(items);
    for (const customer of [0, 7, customers - 1]) {
      const [start, end] = interactions.offsets.subarray(customer, customer + 2);
      const history = {
        items: interactions.indices.subarray(start, end),
        values: interactions.values!.subarray(start, end),
      };
      scorer.score(history, scores);
      const tastes = alone
        .candidatesOf(customer)
        .items.filter((_item, rank) => alone.candidatesOf(customer).sources[rank] === 1);
      tastes.slice(1).forEach((item, rank) => {
        expect(scores[item]).toBeLessThanOrEqual(scores[tastes[rank]] + 1e-5);
      });
      expect(tastes.length).toBeGreaterThan(0);
    }
  });
});
