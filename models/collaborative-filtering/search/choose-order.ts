import { objectives, type RankingSettings, whyNotFor } from '../../ranking/index.ts';
import { type FindModel, fitFamily, modelKey } from '../fit-family.ts';
import {
  hasSameMethods,
  learnOrder,
  reckonOrder,
  type TaughtLesson,
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
import type { TaskRunner } from '../tasks.ts';
import { estimateWork } from '../train-member.ts';
import { type Contender, refuse } from './attempt.ts';
import { compareFigures, joinFigures } from './judge-blend.ts';
import type { FoldLesson, OrderJudgement } from './judge-order.ts';
import { judgedPlaces } from './rank-pools.ts';
import { partOf } from './sheet.ts';
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
export async function chooseOrder(
  { validation, runner }: { validation: Validation; runner: TaskRunner },
  recipe: CollaborativeFilteringRecipe,
  blended: ResolvedRecipe,
  by: { seed: number; budget: number; contenders: readonly Contender[] },
): Promise<{ ranking?: RankingSettings; trials: RecipeTrial[]; taught?: readonly TaughtLesson[] }> {
  const settings = recipe.ranking;
  const { seed, budget, contenders } = by;
  const { parallelism: threads } = runner;
  if (!settings || choicesOf(settings.use).length < 2) return { trials: [] };
  const decide = (use: 'no' | 'yes', trial?: RecipeTrial) => ({
    ranking: { ...settings, use },
    trials: trial ? [trial] : [],
  });
  const refused = whyNot(validation, blended, { budget, settings });
  if (refused) return decide('no', refuse('ranking', {}, refused));
  const started = validation.now();
  const plain = { ...withoutOrder(blended), candidates: judgedPlaces };
  const lessons: FoldLesson[] = [];
  const judged: FoldLesson[] = [];
  let missing = settings.customers;
  for (let fold = 0; fold < Math.min(validation.folds, settings.windows); fold++) {
    const facts = validation.factsOf(fold);
    const { sheet, searched } = validation.inputOf(fold, blended);
    const known = knownAt(fold, contenders);
    const matricesOf = (halfLives: HalfLives) => validation.inputOf(fold, halfLives).matrices;
    const { candidates, refused } = fitFamily(facts, plain, { seed, threads, known, matricesOf });
    const input = runner.share(withOrder(candidates, facts, settings));
    const isJudged = fold < judgedFolds;
    const teachers = isJudged ? searched : sheet;
    const taught = Math.min(missing, teachers.customers.length);
    lessons.push({ input, refused, sheet: partOf(teachers, 0, taught) });
    missing -= taught;
    if (isJudged) judged.push({ input, refused, sheet: validation.judgesOf(fold) });
  }
  const { knowledge } = judged[0].input.ranking!;
  const impossible = whyNotFor(settings.objective, knowledge);
  if (impossible !== undefined) return decide('no', refuse('ranking', {}, impossible));
  const teachAll = (lessons: readonly FoldLesson[]) =>
    Promise.all(lessons.map((lesson) => runner.run('teachFold', { lesson, settings })));
  const taught = await teachAll(sameMethods(lessons));
  const { trees } = learnOrder(taught, settings, threads);
  const judgeAll = (isOrdered: boolean) =>
    Promise.all(
      judged.map(({ input, ...lesson }) => {
        const ranking = isOrdered ? { ...input.ranking!, trees } : undefined;
        const { knowledge } = input.ranking!;
        return runner.run('judgeOrder', { lesson: { ...lesson, input: { ...input, ranking } }, knowledge, settings });
      }),
    );
  const [ours, theirs] = await Promise.all([judgeAll(true), judgeAll(false)]);
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
  const lists = ours.map((each) => each.lists);
  const decided = decide(use, validation.report(report, started, { ndcg, lists }));
  if (use === 'no') return decided;
  // Once it is judged, those who judged it teach too.
  const later: FoldLesson[] = [];
  for (const lesson of sameMethods(judged)) {
    if (missing <= 0) break;
    const sheet = partOf(lesson.sheet, 0, Math.min(missing, lesson.sheet.customers.length));
    later.push({ ...lesson, sheet });
    missing -= sheet.customers.length;
  }
  return { ...decided, taught: [...taught, ...(await teachAll(later))] };
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
    const { training } = validation.inputOf(fold, blended);
    if (fold < judgedFolds) customers += validation.judgesOf(fold).customers.length;
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
function sameMethods(lessons: readonly FoldLesson[]): FoldLesson[] {
  return lessons.filter((lesson) => hasSameMethods(lesson, lessons[0]));
}
