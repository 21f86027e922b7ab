import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** Hyper-parameters of the nightly run, the shape of recipe.json. */
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
  /** what fills a bought-together box beside the rules */
  readonly complements: {
    /** least baskets that hold both of two items, or goods of both of two categories */
    readonly minimumCount: number;
    /** of two items by themselves; of two categories among all pairs of them */
    readonly maximumPValue: number;
    /** most that are kept of an item */
    readonly perItem: number;
    /** most that are kept of a category */
    readonly perCategory: number;
    /** a basket of more items is an assortment, which says nothing of any two of them */
    readonly largestBasket: number;
    /** least sessions in which two items were looked at and not bought together, to be called substitutes */
    readonly minimumSessions: number;
  };
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<AssociationRulesRecipe> = z.strictObject({
  minimumSupport: within(0, 1),
  minimumCount: whole(1, 1_000_000_000),
  itemsetsPerItem: within(0, 1_000),
  maximumLength: whole(1, 32),
  minimumConfidence: within(0, 1),
  minimumLift: within(0, 1_000_000_000),
  minimumImprovement: within(0, 1),
  maximumPValue: within(0, 1),
  maximumFalseDiscoveryRate: within(0, 1),
  maximumRules: whole(0, 10_000_000),
  maximumItemsets: whole(1, 100_000_000),
  contexts: z.strictObject({
    season: z.enum(['none', 'quarter', 'month']),
    segment: z.enum(['none', 'group']),
    minimumBaskets: whole(1, 1_000_000_000),
  }),
  complements: z.strictObject({
    minimumCount: whole(1, 1_000_000_000),
    maximumPValue: within(0, 1),
    perItem: whole(0, 100),
    perCategory: whole(0, 100),
    largestBasket: whole(2, 1_000_000),
    minimumSessions: whole(1, 1_000_000_000),
  }),
});

/** The values of the nightly run. */
export const recipe = nightly as AssociationRulesRecipe;
