import type { SparseMatrix } from '../../sparse-matrix.ts';
import { shareThatLives } from '../ials/fading.ts';
import { type CollaborativeFilteringRecipe, resolveRecipe } from '../recipe.ts';
import { createAxis } from './climb.ts';
import { reach } from './search-settings.ts';

/** Less than this of the dimensions' strength: neighbouring settings find as little, and nobody climbs out. */
const leastShare = 0.5;

/** What decides whether factors live, the one that is moved first before the other. */
const walked = ['unobservedWeight', 'regularisation'] as const;

/**
 * The recipe with a start for iALS at which factors live: its first values, or where those would let more than half of what the wanted
 * dimensions could tell fade, the greatest unobserved weight below, in its list or past its end in proportion, where half of it lives.
 * Where that does not do, or is one value, which stands, the regularisation moves in the same way. Where factors live nowhere within
 * reach, the recipe's start stands.
 *
 * @param interactions customers × items
 */
export function startWhereFactorsLive(
  recipe: CollaborativeFilteringRecipe,
  interactions: SparseMatrix,
): CollaborativeFilteringRecipe {
  const { ials } = recipe.methods;
  const axes = walked.map((name) => ({ name, axis: createAxis(ials[name], reach.ials[name]) }));
  const first = resolveRecipe(recipe).methods.ials;
  let point = first;
  while (shareThatLives(interactions, point) < leastShare) {
    const moved = axes.find(({ name, axis }) => axis.beside(point[name], -1) !== undefined);
    if (!moved) return recipe;
    point = { ...point, [moved.name]: moved.axis.beside(point[moved.name], -1) };
  }
  if (point === first) return recipe;
  const lists = axes.flatMap(({ name, axis: { values } }) =>
    values.length > 1 ? [[name, [point[name], ...values.filter((value) => value !== point[name])]]] : [],
  );
  return { ...recipe, methods: { ...recipe.methods, ials: { ...ials, ...Object.fromEntries(lists) } } };
}
