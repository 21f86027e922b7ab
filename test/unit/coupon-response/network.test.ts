import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { fitLogistic, fitNetwork, type NetworkSettings, predict } from '../../../models/coupon-response/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { loadNetworkLearner, type NetworkLearner } from '../../../src/training/learners/response-network.ts';

const settings: NetworkSettings = { hidden: [], epochs: 20, batch: 256, learningRate: 0.1, ridge: 0.0001 };

/** Two numbers of very different size and one that tells nothing; the outcome hangs on the first, the other way round beyond 3. */
function makeCustomers(count: number, logit: (first: number, second: number) => number) {
  const random = seededRandom(7);
  const values = new Float64Array(3 * count);
  const outcomes = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    values.set([6 * random(), 1000 + 200 * random(), random()], 3 * row);
    outcomes[row] = Number(random() < 1 / (1 + Math.exp(-logit(values[3 * row], values[3 * row + 1]))));
  }
  return { features: { values, columns: 3 }, outcomes };
}

const furthest = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, row) => Math.max(most, Math.abs(value - b[row])), 0);
const logLoss = (probabilities: Float64Array, outcomes: Uint8Array) =>
  probabilities.reduce((sum, chance, row) => sum - Math.log(outcomes[row] ? chance : 1 - chance), 0) / outcomes.length;

const linear = makeCustomers(1500, (first, second) => first - 3 + (second - 1100) / 100);
const bent = makeCustomers(1500, (first) => 4 - 2 * Math.abs(first - 3));

describe('the plain logistic regression', () => {
  test('is where the derivative of the penalised log loss is zero', async () => {
    const network = await fitNetwork(fitLogistic, linear.features, linear.outcomes, { ...settings, ridge: 0 }, 1);
    const misses = predict(network, linear.features).map((chance, row) => chance - linear.outcomes[row]);
    for (let column = 0; column < 3; column++) {
      const sum = misses.reduce((total, miss, row) => total + miss * linear.features.values[3 * row + column], 0);
      expect(Math.abs(sum / misses.length)).toBeLessThan(1e-6);
    }
    expect(Math.abs(misses.reduce((total, miss) => total + miss, 0))).toBeLessThan(1e-6);
  });

  test('takes columns that say the same and outcomes that are all equal', async () => {
    const twice = { columns: 2, values: Float64Array.from({ length: 200 }, (_, cell) => Math.floor(cell / 2)) };
    const outcomes = Uint8Array.from({ length: 100 }, (_, row) => row % 2);
    const chances = predict(await fitNetwork(fitLogistic, twice, outcomes, { ...settings, ridge: 0 }, 1), twice);
    expect(chances.every((chance) => Math.abs(chance - 0.5) < 0.05)).toBe(true);
    const never = predict(await fitNetwork(fitLogistic, twice, new Uint8Array(100), settings, 1), twice);
    expect(never.every((chance) => chance >= 0 && chance < 0.01)).toBe(true);
  });

  test('has no hidden layer, and features must be as wide as it learnt', async () => {
    expect(() => fitLogistic(linear.features, linear.outcomes, { ...settings, hidden: [4] })).toThrow(/^hidden/);
    const network = await fitNetwork(fitLogistic, linear.features, linear.outcomes, settings, 1);
    expect(() => predict(network, { columns: 2, values: new Float64Array(2) })).toThrow(/^features\.columns/);
  });
});

describe('TensorFlow.js', () => {
  let wasm: NetworkLearner;
  let backend: string;
  beforeAll(async () => {
    wasm = await loadNetworkLearner(() => Promise.reject(new Error('not installed')));
    backend = tf.getBackend();
  });

  test('is WebAssembly with SIMD from the npm package where the native one does not load', async () => {
    expect(wasm.backend).toBe('wasm');
    expect(backend).toBe('wasm');
    expect(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')).toBe(true);
  });

  test('comes near to the exact logistic regression', async () => {
    const chances = predict(
      await fitNetwork(wasm.train, linear.features, linear.outcomes, settings, 1),
      linear.features,
    );
    const exact = predict(
      await fitNetwork(fitLogistic, linear.features, linear.outcomes, settings, 1),
      linear.features,
    );
    expect(logLoss(chances, linear.outcomes) - logLoss(exact, linear.outcomes)).toBeLessThan(1e-4);
    expect(furthest(chances, exact)).toBeLessThan(0.03);
  });

  test('with a hidden layer learns what no logistic regression can, and the plain forward pass says what TensorFlow says', async () => {
    const deeper = { ...settings, hidden: [8] };
    const network = await wasm.train(bent.features, bent.outcomes, deeper, 1);
    const [hidden, output] = network.map(({ weights, biases, inputs, outputs }) => ({
      weights: tf.tensor2d(Float32Array.from(weights), [inputs, outputs]),
      biases: tf.tensor1d(Float32Array.from(biases)),
    }));
    const inputs = tf.tensor2d(Float32Array.from(bent.features.values), [bent.outcomes.length, 3]);
    const theirs = tf.tidy(() => {
      const activations = tf.relu(tf.add(tf.matMul(inputs, hidden.weights), hidden.biases));
      return tf.sigmoid(tf.add(tf.matMul(activations, output.weights), output.biases)).dataSync();
    });
    expect(furthest(Float64Array.from(theirs), predict(network, bent.features))).toBeLessThan(1e-5);

    const fitted = predict(await fitNetwork(wasm.train, bent.features, bent.outcomes, deeper, 1), bent.features);
    const straight = predict(await fitNetwork(fitLogistic, bent.features, bent.outcomes, settings, 1), bent.features);
    expect(logLoss(fitted, bent.outcomes)).toBeLessThan(logLoss(straight, bent.outcomes) - 0.1);
  });

  test('gives the same network of the same seed, another of another, and leaves nothing in memory', async () => {
    const small = { ...settings, hidden: [4], epochs: 3 };
    const train = (seed: number) => fitNetwork(wasm.train, bent.features, bent.outcomes, small, seed);
    const first = await train(1);
    const tensors = tf.memory().numTensors;
    expect(await train(1)).toEqual(first);
    expect(await train(2)).not.toEqual(first);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('is native where that loads, and agrees with WebAssembly to 1e-3', async () => {
    const deeper = { ...settings, hidden: [8], epochs: 5 };
    const byWasm = await fitNetwork(wasm.train, bent.features, bent.outcomes, deeper, 1);
    const advertisement = jest.spyOn(console, 'warn').mockReturnValue();
    // The native library is none that can be had everywhere; the plain backend stands in its place.
    const native = await loadNetworkLearner(async () => {
      await import('@tensorflow/tfjs-backend-cpu');
      tf.copyRegisteredKernels('cpu', 'tensorflow');
      tf.registerBackend('tensorflow', tf.findBackendFactory('cpu'));
    });
    expect(native.backend).toBe('tensorflow');
    expect(tf.getBackend()).toBe('tensorflow');
    const byNative = await fitNetwork(native.train, bent.features, bent.outcomes, deeper, 1);
    expect(furthest(predict(byNative, bent.features), predict(byWasm, bent.features))).toBeLessThan(1e-3);
    advertisement.mockRestore();
    await tf.setBackend('wasm');
  });
});
