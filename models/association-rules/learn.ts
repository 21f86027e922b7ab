import type { SparseMatrix } from '../sparse-matrix.ts';
import { deriveRules, type Rule } from './derive-rules.ts';
import type { Itemsets } from './itemsets.ts';
import { mineItemsets } from './mine-itemsets.ts';
import { countForSupport } from './minimum-count.ts';

export interface AssociationRulesRecipe {
  /** least share of baskets that hold all items of a rule, 0 to 1 */
  readonly minimumSupport: number;
  /** and their least number, 1 or more, whatever the share */
  readonly minimumCount: number;
  /** most items in antecedent and consequent together */
  readonly maximumLength: number;
  readonly minimumConfidence: number;
  readonly minimumLift: number;
  readonly maximumPValue: number;
  /** see RuleOptions: rules of shorter antecedents are kept first */
  readonly maximumRules: number;
  /** more frequent itemsets than this are an error, so that memory is bounded */
  readonly maximumItemsets: number;
}

export interface AssociationRules {
  readonly itemsets: Itemsets;
  readonly rules: Rule[];
  /** what "frequent" came to: baskets that an itemset had to lie in */
  readonly minimumCount: number;
}

/**
 * What the nightly run learns: frequent itemsets and the rules with one consequent that they give.
 *
 * @param baskets rows = orders, columns = items; no baskets give no itemsets and no rules
 * @throws RangeError naming the recipe's field that is out of range
 */
export function learnAssociationRules(baskets: SparseMatrix, recipe: AssociationRulesRecipe): AssociationRules {
  const minimumCount = Math.max(recipe.minimumCount, countForSupport(recipe.minimumSupport, baskets.rows));
  const itemsets = mineItemsets(baskets, { ...recipe, minimumCount });
  return { itemsets, rules: deriveRules(itemsets, baskets.rows, recipe), minimumCount };
}
