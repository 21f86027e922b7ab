import {
  type CandidateInput,
  type Candidates,
  type CollaborativeFilteringRecipe,
  createRecommender,
  listAt,
  makeLists,
  type TaskRunner,
  type TaughtLesson,
  tasksHere,
  teachOneMore,
} from '../../../models/collaborative-filtering/index.ts';
import {
  drawCustomers,
  judgeLists,
  type ListJudgement,
  personalFrequency,
  splitByTime,
  type TestSet,
} from '../../../models/evaluation/index.ts';
import { groupByCustomer } from '../../../models/group-by-customer.ts';
import { assembleList } from '../../recommendations/index.ts';
import { dayMs } from '../../shop/days.ts';
import { createListFitter, type FittedLists, type LearningOptions, type ListRecipes } from '../learners/fit-lists.ts';
import { purchasesAround, purchasesBefore } from '../snapshot/list-facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Comparison, compare, intervalOf } from './gate.ts';

const listLength = 10;
/** More customers than this make the intervals hardly narrower, and the night longer. */
const mostJudged = 20_000;
/** One line of the evaluation table. */
export interface EvaluationRow {
  name: string;
  ndcg_at_10: number;
  /** 95 % bootstrap interval of NDCG@10 over the customers */
  interval: [low: number, high: number];
  recall_at_10: number;
  /** of Recall@10 */
  recall_interval: [low: number, high: number];
  coverage: number;
}

export interface Evaluation {
  as_of: string;
  cut: string;
  window_days: number;
  /** judged: all who are present before the cut and in the window, or as many as are enough, drawn by the run's seed */
  customers: number;
  /** goods sold before the cut: what may be listed */
  sellable_items: number;
  repurchase: 'allow' | 'exclude';
  rows: EvaluationRow[];
  /** what is fitted on everything and released, if it passes the gate */
  winner: 'served-list' | 'published-recipe';
  /** tonight's recipe against the published one, and the winner of both against popularity */
  comparisons: Comparison[];
}

/** Recipes judged, and what that taught of the order of lists by the winner. */
export interface JudgedRecipes {
  evaluation: Evaluation;
  /** undefined: the order of its lists is not learnt, or nobody was judged */
  taught: readonly TaughtLesson[] | undefined;
}

/**
 * Fits on the facts before the cut and judges by what is bought in the window after it, over the customers present in both,
 * ranking all goods that were sellable at the cut. Relevant is every distinct item bought. Of very many customers so many
 * are drawn as are enough.
 * @param options.published the recipes of the published release, when they differ from tonight's
 * @param options.keepsBetter the published recipes win where they are significantly better
 */
export async function evaluateLists(
  snapshot: Snapshot,
  options: LearningOptions & {
    windowDays: number;
    recipes: ListRecipes;
    published: ListRecipes | undefined;
    keepsBetter: boolean;
  },
): Promise<JudgedRecipes> {
  const { windowDays, recipes, published, seed, threads, runner = tasksHere, workedOut, keepsBetter, taught } = options;
  const { repurchase } = recipes['collaborative-filtering'];
  const { cut, end } = evaluationWindow(snapshot, windowDays);
  const agedAt = agedAtCut(snapshot, { cut, end });
  const fitBefore = createListFitter(snapshot, cut, { seed, threads, workedOut }, agedAt);
  const present = splitByTime(purchasesAround(snapshot, cut), { cut, end, repurchase });
  const testSet = drawCustomers(present, { most: mostJudged, seed });
  const fitted = fitBefore(recipes, taught);
  const sellable = fitted.purchases.filter((count) => count > 0).length;
  const judge = (listFor: (customer: number) => ArrayLike<number>) =>
    judgeLists(testSet, listFor, { k: listLength, sellable });

  const judged = new Map<string, ListJudgement>();
  let theirs: { lists: FittedLists; recipes: ListRecipes; popularity: ListJudgement } | undefined;
  // A shop younger than the window has nobody to judge by.
  if (testSet.customers.length > 0) {
    const listMakersOf = async (lists: FittedLists) => {
      const served = await listAll(runner, lists.candidates, testSet.customers);
      return listMakers(snapshot, { ...lists, served }, cut, repurchase);
    };
    const lists = await listMakersOf(fitted);
    judged.set('popularity', judge(lists.popularity));
    judged.set('personal-frequency', judge(lists.personalFrequency));
    judged.set('collaborative-filtering', judge(lists.collaborativeFiltering));
    judged.set('served-list', judge(lists.served));
    if (published) {
      const theirLists = fitBefore(published);
      const makers = await listMakersOf(theirLists);
      judged.set('published-recipe', judge(makers.served));
      theirs = { lists: theirLists, recipes: published, popularity: judge(makers.popularity) };
    }
  }
  const comparisons: Comparison[] = [];
  const ndcgOf = (name: string) => judged.get(name)?.ndcgByCustomer;
  const compareTo = (against: Comparison['against'], ours: Float64Array | undefined) => {
    const other = ndcgOf(against);
    if (ours && other) comparisons.push(compare(against, { ours, other }, seed));
  };
  compareTo('published-recipe', ndcgOf('served-list'));
  const winner = keepsBetter && comparisons.some(({ high }) => high < 0) ? 'published-recipe' : 'served-list';
  // What is released is what is reported.
  const kept = winner === 'published-recipe' ? theirs : undefined;
  if (kept) judged.set('popularity', kept.popularity);
  compareTo('popularity', ndcgOf(winner));
  comparisons.reverse();
  const evaluation: Evaluation = {
    as_of: new Date(snapshot.asOf).toISOString(),
    cut: new Date(cut).toISOString(),
    window_days: windowDays,
    customers: testSet.customers.length,
    sellable_items: sellable,
    repurchase,
    rows: Array.from(judged, ([name, { ndcg, recall, coverage, ndcgByCustomer, recallByCustomer }]) => {
      const [ofNdcg, ofRecall] = [ndcgByCustomer, recallByCustomer].map((figures) => intervalOf(figures, seed));
      return {
        name,
        ndcg_at_10: ndcg,
        interval: [ofNdcg.low, ofNdcg.high],
        recall_at_10: recall,
        recall_interval: [ofRecall.low, ofRecall.high],
        coverage,
      };
    }),
    winner,
    comparisons,
  };
  const best = kept ?? { lists: fitted, recipes };
  return { evaluation, taught: teachWindow(best.lists, best.recipes['collaborative-filtering'], { testSet, seed }) };
}

