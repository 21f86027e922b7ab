import {
  type CovariateChoice,
  type CovariateEffect,
  type CovariatePatterns,
  type CustomerValueRecipe,
  chooseOrderModel,
  expectedOrderValue,
  expectOrders,
  findPatterns,
  judgeCovariates,
  judgeValue,
  learnCovariates,
  learnOrders,
  learnSpend,
  type OrderModel,
  type OrderModelChoice,
  rank,
  recipe,
  recipeSchema,
  type SpendModel,
  sayOfEach,
  scoreBy,
  seesLeaving,
  type ValueJudgement,
  type ValueRefusal,
} from '../../../models/customer-value/index.ts';
import { readCountries } from '../../intake/index.ts';
import {
  type CustomerValue,
  compareValues,
  loadCustomerValues,
  segmentTables,
  type ValueSummary,
} from '../../segments/index.ts';
import { dayMs } from '../../shop/days.ts';
import { tellCovariates } from '../snapshot/covariates.ts';
import { continueHistories, type OrderHistories, tabulateHistories } from '../snapshot/order-histories.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ServedLearner } from './learner.ts';

const daysAWeek = 7;

/** What the end of the data said of a model that was fitted to what was before. */
export interface ValueHoldout {
  days: number;
  /** the models of orders by how well they foretold; the first is judged, and taken */
  choice: OrderModelChoice;
  /** what is known of customers beside what they did, by whether it foretold anything */
  covariates: CovariateChoice;
  judgement: ValueJudgement;
}

export interface LearntValue {
  values: Iterable<CustomerValue>;
  customers: number;
  summary: ValueSummary;
  holdout: ValueHoldout;
  /** what is to be read with care */
  warnings: string[];
}

/** Why nothing is said of anybody's value; with the hold-out where that was the reason. */
export interface RefusedValue extends ValueRefusal {
  holdout?: ValueHoldout;
}

export const customerValue = {
  kind: 'customer-value',
  recipe,
  schema: recipeSchema,
  needs: [],
  gather: async ({ db, recipe, settings: { barredAttributes = [] } }) => ({
    countries: recipe.covariates.includes('country') ? await readCountries(db, barredAttributes) : new Map(),
  }),
  learn: ({ snapshot, recipe, beside, settings }): LearntValue | RefusedValue =>
    learnValue(snapshot, recipe, { ...settings, ...beside }),
  metrics: (learnt) => ({ 'customer-value': valueMetrics(learnt) }),
  served: {
    tables: segmentTables['customer-value'],
    refusal: (learnt) => ('refusal' in learnt ? learnt.refusal : undefined),
    load: async (db, version, { learnt }) => [await loadCustomerValues(db, version, accepted(learnt).values)],
    metrics: ({ learnt }) => valueMetrics(learnt),
    summary: ({ learnt }) => ({ ...accepted(learnt).summary }),
    compare: compareValues,
  },
} satisfies ServedLearner<'customer-value', CustomerValueRecipe, LearntValue | RefusedValue, KnownCustomers>;

/** What is known of customers beside the snapshot. */
interface KnownCustomers {
  /** by customer key */
  countries: ReadonlyMap<number, string>;
}

function accepted(learnt: LearntValue | RefusedValue): LearntValue {
  if ('refusal' in learnt) throw new Error(`there is no version of what was refused: ${learnt.refusal}`);
  return learnt;
}

/**
 * What every customer is expected to order and to spend, judged by the end of the data; or why nothing can be said. Days
 * with an order are counted, not orders: several of one day are one decision to buy.
 */
