/** Predictions of about the same probability, and how often they came true. */
export interface CalibrationBin {
  readonly from: number;
  readonly until: number;
  readonly predictions: number;
  /** their mean probability; null: there are none */
  readonly predicted: number | null;
  /** the share of them that was so */
  readonly observed: number | null;
}

/** How far probabilities are what they say. */
export interface Calibration {
  /** ten, from 0 to 1 */
  readonly curve: readonly CalibrationBin[];
  /** the mean distance of both, by predictions (Naeini et al. 2015) */
  readonly expectedError: number;
}

const bins = 10;

/**
 * The calibration curve, and the expected calibration error.
 *
 * @param probabilities from 0 to 1
 * @param outcomes beside them: 1 where it was so
 */
export function calibrate(probabilities: Float64Array, outcomes: Uint8Array): Calibration {
  const [predictions, predicted, observed] = [0, 1, 2].map(() => new Float64Array(bins));
  for (const [place, probability] of probabilities.entries()) {
    const bin = Math.min(bins - 1, Math.floor(probability * bins));
    predictions[bin]++;
    predicted[bin] += probability;
    observed[bin] += outcomes[place];
  }
  const curve = Array.from(
    predictions,
    (count, bin): CalibrationBin => ({
      from: bin / bins,
      until: (bin + 1) / bins,
      predictions: count,
      predicted: count === 0 ? null : predicted[bin] / count,
      observed: count === 0 ? null : observed[bin] / count,
    }),
  );
  const distance = predictions.reduce((sum, _, bin) => sum + Math.abs(predicted[bin] - observed[bin]), 0);
  return { curve, expectedError: probabilities.length === 0 ? 0 : distance / probabilities.length };
}
