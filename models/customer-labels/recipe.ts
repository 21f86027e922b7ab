import { z } from 'zod';
import { choice, whole, within } from '../recipe-schema.ts';
import standard from './recipe.json' with { type: 'json' };

/** What labels are learnt by, and what they are refused for: the shape of recipe.json. */
export interface CustomerLabelsRecipe {
  /** half of this times the sum of the squared weights is added to the mean log loss; of several the folds choose */
  readonly ridge: number | readonly number[];
  /** in so many parts those who are learnt from are parted to choose */
  readonly folds: number;
  /** of who has declared it, learnt from by nobody: what probabilities are judged by */
  readonly heldOutShare: number;
  /** nothing is learnt from fewer customers who have declared it */
  readonly leastDeclared: number;
  /** a value that fewer have declared is no label */
  readonly leastOfLabel: number;
  /** the most frequent values alone are labels */
  readonly mostLabels: number;
  /** refused where probabilities are further from what happens, on average */
  readonly mostCalibrationError: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<CustomerLabelsRecipe> = z.strictObject({
  ridge: choice(within(0.00001, 100)),
  folds: whole(2, 20),
  heldOutShare: within(0.1, 0.9),
  leastDeclared: whole(50, 1_000_000),
  leastOfLabel: whole(20, 1_000_000),
  mostLabels: whole(2, 100),
  mostCalibrationError: within(0, 1),
});

/** The values that are shipped. */
export const recipe: CustomerLabelsRecipe = standard;