export function learnValue(
  snapshot: Snapshot,
  recipe: CustomerValueRecipe,
  { minorDigits, countries = new Map() }: { minorDigits: number } & Partial<KnownCustomers>,
): LearntValue | RefusedValue {
  const unit = 10 ** minorDigits;
  const known = tabulateHistories(snapshot, snapshot.asOf, unit);
  const { customers } = known;
  const patternsOf = (customersThen: OrderHistories) => {
    const covariates = tellCovariates(snapshot, customersThen, countries);
    return findPatterns(
      recipe.covariates.map((name) => covariates[name]),
      customersThen.customers.length,
    );
  };
  const patterns = patternsOf(known);
  const histories = { ...known.histories, patterns: patterns.patterns };
  const observedDays = Math.round(daysAWeek * histories.observed.reduce((most, weeks) => Math.max(most, weeks), 0));
  const holdout = judgeByHoldout(snapshot, recipe, {
    days: Math.min(recipe.horizonDays, Math.floor(observedDays / 3)),
    patternsOf,
  });
  if ('refusal' in holdout) return holdout;
  if (isWorseInEverything(holdout.judgement)) {
    return { refusal: 'on the last days it ranks worse, counts worse and errs more than what needs no model', holdout };
  }
  const [{ name }] = holdout.choice.trials;
  const orders = learnOrders(histories, recipe, [name]);
  if ('refusal' in orders) return orders;
  const spend = learnSpend(histories, recipe);

  const [plain] = orders;
  const { taken } = holdout.covariates;
  const told = taken.length > 0 ? learnCovariates(name, histories, patterns, taken) : undefined;
  const { model, effects } = told ?? { model: plain, effects: [] };
  // Stated only where it says something of the customer.
  const isLeaving = seesLeaving(plain, histories);
  const statesAlive = isLeaving && holdout.judgement.aliveRanks;
  const { repeats, meanSpend } = histories;
  const expected = expectOrders(model, histories, recipe.horizonDays / daysAWeek);
  const places = rank(scoreBy(holdout.judgement.bestRanking, histories, expected));
  const alive = sayOfEach(model, histories, (history) => model.aliveProbability(history));
  const waits = sayOfEach(model, histories, (history) => {
    const wait = { alive: model.aliveProbability(history), probability: 0.5, atMost: observedDays / daysAWeek };
    return daysAWeek * model.waitForOrder(history, wait);
  });

  function* values(): Generator<CustomerValue> {
    for (const [row, customer] of customers.entries()) {
      const waitDays = waits[row];
      // Money that was all given back counts as none.
      const orderValue =
        'refusal' in spend ? null : unit * expectedOrderValue(spend.model, repeats[row], Math.max(0, meanSpend[row]));
      yield {
        customerKey: snapshot.customerKeys[customer],
        expectedOrders: Math.fround(expected[row]),
        orderValueMinor: orderValue === null ? null : Math.round(orderValue),
        revenueMinor: orderValue === null ? null : Math.round(orderValue * expected[row]),
        aliveProbability: statesAlive && (model.tellsOfOneOrder || repeats[row] > 0) ? Math.fround(alive[row]) : null,
        nextOrderAt: waitDays < Infinity ? new Date(Math.round(snapshot.asOf + waitDays * dayMs)) : null,
        likelierThan: Math.fround((places[row] - 1) / Math.max(1, customers.length - 1)),
      };
    }
  }

  return {
    values: { [Symbol.iterator]: values },
    customers: customers.length,
    summary: summarise(recipe, holdout.judgement, { model, effects, isLeaving }, spend),
    holdout,
    warnings: warningsOf(isLeaving, spend, holdout.judgement),
  };
}

/** Fits to what was before the last days and judges by what is in them. */
function judgeByHoldout(
  snapshot: Snapshot,
  recipe: CustomerValueRecipe,
  { days, patternsOf }: { days: number; patternsOf: (known: OrderHistories) => CovariatePatterns },
): ValueHoldout | ValueRefusal {
  if (days < recipe.minimumHoldoutDays) {
    return { refusal: `a third of the time observed, ${days} days, is too short to judge by` };
  }
  const cut = snapshot.asOf - days * dayMs;
  const known = tabulateHistories(snapshot, cut, 1);
  const { customers } = known;
  const patterns = patternsOf(known);
  const histories = { ...known.histories, patterns: patterns.patterns };
  const after = continueHistories(snapshot, cut, known, days);
  const ordersAfter = after.repeats.map((repeats, row) => repeats - histories.repeats[row]);
  const returned = ordersAfter.filter((orders) => orders > 0).length;
  if (Math.min(returned, customers.length - returned) < recipe.minimumHoldoutCustomers) {
    const returning = `of ${customers.length} customers ${returned} ordered again in the last ${days} days`;
    return { refusal: `${returning}; to judge by, ${recipe.minimumHoldoutCustomers} must have, and as many not` };
  }
  const fitted = learnOrders(histories, recipe);
  if ('refusal' in fitted) return { refusal: `before the last ${days} days ${fitted.refusal}` };
  const choice = chooseOrderModel(fitted, histories, after);
  const plain = fitted.find(({ name }) => name === choice.trials[0].name)!;
  const covariates = judgeCovariates(plain, histories, after, patterns);
  const chosen = covariates.fitted?.model ?? plain;
  return { days, choice, covariates, judgement: judgeValue(chosen, histories, ordersAfter, days / daysAWeek) };
}

