import { mean } from '../../statistics.ts';
import type { CollaborativeFilteringRecipe, HalfLives, MethodName, MethodSettings, ResolvedRecipe } from '../recipe.ts';
import { estimateWork, trainMember } from '../train-member.ts';
import type { TrainedModel } from '../trained-model.ts';
import { climb } from './climb.ts';
import { compareFigures, type JudgedFold, judgeBlend } from './judge-blend.ts';
import type { RecipeTrial, Validation } from './validation.ts';

/** A method at the best of its settings that were tried. */
export interface Contender {
  readonly name: MethodName;
  readonly settings: MethodSettings[MethodName];
  readonly halfLifeDays: number;
  readonly ndcg: Float64Array;
  readonly figure: number;
  /** beside the folds */
  readonly models: readonly TrainedModel[];
}

export interface SearchedSettings {
  /** absent where no training fits the budget, or the method refuses */
  readonly best?: Contender;
  readonly trials: readonly RecipeTrial[];
  readonly work: number;
}

/**
 * Searches the settings of one method, fold after fold: whatever falls behind the best so far by more than a standard
 * error on the folds it has been judged on is tried on no further one.
 *
 * @param options.budget reckoned seconds
 * @param options.searchesHalfLife whether `recipe.halfLifeDays` is searched with the settings
 */
export function searchSettings(
  validation: Validation,
  name: MethodName,
  options: {
    recipe: CollaborativeFilteringRecipe;
    resolved: ResolvedRecipe;
    budget: number;
    searchesHalfLife: boolean;
    seed: number;
  },
): SearchedSettings {
  const { recipe, resolved, budget, searchesHalfLife, seed } = options;
  const { weight: _, ...settings } = recipe.methods[name];
  const grid = { ...settings, ...(searchesHalfLife && { halfLifeDays: recipe.halfLifeDays }) };
  const { blend } = resolved;
  const trials: RecipeTrial[] = [];
  let work = 0;
  let best: Contender | undefined;

  const reckon = (fold: number, halfLives: HalfLives, at: object) =>
    estimateWork(name, validation.inputOf(fold, halfLives), at as never) + validation.workOfJudging(fold);

  function attempt(point: Readonly<Record<string, unknown>>): { figure: number } | undefined {
    const started = validation.now();
    const { halfLifeDays = resolved.halfLifeDays, ...at } = point as { halfLifeDays?: number };
    const halfLives = { ...resolved, halfLifeDays };
    const costs = Array.from({ length: validation.folds }, (_, fold) => reckon(fold, halfLives, at));
    const whole = costs.reduce((sum, cost) => sum + cost, 0);
    if (work + whole > budget) {
      if (trials.length === 0) {
        const refused = `one trial is reckoned to take ${Math.ceil(whole)} s, its part of tuning.workSeconds is ${Math.floor(budget)} s`;
        trials.push({ ...nothing, method: name, settings: {}, refused });
      }
      return undefined;
    }
    const models: TrainedModel[] = [];
    const judged: JudgedFold[] = [];
    let spent = 0;
    let ndcg: Float64Array = new Float64Array(0);
    for (let fold = 0; fold < validation.folds; fold++) {
      const member = trainMember(name, validation.inputOf(fold, halfLives), at as never);
      if ('refused' in member) {
        trials.push({ ...nothing, method: name, settings: point, refused: member.refused });
        return { figure: Number.NEGATIVE_INFINITY };
      }
      models.push(member);
      judged.push(validation.judge(fold, [member], halfLives));
      spent += costs[fold];
      ndcg = judgeBlend(judged, [1], blend);
      if (best && isBehind(ndcg, best.ndcg)) break;
    }
    work += spent;
    const lists = { folds: judged, weights: [1], blend, ndcg };
    trials.push(validation.report({ method: name, settings: point, work: spent }, started, lists));
    if (judged.length < validation.folds) return { figure: Number.NEGATIVE_INFINITY };
    const figure = mean(ndcg);
    if (!best || figure > best.figure) {
      best = { name, settings: at as MethodSettings[MethodName], halfLifeDays, ndcg, figure, models };
    }
    return { figure };
  }

  climb(grid, { trials: recipe.tuning.trials, seed }, attempt);
  return { best, trials, work };
}

function isBehind(ours: Float64Array, best: Float64Array): boolean {
  const { gain, error } = compareFigures(ours, best.subarray(0, ours.length));
  return gain < -error;
}

const nothing = { ndcg: 0, recall: 0, coverage: 0, novelty: 0, customers: 0, work: 0, seconds: 0 };
