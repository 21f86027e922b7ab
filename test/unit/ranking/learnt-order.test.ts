import { isDeepStrictEqual } from 'node:util';
import { describe, expect } from '@jest/globals';
import {
  type CollaborativeFilteringRecipe,
  createCandidateRanker,
  type Facts,
  fitFamily,
  lessonsOf,
  recipe,
  resolveRecipe,
  type TaskRunner,
  tasks,
  tasksHere,
  teachOneMore,
  tuneRecipe,
} from '../../../models/collaborative-filtering/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { knowledgeOf } from '../../../models/ranking/index.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';

const itemCount = 60;
const customerCount = 300;

/** Who buys what how many days before the end. */
type Line = readonly [customer: number, item: number, ageDays: number];

function factsOf(lines: readonly Line[]): Facts {
  const customers = Uint32Array.from(lines, ([customer]) => customer);
  const items = Uint32Array.from(lines, ([, item]) => item);
  const ageDays = Float64Array.from(lines, ([, , age]) => age);
  const rows = { customers, items, ageDays, customerCount, itemCount };
  const orders = Uint32Array.from(lines, ([customer, , age]) => customer * 400 + Math.floor(age));
  return {
    behaviours: { ...rows, weights: new Float32Array(lines.length).fill(1) },
    purchases: { ...rows, orders, orderCount: customerCount * 400 },
    sales: { items, ageDays, unitPrices: Float64Array.from(items, (item) => 1 + (item % 7)) },
    categories: Int32Array.from({ length: itemCount }, (_, item) => item % 5),
  };
}

/** Everybody has a dozen goods, half of which are bought again every eight weeks to the day; or all buy anything at any time. */
function habitsOf(isHabit: boolean): Line[] {
  const random = seededRandom(8);
  const lines: Line[] = [];
  for (let customer = 0; customer < customerCount; customer++) {
    for (let own = 0; own < 12; own++) {
      const item = Math.floor(random() * itemCount);
      const first = random() * 56;
      for (let age = first; age < 250; age += 56) {
        const isRegular = isHabit && own < 6;
        if (isRegular) lines.push([customer, item, age]);
        else if (random() < 0.6)
          lines.push([customer, isHabit ? item : Math.floor(random() * itemCount), random() * 250]);
      }
    }
  }
  return lines;
}

/** Gives each task a copy of its input, and ends tasks that are asked for together last one first. */
function workBackwards(): TaskRunner {
  const asked: (() => void)[] = [];
  return {
    parallelism: 2,
    share: (data) => data,
    async run(name, input) {
      await new Promise<void>((begin) => {
        if (asked.length === 0)
          setImmediate(
            () =>
              void asked
                .splice(0)
                .reverse()
                .map((work) => work()),
          );
        asked.push(begin);
      });
      return tasks[name](structuredClone(input) as never) as never;
    },
  };
}

const settings = { ...recipe.ranking!, customers: 600, windows: 3, candidates: 30, trees: 10, leastRows: 30 };
const searched = (use: readonly ('no' | 'yes')[]): CollaborativeFilteringRecipe => ({
  ...recipe,
  ranking: { ...settings, use },
  tuning: { ...recipe.tuning, trials: 1, methods: ['rp3beta'], customers: 900, windows: 3 },
});
const learnt = { ...resolveRecipe(searched(['yes'])), candidates: 20 };