function isWorseInEverything({ advantage, orders, meanAbsoluteErrors }: ValueJudgement): boolean {
  const { actual, expected, naive } = orders;
  return (
    advantage.high < 0 &&
    Math.abs(expected - actual) > Math.abs(naive - actual) &&
    meanAbsoluteErrors.model > meanAbsoluteErrors.naive
  );
}

function warningsOf(isLeaving: boolean, spend: SpendModel | ValueRefusal, { aliveRanks }: ValueJudgement): string[] {
  return [
    ...(isLeaving ? [] : ['nobody is seen to leave, so that nobody has a probability to be alive']),
    ...(!isLeaving || aliveRanks
      ? []
      : ['the probability to be alive ranks no better than chance who orders again, so that nobody has one']),
    ...('refusal' in spend ? [`nothing is said of money: ${spend.refusal}`] : []),
    ...('refusal' in spend || spend.isIndependent
      ? []
      : [`spend goes with the number of orders (correlation ${spend.correlation!.toFixed(2)}), which is not modelled`]),
  ];
}

function summarise(
  recipe: CustomerValueRecipe,
  { bestRanking, aliveRanks }: ValueJudgement,
  of: { model: OrderModel; effects: readonly CovariateEffect[]; isLeaving: boolean },
  spend: SpendModel | ValueRefusal,
): ValueSummary {
  const { name, parameters, logLikelihood } = of.model;
  return {
    horizon_days: recipe.horizonDays,
    ranking: bestRanking,
    sees_leaving: of.isLeaving,
    alive_tells: aliveRanks,
    orders: { model: name, ...inWeeks(parameters), log_likelihood: logLikelihood },
    covariates: [...of.effects],
    spend:
      'refusal' in spend
        ? null
        : {
            ...spend.model,
            log_likelihood: spend.logLikelihood,
            customers: spend.customers,
            correlation: spend.correlation,
          },
    spend_refusal: 'refusal' in spend ? spend.refusal : null,
  };
}

/** Parameters that are times say in which unit. */
function inWeeks(parameters: OrderModel['parameters']): Record<string, number> {
  const isTime = (name: string) => name === 'alpha' || name === 'beta';
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [isTime(name) ? `${name}_weeks` : name, value]),
  );
}

/** What a run and a version report of it. */
export function valueMetrics(value: LearntValue | RefusedValue): Record<string, unknown> {
  return {
    ...('refusal' in value ? { refusal: value.refusal } : { customers: value.customers, warnings: value.warnings }),
    ...(value.holdout && { holdout: holdoutMetrics(value.holdout) }),
  };
}

function holdoutMetrics({ days, choice, covariates, judgement }: ValueHoldout): Record<string, unknown> {
  const { areas, aliveAreas } = judgement;
  return {
    days,
    customers: judgement.customers,
    returned: judgement.returned,
    order_model: choice.trials[0].name,
    // Why: each customer's days after the cut are likelier by so much.
    order_model_lead: choice.lead ?? null,
    order_models: choice.trials.map(({ name, logLikelihood, areas }) => ({
      model: name,
      log_likelihood_of_a_customer: logLikelihood,
      area_under_curve: { expected_orders: areas.expectedOrders, alive_probability: areas.aliveProbability },
    })),
    // By how much likelier each makes what customers did, beside those that were taken before.
    covariates: covariates.trials.map(({ covariate, beside, gain, isTaken }) => ({
      covariate,
      beside,
      ...gain,
      taken: isTaken,
    })),
    area_under_curve: {
      ...areas,
      alive_probability: aliveAreas.everybody,
      alive_probability_of_repeaters: aliveAreas.repeaters,
    },
    alive_probability_tells: judgement.aliveRanks,
    model_advantage: judgement.advantage,
    best_ranking: judgement.bestRanking,
    orders: judgement.orders,
    mean_absolute_error: judgement.meanAbsoluteErrors,
  };
}
