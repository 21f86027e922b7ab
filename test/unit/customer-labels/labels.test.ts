import { describe, expect, test } from '@jest/globals';
import {
  calibrate,
  explain,
  type LearntLabels,
  learnLabels,
  predictLabels,
  recipe,
} from '../../../models/customer-labels/index.ts';
import { fitLabels } from '../../../models/customer-labels/label-model.ts';
import { seededRandom } from '../../../models/random.ts';

// The same data, standardised, in scikit-learn 1.9.1: LogisticRegression(C=1/(ridge × rows), solver='newton-cholesky', tol=1e-12), one
// label against the others, probabilities brought to a sum of 1.
test('weights and probabilities are those of scikit-learn', () => {
  const rows = 120;
  const values = new Float64Array(3 * rows);
  const outcomes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    values.set([Math.sin(i * 1.3) * 3 + 1, (i * 7) % 11, Math.cos(i * 0.7) * 10], 3 * i);
    const probability = 1 / (1 + Math.exp(-(1.2 * Math.sin(i * 1.3) - 0.15 * ((i * 7) % 11) + 0.6)));
    outcomes[i] = (i * 13) % 17 < 4 ? 2 : ((i * 37) % 101) / 101 < probability ? 0 : 1;
  }
  const model = fitLabels(['a', 'b', 'c'], ['wave', 'step', 'swing'], values, outcomes, 0.03);
  const expected = [
    [0.5155555817111681, -0.1689935309305155, -0.1995071132660548, -0.7466609412265997],
    [-0.3605246655736854, 0.1298433038609169, 0.15840555529823086, -0.3142704494563986],
    [-0.12916389423884322, 0.022310188242846113, 0.02229144564116453, -1.1480809263978484],
  ];
  for (const [label, weights] of expected.entries()) {
    for (const [place, weight] of weights.entries()) expect(model.weights[label][place]).toBeCloseTo(weight, 6);
  }
  const probabilities = predictLabels(model, values);
  const of = (row: number) => Array.from(probabilities.subarray(3 * row, 3 * row + 3));
  const known: [number, number[]][] = [
    [0, [0.3228582035359989, 0.43320639047727644, 0.2439354059867246]],
    [17, [0.22180852284779146, 0.5225107148134642, 0.25568076233874426]],
    [119, [0.1973268759064323, 0.5351691499278132, 0.26750397416575433]],
  ];
  for (const [row, those] of known) {
    for (const [label, one] of of(row).entries()) expect(one).toBeCloseTo(those[label], 6);
  }
  // Row 0 has no wave to speak of, a step 1.6 deviations below the mean and a swing 1.4 above it.
  const [reason] = explain(model, 0, values.subarray(0, 3), 1);
  expect(reason.feature).toBe('swing');
});

test('calibration, by hand', () => {
  const { curve, expectedError } = calibrate(Float64Array.of(0.12, 0.18, 0.5, 1), Uint8Array.of(0, 1, 1, 1));
  expect(curve[1]).toMatchObject({ from: 0.1, until: 0.2, predictions: 2, observed: 0.5 });
  expect(curve[1].predicted).toBeCloseTo(0.15, 12);
  expect(curve[9]).toMatchObject({ predictions: 1, predicted: 1, observed: 1 });
  expect(curve[0]).toMatchObject({ predictions: 0, predicted: null, observed: null });
  // 2 × 0.35 + 0.5 + 0, of four.
  expect(expectedError).toBeCloseTo(0.3, 12);
});

describe('a declared attribute', () => {
  const professions = ['cook', 'nurse', 'pilot'];
  /** Customers whose first feature goes with what they are, as far as `strength` says; the second with nothing. */
  function draw(count: number, strength: number, seed: number) {
    const random = seededRandom(seed);
    const values = new Float64Array(2 * count);
    const declared: string[] = [];
    const chances: number[][] = [];
    for (let row = 0; row < count; row++) {
      const x = 4 * random() - 2;
      values.set([x, random()], 2 * row);
      const odds = [Math.exp(strength * x), 1, Math.exp(-strength * x)];
      const all = odds.reduce((sum, one) => sum + one, 0);
      chances.push(odds.map((one) => one / all));
      const draw = random() * all;
      declared.push(professions[draw < odds[0] ? 0 : draw < odds[0] + odds[1] ? 1 : 2]);
    }
    return { features: { names: ['telling', 'idle'], values }, declared, chances };
  }

  test('is learnt where behaviour tells of it, and its probabilities are what they say', () => {
    const { features, declared, chances } = draw(3_000, 1.2, 1);
    const learnt = learnLabels(features, declared, recipe, 1) as LearntLabels;
    expect(learnt).not.toHaveProperty('refusal');
    expect(learnt.judgement.heldOut).toBe(900);
    expect(learnt.judgement.gain.low).toBeGreaterThan(0.1);
    expect(learnt.judgement.hits).toBeGreaterThan(learnt.judgement.commonest);
    expect(learnt.judgement.calibration.expectedError).toBeLessThan(0.05);
    // The oracle knows the chances that the values were drawn by.
    const probabilities = predictLabels(learnt.model, features.values);
    const place = (row: number, label: string) => 3 * row + learnt.model.labels.indexOf(label);
    const errors = chances.flatMap((own, row) =>
      own.map((chance, label) => Math.abs(chance - probabilities[place(row, professions[label])])),
    );
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.05);
    const cook = learnt.model.labels.indexOf('cook');
    expect(explain(learnt.model, cook, Float64Array.of(2, 0.5), 2)[0]).toMatchObject({ feature: 'telling' });
    expect(explain(learnt.model, cook, Float64Array.of(-2, 0.5), 2)[0].weight).toBeLessThan(0);
  });

  test('is refused where behaviour tells nothing of it', () => {
    let refused = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const { features, declared } = draw(800, 0, seed);
      const learnt = learnLabels(features, declared, recipe, seed);
      if ('refusal' in learnt && learnt.refusal === 'no-better-than-shares') refused++;
    }
    expect(refused).toBeGreaterThanOrEqual(11);
  });

  test('is refused where too few have declared it, or all the same', () => {
    const { features, declared } = draw(1_000, 1.2, 2);
    const few = declared.map((value, row) => (row % 4 === 0 ? value : undefined));
    expect(learnLabels(features, few, recipe, 1)).toMatchObject({ refusal: 'too-few-declared', declared: 250 });
    const alike = declared.map((_, row) => (row < 40 ? 'pilot' : 'cook'));
    expect(learnLabels(features, alike, recipe, 1)).toEqual({ refusal: 'too-few-labels', declared: 960 });
  });

  test('is refused where its probabilities are further from what happens than is borne', () => {
    const { features, declared } = draw(1_000, 1.2, 3);
    const learnt = learnLabels(features, declared, { ...recipe, mostCalibrationError: 0.001 }, 1);
    expect(learnt).toMatchObject({ refusal: 'badly-calibrated', judgement: { heldOut: 300 } });
  });

  test('the same seed gives the same model, and rows that do not fit are named', () => {
    const { features, declared } = draw(600, 1.2, 4);
    const weights = () => (learnLabels(features, declared, recipe, 7) as LearntLabels).model.weights;
    expect(weights()).toEqual(weights());
    expect(() => learnLabels(features, declared.slice(1), recipe, 1)).toThrow('values must hold 599 rows of 2');
  });
});
