import recipe from './recipe.json' with { type: 'json' };

export { deriveRules, type Rule, type RuleOptions } from './derive-rules.ts';
export type { Itemsets } from './itemsets.ts';
export { type AssociationRules, type AssociationRulesRecipe, learnAssociationRules } from './learn.ts';
export { type MiningOptions, mineItemsets } from './mine-itemsets.ts';
/** The hyper-parameters of the nightly run. */
export { recipe };
