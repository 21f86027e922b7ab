import { mean, sum } from '../../statistics.ts';
import type { Histories } from '../histories.ts';
import { areaUnderCurve } from '../rankings.ts';
import { asOrderModel as asBetaGeometric, bgNbd, fitBgNbd, fitMbgNbd, mbgNbd } from './bg-nbd.ts';
import { expectOrders } from './expect-orders.ts';
import type { Family, FitOptions } from './maximise.ts';
import { type OrderModel, type OrderModelName, sayOfEach } from './order-model.ts';
import { asOrderModel as asPareto, fitParetoNbd, paretoNbd } from './pareto-nbd.ts';

/** What the search must know of each. */
export const families: Record<OrderModelName, Family<string>> = {
  'bg-nbd': bgNbd as Family<string>,
  'mbg-nbd': mbgNbd as Family<string>,
  'pareto-nbd': paretoNbd as Family<string>,
};

/** A model on what was ordered after the cut that it was fitted before. */
export interface OrderModelTrial {
  readonly name: OrderModelName;
  /** mean over customers: the logarithm of the density of what each did after the cut, given what they did before */
  readonly logLikelihood: number;
  /** by whom it ranks who orders again: area under the curve of expected orders, and of the probability to be alive of everybody */
  readonly areas: { readonly expectedOrders: number; readonly aliveProbability: number };
}

/** A model chosen by what it foretold. */
export interface OrderModelChoice {
  /** the likeliest first; those without a maximum of the likelihood are absent */
  readonly trials: readonly OrderModelTrial[];
  /** mean logarithm by which the first is likelier than the second, with its 95 % interval; absent where it is the only one */
  readonly lead?: Gain;
}

/** A mean difference over customers, with its interval. */
export interface Gain {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Fits a model by its name.
 *
 * @param histories at least one; times in any one unit
 * @returns undefined where the likelihood has no maximum that could be found
 */
export function fitOrderModel(
  name: OrderModelName,
  histories: Histories,
  options: FitOptions = {},
): OrderModel | undefined {
  if (name === 'pareto-nbd') {
    const fit = fitParetoNbd(histories, options);
    return fit.converged ? asPareto(fit) : undefined;
  }
  const fit = (name === 'bg-nbd' ? fitBgNbd : fitMbgNbd)(histories, options);
  return fit.converged ? asBetaGeometric(fit) : undefined;
}

/** A model of orders again, by the parameters that it says of itself. */
export function readOrderModel(name: OrderModelName, parameters: OrderModel['parameters']): OrderModel {
  const known = (parameter: string) => {
    const value = parameters[parameter];
    if (value === undefined) throw new RangeError(`parameters.${parameter} must be there for ${name}`);
    return value;
  };
  const [r, alpha, logLikelihood] = [known('r'), known('alpha'), Number.NaN];
  if (name === 'pareto-nbd')
    return asPareto({ model: { r, alpha, s: known('s'), beta: known('beta') }, logLikelihood });
  const model = { r, alpha, a: known('a'), b: known('b'), leavesAtOnce: name === 'mbg-nbd' };
  return asBetaGeometric({ model, logLikelihood });
}

/**
 * Which model foretells best: by the likelihood of what the customers did after a cut, given what they did before it. Nothing
 * but the models' own densities is needed: that of the whole history over that of its beginning.
 *
 * @param models fitted to `before`
 * @param after the same customers' histories, up to the end of the window
 */
export function chooseOrderModel(
  models: readonly OrderModel[],
  before: Histories,
  after: Omit<Histories, 'meanSpend'>,
): OrderModelChoice {
  const window = after.observed[0] - before.observed[0];
  const { repeats } = before;
  const returned = Uint8Array.from(repeats, (count, customer) => Number(after.repeats[customer] > count));
  const judged = models.map((model) => {
    const gains = foretell(model, before, after);
    const alive = sayOfEach(model, before, (history) => model.aliveProbability(history));
    const areas = {
      expectedOrders: areaUnderCurve(expectOrders(model, before, window), returned),
      aliveProbability: areaUnderCurve(alive, returned),
    };
    return { gains, trial: { name: model.name, logLikelihood: mean(gains), areas } };
  });
  judged.sort((one, other) => other.trial.logLikelihood - one.trial.logLikelihood);
  const [first, second] = judged;
  return {
    trials: judged.map(({ trial }) => trial),
    ...(second && { lead: gainOf(first.gains, second.gains) }),
  };
}

/** What a model with one parameter less must lack in likelihood, to be unlikely at 95 % (half of chi-squared of 1). */
const leastEvidence = 1.92;

/**
 * Whether the data show customers leaving: they are less likely beyond chance where nobody does. If not, a probability to be
 * alive says nothing.
 */
export function seesLeaving(model: OrderModel, histories: Histories): boolean {
  const without = withoutLeaving(model);
  const evidence = sayOfEach(model, histories, (history) => {
    return model.logLikelihoodOf(history) - without.logLikelihoodOf(history);
  });
  return sum(evidence) > leastEvidence;
}

/** The same rates of orders, and nearly nobody who leaves. */
function withoutLeaving({ name, parameters, logLikelihood }: OrderModel): OrderModel {
  const { r, alpha } = parameters;
  if (name === 'pareto-nbd') return asPareto({ model: { r, alpha, s: 1e-9, beta: parameters['beta'] }, logLikelihood });
  const model = { r, alpha, a: 1e-9, b: 1, leavesAtOnce: name === 'mbg-nbd' };
  return asBetaGeometric({ model, logLikelihood });
}

/** Of each customer the logarithm of the density of what they did after the cut, given what they did before it. */
export function foretell(
  model: OrderModel,
  before: Omit<Histories, 'meanSpend'>,
  after: Omit<Histories, 'meanSpend'>,
): Float64Array {
  const [then, now] = [before, after].map((histories) => {
    return sayOfEach(model, histories, (history) => model.logLikelihoodOf(history));
  });
  return now.map((logLikelihood, customer) => logLikelihood - then[customer]);
}

/**
 * By how much one is better than another, by customer.
 *
 * @param errors that the interval reaches to both sides; usually 95 %
 */
export function gainOf(ours: Float64Array, theirs: Float64Array, errors = 1.959964): Gain {
  const differences = ours.map((value, customer) => value - theirs[customer]);
  const difference = mean(differences);
  const squares = sum(differences.map((value) => (value - difference) ** 2));
  const margin = (errors * Math.sqrt(squares / (differences.length - 1))) / Math.sqrt(differences.length);
  return { difference, low: difference - margin, high: difference + margin };
}
