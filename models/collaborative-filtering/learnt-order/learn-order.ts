import {
  columnCount,
  columnNames,
  discountAt,
  knowledgeOf,
  type LearntRanking,
  learnRanking,
  noTrees,
  type RankingRows,
  type RankingSettings,
  whyNotFor,
  worthOf,
} from '../../ranking/index.ts';
import type { CandidateInput, LearntOrder } from '../blend/candidates.ts';
import { customersTogether } from '../blend/members.ts';
import { createCandidateRanker } from '../blend/rank-candidates.ts';
import type { Facts } from '../facts.ts';
import { type CollaborativeFilteringRecipe, choicesOf, type MethodName, type ResolvedRecipe } from '../recipe.ts';
import { makeFolds } from '../search/folds.ts';

/** Lists before a window, and what was bought in it: they teach the order. */
export interface Lesson extends Pick<Listed, 'refused'> {
  /** fitted on what was before the window, with a `ranking` of what was known then */
  readonly input: CandidateInput;
  readonly customers: Uint32Array;
  /** by place among the customers: what they bought in the window */
  relevantAt(place: number): ReadonlySet<number>;
}

/** What lists are made of, as far as the order needs it. */
export interface Listed {
  readonly candidates: CandidateInput;
  readonly refused: Readonly<Partial<Record<MethodName, string>>>;
}

/** Fits a recipe on the facts before a window, and on nothing later. */
export type FitBefore = (facts: Facts, recipe: ResolvedRecipe) => Listed;

/** An order, and what it was learnt from. */
interface TaughtOrder {
  ranking: LearntOrder;
  /** by feature */
  worth: Record<string, number>;
  taught: readonly TaughtLesson[];
}

/**
 * Learns how the blend's best are ordered, from the last windows of the facts: in each the recipe is fitted on what was before it, and
 * judged by what was bought in it.
 *
 * @param by.taught what windows before the end of the facts have taught already, by this recipe; they are not fitted anew
 * @returns why not, where lists cannot be ordered for what the recipe says; undefined where there is nothing to learn from: in both the
 * order stays the blend's
 */
export function orderOf(
  facts: Facts,
  recipe: ResolvedRecipe,
  fitted: Listed,
  by: {
    seed: number;
    threads?: number | undefined;
    fitBefore: FitBefore;
    taught?: readonly TaughtLesson[] | undefined;
  },
): TaughtOrder | { refused: string } | undefined {
  const settings = recipe.ranking!;
  const knowledge = knowledgeOf(facts);
  const refused = whyNotFor(settings.objective, knowledge);
  if (refused !== undefined) return { refused };
  const taught = (
    by.taught ?? Array.from(lessonsOf(facts, recipe, fitted, by), (lesson) => teach(lesson, settings))
  ).filter((lesson) => hasSameMethods(lesson, fitted));
  const { trees, worth } = learnOrder(taught, settings, by.threads);
  if (trees.roots.length === 0) return undefined;
  const names = columnNames(['last_basket', ...methodsOf(recipe, fitted)]);
  return {
    ranking: { trees, knowledge, candidates: settings.candidates },
    worth: Object.fromEntries(names.map((name, feature) => [name, worth[feature]])),
    taught,
  };
}

/** Where a method is missing its scores are too, and nothing learnt there holds where it is not. */
export function hasSameMethods(one: Pick<Listed, 'refused'>, other: Pick<Listed, 'refused'>): boolean {
  return Object.keys(one.refused).join() === Object.keys(other.refused).join();
}

/**
 * The last windows of the facts, the latest first; what is known in each is what was known before it. One after the other, so that what
 * lists are made of is in memory once.
 */
