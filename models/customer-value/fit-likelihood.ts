import { minimise } from './minimise.ts';

/** Parameters of greatest likelihood. */
export interface Fit<Model> {
  readonly model: Model;
  readonly logLikelihood: number;
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * A shop where nobody leaves, or where all are alike, has its greatest likelihood at 0 or infinity. On data of the scale
 * of 1 1e-4 and 1e4 are as good, and the formulas still hold to many digits.
 */
const farthest = Math.log(1e4);

/**
 * The positive parameters of greatest likelihood, searched for in their logarithms.
 *
 * @param start for data on the scale of 1
 * @param customers how many: the mean over them is searched, so that the tolerance does not depend on their number
 * @param logLikelihood of all customers; writes its derivatives by the named parameters, in their order
 * @param deviationOf draws a parameter's logarithm towards that of the start by a normal prior of this deviation: where many
 * customers speak it says nothing, where few do, it keeps them from being told apart by chance. Infinity: likelihood alone
 */
export function fitPositive<Name extends string>(
  start: Record<Name, number>,
  customers: number,
  logLikelihood: (model: Record<Name, number>, gradient: Float64Array) => number,
  deviationOf: (name: Name) => number = () => Infinity,
): Fit<Record<Name, number>> {
  const names = Object.keys(start) as Name[];
  const isWithin = (logarithm: number) => Math.abs(logarithm) < farthest;
  const toModel = (point: Float64Array) => {
    const parameter = (index: number) => Math.exp(Math.max(-farthest, Math.min(farthest, point[index])));
    return Object.fromEntries(names.map((name, index) => [name, parameter(index)])) as Record<Name, number>;
  };
  const centre = Float64Array.from(names, (name) => Math.log(start[name]));
  const precisions = Float64Array.from(names, (name) => 1 / (deviationOf(name) ** 2 * customers));
  const penalty = (at: Float64Array) =>
    at.reduce((sum, coordinate, index) => sum + (precisions[index] * (coordinate - centre[index]) ** 2) / 2, 0);
  const { point, value, converged, iterations } = minimise(
    (at, gradient) => {
      const model = toModel(at);
      const sum = logLikelihood(model, gradient);
      for (const [index, name] of names.entries()) {
        gradient[index] *= isWithin(at[index]) ? -model[name] / customers : 0;
        gradient[index] += precisions[index] * (at[index] - centre[index]);
      }
      return penalty(at) - sum / customers;
    },
    centre,
    { tolerance: 1e-8, maximumIterations: 200 },
  );
  return {
    model: toModel(point),
    logLikelihood: (penalty(point) - value) * customers,
    converged,
    iterations,
  };
}
