import type { SparseMatrix } from '../sparse-matrix.ts';
import type { Itemsets } from './itemsets/itemsets.ts';
import { mineItemsets } from './itemsets/mine-itemsets.ts';
import { countForSupport } from './itemsets/minimum-count.ts';
import { deriveRules, type Rule } from './rules/derive-rules.ts';
import { countTests } from './rules/false-discovery.ts';

export interface AssociationRulesRecipe {
  /** least share of baskets that hold all items of a rule, 0 to 1 */
  readonly minimumSupport: number;
  /** and their least number, 1 or more, whatever the share */
  readonly minimumCount: number;
  /**
   * While there are fewer itemsets of several items for each item that is bought, the share is halved, down to `minimumCount`
   * baskets: orders of a large catalogue have little in common. 0: the share holds as it stands
   */
  readonly itemsetsPerItem: number;
  /** most items in antecedent and consequent together */
  readonly maximumLength: number;
  readonly minimumConfidence: number;
  readonly minimumLift: number;
  /** how much more confident than each of its sub-rules a longer rule must be */
  readonly minimumImprovement: number;
  readonly maximumPValue: number;
  /** the expected share of chance among the rules called significant */
  readonly maximumFalseDiscoveryRate: number;
  /** see RuleOptions: significant rules of short antecedents are kept first */
  readonly maximumRules: number;
  /** more frequent itemsets than this are an error, so that memory is bounded */
  readonly maximumItemsets: number;
  /** within what rules are learnt beside those of all baskets */
  readonly contexts: {
    /** part of the year in which it was bought */
    readonly season: 'none' | 'quarter' | 'month';
    /** who bought: the customer's group as the published segmentation has it */
    readonly segment: 'none' | 'group';
    /** a context of fewer baskets is left out */
    readonly minimumBaskets: number;
  };
}

export interface AssociationRules {
  readonly itemsets: Itemsets;
  readonly rules: Rule[];
  readonly basketCount: number;
  /** what "frequent" came to: baskets that an itemset had to lie in */
  readonly minimumCount: number;
  /** how many rules were looked for: what significance is corrected for */
  readonly tests: number;
}

/**
 * What the nightly run learns: frequent itemsets and the rules with one consequent that they give.
 *
 * @param baskets rows = orders, columns = items; no baskets give no itemsets and no rules
 * @throws RangeError naming the recipe's field that is out of range
 */
export function learnAssociationRules(baskets: SparseMatrix, recipe: AssociationRulesRecipe): AssociationRules {
  const basketCount = baskets.rows;
  const { itemsets, minimumCount } = mineEnough(baskets, recipe);
  const rules = deriveRules(itemsets, basketCount, recipe);
  return { itemsets, rules, basketCount, minimumCount, tests: countTests(itemsets, 2, recipe.maximumLength) };
}

function mineEnough(
  baskets: SparseMatrix,
  recipe: AssociationRulesRecipe,
): { itemsets: Itemsets; minimumCount: number } {
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
