import { mean } from '../../statistics.ts';
import type { Blend, HalfLives, MethodName, MethodSettings } from '../recipe.ts';
import type { TaskRunner } from '../tasks.ts';
import { estimateBytes, estimateJudging, estimateWork, type MethodRefusal } from '../train-member.ts';
import type { TrainedModel } from '../trained-model.ts';
import type { Step } from './climb.ts';
import { compareFigures, joinFigures } from './judge-blend.ts';
import type { TrialResult } from './judge-trial.ts';
import type { FoldInput, RecipeTrial, Validation } from './validation.ts';

/** A method at settings that were judged on every fold. */
export interface Contender {
  readonly name: MethodName;
  readonly settings: MethodSettings[MethodName];
  readonly halfLives: HalfLives;
  readonly ndcg: Float64Array;
  /** beside the folds */
  readonly models: readonly TrainedModel[];
}

/** What came of trying some settings. */
export interface Tried {
  readonly trial: RecipeTrial;
  /** beside its rival: better on all folds, worse by more than a standard error on what it was judged by, or neither */
  readonly step: Step;
  /** absent where it was given up, or is refused */
  readonly contender?: Contender;
}

/** Settings of one method. */
export interface Attempt {
  readonly name: MethodName;
  readonly settings: MethodSettings[MethodName];
  readonly halfLives: HalfLives;
  /** as the trial is reported */
  readonly described: Readonly<Record<string, unknown>>;
}

/**
 * Judges settings, fold after fold: what has no prospects beside its rival is given up.
 *
 * @param rival what it has to be better than; without one all folds are judged, together
 */
export async function attempt(
  validation: Validation,
  runner: TaskRunner,
  at: Attempt,
  { blend, rival }: { blend: Blend; rival?: Contender | undefined },
): Promise<Tried> {
  const { name, settings, halfLives, described } = at;
  const started = validation.now();
  const judge = (fold: number, before: Float64Array) =>
    runner.run('judgeTrial', {
      ...{ name, settings, blend, ...searchedOf(validation.inputOf(fold, halfLives)) },
      ...(rival && { race: { rival: rival.ndcg, before } }),
    });
  const judged = rival ? await judgeInTurn(validation.folds, judge) : await judgeTogether(validation.folds, judge);
  const refusal = judged.find((result) => 'refused' in result);
  if (refusal) return { trial: refuse(name, described, refusal.refused), step: 'worse' };
  const results = judged as TrialResult[];
  const ndcg = joinFigures(results.map((result) => result.ndcg));
  // Whoever is given up early is judged on few, and costs less.
  const work = results.reduce((sum, result, fold) => sum + reckon(validation, at, fold, result.ndcg.length), 0);
  const lists = results.map((result) => result.lists);
  const trial = validation.report({ method: name, settings: described, work }, started, { ndcg, lists });
  const isWhole = ndcg.length === validation.searchedCustomers;
  const step = rival ? compare(ndcg, rival.ndcg, isWhole) : 'better';
  if (!isWhole) return { trial, step };
  // Blends and lists are made of them on any thread.
  const models = runner.share(results.flatMap(({ model }) => model ?? []));
  return { trial, step, contender: { name, settings, halfLives, ndcg, models } };
}

/** A trial that did not take place. */
export function refuse(method: RecipeTrial['method'], settings: RecipeTrial['settings'], refused: string): RecipeTrial {
  return { method, settings, refused, ndcg: 0, recall: 0, coverage: 0, novelty: 0, customers: 0, work: 0, seconds: 0 };
}

type Judged = TrialResult | MethodRefusal;
type JudgeFold = (fold: number, before: Float64Array) => Promise<Judged>;

function judgeTogether(folds: number, judge: JudgeFold): Promise<Judged[]> {
  return Promise.all(Array.from({ length: folds }, (_, fold) => judge(fold, new Float64Array(0))));
}

async function judgeInTurn(folds: number, judge: JudgeFold): Promise<Judged[]> {
  const results: TrialResult[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const result = await judge(fold, joinFigures(results.map((result) => result.ndcg)));
    if ('refused' in result) return [result];
    results.push(result);
    if (result.isGivenUp) break;
  }
  return results;
}

function compare(ours: Float64Array, rival: Float64Array, isWhole: boolean): Step {
  const { gain, error } = compareFigures(ours, rival);
  if (gain < -error) return 'worse';
  if (!isWhole || gain <= 0) return 'even';
  return gain > error ? 'surely better' : 'better';
}

/** Reckoned seconds of judging settings on all folds, by all customers who choose settings. */
export function reckonAll(validation: Validation, at: Settled): number {
  let work = 0;
  for (let fold = 0; fold < validation.folds; fold++) {
    work += reckon(validation, at, fold, validation.inputOf(fold, at.halfLives).searched.customers.length);
  }
  return work;
}

/** Bytes of what is learnt by settings, on all folds. */
export function reckonBytes(validation: Validation, { name, settings, halfLives }: Settled): number {
  const { training } = validation.inputOf(0, halfLives);
  return validation.folds * estimateBytes(name, training, settings as never);
}

type Settled = Omit<Attempt, 'described'>;

function reckon(validation: Validation, { name, settings, halfLives }: Settled, fold: number, judged: number): number {
  const { training } = validation.inputOf(fold, halfLives);
  const judging = estimateJudging(name, training, settings as never);
  return estimateWork(name, training, settings as never) + judged * judging;
}

function searchedOf({ searched, ...input }: FoldInput): Omit<FoldInput, 'searched'> {
  return { ...input, sheet: searched };
}

/** The mean figure of a contender. */
export function figureOf({ ndcg }: Contender): number {
  return mean(ndcg);
}
