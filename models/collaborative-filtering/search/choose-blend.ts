import { mean } from '../../statistics.ts';
import { type Blend, type CollaborativeFilteringRecipe, choicesOf, type HalfLives } from '../recipe.ts';
import type { TaskRunner } from '../tasks.ts';
import { compareFigures, type JudgedPools, joinFigures } from './judge-blend.ts';
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
export async function startBlend(runner: TaskRunner, start: Omit<Blended, 'ndcg'>): Promise<Blended> {
  const { folds, weights, blend } = start;
  const ndcg = await Promise.all(folds.map((judged) => runner.run('judgeBlend', { judged, weights, blend })));
  return { ...start, ndcg: joinFigures(ndcg) };
}

/**
 * Several methods in equal parts, or one: few choices, because what a few thousand customers say of finer weights is mostly
 * chance. The best method of every kind that is nearly as good as the best of all is taken in if together they gain more than the
 * standard error over the best alone; another set of methods must gain more than two over what would be taken else, for the best of
 * many gains one through chance alone. All of it by customers who chose nobody's settings: what was tuned the luckiest has no lead there. Of one kind there is one method, for what two
 * of them say would count twice.
 *
 * @param singles each method alone; their folds hold them all in this order
 * @param kinds beside them: methods of one kind find much the same
 * @param heldBack of figures by customer those of customers who chose no settings
 */
export async function chooseMembers(
  runner: TaskRunner,
  singles: readonly Blended[],
  kinds: readonly string[],
  heldBack: (figures: Float64Array) => Float64Array,
): Promise<Blended> {
  const figures = singles.map(({ ndcg }) => mean(heldBack(ndcg)));
  const greatest = Math.max(...figures);
  const alone = singles[figures.indexOf(greatest)];
  const blendOf = (members: readonly number[]) => {
    const weights = singles.map((_, index) => (members.includes(index) ? 1 / members.length : 0));
    return startBlend(runner, { ...alone, weights });
  };
  /** What one has gained over the other, so many standard errors taken off. */
  const surely = (one: Blended, other: Blended, errors: number) => {
    const { gain, error } = compareFigures(heldBack(one.ndcg), heldBack(other.ndcg));
    return gain - errors * error;
  };
  const bestOf = (kind: string) => Math.max(...figures.filter((_, index) => kinds[index] === kind));
  const together = await blendOf(
    [...figures.keys()].filter(
      (index) => figures[index] === bestOf(kinds[index]) && figures[index] >= nearlyShare * greatest,
    ),
  );
  const steady = surely(together, alone, 1) > 0 ? together : alone;
  let best = { blended: steady, surely: 0 };
  const sets = subsetsOf([...singles.keys()], (one, other) => kinds[one] !== kinds[other]);
  for (const blended of await Promise.all(sets.filter(({ length }) => length > 0).map(blendOf))) {
    const gain = surely(blended, steady, 2);
    if (gain > best.surely) best = { blended, surely: gain };
  }
  return best.blended;
}

/** Share of the best figure that makes a method nearly as good. */
const nearlyShare = 0.9;

/** All sets of values that go with each other. */
function subsetsOf(values: readonly number[], goTogether: (one: number, other: number) => boolean): number[][] {
  let sets: number[][] = [[]];
  for (const value of values) {
    const more = sets.filter((set) => set.every((other) => goTogether(value, other)));
    sets = [...sets, ...more.map((set) => [...set, value])];
  }
  return sets;
}

/** Moves what the recipe leaves open of the blend and of the half-lives, each only where it is better by more than chance. */
export async function settleBlend(
  runner: TaskRunner,
  validation: Pick<Validation, 'inputOf' | 'isTimed'>,
  recipe: CollaborativeFilteringRecipe,
  start: Blended,
): Promise<Blended> {
  let settled = start;
  const move = async (change: Partial<Blended>) => {
    const moved = await startBlend(runner, { ...settled, ...change });
    if (isBetter(moved, settled)) settled = moved;
  };
  for (const name of ['popularityPower', 'collaborative'] as const) {
    for (const value of choicesOf(recipe.blend[name])) {
      if (value !== settled.blend[name]) await move({ blend: { ...settled.blend, [name]: value } });
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
      await move({ halfLives, folds });
    }
  }
  return settled;
}

function isBetter(ours: Blended, theirs: Blended): boolean {
  const { gain, error } = compareFigures(ours.ndcg, theirs.ndcg);
  return gain > 0 && gain > error;
}
