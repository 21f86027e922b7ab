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
  /** standard deviation of the first item factors × sqrt(dimensions) */
  readonly initialDeviation: number;
}

/** @throws RangeError naming the field that is out of range */
export function checkIalsRecipe(recipe: IalsRecipe): void {
  const check = (fields: readonly (keyof IalsRecipe)[], isRight: (value: number) => boolean, range: string) => {
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

/** Columns that the kernels see: a multiple of eight, the last ones always 0. */
export const paddedWidth = (dimensions: number) => Math.ceil(dimensions / 8) * 8;

/** What the squared length of somebody's factors costs: `known` is the sum of their row, `others` the other side's rows. */
export const penaltyOf = (known: number, others: number, recipe: IalsRecipe) =>
  recipe.regularisation * (known + recipe.unobservedWeight * others) ** recipe.frequencyExponent;

/** Rows of `from` numbers as rows of `to`, cut or filled with zeros. */
export function reshapeRows(source: Float32Array, from: number, to: number, target: Float32Array): Float32Array {
  const kept = Math.min(from, to);
  for (let row = 0, rows = source.length / from; row < rows; row++) {
    target.set(source.subarray(row * from, row * from + kept), row * to);
  }
  return target;
}

/** A row is solved when its residual is so small beside its right side; float32 gives little more. */
export const TOLERANCE = 1e-6;

/** Conjugate gradients end by themselves long before; exact arithmetic needs `width` steps at most. */
export const mostSteps = (width: number) => 2 * width;

/** Numbers of scratch memory that a part of the kernels' work needs for each column. */
export const SCRATCH = 8;
