import type { Facts } from '../../../models/collaborative-filtering/index.ts';
import {
  bootstrapMean,
  type Interval,
  judgeLists,
  type ListJudgement,
  pairedBootstrap,
  splitByTime,
  type TestSet,
  testSetOf,
} from '../../../models/evaluation/index.ts';
import { groupByCustomer } from '../../../models/group-by-customer.ts';
import type { LearningOptions, ListRecipes } from '../learners/fit-lists.ts';
import { factsBefore, purchasesAround } from '../snapshot/list-facts.ts';
import { linesAsOf, pickRows, withoutLines } from '../snapshot/sales.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type ContenderLists, type ContenderName, makeContender } from './contenders.ts';
import { evaluationWindow } from './evaluate-lists.ts';
import type { FileLists, HeldOutPairs } from './read-list-files.ts';

/** The figures that have an interval over the judged customers. */
const judgedFigures = ['ndcg', 'recall', 'mrr', 'map'] as const;
type Figures = Record<(typeof judgedFigures)[number], Interval>;

/** One line of the table; without figures where the contender could not be learnt. */
export interface JudgedContender {
  name: string;
  figures: (Figures & { hit_rate: number; coverage: number; novelty: number }) | null;
  refused: string | null;
  /** judged customers for whom it has a list */
  listed: number;
  seconds: number;
  /** with which it was learnt */
  recipe: object | null;
}

/** A contender less the first one, on the same customers. */
export interface ContenderDifference {
  name: string;
  against: string;
  ndcg: Interval;
  recall: Interval;
}

/** The table of `pannier evaluate`, as its JSON has it. */
export interface ContenderReport {
  as_of: string;
  /** learnt from what is before it */
  cut: string;
  /** where the judged window ends; null: the test set is a file */
  end: string | null;
  k: number;
  customers: number;
  sellable_items: number;
  repurchase: 'allow' | 'exclude';
  rows: JudgedContender[];
  differences: ContenderDifference[];
}

export interface Contest extends LearningOptions {
  /** judged in this order; differences are against the first */
  contenders: readonly ContenderName[];
  /** lists made elsewhere, by the name to be shown, judged after the others */
  fileLists: readonly (FileLists & { name: string })[];
  holdout: { windowDays: number } | HeldOutPairs;
  recipes: ListRecipes;
  published: ListRecipes | undefined;
  k: number;
}

const samples = 1_000;

/**
 * Judges contenders on one test set: each is learnt from what is before the cut alone and ranks everything that was sold before
 * it. Relevant is every distinct item bought in the window, or every pair of the file; pairs of a file are left out of what is
 * learnt from.
 */
export async function judgeContenders(
  snapshot: Snapshot,
  contest: Contest,
  onProgress: (done: number, name: string) => void | Promise<void> = () => {},
): Promise<ContenderReport> {
  const { k, seed, threads, runner, recipes } = contest;
  const { repurchase } = recipes['collaborative-filtering'];
  const { learnFrom, cut, end, testSet } = splitOf(snapshot, contest);
  const facts = factsBefore(learnFrom, cut, recipes['collaborative-filtering']);
  const eligible = new Uint8Array(snapshot.itemKeys.length);
  for (const item of facts.sales.items) eligible[item] = 1;
  const sellable = eligible.reduce((sum, sold) => sum + sold, 0);
  const owned = countOwners(facts.purchases);
  const published = contest.published && {
    ...contest.published,
    facts: { ...factsBefore(learnFrom, cut, contest.published['collaborative-filtering']), eligible },
  };
  const learning = {
    facts: { ...facts, eligible },
    recipes,
    published,
    places: k,
    customers: testSet.customers,
    seed,
    threads,
    runner,
  };

  const makers: [name: string, make: () => ContenderLists | Promise<ContenderLists>][] = [
    ...contest.contenders.map((name): (typeof makers)[number] => [name, () => makeContender(name, learning)]),
    ...contest.fileLists.map(({ name, lists }): (typeof makers)[number] => [
      name,
      () => ({ listFor: (customer) => lists.get(customer) ?? [], recipe: null }),
    ]),
  ];
  const rows: JudgedContender[] = [];
  const judgements = new Map<string, ListJudgement>();
  for (const [done, [name, make]] of makers.entries()) {
    await onProgress(done, name);
    const started = performance.now();
    const made: ContenderLists =
      testSet.customers.length === 0 || sellable === 0 ? { refused: 'there is nobody to judge by' } : await make();
    let listed = 0;
    let judgement: ListJudgement | undefined;
    if ('listFor' in made) {
      const listFor = (customer: number) => {
        const list = made.listFor(customer);
        if (list.length > 0) listed++;
        return list;
      };
      judgement = judgeLists(testSet, listFor, { k, sellable, owned });
      judgements.set(name, judgement);
    }
    rows.push({
      name,
      figures: judgement ? figuresOf(judgement, seed) : null,
      refused: 'refused' in made ? made.refused : null,
      listed,
      seconds: Number(((performance.now() - started) / 1_000).toFixed(3)),
      recipe: 'recipe' in made ? made.recipe : null,
    });
  }
  return {
    as_of: new Date(snapshot.asOf).toISOString(),
    cut: new Date(cut).toISOString(),
    end: end === undefined ? null : new Date(end).toISOString(),
    k,
    customers: testSet.customers.length,
    sellable_items: sellable,
    repurchase,
    rows,
    differences: differencesOf(judgements, seed),
  };
}