usually.test(
  'a feature of the future is caught: what comes after a window changes nothing of what its lists are told by',
  () => {
    const fitBefore = (before: Facts, plain: typeof learnt) => fitFamily(before, plain, { seed: 1 });
    const random = seededRandom(3);
    const lines = habitsOf(true);
    const { windowDays } = recipe.tuning;
    for (const window of [0, 1]) {
      const cut = (window + 1) * windowDays;
      // Other goods, at other times and of other people, after the cut.
      const others = lines.map(
        ([customer, item, age]): Line =>
          age > cut ? [customer, item, age] : [customer, (item * 7) % itemCount, random() * cut],
      );
      const told = [lines, others].map((all) => {
        const { input } = [...lessonsOf(factsOf(all), learnt, { refused: {} }, { seed: 1, fitBefore })][window];
        const ranker = createCandidateRanker(input);
        return Array.from({ length: 40 }, (_, customer) => {
          ranker.expect(Uint32Array.of(customer));
          const { items, prior, features } = ranker.describe(customer);
          const { columns, stride } = features;
          const known = Array.from({ length: columns.length / stride }, (_, feature) =>
            columns.slice(feature * stride, feature * stride + items.length),
          );
          return { items: items.slice(), prior, known };
        });
      });
      expect(told[1]).toEqual(told[0]);
      expect(told[0].every(({ items }) => items.length > 20)).toBe(true);
    }
  },
);

usually.test('facts of after the time that is known of are refused', () => {
  const { purchases, sales } = factsOf([[0, 1, 3]]);
  expect(() => knowledgeOf({ purchases, sales: { ...sales, ageDays: Float64Array.of(-0.1) } })).toThrow(
    'sales.ageDays[0] is -0.1: it lies after the time that is known of',
  );
  expect(() => knowledgeOf({ purchases: { ...purchases, ageDays: Float64Array.of(-2) }, sales })).toThrow(
    'purchases.ageDays[0] is -2: it lies after the time that is known of',
  );
});

thoroughly.test(
  'is used where it finds what the blend cannot know, and not where there is nothing to find',
  async () => {
    const orders = await Promise.all(
      [true, false].map((isHabit) => tuneRecipe(factsOf(habitsOf(isHabit)), searched(['no', 'yes']), { seed: 2 })),
    );
    expect(orders.map((order) => order.recipe.ranking?.use)).toEqual(['yes', 'no']);
    const [found] = orders.map(({ trials }) => trials.filter(({ method }) => method === 'ranking'));
    const blend = orders[0].trials.at(-1)!;
    expect(blend.method).toBe('blend');
    expect(found).toHaveLength(1);
    expect(found[0].ndcg).toBeGreaterThan(1.1 * blend.ndcg);
  },
);

usually.test('says why it is not learnt: too few to judge by, or longer than the recipe gives it', async () => {
  const lines = habitsOf(true);
  const few = factsOf(lines.filter(([customer]) => customer < 60));
  const slow = searched(['no', 'yes']);
  const tuned = await Promise.all([
    tuneRecipe(few, searched(['no', 'yes']), { seed: 2 }),
    tuneRecipe(factsOf(lines), { ...slow, ranking: { ...slow.ranking!, workSeconds: 0 } }, { seed: 2 }),
  ]);
  const refusals = tuned.map(({ trials }) => trials.find(({ method }) => method === 'ranking')?.refused);
  expect(refusals[0]).toMatch(/^\d+ customers judge it, 200 are needed$/);
  expect(refusals[1]).toMatch(/^learning it is reckoned to take [1-9]\d* s, ranking.workSeconds is 0$/);
  expect(tuned.map((each) => each.recipe.ranking?.use)).toEqual(['no', 'no']);
});

// Would see: an order refused by chance, because a large shop's window is judged by as few of its customers as choose settings.
usually.test('is judged by the customers of a window who were not drawn for the search, too', async () => {
  const facts = factsOf(habitsOf(true));
  const wide = searched(['no', 'yes']);
  const { trials } = await tuneRecipe(facts, { ...wide, tuning: { ...wide.tuning, customers: 150 } }, { seed: 2 });
  const customersOf = (method: string) => trials.find((trial) => trial.method === method)!.customers;
  const inWindow = new Set(
    habitsOf(true).flatMap(([customer, , age]) => (age < wide.tuning.windowDays ? [customer] : [])),
  );
  expect(customersOf('blend')).toBe(150);
  // A third of those drawn teaches.
  expect(customersOf('ranking')).toBe(inWindow.size - 50);
});

usually.test('is the same whatever the threads', () => {
  const facts = factsOf(habitsOf(true));
  const listsOf = (threads: number) => {
    const { candidatesOf } = fitFamily(facts, learnt, { seed: 1, threads });
    return Array.from({ length: 20 }, (_, customer) => candidatesOf(customer));
  };
  expect(listsOf(2)).toEqual(listsOf(1));
});