export function* lessonsOf(
  facts: Facts,
  recipe: ResolvedRecipe,
  fitted: Pick<Listed, 'refused'>,
  { seed, fitBefore }: { seed: number; fitBefore: FitBefore },
): Generator<Lesson> {
  const settings = recipe.ranking!;
  const plain = withoutOrder(recipe);
  const { windowDays } = recipe.tuning;
  const { windows, customers } = settings;
  const folds = makeFolds(facts, { windowDays, windows, customers }, { repurchase: recipe.repurchase, seed });
  for (const { facts: before, customers: own, relevant } of folds) {
    const { candidates, refused } = fitBefore(before, plain);
    if (!hasSameMethods({ refused }, fitted)) continue;
    const input = withOrder(candidates, before, settings);
    yield { input, refused, customers: own, relevantAt: (place) => relevant[place] };
  }
}

/** Learns from lessons how candidates are to be ordered. @see learnRanking */
export function learnOrder(
  taught: readonly TaughtLesson[],
  settings: RankingSettings,
  threads?: number,
): LearntRanking {
  return learnRanking(gatherRows(taught), settings, { threads });
}

/** The recipe whose order is the blend's. */
export function withoutOrder({ ranking: _, ...recipe }: ResolvedRecipe): ResolvedRecipe {
  return recipe;
}

/** What lists are made of, with what is known of the goods and customers in them, and no order yet. */
export function withOrder(candidates: CandidateInput, facts: Facts, settings: RankingSettings): CandidateInput {
  return {
    ...candidates,
    ranking: { trees: noTrees, knowledge: knowledgeOf(facts), candidates: settings.candidates },
  };
}

/** The graph first, then the others, in the order of the recipe. */
function methodsOf({ methods }: ResolvedRecipe, { refused }: Listed): string[] {
  const served = methods['item-knn'].weight > methods.rp3beta.weight ? 'item-knn' : 'rp3beta';
  const others = (Object.keys(methods) as MethodName[]).filter(
    (name) => name !== served && methods[name].weight > 0 && refused[name] === undefined,
  );
  return [served, ...others];
}

/** The candidates of all customers of the lessons. */
export function gatherRows(taught: readonly TaughtLesson[]): RankingRows {
  const offsets = [0];
  for (const { sizes } of taught) for (const size of sizes) offsets.push(offsets.at(-1)! + size);
  const join = <Values extends Float32Array | Float64Array>(
    kind: new (length: number) => Values,
    of: (taught: TaughtLesson) => Values | undefined,
  ) => {
    const joined = new kind(offsets.at(-1)!);
    let end = 0;
    for (const each of taught) {
      const values = of(each);
      if (values) joined.set(values, end);
      end += each.gains.length;
    }
    return joined;
  };
  const width = taught.find(({ gains }) => gains.length > 0)?.columns.length ?? 0;
  return {
    offsets: Uint32Array.from(offsets),
    ideals: Float64Array.from(taught.flatMap(({ ideals }) => ideals)),
    gains: join(Float32Array, ({ gains }) => gains),
    prior: join(Float64Array, ({ prior }) => prior),
    columns: Array.from({ length: width }, (_, feature) => join(Float32Array, ({ columns }) => columns[feature])),
  };
}

/** What one lesson tells, customer by customer: columns of as many rows as all of them have. */
export interface TaughtLesson extends Pick<Listed, 'refused'> {
  /** by customer: rows, and the discounted gain of the best list of all that was bought */
  readonly sizes: readonly number[];
  readonly ideals: readonly number[];
  readonly gains: Float32Array;
  readonly prior: Float64Array;
  readonly columns: readonly Float32Array[];
}

/**
 * The candidates of all customers for whom something that was bought competes: of others nobody knows which is better. What lists were
 * made of need not be kept for it.
 */
