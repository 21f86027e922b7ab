import { choice, oneOf, whole, within } from '../../recipe-schema.ts';

/** How iALS is trained. */
export interface IalsRecipe {
  /** factors of a customer and of an item */
  readonly dimensions: number;
  readonly epochs: number;
  /** weight of "wanted nothing" for every pair of customer and item (alpha0) */
  readonly unobservedWeight: number;
  /** lambda, above 0 */
  readonly regularisation: number;
  /** how the regularisation grows with what is known about a customer or an item (nu): 0 not at all, 1 in proportion */
  readonly frequencyExponent: number;
  /** what the regularisation of a customer or an item grows with: the values of their row and what is not observed, or its cells; absent: values */
  readonly regularisedBy?: 'values' | 'cells';
  /** standard deviation of the first item factors × sqrt(dimensions) */
  readonly initialDeviation: number;
}

/** @throws RangeError naming the field that is out of range */
export function checkIalsRecipe(recipe: IalsRecipe): void {
  const check = (
    fields: readonly Exclude<keyof IalsRecipe, 'regularisedBy'>[],
    isRight: (value: number) => boolean,
    range: string,
  ) => {
    for (const field of fields) {
      if (!(Number.isFinite(recipe[field]) && isRight(recipe[field]))) {
        throw new RangeError(`${field} must be ${range}, not ${recipe[field]}`);
      }
    }
  };
  check(['dimensions', 'epochs'], (value) => Number.isInteger(value) && value > 0, 'a positive whole number');
  check(['regularisation', 'initialDeviation'], (value) => value > 0, 'a number above 0');
  check(['unobservedWeight', 'frequencyExponent'], (value) => value >= 0, 'a number of at least 0');
}

/** What the fields of a recipe may hold, each a value or a list to search in. */
export const ialsFields = {
  unobservedWeight: choice(within(0, 1_000)),
  regularisation: choice(within(0.000_000_1, 1_000)),
  dimensions: choice(whole(1, 1_024)),
  epochs: choice(whole(1, 1_000)),
  frequencyExponent: choice(within(0, 2)),
  regularisedBy: choice(oneOf('values', 'cells')).optional(),
  initialDeviation: choice(within(0.000_001, 10)),
};
