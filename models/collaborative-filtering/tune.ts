import { createMatrices, type Facts, hasTimes } from './facts.ts';
import { makeFolds } from './folds.ts';
import { compareFigures, describeLists, type JudgedFold, judgeBlend } from './judge-blend.ts';
import { popularityMethod, type TrainedMethod } from './method.ts';
import { estimateWork, trainMember } from './methods.ts';
import { gatherPools } from './pools.ts';
import {
  type Blend,
  type CollaborativeFilteringRecipe,
  choicesOf,
  type HalfLives,
  type MethodName,
  type MethodSettings,
  type ResolvedRecipe,
  resolveRecipe,
} from './recipe.ts';
import { climb } from './search.ts';

/** One candidate of the night's choice, judged on the validation part; or why it was not. */
export interface Trial {
  readonly method: MethodName | 'popularity' | 'blend';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly ndcg: number;
  readonly recall: number;
  readonly coverage: number;
  /** mean self-information of what is listed, in bits */
  readonly novelty: number;
  /** seconds that its training was reckoned to take, which the budget counts */
  readonly work: number;
  readonly seconds: number;
  readonly refused?: string;
}

export interface TunedRecipe {
  readonly recipe: ResolvedRecipe;
  /** every candidate in the order tried; the last is what was chosen */
  readonly trials: readonly Trial[];
  /** customers judged by, over all folds; 0: nothing could be searched and the recipe's first values stand */
  readonly customers: number;
}

interface TuneOptions {
  readonly seed: number;
  readonly threads?: number;
  /** seconds of any clock, for the report alone */
  readonly now?: () => number;
}

/** A method at its best settings. */
interface Contender {
  readonly name: MethodName;
  readonly settings: MethodSettings[MethodName];
  readonly ndcg: Float64Array;
  readonly figure: number;
  /** beside the folds */
  readonly methods: readonly TrainedMethod[];
}

/**
 * The night's choice: tunes every method of `recipe.tuning.methods` within its trials and its part of the work, blends the
 * best of them, and sets what the recipe leaves open, judged by NDCG@20 on validation parts of the facts alone (see
 * `makeFolds`). The simplest that is within one standard error of better wins: a method joins the blend, and a setting of
 * the blend moves, only where the paired gain is more than its standard error.
 */
