import { mean } from '../../statistics.ts';
import { type Blend, type CollaborativeFilteringRecipe, choicesOf, type HalfLives } from '../recipe.ts';
import { compareFigures, type JudgedPools, judgeBlend } from './judge-blend.ts';
import type { Validation } from './validation.ts';

/** Weights of the methods and the other settings of the lists, with the figures they reach. */
export interface Blended {
  /** beside the validation's folds */
  readonly folds: readonly JudgedPools[];
  /** beside the methods of the folds' pools */
  readonly weights: readonly number[];
  readonly blend: Blend;
  readonly halfLives: HalfLives;
  readonly ndcg: Float64Array;
}

/** A blend with how it is judged: NDCG@20 of every customer, fold after fold. */
export function startBlend(start: Omit<Blended, 'ndcg'>): Blended {
  return { ...start, ndcg: judgeBlend(start.folds, start.weights, start.blend) };
}

/**
 * Several methods in equal parts, or one: few choices, and most of them means, because what a few thousand customers say of
 * finer weights is mostly chance, and so is much of the lead of whichever method was tuned the luckiest. The best
 * method of every kind that is nearly as good as the best of all is taken, unless the best alone is better by the standard error; any other choice of
 * methods must be better than that by two, for the best of many is better by one through chance alone.
 *
 * @param singles each method alone; their folds hold them all in this order
 * @param kinds beside them: methods of one kind find much the same
 */
export function chooseMembers(singles: readonly Blended[], kinds: readonly string[]): Blended {
  const figures = singles.map(({ ndcg }) => mean(ndcg));
  const greatest = Math.max(...figures);
  const alone = singles[figures.indexOf(greatest)];
  const blendOf = (chosen: readonly boolean[]) => {
    const size = chosen.filter((isChosen) => isChosen).length;
    return startBlend({ ...alone, weights: chosen.map((isChosen) => (isChosen ? 1 / size : 0)) });
  };
  const bestOf = (kind: string) => Math.max(...figures.filter((_, index) => kinds[index] === kind));
  const together = blendOf(
    figures.map((figure, index) => figure === bestOf(kinds[index]) && figure >= nearlyShare * greatest),
  );
  const steady = isBetter(alone, together) ? alone : together;
  let best = steady;
  for (let members = 1; members < 2 ** singles.length; members++) {
    const blended = blendOf(singles.map((_, index) => ((members >> index) & 1) === 1));
    if (mean(blended.ndcg) > mean(best.ndcg)) best = blended;
  }
  return isBetter(best, steady, 2) ? best : steady;
}

/** Share of the best figure that makes a method nearly as good. */
const nearlyShare = 0.9;

/** Moves what the recipe leaves open of the blend and of the half-lives, each only where it is better by more than chance. */
export function settleBlend(
  validation: Pick<Validation, 'inputOf' | 'isTimed'>,
  recipe: CollaborativeFilteringRecipe,
  start: Blended,
): Blended {
  let settled = start;
  const move = (change: Partial<Blended>) => {
    const moved = startBlend({ ...settled, ...change });
    if (isBetter(moved, settled)) settled = moved;
  };
  for (const name of ['popularityPower', 'collaborative'] as const) {
    for (const value of choicesOf(recipe.blend[name])) {
      if (value !== settled.blend[name]) move({ blend: { ...settled.blend, [name]: value } });
    }
  }
  if (!validation.isTimed) return settled;
  for (const name of ['popularityHalfLifeDays', 'repurchaseHalfLifeDays'] as const) {
    for (const value of choicesOf(recipe[name])) {
      if (value === settled.halfLives[name]) continue;
      const halfLives = { ...settled.halfLives, [name]: value };
      const folds = settled.folds.map((fold, index) => ({
        ...fold,
        matrices: validation.inputOf(index, halfLives).matrices,
      }));
      move({ halfLives, folds });
    }
  }
  return settled;
}

function isBetter(ours: Blended, theirs: Blended, standardErrors = 1): boolean {
  const { gain, error } = compareFigures(ours.ndcg, theirs.ndcg);
  return gain > 0 && gain > standardErrors * error;
}