export function teach(
  { input, refused, customers, relevantAt }: Lesson,
  { places, objective }: Pick<RankingSettings, 'places' | 'objective'>,
): TaughtLesson {
  const ranker = createCandidateRanker(input);
  const worth = worthOf(objective, input.ranking!.knowledge);
  const most = customers.length * ranker.mostDescribed;
  const width = columnCount(2 + (input.others?.length ?? 0));
  const [sizes, ideals]: [number[], number[]] = [[], []];
  const gains = new Float32Array(most);
  const priors = new Float64Array(most);
  const features = Array.from({ length: width }, () => new Float32Array(most));
  let rows = 0;
  customers.forEach((customer, place) => {
    if (place % customersTogether === 0) ranker.expect(customers.subarray(place, place + customersTogether));
    const relevant = relevantAt(place);
    const { items, prior, features: described } = ranker.describe(customer);
    let gained = 0;
    for (let row = 0; row < items.length; row++) {
      const gain = relevant.has(items[row]) ? worth(items[row]) : 0;
      gains[rows + row] = gain;
      gained += gain;
    }
    if (!(gained > 0)) return;
    const { columns, stride } = described;
    features.forEach((column, feature) => {
      column.set(columns.subarray(feature * stride, feature * stride + items.length), rows);
    });
    priors.set(prior, rows);
    rows += items.length;
    sizes.push(items.length);
    const best = Float64Array.from(relevant, worth).sort().reverse().subarray(0, places);
    ideals.push(best.reduce((sum, gain, rank) => sum + gain * discountAt(rank), 0));
  });
  // Many customers have bought nothing that competes.
  const columns = features.map((column) => column.slice(0, rows));
  return { refused, sizes, ideals, gains: gains.slice(0, rows), prior: priors.slice(0, rows), columns };
}

/**
 * What a window teaches by lists that were ordered before it, and then what had taught that order: as many customers as the recipe
 * learns from.
 */
export function teachOneMore(
  lesson: Lesson,
  older: readonly TaughtLesson[],
  settings: Pick<RankingSettings, 'places' | 'objective' | 'customers'>,
): readonly TaughtLesson[] {
  const newest = teach({ ...lesson, customers: lesson.customers.subarray(0, settings.customers) }, settings);
  const kept = [newest];
  let missing = settings.customers - newest.sizes.length;
  for (const each of older) {
    if (missing <= 0) break;
    kept.push(ofFirst(each, missing));
    missing -= each.sizes.length;
  }
  return kept;
}

/** What so many of a lesson's customers tell. */
function ofFirst(lesson: TaughtLesson, customers: number): TaughtLesson {
  if (lesson.sizes.length <= customers) return lesson;
  const sizes = lesson.sizes.slice(0, customers);
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  return {
    refused: lesson.refused,
    sizes,
    ideals: lesson.ideals.slice(0, customers),
    gains: lesson.gains.slice(0, rows),
    prior: lesson.prior.slice(0, rows),
    columns: lesson.columns.map((column) => column.slice(0, rows)),
  };
}

/**
 * What learning an order is reckoned to take of seconds, without what the methods take, and of bytes.
 *
 * @param customers that are learnt from
 * @param methods of the blend
 */
export function reckonOrder(
  settings: RankingSettings,
  { customers, methods }: { customers: number; methods: number },
): { seconds: number; bytes: number } {
  const learnt = Math.min(customers, settings.customers);
  const rows = settings.candidates * learnt;
  const columns = columnCount(methods + 1);
  return {
    seconds: 1e-8 * rows * columns * settings.trees + 1e-3 * learnt,
    // Values twice while they are joined, bins twice; scores and derivatives.
    bytes: rows * (columns * (2 * 4 + 2) + 80),
  };
}

/** Bytes that learning the order takes, by a recipe of which the search has chosen nothing yet; 0 where it is not learnt. */
export function reckonOrderBytes(
  { ranking, methods }: Pick<CollaborativeFilteringRecipe, 'ranking' | 'methods'>,
  customers: number,
): number {
  if (!ranking || !choicesOf(ranking.use).includes('yes')) return 0;
  // Who buys in several windows is learnt from several times.
  const learnt = { customers: customers * ranking.windows, methods: Object.keys(methods).length };
  return reckonOrder(ranking, learnt).bytes;
}
