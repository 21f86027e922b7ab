import { createKernels, type KernelOptions } from '../../kernels/index.ts';
import { dense } from '../../kernels/sets/dense.ts';
import {
  bytesOfSymmetric,
  createSymmetric,
  diagonalAt,
  invertSymmetric,
  operationsOfInversion,
  tileSide,
} from '../../kernels/sets/dense-symmetric.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { ItemNeighbours } from '../graphs/item-neighbours.ts';
import { valuesOf } from '../transpose.ts';
import { addGram } from './gram.ts';
import type { EaseRecipe } from './settings.ts';
import { selectWeights } from './weights.ts';

/** What a training will cost. */
export interface EasePlan {
  /** the items that are learnt, ascending: all of enough customers, or the best known of them where all are too many */
  readonly items: Uint32Array;
  /** memory at its peak, the interactions excepted */
  readonly bytes: number;
  /** at secondsPerOperation, so that it is the same on every machine */
  readonly seconds: number;
  /** why these data are not trained on with this recipe */
  readonly refused?: string;
}

/** One thread with SIMD at 25 GFlop/s, seen on two-core machines; relaxed SIMD is twice as fast, and a second thread again. */
const secondsPerOperation = 1 / 25e9;

/** The most memory that WebAssembly can address. */
const mostBytes = 2 ** 32 - 2 ** 16;

/** A head of the catalogue that holds less of the interactions says too little. */
const leastShare = 0.25;

/**
 * Counts the cost of a training before it is begun. Where all items are more than the recipe's limits allow, the head of the
 * catalogue is learnt, as many of the items with the most customers as they allow.
 *
 * @throws RangeError naming the setting that is out of range
 */
export function planEase(matrix: SparseMatrix, recipe: EaseRecipe): EasePlan {
  checkRecipe(recipe);
  const { minimumCustomers } = recipe;
  const customers = countCustomers(matrix);
  const supported = Uint32Array.from(customers.keys()).filter(
    (item) => customers[item] >= Math.max(1, minimumCustomers),
  );
  const whole = reckon(supported.length, recipe);
  if (whole.broken.length === 0) return { items: supported, bytes: whole.bytes, seconds: whole.seconds };
  let [fits, tooMany] = [0, supported.length];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (reckon(middle, recipe).broken.length === 0) fits = middle;
    else tooMany = middle;
  }
  const head = supported
    .toSorted((one, other) => customers[other] - customers[one] || one - other)
    .subarray(0, fits)
    .sort();
  const held = head.reduce((sum, item) => sum + customers[item], 0);
  if (held > 0 && held >= leastShare * matrix.indices.length) {
    const { bytes, seconds } = reckon(fits, recipe);
    return { items: head, bytes, seconds };
  }
  const cost = `${Math.ceil(whole.bytes / 1e6)} MB and ${Math.ceil(whole.seconds)} s`;
  const refused = `EASE needs ${cost} for ${supported.length} items of at least ${minimumCustomers} customers; ${whole.broken.join('; ')}`;
  return { items: supported, bytes: whole.bytes, seconds: whole.seconds, refused };
}

/** What so many items cost, and which limits that breaks. */
function reckon(items: number, { neighbours, maximumMegabytes, maximumSeconds }: EaseRecipe) {
  const kernelBytes = bytesOfSymmetric(items);
  const bytes = kernelBytes + items * (8 * Math.min(neighbours, items) + 4 * tileSide);
  const seconds = operationsOfInversion(items) * secondsPerOperation;
  const limits = [
    [seconds > maximumSeconds, `maximumSeconds is ${maximumSeconds}`],
    [bytes > maximumMegabytes * 1e6, `maximumMegabytes is ${maximumMegabytes}`],
    [kernelBytes > mostBytes, 'more than 4 GiB cannot be addressed'],
  ] as const;
  return { bytes, seconds, broken: limits.filter(([isBroken]) => isBroken).map(([, limit]) => limit) };
}

/**
 * EASE (Steck 2019, "Embarrassingly shallow autoencoders for sparse data"): the item-item weights B with a zero diagonal
 * that best rebuild customers × items X from XB, B = I - P diag(1 / P_jj) with P = (XᵀX + lambda I)⁻¹, each candidate j
 * divided by its popularity (sum of its values) raised to beta. Of every item the `neighbours` greatest weights above 0 are
 * kept: on the data at hand that costs nothing (CARD.md), and it makes a list as cheap as that of any other graph.
 *
 * Time: items³ operations, most of them in SIMD kernels on as many threads as are given; memory: 2 items² bytes. Float32;
 * agrees with float64 to about 1e-6 × the greatest item's customers / lambda. Same input, same build: same bytes whatever
 * the threads.
 *
 * @throws RangeError when the data do not fit the recipe's budget (see `planEase`), a setting is out of range, or lambda is
 *   too small for float32
 */
export function trainEase(
  matrix: SparseMatrix,
  recipe: EaseRecipe,
  options: Pick<KernelOptions, 'threads' | 'build'> = {},
): ItemNeighbours {
  const { items, refused } = planEase(matrix, recipe);
  if (refused !== undefined) throw new RangeError(refused);
  const interactions = keepColumns(matrix, items, recipe.valuePower);
  const kernels = createKernels(dense, { ...options, bytes: bytesOfSymmetric(items.length) });
  try {
    const blocks = createSymmetric(kernels, items.length);
    addGram(interactions, blocks);
    for (let item = 0; item < items.length; item++) blocks.values[diagonalAt(item)] += recipe.lambda;
    if (!invertSymmetric(kernels, blocks)) throw new RangeError(`lambda ${recipe.lambda} is too small for these data`);
    return selectWeights(blocks, interactions, recipe, { items, itemCount: matrix.columns });
  } finally {
    kernels.dispose();
  }
}

/** By item. */
function countCustomers({ indices, columns }: SparseMatrix): Uint32Array {
  const customers = new Uint32Array(columns);
  for (const item of indices) customers[item]++;
  return customers;
}

/** The matrix of these columns alone, numbered anew, its values raised to the power. */
function keepColumns(matrix: SparseMatrix, columns: Uint32Array, power: number) {
  const places = new Int32Array(matrix.columns).fill(-1);
  columns.forEach((column, place) => {
    places[column] = place;
  });
  const all = valuesOf(matrix);
  const offsets = new Uint32Array(matrix.rows + 1);
  const indices = new Uint32Array(matrix.indices.length);
  const values = new Float32Array(matrix.indices.length);
  let end = 0;
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      const place = places[matrix.indices[cell]];
      if (place < 0) continue;
      indices[end] = place;
      values[end++] = all[cell] ** power;
    }
    offsets[row + 1] = end;
  }
  return {
    rows: matrix.rows,
    columns: columns.length,
    offsets,
    indices: indices.subarray(0, end),
    values: values.subarray(0, end),
  };
}

function checkRecipe({ lambda, valuePower, beta, neighbours, minimumCustomers }: EaseRecipe): void {
  if (!(lambda > 0 && lambda < Number.POSITIVE_INFINITY)) throw new RangeError(`lambda must be above 0, not ${lambda}`);
  for (const [name, value] of Object.entries({ valuePower, beta, minimumCustomers })) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${name} must be at least 0, not ${value}`);
    }
  }
  if (!(Number.isInteger(neighbours) && neighbours > 0)) {
    throw new RangeError(`neighbours must be a positive whole number, not ${neighbours}`);
  }
}