function splitOf(
  snapshot: Snapshot,
  { holdout, recipes }: Contest,
): { learnFrom: Snapshot; cut: number; end: number | undefined; testSet: TestSet } {
  if (!('windowDays' in holdout)) {
    return {
      learnFrom: withoutPairs(snapshot, holdout),
      cut: snapshot.asOf,
      end: undefined,
      testSet: testSetOf(holdout),
    };
  }
  const { cut, end } = evaluationWindow(snapshot, holdout.windowDays);
  const { repurchase } = recipes['collaborative-filtering'];
  const split = splitByTime(purchasesAround(snapshot, cut), { cut, end, repurchase });
  return { learnFrom: snapshot, cut, end, testSet: split };
}

/** The snapshot without anything that it says of these pairs of customer and item. */
function withoutPairs(snapshot: Snapshot, pairs: HeldOutPairs): Snapshot {
  const itemCount = snapshot.itemKeys.length;
  const heldOut = new Set(Array.from(pairs.customers, (customer, pair) => customer * itemCount + pairs.items[pair]));
  const { sold, events } = snapshot;
  const isKept = (customer: number, item: number) => customer < 0 || !heldOut.has(customer * itemCount + item);
  const sales = withoutLines(snapshot, (line) => isKept(sold.customers[line], sold.items[line]));
  const keptEvents = Uint32Array.from(events.times.keys()).filter((event) =>
    isKept(events.customers[event], events.items[event]),
  );
  return { ...snapshot, ...sales, ...linesAsOf(sales, snapshot.asOf), events: pickRows(events, keptEvents) };
}

/** By item: how many customers have bought it. */
function countOwners({ customers, items, customerCount, itemCount }: Facts['purchases']) {
  const owners = new Uint32Array(itemCount);
  // By customer one more than the last item counted of theirs, for the lines come item by item.
  const counted = new Uint32Array(customerCount);
  for (const line of groupByCustomer(items, itemCount).places) {
    if (counted[customers[line]] === items[line] + 1) continue;
    counted[customers[line]] = items[line] + 1;
    owners[items[line]]++;
  }
  return { owners, customers: counted.reduce((sum, item) => sum + Math.min(1, item), 0) };
}

function figuresOf(judgement: ListJudgement, seed: number): NonNullable<JudgedContender['figures']> {
  const intervals = judgedFigures.map((name) => [name, bootstrapMean(judgement.byCustomer[name], { seed, samples })]);
  const { hitRate, coverage, novelty } = judgement;
  return { ...(Object.fromEntries(intervals) as Figures), hit_rate: hitRate, coverage, novelty };
}

function differencesOf(judgements: ReadonlyMap<string, ListJudgement>, seed: number): ContenderDifference[] {
  const [first, ...others] = judgements;
  if (!first) return [];
  const [against, base] = first;
  const difference = (name: 'ndcg' | 'recall', judgement: ListJudgement) =>
    pairedBootstrap(
      judgement.byCustomer[name].map((value, customer) => value - base.byCustomer[name][customer]),
      { seed, samples },
    );
  return others.map(([name, judgement]) => ({
    name,
    against,
    ndcg: difference('ndcg', judgement),
    recall: difference('recall', judgement),
  }));
}