usually.test('lists keep what the blend found, in the learnt order and on the scale of its scores', () => {
  const facts = factsOf(habitsOf(true));
  const [ours, theirs] = (['yes', 'no'] as const).map((use) =>
    fitFamily(facts, { ...learnt, candidates: 30, ranking: { ...settings, use } }, { seed: 1 }),
  );
  expect(theirs.worth).toBeUndefined();
  expect(Object.values(ours.worth!).reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 10);
  let moved = 0;
  for (let customer = 0; customer < 20; customer++) {
    const [one, other] = [ours, theirs].map(({ candidatesOf }) => candidatesOf(customer));
    expect(one.items.slice().sort()).toEqual(other.items.slice().sort());
    expect(one.scores).toEqual(other.scores);
    const sourceOf = (list: typeof one) =>
      new Map(Array.from(list.items, (item, place) => [item, list.sources[place]]));
    expect(sourceOf(one)).toEqual(sourceOf(other));
    if (one.items.join() !== other.items.join()) moved++;
  }
  expect(moved).toBeGreaterThan(15);
});

/** Of every price half the items cost nearly all of it, and half next to nothing. */
const unitCosts = Float64Array.from(
  { length: itemCount },
  (_, item) => (1 + (item % 7)) * (item % 2 === 0 ? 0.95 : 0.05),
);

thoroughly.test('is learnt for what the recipe says, and tells what that is worth to the other aims', async () => {
  const facts: Facts = { ...factsOf(habitsOf(true)), unitCosts };
  const tuned = await Promise.all(
    (['purchase', 'margin'] as const).map((objective) =>
      tuneRecipe(
        facts,
        { ...searched(['no', 'yes']), ranking: { ...settings, use: ['no', 'yes'], objective } },
        { seed: 2 },
      ),
    ),
  );
  const [purchase, margin] = tuned.map(({ trials }) => trials.find(({ method }) => method === 'ranking')!);
  const [forPurchase, forMargin] = [purchase, margin].map(({ settings }) => settings as Record<string, number>);
  expect(tuned.map(({ recipe }) => recipe.ranking!.use)).toEqual(['yes', 'yes']);
  expect(forMargin['margin_gain']).toBeGreaterThan(forPurchase['margin_gain'] + 2 * forPurchase['margin_error']);
  expect(forMargin['purchase_gain']).toBeLessThan(forPurchase['purchase_gain']);
  expect(forMargin['revenue_error']).toBeGreaterThan(0);
  expect(margin.ndcg).toBeLessThan(purchase.ndcg);
});

thoroughly.test('stays the blend where nothing is known of what it is to be learnt for, and says so', async () => {
  const facts = factsOf(habitsOf(true));
  const ranking = { ...settings, objective: 'margin' } as const;
  const why = 'ranking.objective is margin: costs are known of 0 % of what was sold, 50 % are needed';
  const fitted = fitFamily(facts, { ...learnt, ranking: { ...ranking, use: 'yes' } }, { seed: 1 });
  expect(fitted.orderRefused).toBe(why);
  expect(fitted.candidates.ranking).toBeUndefined();
  const { recipe, trials } = await tuneRecipe(
    facts,
    { ...searched(['no', 'yes']), ranking: { ...ranking, use: ['no', 'yes'] } },
    { seed: 2 },
  );
  expect(recipe.ranking!.use).toBe('no');
  expect(trials.find(({ method }) => method === 'ranking')!.refused).toBe(why);
});

