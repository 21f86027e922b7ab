import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayersModel, layers, regularizers, sequential } from '@tensorflow/tfjs-layers';
import {
  type Layer,
  type NetworkSettings,
  type NetworkTrainer,
  takeRows,
} from '../../../models/coupon-response/index.ts';
import { seededRandom, shuffle } from '../../../models/random.ts';

export interface NetworkLearner {
  /** TensorFlow's own library, or its WebAssembly */
  readonly backend: 'tensorflow' | 'wasm';
  readonly train: NetworkTrainer;
}

const require = createRequire(import.meta.url);

/**
 * A trainer by TensorFlow.js: native where `@tensorflow/tfjs-node` is installed and its library loads, otherwise by the
 * WebAssembly in the npm package. Networks of the two agree to about 1e-3. For a process of its own: TensorFlow.js ends it on a
 * rejection that nobody handles.
 *
 * @param importNative loads what registers the native backend; rejects where there is none
 */
export async function loadNetworkLearner(importNative = importTensorflowNode): Promise<NetworkLearner> {
  const backend = (await useNative(importNative)) ? 'tensorflow' : 'wasm';
  if (backend === 'wasm') await useWebAssembly();
  return { backend, train: trainNetwork };
}

async function useNative(importNative: () => Promise<unknown>): Promise<boolean> {
  try {
    await importNative();
    return await tf.setBackend('tensorflow');
  } catch {
    return false;
  }
}

async function importTensorflowNode(): Promise<unknown> {
  // In a variable, because it need not be installed where this is compiled.
  const name = '@tensorflow/tfjs-node';
  require.resolve(name);
  // Gone from Node 24, and still called.
  const util = require('node:util');
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  return import(name);
}

async function useWebAssembly(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no backend: its WebAssembly did not load');
}

/** Log loss by Adam in batches; weights, and the order of the rows in each epoch, come of the seed. */
const trainNetwork: NetworkTrainer = async (features, outcomes, settings, seed) => {
  const model = createModel(features.columns, outcomes, settings, seed);
  const optimizer = tf.train.adam(settings.learningRate);
  model.compile({ optimizer, loss: 'binaryCrossentropy' });
  const rows = Uint32Array.from(outcomes.keys());
  const random = seededRandom(seed);
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    // Steps that grow shorter come to rest at the minimum instead of around it.
    Object.assign(optimizer, { learningRate: settings.learningRate * (1 - epoch / settings.epochs) });
    // TensorFlow's own shuffling knows no seed.
    shuffle(rows, random);
    for (let first = 0; first < rows.length; first += settings.batch) {
      const batch = rows.subarray(first, first + settings.batch);
      const inputs = tf.tensor2d(Float32Array.from(takeRows(features, batch).values), [batch.length, features.columns]);
      const targets = tf.tensor2d(
        Float32Array.from(batch, (row) => outcomes[row]),
        [batch.length, 1],
      );
      await model.trainOnBatch(inputs, targets);
      tf.dispose([inputs, targets]);
    }
  }
  const network = model.layers.map(readLayer);
  optimizer.dispose();
  model.dispose();
  return network;
};

function createModel(
  inputs: number,
  outcomes: Uint8Array,
  { hidden, ridge }: NetworkSettings,
  seed: number,
): LayersModel {
  const rate = outcomes.reduce((sum, outcome) => sum + outcome, 0) / outcomes.length;
  const widths = [...hidden, 1];
  return sequential({
    layers: widths.map((units, depth) => {
      const isHidden = depth < hidden.length;
      return layers.dense({
        units,
        inputShape: depth === 0 ? [inputs] : undefined,
        activation: isHidden ? 'relu' : 'sigmoid',
        // It begins as the mean of all customers, which saves half the way.
        kernelInitializer: isHidden ? initializers.heNormal({ seed: seed + depth }) : initializers.zeros(),
        biasInitializer: initializers.constant({ value: isHidden ? 0 : Math.log(rate / (1 - rate)) }),
        kernelRegularizer: regularizers.l2({ l2: ridge / 2 }),
      });
    }),
  });
}

function readLayer(layer: layers.Layer): Layer {
  const [weights, biases] = layer.getWeights();
  const [inputs, outputs] = weights.shape as [number, number];
  return {
    inputs,
    outputs,
    weights: Float64Array.from(weights.dataSync()),
    biases: Float64Array.from(biases.dataSync()),
  };
}
