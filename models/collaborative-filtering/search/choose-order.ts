import {
  discountAt,
  type Knowledge,
  type Objective,
  objectives,
  type RankingSettings,
  whyNotFor,
  worthOf,
} from '../../ranking/index.ts';
import { customersTogether } from '../blend/members.ts';
import { createCandidateRanker } from '../blend/rank-candidates.ts';
import { type FindModel, fitFamily, modelKey } from '../fit-family.ts';
import {
  hasSameMethods,
  type Lesson,
  learnOrder,
  reckonOrder,
  type TaughtLesson,
  teach,
  withOrder,
  withoutOrder,
} from '../learnt-order/learn-order.ts';
import {
  type CollaborativeFilteringRecipe,
  choicesOf,
  type HalfLives,
  type MethodName,
  type ResolvedRecipe,
} from '../recipe.ts';
import { estimateWork } from '../train-member.ts';
import { type Contender, refuse } from './attempt.ts';
import { compareFigures, joinFigures, type ListSums, ndcgOf } from './judge-blend.ts';
import { judgedPlaces } from './rank-pools.ts';
import { partOf, type Sheet } from './sheet.ts';
import type { RecipeTrial, Validation } from './validation.ts';

/** The newest windows, by whose customers the order is judged: what holds in one alone is chance. */
const judgedFolds = 2;

/** Fewer customers than this do not tell a learnt order from chance. */
const leastCustomers = 200;

/** Standard errors that a learnt order must gain: one in twenty that gains nothing does. */
const noise = 1.64;

/**
 * Whether the order of lists is learnt, where the recipe leaves it open: learnt from the older windows and from customers who choose
 * settings, judged beside the blend by the other customers of the newest windows.
 */
export function chooseOrder(
  validation: Validation,
  recipe: CollaborativeFilteringRecipe,
  blended: ResolvedRecipe,
  by: { seed: number; budget: number; threads: number; contenders: readonly Contender[] },
): { ranking?: RankingSettings; trials: RecipeTrial[]; taught?: readonly TaughtLesson[] } {
  const settings = recipe.ranking;
  const { seed, budget, threads, contenders } = by;
  if (!settings || choicesOf(settings.use).length < 2) return { trials: [] };
  const decide = (use: 'no' | 'yes', trial?: RecipeTrial) => ({
    ranking: { ...settings, use },
    trials: trial ? [trial] : [],
  });
  const refused = whyNot(validation, blended, { budget, settings });
  if (refused) return decide('no', refuse('ranking', {}, refused));
  const started = validation.now();
  const plain = { ...withoutOrder(blended), candidates: judgedPlaces };
  const lessons: Lesson[] = [];
  const judged: Lesson[] = [];
  let missing = settings.customers;
  for (let fold = 0; fold < Math.min(validation.folds, settings.windows); fold++) {
    const facts = validation.factsOf(fold);
    const { sheet, searched } = validation.inputOf(fold, blended);
    const known = knownAt(fold, contenders);
    const matricesOf = (halfLives: HalfLives) => validation.inputOf(fold, halfLives).matrices;
    const { candidates, refused } = fitFamily(facts, plain, { seed, threads, known, matricesOf });
    const input = withOrder(candidates, facts, settings);
    const lessonOf = ({ customers, relevant: { offsets, items } }: Sheet): Lesson => ({
      ...{ input, refused, customers },
      relevantAt: (place) => new Set(items.subarray(offsets[place], offsets[place + 1])),
    });
    const isJudged = fold < judgedFolds;
    const teachers = isJudged ? searched : sheet;
    lessons.push(lessonOf(partOf(teachers, 0, Math.min(missing, teachers.customers.length))));
    missing -= lessons[fold].customers.length;
    if (isJudged) judged.push(lessonOf(partOf(sheet, searched.customers.length, sheet.customers.length)));
  }
  const { knowledge } = judged[0].input.ranking!;
  const impossible = whyNotFor(settings.objective, knowledge);
  if (impossible !== undefined) return decide('no', refuse('ranking', {}, impossible));
  const taught = sameMethods(lessons).map((lesson) => teach(lesson, settings));
  const { trees } = learnOrder(taught, settings, threads);
  const lists: ListSums[] = [];
  const judge = (lesson: Lesson, isOrdered: boolean) => {
    const { input } = lesson;
    const ranking = isOrdered ? { ...input.ranking!, trees } : undefined;
    return judgeOrder(
      { ...lesson, input: { ...input, ranking } },
      { knowledge: input.ranking!.knowledge, settings, isOrdered, lists },
    );
  };
  const ours = judged.map((each) => judge(each, true));
  const theirs = judged.map((each) => judge(each, false));
  const compare = (of: (judgement: OrderJudgement) => Float64Array) =>
    compareFigures(...([ours, theirs].map((all) => joinFigures(all.map(of))) as [Float64Array, Float64Array]));
  const { gain, error } = compare(({ aim }) => aim);
  const use = trees.roots.length > 0 && gain > noise * error ? 'yes' : 'no';
  // What an order for one of them is worth to the others, by list.
  const others = objectives
    .filter((objective) => whyNotFor(objective, knowledge) === undefined)
    .flatMap((objective) => {
      const { gain, error } = compare(({ sums }) => sums[objective]);
      return [
        [`${objective}_gain`, gain],
        [`${objective}_error`, error],
      ];
    });
  const settled = { use, gain, error, objective: settings.objective, ...Object.fromEntries(others) };
  const report = { method: 'ranking', settings: settled, work: 0 } as const;
  const ndcg = joinFigures(ours.map((each) => each.ndcg));
  const decided = decide(use, validation.report(report, started, { ndcg, lists }));
  if (use === 'no') return decided;
  // Once it is judged, those who judged it teach too.
  for (const lesson of sameMethods(judged)) {
    if (missing <= 0) break;
    const customers = lesson.customers.subarray(0, missing);
    taught.push(teach({ ...lesson, customers }, settings));
    missing -= customers.length;
  }
  return { ...decided, taught };
}

