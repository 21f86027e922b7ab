import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { AssociationRulesRecipe } from '../recipe.ts';
import { type CategoryComplements, findCategoryComplements } from './category-complements.ts';
import { type CoOccurrences, findCoOccurrences } from './co-occurrences.ts';
import { findSubstitutes, type Substitutes } from './substitutes.ts';

/** What goes with an item beyond its rules, and what does not. */
export interface Complements {
  readonly coOccurrences: CoOccurrences;
  readonly categories: CategoryComplements[];
  readonly substitutes: Substitutes;
}

/** What complements are learnt from. */
export interface ComplementFacts {
  /** rows = orders, columns = items */
  readonly baskets: SparseMatrix;
  /** rows = sessions, columns = the same items, looked at */
  readonly sessions: SparseMatrix;
  /** by item: a place in `names`, which are paths from the root; -1 for none */
  readonly categories: { numbers: Int32Array; names: readonly string[] };
}

/**
 * What fills a bought-together box where rules are too few. Goods of one category are of one use, so that a low count of both
 * in a basket is no sign that they go together: those are left to the rules.
 */
export function learnComplements(
  { baskets, sessions, categories }: ComplementFacts,
  { complements: options }: AssociationRulesRecipe,
): Complements {
  const { numbers } = categories;
  const areAlike = (first: number, second: number) => numbers[first] >= 0 && numbers[first] === numbers[second];
  return {
    coOccurrences: findCoOccurrences(baskets, options, areAlike),
    categories: findCategoryComplements(baskets, categories, options),
    substitutes: findSubstitutes(sessions, baskets, options),
  };
}