describe('what has been fitted already', () => {
  const facts = factsOf(habitsOf(true));

  usually.test('teaches the order, and its windows are not fitted anew', async () => {
    const { recipe, taught } = await tuneRecipe(facts, searched(['no', 'yes']), { seed: 2 });
    const listed = { ...recipe, candidates: 20 };
    const given = fitFamily(facts, listed, { seed: 1, taught });
    expect(given.taught).toEqual(taught);
    expect(given.worth).toBeDefined();
    // The habits of `habitsOf` are found.
    const [best] = Object.entries(given.worth!).sort(([, one], [, other]) => other - one);
    expect(best[0]).toMatch(/^own_(gap|age)/);
    // Whoever teaches nothing leaves the order to the blend.
    expect(fitFamily(facts, listed, { seed: 1, taught: [] }).worth).toBeUndefined();
  });

  usually.test('is the same in whichever order the work is done', async () => {
    const [here, backwards] = await Promise.all(
      [tasksHere, workBackwards()].map((runner) => tuneRecipe(facts, searched(['no', 'yes']), { seed: 2, runner })),
    );
    expect(here.taught!.length).toBeGreaterThan(2);
    // What differs is too long to be shown.
    expect(isDeepStrictEqual(backwards, here)).toBe(true);
  });

  usually.test('is as large as its rows, though few buy what competes', async () => {
    const { recipe, taught } = await tuneRecipe(facts, searched(['no', 'yes']), { seed: 2 });
    const { candidates, refused } = fitFamily(facts, recipe, { seed: 1, taught });
    const customers = Uint32Array.from({ length: 50 }, (_, customer) => customer);
    const relevantAt = (place: number) => new Set(place === 7 ? [3] : []);
    const [{ sizes, gains, prior, columns }] = teachOneMore(
      { input: candidates, refused, customers, relevantAt },
      [],
      settings,
    );
    expect(sizes).toHaveLength(1);
    for (const { buffer } of [gains, ...columns]) expect(buffer.byteLength).toBe(4 * sizes[0]);
    expect(prior.buffer.byteLength).toBe(8 * sizes[0]);
  });

  thoroughly.test('is nothing where the search leaves the order to the blend', async () => {
    expect((await tuneRecipe(factsOf(habitsOf(false)), searched(['no', 'yes']), { seed: 2 })).taught).toBeUndefined();
  });

  usually.test('teaches nothing where methods are missing in it or in the lists', async () => {
    const { recipe, taught } = await tuneRecipe(facts, searched(['no', 'yes']), { seed: 2 });
    const without = taught!.map((lesson) => ({ ...lesson, refused: { ease: 'too large' } }));
    expect(fitFamily(facts, recipe, { seed: 1, taught: without }).taught).toBeUndefined();
    expect(fitFamily(facts, recipe, { seed: 1, taught: [without[0], taught![1]] }).taught).toEqual([taught![1]]);
  });

  thoroughly.test('teaches with the newest window first, and as many customers as the recipe says', async () => {
    const { recipe, taught } = await tuneRecipe(facts, searched(['no', 'yes']), { seed: 2 });
    const { candidates, refused } = fitFamily(facts, recipe, { seed: 1, taught });
    const customers = Uint32Array.from({ length: 50 }, (_, customer) => customer);
    const lesson = { input: candidates, refused, customers, relevantAt: () => new Set([3]) };
    const older = taught!.reduce((sum, { sizes }) => sum + sizes.length, 0);
    const known = (all: typeof taught) => all!.reduce((sum, { sizes }) => sum + sizes.length, 0);
    const newest = known(teachOneMore(lesson, [], settings));
    expect(newest).toBeGreaterThan(0);
    expect(newest).toBeLessThanOrEqual(50);
    const cut = teachOneMore(lesson, taught!, { ...settings, customers: newest + older - 7 });
    expect(cut[0].sizes).toHaveLength(newest);
    expect(known(cut)).toBe(newest + older - 7);
    // What is cut off is cut off everywhere: as many rows as its customers have.
    for (const { sizes, gains, prior, columns, ideals } of cut) {
      const rows = sizes.reduce((sum, size) => sum + size, 0);
      for (const column of [gains, prior, ...columns]) expect(column).toHaveLength(rows);
      expect(ideals).toHaveLength(sizes.length);
    }
    expect(known(teachOneMore(lesson, taught!, { ...settings, customers: 5 }))).toBeLessThanOrEqual(5);
  });
});
