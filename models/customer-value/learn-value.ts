import { type CovariateChoice, chooseCovariates } from './covariates/choose-covariates.ts';
import type { CovariatePatterns } from './covariates/covariates.ts';
import { type CovariateModel, fitCovariates } from './covariates/fit-covariates.ts';
import { correlateSpend, fitGammaGamma, type GammaGamma, hasSpend } from './gamma-gamma.ts';
import { type Histories, requireHistories } from './histories.ts';
import { fitOrderModel } from './order-models/choose-order-model.ts';
import { type OrderModel, type OrderModelName, orderModelNames } from './order-models/order-model.ts';
import type { CustomerValueRecipe } from './recipe.ts';

/** Why there is no model. */
export interface ValueRefusal {
  readonly refusal: string;
}

/** What an order brings, as Gamma-Gamma has it. */
export interface SpendModel {
  readonly model: GammaGamma;
  readonly logLikelihood: number;
  readonly customers: number;
  /** Pearson's, of repeats and mean spend; null: nothing varies */
  readonly correlation: number | null;
  readonly isIndependent: boolean;
}

/**
 * Deviation of the logarithms of parameters about a shop of middling variety in which customers order as often as in this one:
 * wide enough to say nothing where some thousands of customers speak.
 */
const priorDeviation = 2;

/**
 * How often customers order, and when they leave, by every model whose likelihood has a maximum; or why by none. Where customers
 * are few, they are told apart less: the parameters are drawn a little towards a shop that orders as this one does on average.
 *
 * @returns models in the unit of the histories, in the order of `names`
 * @throws RangeError naming the field of `histories` that cannot be
 */
export function learnOrders(
  histories: Histories,
  recipe: CustomerValueRecipe,
  names: readonly OrderModelName[] = orderModelNames,
): OrderModel[] | ValueRefusal {
  requireHistories(histories);
  const repeaters = histories.repeats.filter((repeats) => repeats > 0).length;
  if (repeaters < recipe.minimumRepeatCustomers) {
    return { refusal: `${repeaters} customers ordered again, ${recipe.minimumRepeatCustomers} are needed` };
  }
  const models = names.flatMap((name) => fitOrderModel(name, histories, { priorDeviation }) ?? []);
  if (models.length === 0) return { refusal: 'the likelihood of no model of orders has a maximum that could be found' };
  return models;
}

/**
 * Which covariates earn their place beside a model of orders that was fitted by `learnOrders`, see `chooseCovariates`.
 *
 * @param after up to the end of the window
 */
export function judgeCovariates(
  plain: OrderModel,
  before: Histories,
  after: Omit<Histories, 'meanSpend'>,
  patterns: CovariatePatterns,
): CovariateChoice {
  const of = { patterns: patterns.patterns };
  return chooseCovariates(plain, { ...before, ...of }, { ...after, ...of }, patterns, { priorDeviation });
}

/**
 * A model of orders with these covariates, as `learnOrders` fits it without.
 *
 * @returns undefined where the likelihood has no maximum that could be found
 */
export function learnCovariates(
  name: OrderModelName,
  histories: Histories,
  patterns: CovariatePatterns,
  covariates: readonly string[],
): CovariateModel | undefined {
  const told = { ...histories, patterns: patterns.patterns };
  return fitCovariates(name, told, patterns, covariates, { priorDeviation });
}

/**
 * How much an order brings: Gamma-Gamma (Fader and Hardie 2013), or why not.
 *
 * @returns the model in the unit of `meanSpend`
 * @throws RangeError naming the field of `histories` that cannot be
 */
export function learnSpend(histories: Histories, recipe: CustomerValueRecipe): SpendModel | ValueRefusal {
  requireHistories(histories);
  let customers = 0;
  for (let customer = 0; customer < histories.repeats.length; customer++) {
    if (hasSpend(histories, customer)) customers++;
  }
  if (customers < recipe.minimumRepeatCustomers) {
    return {
      refusal: `${customers} customers ordered again and paid for it, ${recipe.minimumRepeatCustomers} are needed`,
    };
  }
  const { model, logLikelihood, converged } = fitGammaGamma(histories);
  if (!converged) return { refusal: 'the likelihood of Gamma-Gamma has no maximum that could be found' };
  if (model.q <= 1) return { refusal: `spend varies so much that it has no mean (q = ${model.q.toPrecision(3)})` };
  const correlation = correlateSpend(histories);
  return {
    model,
    logLikelihood,
    customers,
    correlation: Number.isFinite(correlation) ? correlation : null,
    isIndependent: !(Math.abs(correlation) > recipe.maximumSpendCorrelation),
  };
}