/** What was trained in a fold while settings were searched. */
function knownAt(fold: number, contenders: readonly Contender[]): FindModel {
  const keys = contenders.map(({ name, halfLives, settings }) => modelKey(name, halfLives.halfLifeDays, settings));
  return (...of) => contenders[keys.indexOf(modelKey(...of))]?.models[fold];
}

function whyNot(
  validation: Validation,
  blended: ResolvedRecipe,
  { budget, settings }: { budget: number; settings: RankingSettings },
): string | undefined {
  if (!validation.isTimed) return 'nothing has a time';
  let [customers, work] = [0, 0];
  for (let fold = 0; fold < validation.folds; fold++) {
    const { training, sheet, searched } = validation.inputOf(fold, blended);
    if (fold < judgedFolds) customers += sheet.customers.length - searched.customers.length;
    for (const [name, { weight, ...settings }] of Object.entries(blended.methods)) {
      if (weight > 0) work += estimateWork(name as MethodName, training, settings as never);
    }
  }
  if (customers < leastCustomers) return `${customers} customers judge it, ${leastCustomers} are needed`;
  if (work > budget) {
    return `its windows are reckoned to take ${Math.ceil(work)} s, its part of tuning.workSeconds is ${Math.floor(budget)} s`;
  }
  const { seconds } = reckonOrder(settings, { customers: validation.customers, methods: methodCount(blended) });
  if (work + seconds > settings.workSeconds) {
    return `learning it is reckoned to take ${Math.ceil(work + seconds)} s, ranking.workSeconds is ${settings.workSeconds}`;
  }
  return undefined;
}

/** The methods that lists are made of: the graph, and what else weighs something. */
function methodCount({ methods }: ResolvedRecipe): number {
  return 1 + Object.values(methods).filter(({ weight }) => weight > 0).length;
}

/** Those with as many methods as the newest: an older window may have too little for one. */
function sameMethods(lessons: readonly Lesson[]): Lesson[] {
  return lessons.filter((lesson) => hasSameMethods(lesson, lessons[0]));
}

/** By customer. */
interface OrderJudgement {
  readonly ndcg: Float64Array;
  /** NDCG by what the order is for: hits count what they are worth, the best list is that of what is worth most */
  readonly aim: Float64Array;
  /** what the list's hits are worth together: how many, what is paid for them, and what of that is left */
  readonly sums: Readonly<Record<Objective, Float64Array>>;
}

/** Judges the list of every customer of the lesson. */
function judgeOrder(
  { input, customers, relevantAt }: Lesson,
  by: { knowledge: Knowledge; settings: RankingSettings; isOrdered: boolean; lists: ListSums[] },
): OrderJudgement {
  const { knowledge, settings, isOrdered, lists } = by;
  const ranker = createCandidateRanker(input);
  const worths = objectives.map((objective) => ({ objective, worth: worthOf(objective, knowledge) }));
  const aimed = worthOf(settings.objective, knowledge);
  const whole: ListSums = { customers: 0, recall: 0, listed: 0, information: 0, shown: new Set() };
  const column = () => new Float64Array(customers.length);
  const judgement = {
    ndcg: column(),
    aim: column(),
    sums: { purchase: column(), revenue: column(), margin: column() },
  };
  customers.forEach((customer, place) => {
    if (place % customersTogether === 0) ranker.expect(customers.subarray(place, place + customersTogether));
    const { items } = ranker.rank(customer);
    const relevant = relevantAt(place);
    const hits = items.filter((item) => relevant.has(item));
    judgement.ndcg[place] = ndcgOf(items, relevant);
    judgement.aim[place] =
      settings.objective === 'purchase' ? judgement.ndcg[place] : weighedNdcg(items, relevant, aimed);
    for (const { objective, worth } of worths) {
      for (const item of hits) judgement.sums[objective][place] += worth(item);
    }
    for (const item of items) whole.shown.add(item);
    whole.customers++;
    whole.listed += items.length;
    whole.recall += hits.length / relevant.size;
  });
  if (isOrdered) lists.push(whole);
  return judgement;
}

/** 0 where nothing that was bought is worth anything. */
function weighedNdcg(items: Uint32Array, relevant: ReadonlySet<number>, worth: (item: number) => number): number {
  const discounted = (worths: ArrayLike<number>) => {
    let sum = 0;
    for (let place = 0; place < Math.min(judgedPlaces, worths.length); place++)
      sum += worths[place] * discountAt(place);
    return sum;
  };
  const ideal = discounted(Float64Array.from(relevant, worth).sort().reverse());
  const gained = discounted(Float64Array.from(items, (item) => (relevant.has(item) ? worth(item) : 0)));
  return ideal > 0 ? gained / ideal : 0;
}
