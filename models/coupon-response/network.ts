import { type Features, fitScale, type Scale, standardise } from './features.ts';

/** A dense layer; `weights` are rows of `outputs` numbers, a row an input. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** Dense layers with ReLU between them; the last has one output, whose sigmoid is a probability. */
export type Network = readonly Layer[];

/** Shape and training of a network. */
export interface NetworkSettings {
  /** widths of the hidden layers; none: a logistic regression */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  /** half of this times the sum of the squared weights (not biases) is added to the mean log loss */
  readonly ridge: number;
}

/**
 * Learns the probability of an outcome from standardised features. The same input and seed give the same network on one
 * machine and backend.
 */
export type NetworkTrainer = (
  features: Features,
  outcomes: Uint8Array,
  settings: NetworkSettings,
  seed: number,
) => Network | Promise<Network>;

/**
 * Standardises, has the trainer learn, and gives a network that takes the features as they are.
 *
 * @param features a row a customer
 * @param outcomes beside the rows: 1 or 0
 */
export async function fitNetwork(
  trainer: NetworkTrainer,
  features: Features,
  outcomes: Uint8Array,
  settings: NetworkSettings,
  seed: number,
): Promise<Network> {
  const scale = fitScale(features);
  return foldScale(await trainer(standardise(features, scale), outcomes, settings, seed), scale);
}

/** The network of unscaled features that gives what `network` gives of standardised ones. */
function foldScale([first, ...rest]: Network, { means, deviations }: Scale): Network {
  const weights = first.weights.map((weight, place) => weight / deviations[Math.floor(place / first.outputs)]);
  const biases = first.biases.slice();
  for (const [place, weight] of weights.entries()) {
    biases[place % first.outputs] -= weight * means[Math.floor(place / first.outputs)];
  }
  return [{ ...first, weights, biases }, ...rest];
}

/**
 * The probability of the outcome for each row of features: the plain forward pass.
 *
 * @returns by row, 0 to 1
 * @throws RangeError where the features are not as wide as the network's input
 */
export function predict(network: Network, features: Features): Float64Array {
  if (features.columns !== network[0].inputs) {
    throw new RangeError(
      `features.columns must be ${network[0].inputs}, as the network learnt, not ${features.columns}`,
    );
  }
  const rows = features.values.length / features.columns;
  const probabilities = new Float64Array(rows);
  const activations = network.map(({ outputs }) => new Float64Array(outputs));
  for (let row = 0; row < rows; row++) {
    let inputs = features.values.subarray(row * features.columns, (row + 1) * features.columns);
    for (const [depth, layer] of network.entries()) {
      apply(layer, inputs, activations[depth], depth < network.length - 1);
      inputs = activations[depth];
    }
    probabilities[row] = sigmoid(inputs[0]);
  }
  return probabilities;
}

function apply({ outputs, weights, biases }: Layer, from: Float64Array, to: Float64Array, isHidden: boolean): void {
  to.set(biases);
  for (let input = 0; input < from.length; input++) {
    for (let output = 0; output < outputs; output++) to[output] += from[input] * weights[input * outputs + output];
  }
  if (isHidden) for (let output = 0; output < outputs; output++) if (to[output] < 0) to[output] = 0;
}

/** The probability that belongs to a logit. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
