import type { SparseMatrix } from '../sparse-matrix.ts';
import type { Itemsets } from './itemsets/itemsets.ts';
import { mineItemsets } from './itemsets/mine-itemsets.ts';
import { countForSupport } from './itemsets/minimum-count.ts';
import type { AssociationRulesRecipe } from './recipe.ts';
import { type AssociationRule, deriveRules } from './rules/derive-rules.ts';
import { countTests } from './rules/false-discovery.ts';

/** What one learning gives: the rules, and the figures that their significance rests on. */
export interface AssociationRules {
  readonly itemsets: Itemsets;
  readonly rules: AssociationRule[];
  readonly basketCount: number;
  /** what "frequent" came to: baskets that an itemset had to lie in */
  readonly minimumCount: number;
  /** how many rules were looked for: what significance is corrected for */
  readonly tests: number;
}

/** Frequent itemsets, and what "frequent" came to. */
export interface MinedItemsets {
  readonly itemsets: Itemsets;
  readonly minimumCount: number;
}

/**
 * What the nightly run learns: frequent itemsets and the rules with one consequent that they give.
 *
 * @param baskets rows = orders, columns = items; no baskets give no itemsets and no rules
 * @param mined by this recipe on these baskets; mined here if absent
 * @throws RangeError naming the recipe's field that is out of range
 */
export function learnAssociationRules(
  baskets: SparseMatrix,
  recipe: AssociationRulesRecipe,
  mined: MinedItemsets = mineEnough(baskets, recipe),
): AssociationRules {
  const basketCount = baskets.rows;
  const { itemsets, minimumCount } = mined;
  const rules = deriveRules(itemsets, basketCount, recipe);
  return { itemsets, rules, basketCount, minimumCount, tests: countTests(itemsets, 2, recipe.maximumLength) };
}

function mineEnough(baskets: SparseMatrix, recipe: AssociationRulesRecipe): MinedItemsets {
  let minimumCount = Math.max(recipe.minimumCount, countForSupport(recipe.minimumSupport, baskets.rows));
  let itemsets = mineItemsets(baskets, { ...recipe, minimumCount });
  const enough = recipe.itemsetsPerItem * new Set(baskets.indices).size;
  const ofSeveral = () => itemsets.size - (itemsets.countsByLength[0] ?? 0);
  while (ofSeveral() < enough && minimumCount > recipe.minimumCount) {
    const lower = Math.max(recipe.minimumCount, minimumCount >> 1);
    try {
      itemsets = mineItemsets(baskets, { ...recipe, minimumCount: lower });
    } catch (error) {
      // From too few to too many in one step: the few are kept.
      if (error instanceof RangeError) break;
      throw error;
    }
    minimumCount = lower;
  }
  return { itemsets, minimumCount };
}
