import { normalQuantile } from '../../quantiles.ts';
import type { Histories } from '../histories.ts';
import { foretell, type Gain, gainOf } from '../order-models/choose-order-model.ts';
import type { FitOptions } from '../order-models/maximise.ts';
import type { OrderModel } from '../order-models/order-model.ts';
import type { CovariatePatterns } from './covariates.ts';
import { type CovariateModel, fitCovariates } from './fit-covariates.ts';

/** Whether a covariate foretells anything beside those that were taken before it. */
export interface CovariateTrial {
  readonly covariate: string;
  /** those that were taken before it */
  readonly beside: readonly string[];
  /** mean logarithm by which what a customer did after the cut is likelier with it, with an interval that all trials of a round hold to */
  readonly gain: Gain;
  readonly isTaken: boolean;
}

/** What came of trying covariates. */
export interface CovariateChoice {
  readonly trials: readonly CovariateTrial[];
  /** names of those that earn their place */
  readonly taken: readonly string[];
  /** with those, fitted to what was before the cut; undefined: there are none */
  readonly fitted: CovariateModel | undefined;
}

/** Beside one another chance must not take one of them in more than 2.5 of 100 shops. */
const chance = 0.025;

/**
 * Which covariates earn their place beside a model of orders: one after the other that by which what customers did after a cut,
 * given what they did before it, is likelier by most, as long as it is beyond noise (paired by customer).
 *
 * @param plain without covariates, fitted to `before`
 * @param before with the patterns' numbers
 * @param after the same customers' histories up to the end of the window, with the same numbers
 */
export function chooseCovariates(
  plain: OrderModel,
  before: Omit<Histories, 'meanSpend'>,
  after: Omit<Histories, 'meanSpend'>,
  patterns: Pick<CovariatePatterns, 'values' | 'rows'>,
  options: FitOptions = {},
): CovariateChoice {
  let open = [...new Set(patterns.values.map(({ covariate }) => covariate))];
  const trials: CovariateTrial[] = [];
  let taken: readonly string[] = [];
  let fitted: CovariateModel | undefined;
  let foretold = foretell(plain, before, after);
  while (open.length > 0) {
    const beside = taken;
    const errors = -normalQuantile(chance / open.length);
    const tried = open.flatMap((covariate) => {
      const candidate = fitCovariates(plain.name, before, patterns, [...beside, covariate], options);
      if (!candidate) return [];
      const theirs = foretell(candidate.model, before, after);
      return [{ covariate, candidate, theirs, gain: gainOf(theirs, foretold, errors) }];
    });
    const best = tried
      .filter(({ gain }) => gain.low > 0)
      .sort((one, other) => other.gain.difference - one.gain.difference)
      .at(0);
    for (const { covariate, gain } of tried)
      trials.push({ covariate, beside, gain, isTaken: covariate === best?.covariate });
    if (!best) break;
    taken = [...beside, best.covariate];
    fitted = best.candidate;
    foretold = best.theirs;
    open = open.filter((covariate) => covariate !== best.covariate);
  }
  return { trials, taken, fitted };
}