/** What the judged window teaches of the order, beside what the order of these lists was learnt from. */
function teachWindow(
  { candidates, refused, taught }: FittedLists,
  { ranking: settings }: CollaborativeFilteringRecipe,
  { testSet, seed }: { testSet: TestSet; seed: number },
): JudgedRecipes['taught'] {
  if (!taught || !settings || testSet.customers.length === 0) return undefined;
  const { customers, relevant } = drawCustomers(testSet, { most: settings.customers, seed });
  return teachOneMore(
    { input: candidates, refused, customers, relevantAt: (place) => relevant[place] },
    taught,
    settings,
  );
}

/** The line of a contender, as a version reports it; null: nobody was judged. */
export function evaluationRow(evaluation: Evaluation | undefined, name: string): EvaluationRow | null {
  return evaluation?.rows.find((row) => row.name === name) ?? null;
}

/** Where as_of lies past the data, the lists that are served are made of old facts; those before the cut are as old then. */
export function agedAtCut({ asOf }: Snapshot, { cut, end }: { cut: number; end: number }): number {
  return cut + (asOf - end);
}

/** The window ends at `asOf`; where nothing was sold for so long, with the last sale, so that old data is judged too. */
export function evaluationWindow({ asOf, lines }: Snapshot, windowDays: number): { cut: number; end: number } {
  const lastSale = lines.times.at(-1) ?? asOf;
  const end = asOf - lastSale > windowDays * dayMs ? lastSale + 1 : asOf;
  return { cut: end - windowDays * dayMs, end };
}

/** The lists that are judged, each a function of a customer index; all list goods sold before the cut and nothing else. */
function listMakers(
  snapshot: Snapshot,
  fitted: FittedLists & { served: ReadonlyMap<number, Candidates> },
  cut: number,
  repurchase: 'allow' | 'exclude',
) {
  const { popularity, purchases, neighbours, interactions, repurchases } = fitted;
  const itemCount = snapshot.itemKeys.length;
  const ownedBy = (customer: number) =>
    new Set(repurchases.indices.subarray(repurchases.offsets[customer], repurchases.offsets[customer + 1]));
  const nobody: ReadonlySet<number> = new Set();
  const excludedFor = (customer: number) => (repurchase === 'exclude' ? ownedBy(customer) : nobody);
  const recommend = createRecommender(neighbours);
  const rankPersonal = personalFrequency(popularity.ranking, itemCount);
  const history = historyByCustomer(snapshot, cut);
  const popular = {
    items: popularity.ranking,
    scores: Array.from(popularity.ranking, (item) => popularity.scores[item]),
  };
  const categoryOf = (item: number) => snapshot.categories.numbers[item];

  const firstAllowed = (list: Iterable<number>, excluded: ReadonlySet<number>) => {
    const allowed: number[] = [];
    for (const item of list) {
      if (excluded.has(item)) continue;
      allowed.push(item);
      if (allowed.length === listLength) break;
    }
    return allowed;
  };

  return {
    popularity: (customer: number) => firstAllowed(popularity.ranking, excludedFor(customer)),
    personalFrequency(customer: number) {
      const { items, ageDays } = history(customer);
      const excluded = excludedFor(customer);
      return firstAllowed(rankPersonal(items, ageDays, listLength + excluded.size), excluded);
    },
    collaborativeFiltering(customer: number) {
      const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
      const rows = {
        items: interactions.indices.subarray(start, end),
        values: interactions.values!.subarray(start, end),
      };
      const exclude = Uint32Array.from(excludedFor(customer));
      return recommend(rows, { limit: listLength, exclude }).items.filter((item) => purchases[item] > 0);
    },
    served(customer: number) {
      const { items, scores, sources, because } = fitted.served.get(customer)!;
      const excluded = excludedFor(customer);
      return assembleList({
        candidates: { items, scores, sources, because: Int32Array.from(because) },
        limit: listLength,
        allows: (item) => purchases[item] > 0 && !excluded.has(item),
        categoryOf,
        popularity: popular,
        itemCount,
      }).items;
    },
  };
}

/** The lists of these customers, by customer. */
async function listAll(
  runner: TaskRunner,
  input: CandidateInput,
  customers: Uint32Array,
): Promise<Map<number, Candidates>> {
  const lists = new Map<number, Candidates>();
  for await (const made of makeLists(runner, input, customers)) {
    made.customers.forEach((customer, place) => {
      lists.set(customer, listAt(made.lists, place));
    });
  }
  return lists;
}

function historyByCustomer(snapshot: Snapshot, cut: number) {
  const { customers, items, ageDays, customerCount } = purchasesBefore(snapshot, cut);
  const { offsets, places } = groupByCustomer(customers, customerCount);
  const sortedItems = Uint32Array.from(places, (place) => items[place]);
  const sortedAges = Float64Array.from(places, (place) => ageDays[place]);
  return (customer: number) => ({
    items: sortedItems.subarray(offsets[customer], offsets[customer + 1]),
    ageDays: sortedAges.subarray(offsets[customer], offsets[customer + 1]),
  });
}
