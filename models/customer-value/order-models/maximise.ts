import { type Fit, fitPositive } from '../fit-likelihood.ts';
import { type Histories, pickHistories } from '../histories.ts';

/** What the search for the greatest likelihood must know of a model of orders. */
export interface Family<Name extends string> {
  /** parameters on the scale of 1, of a shop whose customers order again so often */
  start(repeatsOfACustomer: number): Record<Name, number>;
  /** those that are in the unit of time */
  readonly times: readonly Name[];
  /** the parameters by which customers order so many times as often, and leave so many times as readily: multiplied, or divided */
  readonly scales: Record<'orders' | 'leaving', { readonly parameter: Name; readonly by: 'multiplied' | 'divided' }>;
  /** of more customers an even selection is fitted to */
  readonly mostFitted: number;
  /** Log-likelihood of these customers by parameters; writes the derivatives, in the order of `start`. */
  prepare(
    histories: Omit<Histories, 'meanSpend'>,
  ): (parameters: Record<Name, number>, gradient: Float64Array) => number;
}

/** How parameters are drawn towards where the search starts. */
export interface FitOptions {
  /** deviation of the normal prior of their logarithms; absent: likelihood alone */
  readonly priorDeviation?: number;
}

/** Parameters that are found beside the model's own. */
export interface Extra<Name extends string> {
  readonly names: readonly string[];
  /** of the normal prior of their logarithms about 0 */
  readonly deviation: number;
  /** Log-likelihood by all of them, derivatives by the model's own first. */
  prepare(
    histories: Omit<Histories, 'meanSpend'>,
  ): (parameters: Record<Name | string, number>, gradient: Float64Array) => number;
}

/**
 * Parameters of greatest likelihood, in the unit of the histories.
 *
 * @param extra found with them, and started from 1
 */
export function maximise<Name extends string>(
  family: Family<Name>,
  histories: Omit<Histories, 'meanSpend'>,
  { priorDeviation = Infinity }: FitOptions,
  extra?: Extra<Name>,
): Fit<Record<Name, number>> {
  const chosen = selectEvenly(histories, family.mostFitted);
  const { repeats, lastRepeat, observed } = chosen;
  const customers = repeats.length;
  // On the scale of 1, so that the search does not depend on the unit; customers seen for no time at all say nothing.
  const unit = observed.reduce((sum, time) => sum + time, 0) / customers || 1;
  const scaled = {
    ...chosen,
    lastRepeat: lastRepeat.map((time) => time / unit),
    observed: observed.map((time) => time / unit),
  };
  const purchases = repeats.reduce((sum, count) => sum + count, 0);
  const own = family.start(purchases / customers || 1);
  const extras = Object.fromEntries((extra?.names ?? []).map((name) => [name, 1]));
  const fitted = fitPositive<string>({ ...own, ...extras }, customers, (extra ?? family).prepare(scaled), (name) =>
    name in extras ? extra!.deviation : priorDeviation,
  );
  const inUnit = (name: string) => ((family.times as readonly string[]).includes(name) ? unit : 1);
  return {
    ...fitted,
    model: Object.fromEntries(
      Object.entries(fitted.model).map(([name, value]) => [name, value * inUnit(name)]),
    ) as Record<Name, number>,
    logLikelihood: fitted.logLikelihood - purchases * Math.log(unit),
  };
}

function selectEvenly(histories: Omit<Histories, 'meanSpend'>, most: number): Omit<Histories, 'meanSpend'> {
  const { length } = histories.repeats;
  if (length <= most) return histories;
  const step = length / most;
  return pickHistories(
    histories,
    Array.from({ length: most }, (_, n) => Math.floor(n * step)),
  );
}
