import type { AssociationRulesRecipe } from './learn.ts';
import recipeFile from './recipe.json' with { type: 'json' };

export { type ContextRules, learnRulesWithin, type Partition } from './contexts.ts';
export type { Itemsets } from './itemsets/itemsets.ts';
export { type MiningOptions, mineItemsets } from './itemsets/mine-itemsets.ts';
export { type AssociationRules, type AssociationRulesRecipe, learnAssociationRules } from './learn.ts';
export { type ParsedBaskets, parseBaskets } from './parse-baskets.ts';
export { deriveRules, type Rule, type RuleOptions } from './rules/derive-rules.ts';
/** The hyper-parameters of the nightly run. */
export const recipe = recipeFile as AssociationRulesRecipe;
