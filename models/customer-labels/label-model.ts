import { fitScale, standardise } from '../coupon-response/features.ts';
import { fitLogistic } from '../coupon-response/logistic-regression.ts';
import { sigmoid } from '../coupon-response/network.ts';

/** For each label a logistic regression of it against all others, on standardised features. */
export interface LabelModel {
  readonly labels: readonly string[];
  readonly features: readonly string[];
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** by label: a weight a feature, and the bias last */
  readonly weights: readonly Float64Array[];
}

/** What speaks for or against a label, and how much: what it adds to the logarithm of the odds. */
export interface Reason {
  readonly feature: string;
  readonly weight: number;
}

/**
 * @param values rows of features
 * @param outcomes by row the place of the label
 * @param ridge half of this times the sum of the squared weights is added to the mean log loss
 */
export function fitLabels(
  labels: readonly string[],
  features: readonly string[],
  values: Float64Array,
  outcomes: Int32Array,
  ridge: number,
): LabelModel {
  const columns = features.length;
  const scale = fitScale({ values, columns });
  const standard = standardise({ values, columns }, scale);
  const settings = { hidden: [], epochs: 0, batch: 0, learningRate: 0, ridge };
  const weights = labels.map((_, label) => {
    const isLabel = Uint8Array.from(outcomes, (outcome) => Number(outcome === label));
    const [layer] = fitLogistic(standard, isLabel, settings);
    return Float64Array.of(...layer.weights, ...layer.biases);
  });
  return { labels, features, ...scale, weights };
}

/**
 * The probabilities of all labels, of each against all others, brought to a sum of 1.
 *
 * @param values rows of features
 * @returns rows of probabilities, in the order of the labels
 */
export function predictLabels(model: LabelModel, values: Float64Array): Float64Array {
  const { labels, features, weights } = model;
  const columns = features.length;
  const rows = values.length / columns;
  const found = new Float64Array(rows * labels.length);
  for (let row = 0; row < rows; row++) {
    let all = 0;
    for (const [label, own] of weights.entries()) {
      let logit = own[columns];
      for (let column = 0; column < columns; column++) logit += own[column] * placeOf(model, values, row, column);
      const probability = sigmoid(logit);
      found[row * labels.length + label] = probability;
      all += probability;
    }
    for (let label = 0; label < labels.length; label++) found[row * labels.length + label] /= all;
  }
  return found;
}

/** What speaks most for or against a label of one customer, the strongest first. @param values the customer's features */
export function explain(model: LabelModel, label: number, values: Float64Array, most: number): Reason[] {
  return model.features
    .map((feature, column) => ({
      feature,
      weight: model.weights[label][column] * placeOf(model, values, 0, column),
    }))
    .sort((one, other) => Math.abs(other.weight) - Math.abs(one.weight))
    .slice(0, most);
}

function placeOf({ features, means, deviations }: LabelModel, values: Float64Array, row: number, column: number) {
  return (values[row * features.length + column] - means[column]) / deviations[column];
}
