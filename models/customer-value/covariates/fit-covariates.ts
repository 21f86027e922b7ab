import { type Histories, type History, pickHistories } from '../histories.ts';
import { families, readOrderModel } from '../order-models/choose-order-model.ts';
import { type Extra, type Family, type FitOptions, maximise } from '../order-models/maximise.ts';
import type { OrderModel, OrderModelName } from '../order-models/order-model.ts';
import type { CovariatePatterns, CovariateValue } from './covariates.ts';

/** What a value of a covariate says of its customers, beside those of whom nothing is known. */
export interface CovariateEffect extends CovariateValue {
  /** they order so many times as often */
  readonly orders: number;
  /** and leave so many times as readily */
  readonly leaving: number;
}

/** A model of orders in which covariates tell customers apart. */
export interface CovariateModel {
  /** reads the pattern of a history, as `findPatterns` has numbered it */
  readonly model: OrderModel;
  readonly effects: readonly CovariateEffect[];
}

/**
 * Deviation of the normal prior of an effect's logarithm about 0: a ridge, by which values that few customers share say little.
 * Two thirds of the values of a covariate that counts are so taken to lie between 0.6 and 1.6 times.
 */
const deviation = 0.5;

/** Of more customers an even selection is fitted to: effects of values that count are told by fewer. */
const mostFitted = 50_000;

/**
 * A model of orders with covariates that do not change, by maximum likelihood and a ridge on their effects (Fader and Hardie 2007):
 * of customers with a value the rate of orders is multiplied, by dividing alpha, and how readily they leave, by multiplying a
 * (of BG/NBD and MBG/NBD the odds) or dividing beta (the rate of Pareto/NBD).
 *
 * @param histories with the patterns' numbers
 * @param covariates names of those that are used
 * @returns undefined where the likelihood has no maximum that could be found
 */
export function fitCovariates(
  name: OrderModelName,
  histories: Omit<Histories, 'meanSpend'>,
  { values, rows }: Pick<CovariatePatterns, 'values' | 'rows'>,
  covariates: readonly string[],
  options: FitOptions = {},
): CovariateModel | undefined {
  const used = Array.from(values.keys()).filter((place) => covariates.includes(values[place].covariate));
  // By pattern the effects that it has, as places among those used.
  const effectsOf = rows.map((row) => row.flatMap((place) => (used.includes(place) ? [used.indexOf(place)] : [])));
  const family = { ...families[name], mostFitted: Math.min(families[name].mostFitted, mostFitted) };
  const fit = maximise(family, histories, options, effectsAsParameters(family, used.length, effectsOf));
  if (!fit.converged) return undefined;
  const { orders, leaving } = readEffects(fit.model, used.length);
  const effects = used.map((place, effect) => ({ ...values[place], orders: orders[effect], leaving: leaving[effect] }));
  const own = Object.fromEntries(Object.keys(family.start(1)).map((parameter) => [parameter, fit.model[parameter]]));
  const ofPattern = effectsOf.map((row) => {
    return scaleOrderModel(
      name,
      own,
      row.map((effect) => effects[effect]),
    );
  });
  return { model: byPattern(readOrderModel(name, own), ofPattern, fit.logLikelihood), effects };
}

/** The model of customers who have these effects. */
export function scaleOrderModel(
  name: OrderModelName,
  parameters: OrderModel['parameters'],
  effects: readonly Pick<CovariateEffect, 'orders' | 'leaving'>[],
): OrderModel {
  const scaled: Record<string, number> = { ...parameters };
  for (const scale of ['orders', 'leaving'] as const) {
    const { parameter, by } = families[name].scales[scale];
    for (const { [scale]: times } of effects) scaled[parameter] *= by === 'multiplied' ? times : 1 / times;
  }
  return readOrderModel(name, scaled);
}

/** Of each history by the model of its pattern. */
function byPattern(own: OrderModel, models: readonly OrderModel[], logLikelihood: number): OrderModel {
  const of = ({ pattern }: Pick<History, 'pattern'>) => (pattern === undefined ? own : models[pattern]);
  return {
    ...own,
    logLikelihood,
    readsPatterns: true,
    logLikelihoodOf: (history) => of(history).logLikelihoodOf(history),
    aliveProbability: (history) => of(history).aliveProbability(history),
    expectedOrdersAlive: (history, horizon) => of(history).expectedOrdersAlive(history, horizon),
    waitForOrder: (history, wait) => of(history).waitForOrder(history, wait),
  };
}

const readEffects = (parameters: Record<string, number>, count: number) => {
  const read = (scale: string) => Float64Array.from({ length: count }, (_, effect) => parameters[`${scale} ${effect}`]);
  return { orders: read('orders'), leaving: read('leaving') };
};

/** Effects, searched for with the model's own parameters: by the chain rule from the likelihood of each pattern. */
export function effectsAsParameters(
  family: Family<string>,
  count: number,
  effectsOf: readonly (readonly number[])[],
): Extra<string> {
  const own = Object.keys(family.start(1));
  const scales = (['orders', 'leaving'] as const).map((scale) => {
    const { parameter, by } = family.scales[scale];
    return { scale, parameter, place: own.indexOf(parameter), power: by === 'multiplied' ? 1 : -1 };
  });
  const names = scales.flatMap(({ scale }) => Array.from({ length: count }, (_, effect) => `${scale} ${effect}`));
  return {
    names,
    deviation,
    prepare: (histories) => {
      const parts = splitByPattern(histories).map(({ pattern, histories: theirs }) => {
        return { effects: effectsOf[pattern], likelihoodOf: family.prepare(theirs) };
      });
      const theirs = new Float64Array(own.length);
      return (parameters, gradient) => {
        gradient.fill(0);
        let sum = 0;
        for (const { effects, likelihoodOf } of parts) {
          const scaled = { ...parameters };
          const factors = scales.map(({ scale, parameter, power }) => {
            const times = effects.reduce((product, effect) => product * parameters[`${scale} ${effect}`], 1);
            const factor = power === 1 ? times : 1 / times;
            scaled[parameter] *= factor;
            return factor;
          });
          sum += likelihoodOf(scaled, theirs);
          for (const [at, { scale, parameter, place, power }] of scales.entries()) {
            for (const effect of effects) {
              const slope = (power * theirs[place] * scaled[parameter]) / parameters[`${scale} ${effect}`];
              gradient[own.length + at * count + effect] += slope;
            }
            theirs[place] *= factors[at];
          }
          for (let place = 0; place < own.length; place++) gradient[place] += theirs[place];
        }
        return sum;
      };
    },
  };
}

function splitByPattern(histories: Omit<Histories, 'meanSpend'>) {
  const customersOf = new Map<number, number[]>();
  for (const [customer, pattern] of (histories.patterns ?? []).entries()) {
    const known = customersOf.get(pattern);
    if (known) known.push(customer);
    else customersOf.set(pattern, [customer]);
  }
  return Array.from(customersOf, ([pattern, customers]) => ({
    pattern,
    histories: pickHistories(histories, customers),
  }));
}
