import type { Layer, Network } from './network.ts';
import type { UpliftModel } from './t-learner.ts';

/** A model as JSON can carry it, to the last digit. */
export interface PlainUpliftModel {
  readonly treated: readonly PlainLayer[];
  readonly control: readonly PlainLayer[];
}

/** A dense layer in plain numbers. */
export interface PlainLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** rows of `outputs` numbers, a row an input */
  readonly weights: readonly number[];
  readonly biases: readonly number[];
}

/**
 * The learnt model in plain numbers, as it is kept in JSON; `readModel` takes it back.
 *
 * @returns numbers to the last digit, so that what is read predicts the same
 */
export function writeModel({ treated, control }: UpliftModel): PlainUpliftModel {
  return { treated: treated.map(writeLayer), control: control.map(writeLayer) };
}

function writeLayer({ inputs, outputs, weights, biases }: Layer): PlainLayer {
  return { inputs, outputs, weights: [...weights], biases: [...biases] };
}

/**
 * The model that `writeModel` wrote: layers in order, the outputs of each as many as the next one's inputs.
 *
 * @throws RangeError naming what does not fit together
 */
export function readModel({ treated, control }: PlainUpliftModel): UpliftModel {
  const model = { treated: readNetwork('treated', treated), control: readNetwork('control', control) };
  if (model.treated[0].inputs !== model.control[0].inputs) {
    throw new RangeError('treated and control must take the same number of features');
  }
  return model;
}

function readNetwork(name: string, layers: readonly PlainLayer[]): Network {
  if (layers.length === 0 || layers.at(-1)!.outputs !== 1) throw new RangeError(`${name} must end with one output`);
  return layers.map((layer, depth) => {
    const { inputs, outputs, weights, biases } = layer;
    const isFitting =
      weights.length === inputs * outputs &&
      biases.length === outputs &&
      (depth === 0 || layers[depth - 1].outputs === inputs) &&
      [...weights, ...biases].every(Number.isFinite);
    if (!isFitting) throw new RangeError(`${name}[${depth}] is no layer of ${inputs} inputs and ${outputs} outputs`);
    return { inputs, outputs, weights: Float64Array.from(weights), biases: Float64Array.from(biases) };
  });
}
