export type { SparseMatrix } from '../sparse-matrix.ts';
export type { Itemsets } from './itemsets/itemsets.ts';
export { type MiningOptions, mineItemsets } from './itemsets/mine-itemsets.ts';
export { type AssociationRules, learnAssociationRules } from './learn-rules.ts';
export { type BasketParts, type ContextRules, learnRulesWithin } from './learn-within.ts';
export { type ParsedBaskets, parseBaskets } from './parse-baskets.ts';
export { type AssociationRulesRecipe, recipe, recipeSchema } from './recipe.ts';
export { type AssociationRule, deriveRules, type RuleOptions } from './rules/derive-rules.ts';
