import type { Features } from './features.ts';
import { type Network, type NetworkSettings, sigmoid } from './network.ts';

const maximumSteps = 50;
const negligibleStep = 1e-10;

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares), a `NetworkTrainer` without hidden layers:
 * the exact minimum of what the network trainer comes near to.
 *
 * @throws RangeError where settings ask for hidden layers
 */
export function fitLogistic(features: Features, outcomes: Uint8Array, { hidden, ridge }: NetworkSettings): Network {
  if (hidden.length > 0) throw new RangeError('hidden must be empty: a logistic regression has no hidden layer');
  const { values, columns } = features;
  const size = columns + 1;
  const rows = outcomes.length;
  // The bias is the last coefficient.
  const coefficients = new Float64Array(size);
  const row = new Float64Array(size).fill(1);
  for (let step = 0; step < maximumSteps; step++) {
    const gradient = coefficients.map((coefficient, place) => (place < columns ? ridge * coefficient : 0));
    const hessian = Array.from({ length: size }, () => new Float64Array(size));
    for (let column = 0; column < columns; column++) hessian[column][column] = ridge;
    // Columns that say the same, and outcomes that are all equal, leave a direction without curvature.
    for (let place = 0; place < size; place++) hessian[place][place] += 1e-9;
    for (let customer = 0; customer < rows; customer++) {
      row.set(values.subarray(customer * columns, (customer + 1) * columns));
      let logit = 0;
      for (let place = 0; place < size; place++) logit += row[place] * coefficients[place];
      const probability = sigmoid(logit);
      const slope = (probability - outcomes[customer]) / rows;
      const curvature = (probability * (1 - probability)) / rows;
      for (let place = 0; place < size; place++) {
        gradient[place] += slope * row[place];
        const weighted = curvature * row[place];
        for (let other = 0; other <= place; other++) hessian[place][other] += weighted * row[other];
      }
    }
    const change = solve(hessian, gradient);
    for (let place = 0; place < size; place++) coefficients[place] -= change[place];
    if (change.every((part) => Math.abs(part) < negligibleStep)) break;
  }
  return [
    { inputs: columns, outputs: 1, weights: coefficients.slice(0, columns), biases: coefficients.slice(columns) },
  ];
}

/** Of a symmetric positive definite matrix, whose lower half is given and overwritten: by Cholesky's factors. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row][column];
      for (let place = 0; place < column; place++) sum -= matrix[row][place] * matrix[column][place];
      matrix[row][column] = row === column ? Math.sqrt(sum) : sum / matrix[column][column];
    }
  }
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    for (let place = 0; place < row; place++) solution[row] -= matrix[row][place] * solution[place];
    solution[row] /= matrix[row][row];
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let place = row + 1; place < size; place++) solution[row] -= matrix[place][row] * solution[place];
    solution[row] /= matrix[row][row];
  }
  return solution;
}