export function tuneRecipe(facts: Facts, recipe: CollaborativeFilteringRecipe, options: TuneOptions): TunedRecipe {
  const { tuning, repurchase } = recipe;
  const now = options.now ?? (() => 0);
  let resolved = resolveRecipe(recipe);
  if (tuning.trials === 0) return { recipe: resolved, trials: [], customers: 0 };
  const folds = makeFolds(facts, tuning, { repurchase, seed: options.seed });
  const customers = folds.reduce((sum, fold) => sum + fold.customers.length, 0);
  if (customers === 0) return { recipe: resolved, trials: [], customers: 0 };

  const timed = hasTimes(facts);
  const matricesOf = folds.map((fold) => createMatrices(fold.facts));
  const judged = (methodsOf: (fold: number) => readonly TrainedMethod[], halfLives: HalfLives): JudgedFold[] =>
    folds.map((fold, index) => {
      const matrices = matricesOf[index](halfLives);
      return { fold, matrices, pools: gatherPools(fold, matrices, methodsOf(index), repurchase) };
    });
  const inputOf = (fold: number, halfLives: HalfLives) => ({
    interactions: matricesOf[fold](halfLives).interactions,
    purchases: folds[fold].facts.purchases,
    seed: options.seed,
    threads: options.threads,
  });
  const trials: Trial[] = [];
  const report = (
    trial: Pick<Trial, 'method' | 'settings' | 'work'>,
    started: number,
    lists: { folds: JudgedFold[]; weights: number[]; blend: Blend; ndcg: Float64Array },
  ) => {
    const described = describeLists(lists.folds, lists.weights, lists.blend);
    trials.push({ ...trial, ndcg: mean(lists.ndcg), ...described, seconds: now() - started });
  };

  const start = now();
  const plain = judged((fold) => [popularityMethod(matricesOf[fold](resolved).popularity)], resolved);
  report({ method: 'popularity', settings: {}, work: 0 }, start, {
    folds: plain,
    weights: [1],
    blend: resolved.blend,
    ndcg: judgeBlend(plain, [1], resolved.blend),
  });

  const budget = tuning.workSeconds / tuning.methods.length;
  const contenders: Contender[] = [];
  for (const name of tuning.methods) {
    const grid: Record<string, unknown> = { ...recipe.methods[name] };
    delete grid['weight'];
    // What fades how fast is found with the first method and holds for the others.
    if (timed && contenders.length === 0) grid['halfLifeDays'] = recipe.halfLifeDays;
    const first = resolved.methods[name];
    const cost = folds.reduce((sum, _, fold) => sum + estimateWork(name, inputOf(fold, resolved), first as never), 0);
    const affordable = Math.min(tuning.trials, Math.floor(budget / cost));
    let best: (Contender & { halfLifeDays: number }) | undefined;
    climb(grid, affordable, ({ halfLifeDays = resolved.halfLifeDays, ...point }) => {
      const started = now();
      const halfLives = { ...resolved, halfLifeDays: halfLifeDays as number };
      const settings = point as unknown as MethodSettings[MethodName];
      const members = folds.map((_, fold) => trainMember(name, inputOf(fold, halfLives), settings as never));
      const refused = members.find((member) => 'refused' in member);
      if (refused && 'refused' in refused) {
        trials.push({ ...nothing, method: name, settings: point, refused: refused.refused });
        return { figure: Number.NEGATIVE_INFINITY };
      }
      const methods = members.map((member) => (member as { method: TrainedMethod }).method);
      const candidates = judged((fold) => [methods[fold]], halfLives);
      // A popularity penalty and a method's own are two sides of one thing, so each is judged with what suits it.
      const lists = climb({ popularityPower: recipe.blend.popularityPower }, Infinity, (at) => {
        const judgedBlend = { ...resolved.blend, ...at } as Blend;
        const figures = judgeBlend(candidates, [1], judgedBlend);
        return { blend: judgedBlend, ndcg: figures, figure: mean(figures) };
      });
      const chosen = lists.reduce((one, other) => (other.figure > one.figure ? other : one));
      const { ndcg, figure, blend } = chosen;
      report(
        {
          method: name,
          settings: {
            ...point,
            ...(grid['halfLifeDays'] !== undefined && { halfLifeDays }),
            popularityPower: blend.popularityPower,
          },
          work: cost,
        },
        started,
        { folds: candidates, weights: [1], ...chosen },
      );
      if (!best || figure > best.figure) {
        best = { name, settings, ndcg, figure, methods, halfLifeDays: halfLifeDays as number };
      }
      return { figure };
    });
    if (affordable < 1) {
      const refused = `one training is reckoned to take ${Math.ceil(cost)} s, its part of tuning.workSeconds is ${Math.floor(budget)} s`;
      trials.push({ ...nothing, method: name, settings: {}, refused });
    }
    if (!best) continue;
    contenders.push(best);
    resolved = {
      ...resolved,
      halfLifeDays: best.halfLifeDays,
      methods: { ...resolved.methods, [name]: { ...best.settings, weight: 0 } },
    };
  }
  if (contenders.length === 0) return { recipe: resolved, trials, customers };
  return chooseBlend();

  function chooseBlend(): TunedRecipe {
    const started = now();
    contenders.sort((a, b) => b.figure - a.figure);
    let folded = judged((fold) => contenders.map(({ methods }) => methods[fold]), resolved);
    let weights: number[] = contenders.map((_, index) => (index === 0 ? 1 : 0));
    let { blend } = resolved;
    let halfLives: HalfLives = resolved;
    let ndcg = judgeBlend(folded, weights, blend);
    const isBetter = (other: Float64Array) => {
      const { gain, error } = compareFigures(other, ndcg);
      return gain > error && gain > 0;
    };
    const adopt = (other: { weights?: number[]; blend?: Blend; folded?: JudgedFold[]; halfLives?: HalfLives }) => {
      const next = { weights, blend, folded, halfLives, ...other };
      const figures = judgeBlend(next.folded, next.weights, next.blend);
      if (!isBetter(figures)) return false;
      ({ weights, blend, folded, halfLives } = next);
      ndcg = figures;
      return true;
    };
    const settle = () => {
      for (const name of ['popularityPower', 'collaborative'] as const) {
        for (const value of choicesOf(recipe.blend[name]))
          if (value !== blend[name]) adopt({ blend: { ...blend, [name]: value } });
      }
      if (!timed) return;
      for (const name of ['popularityHalfLifeDays', 'repurchaseHalfLifeDays'] as const) {
        for (const value of choicesOf(recipe[name])) {
          if (value === halfLives[name]) continue;
          const others = { ...halfLives, [name]: value };
          adopt({
            halfLives: others,
            folded: folded.map((each, index) => ({ ...each, matrices: matricesOf[index](others) })),
          });
        }
      }
    };
    settle();
    for (let grows = true; grows; ) {
      grows = false;
      let best: { weights: number[]; figure: number } | undefined;
      for (let joining = 0; joining < contenders.length; joining++) {
        for (const share of [0.25, 0.5, 0.75]) {
          const mixed = weights.map((weight, index) => weight * (1 - share) + (index === joining ? share : 0));
          const figure = mean(judgeBlend(folded, mixed, blend));
          if (!best || figure > best.figure) best = { weights: mixed, figure };
        }
      }
      grows = best !== undefined && adopt({ weights: best.weights });
      if (grows) settle();
    }
    const methods = Object.fromEntries(
      Object.entries(resolved.methods).map(([name, settings]) => {
        const index = contenders.findIndex((contender) => contender.name === name);
        return [name, { ...settings, weight: index < 0 ? 0 : weights[index] }];
      }),
    ) as unknown as ResolvedRecipe['methods'];
    const { popularityHalfLifeDays, repurchaseHalfLifeDays } = halfLives;
    resolved = { ...resolved, popularityHalfLifeDays, repurchaseHalfLifeDays, methods, blend };
    const shares = Object.fromEntries(contenders.map(({ name }, index) => [name, weights[index]]));
    report({ method: 'blend', settings: { ...shares, ...blend }, work: 0 }, started, {
      folds: folded,
      weights,
      blend,
      ndcg,
    });
    return { recipe: resolved, trials, customers };
  }
}

const nothing = { ndcg: 0, recall: 0, coverage: 0, novelty: 0, work: 0, seconds: 0 };

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
