import { type CollaborativeFilteringRecipe, choicesOf, type MethodName, type ResolvedRecipe } from '../recipe.ts';
import type { TaskRunner } from '../tasks.ts';
import { type Attempt, attempt, type Contender, figureOf, reckonAll } from './attempt.ts';
import type { RecipeTrial, Validation } from './validation.ts';

/**
 * How fast what customers do fades: the recipe's first half-life, unless another is better beyond chance, judged with the
 * first method that can be trained, at the first of its settings.
 *
 * @returns the method at that half-life; absent where none can be trained within its budget
 */
export async function chooseHalfLife(
  { validation, runner }: { validation: Validation; runner: TaskRunner },
  options: {
    names: readonly MethodName[];
    recipe: CollaborativeFilteringRecipe;
    resolved: ResolvedRecipe;
    /** reckoned seconds of one method */
    budget: number;
  },
): Promise<{ first?: Contender; trials: RecipeTrial[] }> {
  const { names, recipe, resolved, budget } = options;
  const { blend } = resolved;
  for (const name of names) {
    const { weight: _, ...settings } = resolved.methods[name];
    const at = (halfLifeDays: number): Attempt => ({
      name,
      settings,
      halfLives: { ...resolved, halfLifeDays },
      described: { ...settings, ...(validation.isTimed && { halfLifeDays }) },
    });
    const [usual, ...others] = choicesOf(recipe.halfLifeDays);
    const whole = reckonAll(validation, at(usual));
    if (whole > budget) continue;
    const start = await attempt(validation, runner, at(usual), { blend });
    if (!start.contender) continue;
    const rival = start.contender;
    // Of a large shop not all can be tried.
    const affordable = validation.isTimed ? others.slice(0, Math.floor(budget / whole / 2)) : [];
    const tried = await Promise.all(
      affordable.map((halfLifeDays) => attempt(validation, runner, at(halfLifeDays), { blend, rival })),
    );
    let first = rival;
    for (const { contender } of tried) {
      if (contender && figureOf(contender) > figureOf(first)) first = contender;
    }
    return { first, trials: [start, ...tried].map(({ trial }) => trial) };
  }
  return { trials: [] };
}
