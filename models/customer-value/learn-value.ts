import { aliveProbability, type BgNbd, expectedOrdersAlive, fitBgNbd } from './bg-nbd.ts';
import { correlateSpend, fitGammaGamma, type GammaGamma, hasSpend } from './gamma-gamma.ts';
import { type Histories, requireHistories } from './histories.ts';
import type { CustomerValueRecipe } from './recipe.ts';

/** Why there is no model. */
export interface ValueRefusal {
  readonly refusal: string;
}

/** How often customers order, as BG/NBD has it. */
export interface OrderModel {
  readonly model: BgNbd;
  readonly logLikelihood: number;
  /** false: the data show nobody leaving, and a probability to be alive would say nothing */
  readonly seesLeaving: boolean;
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

/** Of a hundred thousand orders one by which a customer leaves: what likelihood cannot distinguish from none. */
const leastDropout = 1e-5;

/**
 * How often customers order: BG/NBD (Fader, Hardie and Lee 2005), or why not.
 *
 * @returns the model in the unit of the histories
 * @throws RangeError naming the field of `histories` that cannot be
 */
export function learnOrders(histories: Histories, recipe: CustomerValueRecipe): OrderModel | ValueRefusal {
  requireHistories(histories);
  const repeaters = histories.repeats.filter((repeats) => repeats > 0).length;
  if (repeaters < recipe.minimumRepeatCustomers) {
    return { refusal: `${repeaters} customers ordered again, ${recipe.minimumRepeatCustomers} are needed` };
  }
  const { model, logLikelihood, converged } = fitBgNbd(histories);
  if (!converged) return { refusal: 'the likelihood of BG/NBD has no maximum that could be found' };
  return { model, logLikelihood, seesLeaving: model.a / (model.a + model.b) > leastDropout };
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

/**
 * Expected orders of every customer within a horizon (Fader, Hardie and Lee 2005): those of one who is alive, times the
 * probability to be.
 *
 * @param horizon in the unit of the histories
 * @returns by customer
 */
export function expectOrders(model: BgNbd, histories: Histories, horizon: number): Float64Array {
  const { repeats, lastRepeat, observed } = histories;
  // The series is the same for all customers with the same repeats and age, of whom there are many.
  const byHistory = new Map<string, number>();
  return Float64Array.from(repeats, (count, customer) => {
    const age = observed[customer];
    const key = `${count} ${age}`;
    const whenAlive = byHistory.get(key) ?? expectedOrdersAlive(model, count, age, horizon);
    byHistory.set(key, whenAlive);
    return whenAlive * aliveProbability(model, count, lastRepeat[customer], age);
  });
}
