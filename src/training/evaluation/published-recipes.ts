import type { PublishedRelease } from '../../versions/index.ts';
import { readRecipe } from '../learners/choose-recipes.ts';
import type { ListRecipes } from '../learners/fit-lists.ts';

/** The recipes that lists are made by now. undefined: none are published, or this code does not understand them any more. */
export function readListRecipes(published: PublishedRelease | undefined): ListRecipes | undefined {
  const { popularity, 'collaborative-filtering': lists } = published?.models ?? {};
  const theirPopularity = popularity && readRecipe('popularity', popularity.recipe);
  const theirLists = lists && readRecipe('collaborative-filtering', lists.recipe);
  return theirPopularity && theirLists && { popularity: theirPopularity, 'collaborative-filtering': theirLists };
}
