import {
  type CollaborativeFilteringRecipe,
  type Facts,
  type FitOptions,
  fitFamily,
  listAt,
  type MethodName,
  makeLists,
  type ResolvedRecipe,
  resolveRecipe,
  tasksHere,
  tuneRecipe,
} from '../../../models/collaborative-filtering/index.ts';
import { personalFrequency } from '../../../models/evaluation/index.ts';
import { groupByCustomer, placesOf } from '../../../models/group-by-customer.ts';
import { rankPopularity } from '../../../models/popularity/index.ts';
import type { LearningOptions, ListRecipes } from '../learners/fit-lists.ts';

/** What can be judged by name: simple models by themselves, the night's choice, and the recipe that is published. */
export const contenderNames = [
  'night',
  'published',
  'popularity',
  'personal-frequency',
  'item-knn',
  'rp3beta',
  'p3alpha',
  'ials',
  'ease',
  'tifu-knn',
  'gf-cf',
  'next-baskets',
] as const;
/** What can be judged beside lists made elsewhere. */
export type ContenderName = (typeof contenderNames)[number];

/** Lists of a contender, learnt from the facts before the cut; or why there are none. */
export type ContenderLists =
  | { listFor: (customer: number) => ArrayLike<number>; recipe: object | null }
  | { refused: string };

export interface Learning extends LearningOptions {
  /** before the cut; only what is eligible is listed */
  facts: Facts;
  recipes: ListRecipes;
  /** with the facts as its own recipe weighs them */
  published: (ListRecipes & { facts: Facts }) | undefined;
  /** length of the lists */
  places: number;
  /** whose lists are wanted */
  customers: Uint32Array;
}

/** A list by one method's scores alone: repurchases and what is selling only break ties. */
const aloneBlend = { collaborative: 1_000, popularityPower: 0, floor: 1e-6 };

/** Learns one contender. */
export async function makeContender(name: ContenderName, learning: Learning): Promise<ContenderLists> {
  const { facts, recipes, published, seed, threads, runner = tasksHere, places, customers } = learning;
  const recipe = recipes['collaborative-filtering'];
  switch (name) {
    case 'popularity':
      return {
        listFor: popularLists(learning),
        recipe: recipes.popularity,
      };
    case 'personal-frequency':
      return { listFor: frequentLists(learning), recipe: recipes.popularity };
    case 'night': {
      const { recipe: searched, taught } = await tuneRecipe(facts, { ...recipe, candidates: places }, { seed, runner });
      return learn(searched, { taught });
    }
    case 'published':
      if (!published) return { refused: 'no recipe that this code understands is published' };
      return learn(resolveRecipe({ ...published['collaborative-filtering'], candidates: places }), {
        from: published.facts,
      });
    case 'p3alpha':
      return learn(alone('rp3beta', recipe, { beta: 0, shrinkage: 0 }), { method: 'rp3beta' });
    default:
      return learn(alone(name, recipe), { method: name });
  }

  async function learn(
    resolved: ResolvedRecipe,
    { method, from = facts, taught }: { method?: MethodName; from?: Facts; taught?: FitOptions['taught'] },
  ): Promise<ContenderLists> {
    const given = { seed, threads, ...(taught && { taught }) };
    const { candidates, refused } = fitFamily(from, { ...resolved, candidates: places }, given);
    const reason = method && refused[method];
    if (reason !== undefined) return { refused: reason };
    const lists = new Map<number, Uint32Array>();
    for await (const made of makeLists(runner, candidates, customers)) {
      made.customers.forEach((customer, place) => {
        lists.set(customer, listAt(made.lists, place).items);
      });
    }
    return { listFor: (customer) => lists.get(customer)!, recipe: resolved };
  }
}

function alone(method: MethodName, recipe: CollaborativeFilteringRecipe, settings: object = {}): ResolvedRecipe {
  const resolved = resolveRecipe(recipe);
  const methods = Object.fromEntries(
    Object.entries(resolved.methods).map(([name, each]) => [
      name,
      name === method ? { ...each, ...settings, weight: 1 } : { ...each, weight: 0 },
    ]),
  ) as unknown as ResolvedRecipe['methods'];
  return { ...resolved, methods, blend: aloneBlend, ranking: undefined };
}

function popularLists(learning: Learning): (customer: number) => ArrayLike<number> {
  const { ranking, ownedBy } = prepare(learning);
  return (customer) => firstAllowed(ranking, ownedBy(customer), learning.places);
}

function frequentLists(learning: Learning): (customer: number) => ArrayLike<number> {
  const { ranking, linesOf, ownedBy } = prepare(learning);
  const { items, ageDays, itemCount } = learning.facts.purchases;
  const rank = personalFrequency(ranking, itemCount);
  return (customer) => {
    const lines = linesOf(customer);
    const owned = ownedBy(customer);
    const bought = lines.map((line) => items[line]);
    const ages = Float64Array.from(lines, (line) => ageDays[line]);
    return firstAllowed(rank(bought, ages, learning.places + owned.size), owned, learning.places);
  };
}

function prepare({ facts, recipes }: Learning) {
  const { sales, purchases, eligible } = facts;
  const { itemCount, customerCount } = purchases;
  const weights = new Float32Array(sales.items.length).fill(1);
  const { ranking } = rankPopularity({ ...sales, itemCount, weights }, recipes.popularity);
  const lines = groupByCustomer(purchases.customers, customerCount);
  const linesOf = (customer: number) => placesOf(lines, customer);
  const excludesOwned = recipes['collaborative-filtering'].repurchase === 'exclude';
  const nobody: ReadonlySet<number> = new Set();
  return {
    ranking: ranking.filter((item) => eligible?.[item] !== 0),
    linesOf,
    ownedBy: (customer: number): ReadonlySet<number> =>
      excludesOwned ? new Set(Array.from(linesOf(customer), (line) => purchases.items[line])) : nobody,
  };
}

function firstAllowed(list: Uint32Array, excluded: ReadonlySet<number>, limit: number): number[] {
  const allowed: number[] = [];
  for (const item of list) {
    if (allowed.length === limit) break;
    if (!excluded.has(item)) allowed.push(item);
  }
  return allowed;
}
