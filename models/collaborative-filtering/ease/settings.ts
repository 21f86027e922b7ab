import { choice, whole, within } from '../../recipe-schema.ts';

export interface EaseRecipe {
  /** added to the diagonal: how many customers' word it takes to be believed; above 0 */
  readonly lambda: number;
  /** power of the interactions' values: 0 learns from presence alone, 1 from the values as they are */
  readonly valuePower: number;
  /** power of the popularity by which a candidate is divided */
  readonly beta: number;
  /** how many neighbours are kept of each item */
  readonly neighbours: number;
  /** items of fewer customers are left out */
  readonly minimumCustomers: number;
  /** what an inversion may cost */
  readonly maximumMegabytes: number;
  readonly maximumSeconds: number;
}

/** What the fields of a recipe may hold, each a value or a list to search in. */
export const easeFields = {
  lambda: choice(within(0.000_001, 1_000_000)),
  valuePower: choice(within(0, 4)),
  beta: choice(within(0, 4)),
  neighbours: choice(whole(1, 10_000)),
  minimumCustomers: choice(whole(0, 1_000_000)),
  maximumMegabytes: whole(1, 100_000),
  maximumSeconds: within(0, 100_000),
};
