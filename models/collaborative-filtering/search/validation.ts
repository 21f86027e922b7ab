import { mean } from '../../statistics.ts';
import { createMatrices, type Facts, hasTimes } from '../facts.ts';
import type { Blend, CollaborativeFilteringRecipe, HalfLives, MethodName } from '../recipe.ts';
import type { TrainingInput } from '../train-member.ts';
import type { TrainedModel } from '../trained-model.ts';
import { makeFolds } from './folds.ts';
import { describeLists, type JudgedFold } from './judge-blend.ts';
import { gatherPools } from './pools.ts';

/** One candidate of the night's choice, judged on the validation part; or why it was not. */
export interface RecipeTrial {
  readonly method: MethodName | 'popularity' | 'blend';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly ndcg: number;
  readonly recall: number;
  readonly coverage: number;
  /** mean self-information of what is listed, in bits */
  readonly novelty: number;
  /** customers that the figures are of: fewer than there are where it fell behind early */
  readonly customers: number;
  /** seconds that it was reckoned to take, which the budget counts */
  readonly work: number;
  readonly seconds: number;
  readonly refused?: string;
}

export interface TuneOptions {
  readonly seed: number;
  readonly threads?: number;
  /** seconds of any clock, for the report alone */
  readonly now?: () => number;
}

/** The validation parts of one set of facts, and what candidates are trained and judged with on them. */
export interface Validation {
  readonly folds: number;
  /** over all folds */
  readonly customers: number;
  readonly isTimed: boolean;
  /** what a method is trained on in a fold */
  inputOf(fold: number, halfLives: HalfLives): TrainingInput;
  /** by item: what was selling when a fold was cut off */
  popularityOf(fold: number, halfLives: HalfLives): Float64Array;
  /** reckoned seconds of judging one method in a fold */
  workOfJudging(fold: number): number;
  /** what models trained in a fold put up there */
  judge(fold: number, models: readonly TrainedModel[], halfLives: HalfLives): JudgedFold;
  /** the same lists under other half-lives of purchases and popularity */
  rejudge(fold: number, judged: JudgedFold, halfLives: HalfLives): JudgedFold;
  report(
    trial: Pick<RecipeTrial, 'method' | 'settings' | 'work'>,
    started: number,
    lists: { folds: readonly JudgedFold[]; weights: readonly number[]; blend: Blend; ndcg: Float64Array },
  ): RecipeTrial;
  now(): number;
}

/**
 * Cuts validation parts off the facts (see `makeFolds`) and keeps what is built of them, so that every trial is judged on the same.
 *
 * @param options.seed draws the customers who are judged
 */
export function createValidation(
  facts: Facts,
  { tuning, repurchase }: Pick<CollaborativeFilteringRecipe, 'tuning' | 'repurchase'>,
  options: TuneOptions,
): Validation {
  const { seed, threads } = options;
  const now = options.now ?? (() => 0);
  const folds = makeFolds(facts, tuning, { repurchase, seed });
  const matricesOf = folds.map((fold) => createMatrices(fold.facts));
  return {
    folds: folds.length,
    customers: folds.reduce((sum, { customers }) => sum + customers.length, 0),
    isTimed: hasTimes(facts),
    now,
    inputOf: (fold, halfLives) => ({
      interactions: matricesOf[fold](halfLives).interactions,
      purchases: folds[fold].facts.purchases,
      seed,
      threads,
    }),
    popularityOf: (fold, halfLives) => matricesOf[fold](halfLives).popularity,
    workOfJudging(fold) {
      const { customers, facts } = folds[fold];
      return customers.length * (secondsPerList + secondsPerScore * facts.behaviours.itemCount);
    },
    judge(fold, models, halfLives) {
      const matrices = matricesOf[fold](halfLives);
      return { fold: folds[fold], matrices, pools: gatherPools(folds[fold], matrices, models, repurchase) };
    },
    rejudge: (fold, judged, halfLives) => ({ ...judged, matrices: matricesOf[fold](halfLives) }),
    report: (trial, started, lists) => ({
      ...trial,
      ndcg: mean(lists.ndcg),
      ...describeLists(lists.folds, lists.weights, lists.blend),
      customers: lists.ndcg.length,
      seconds: now() - started,
    }),
  };
}

/** What a list and the score of an item take on a plain server, roughly. */
const secondsPerList = 1e-4;
const secondsPerScore = 2e-8;
