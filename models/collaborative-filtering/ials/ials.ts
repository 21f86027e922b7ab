import { type Build, createKernels, type Kernels } from '../../kernels/index.ts';
import { factors } from '../../kernels/sets/factors.ts';
import { seededRandom } from '../../random.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { whyNoRoom } from '../kernel-room.ts';
import { transpose, valuesOf } from '../transpose.ts';
import { diagonalise } from './diagonalise.ts';
import { mostSteps, paddedWidth, reshapeRows, scratchNumbers, solverTolerance } from './numerics.ts';
import { penaltiesOf } from './penalties.ts';
import { checkIalsRecipe, type IalsRecipe } from './settings.ts';

export type IalsStage = 'gram' | 'diagonalise' | 'rotate' | 'solve customers' | 'solve items';

export interface IalsOptions {
  readonly seed: number;
  /** threads that share the work, 1 where not given; the result does not depend on it */
  readonly threads?: number;
  /** the fastest build of the kernels where not given */
  readonly build?: Build;
  /** Factors of the items, learnt elsewhere on these interactions: no epoch is made, customers are folded into them. */
  readonly items?: Float32Array | undefined;
  /** called after each stage; an epoch, counted from 1, ends with its last `solve items` */
  readonly onStage?: (stage: IalsStage, epoch: number) => void;
}

/** The score of an item for a customer is the dot product of their factors; rows of `dimensions` numbers. */
export interface IalsModel {
  readonly dimensions: number;
  readonly customers: Float32Array;
  readonly items: Float32Array;
  /** alpha0 × the diagonal of (items' factors)ᵀ(items' factors), which is a diagonal matrix */
  readonly spectrum: Float32Array;
  /** what each cell of a row adds to its penalty; absent: it goes by the values */
  readonly penaltyACell?: number | undefined;
  readonly recipe: IalsRecipe;
}

/** One side of the interactions in the kernels' memory. */
interface Side {
  readonly rows: number;
  /** rows of `width` factors */
  readonly factors: Float32Array;
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  readonly penalties: Float32Array;
  /** ranges of rows of about equal work */
  readonly parts: readonly (readonly [number, number])[];
}

/** Work is always cut into so many parts, whatever the threads. */
const workParts = 64;

/**
 * Implicit alternating least squares (Hu, Koren, Volinsky 2008) with the frequency-scaled regularisation of Rendle,
 * Krichene, Zhang, Koren (2021): factors that minimise
 *
 *   Σ over cells of value × (1 − ŷ)² + alpha0 × Σ over all pairs of ŷ² + Σ over customers and items of penalty × |factors|²
 *
 * with penalty = lambda × (sum of the row's values + alpha0 × rows of the other side)^nu, or by cells (`penaltiesOf`); the
 * first items are normal numbers of standard deviation initialDeviation / sqrt(dimensions). An epoch solves all customers, then all items, each
 * to float32's precision; at the end the customers are solved once more, so that a customer's factors are what
 * `foldInCustomer` makes of their row.
 *
 * The basis is turned so that the Gram matrix of the fixed side is diagonal. What is left for a row is a diagonal plus
 * its own cells: conjugate gradients preconditioned by the diagonal solve it to float32's precision in a handful of
 * steps of 2 × cells × dimensions, without the dimensions² that the Gram matrix costs elsewhere.
 *
 * @param matrix customers × items, values (confidences) above 0, 1 where there are none
 * @throws RangeError naming the recipe's field that is out of range, or where the memory exceeds 4 GiB
 */
export function trainIals(matrix: SparseMatrix, recipe: IalsRecipe, options: IalsOptions): IalsModel {
  checkIalsRecipe(recipe);
  const width = paddedWidth(recipe.dimensions);
  const kernels = createKernels(factors, { ...options, bytes: ialsBytes(matrix, recipe) });
  try {
    const penalties = penaltiesOf(matrix, recipe);
    const customers = layOut(kernels, matrix, penalties.customers, recipe);
    const items = layOut(kernels, transpose(matrix), penalties.items, recipe);
    const { items: known } = options;
    if (known) reshapeRows(known, recipe.dimensions, width, items.factors);
    else drawNormal(items.factors, recipe, options.seed);
    const scratch = kernels.float32(workParts * scratchNumbers * width);
    const rotation = kernels.float32(width * width);
    const spectrum = kernels.float32(width);
    const solve = (solved: Side, fixed: Side, epoch: number) => {
      const report = (stage: IalsStage) => options.onStage?.(stage, epoch);
      straighten(kernels, fixed, width, recipe.unobservedWeight, { rotation, spectrum, scratch }, report);
      solveSide(kernels, solved, fixed, width, spectrum, scratch);
      report(solved === customers ? 'solve customers' : 'solve items');
    };
    for (let epoch = 1; epoch <= (known ? 0 : recipe.epochs); epoch++) {
      solve(customers, items, epoch);
      solve(items, customers, epoch);
    }
    solve(customers, items, recipe.epochs + 1);
    const strip = ({ rows, factors: padded }: Side) =>
      reshapeRows(padded, width, recipe.dimensions, new Float32Array(rows * recipe.dimensions));
    return {
      dimensions: recipe.dimensions,
      customers: strip(customers),
      items: strip(items),
      spectrum: spectrum.slice(0, recipe.dimensions),
      penaltyACell: penalties.aCell,
      recipe,
    };
  } finally {
    kernels.dispose();
  }
}

/** Why iALS cannot be trained on these interactions, in words; undefined: it can. */
export function whyNoFactors(matrix: SparseMatrix, recipe: IalsRecipe): string | undefined {
  return whyNoRoom(`iALS of ${recipe.dimensions} dimensions`, ialsBytes(matrix, recipe), matrix);
}

/** Bytes of kernel memory that a training takes: 16 a cell, 4 × dimensions (rounded up to 8) + 8 a customer and an item. */
export function ialsBytes(matrix: SparseMatrix, recipe: IalsRecipe): number {
  const width = paddedWidth(recipe.dimensions);
  const rows = matrix.rows + matrix.columns;
  const scratch = workParts * scratchNumbers * width + workParts * width * width + 2 * width * width;
  return 16 * matrix.indices.length + (4 * width + 8) * rows + 4 * scratch + 65_536;
}

function layOut(kernels: Kernels, matrix: SparseMatrix, penalties: Float64Array, { dimensions }: IalsRecipe): Side {
  const width = paddedWidth(dimensions);
  return {
    rows: matrix.rows,
    factors: kernels.float32(matrix.rows * width),
    offsets: kernels.keepUint32(matrix.offsets),
    indices: kernels.keepUint32(matrix.indices),
    values: kernels.keepFloat32(valuesOf(matrix)),
    penalties: kernels.keepFloat32(penalties),
    parts: cutByWork(matrix.offsets, width),
  };
}

/** Turns the side's factors so that their Gram matrix is diagonal; `spectrum` becomes weight × its diagonal. */
function straighten(
  kernels: Kernels,
  side: Side,
  width: number,
  weight: number,
  { rotation, spectrum, scratch }: { rotation: Float32Array; spectrum: Float32Array; scratch: Float32Array },
  report: (stage: IalsStage) => void,
): void {
  const parts = cutEvenly(side.rows);
  const place = ([first]: readonly [number, number]) => side.factors.byteOffset + 4 * first * width;
  const gram = new Float64Array(width * width);
  kernels.scope(() => {
    const partial = kernels.float32(parts.length * width * width);
    const target = (index: number) => partial.byteOffset + 4 * index * width * width;
    kernels.run(
      'gramRows',
      parts.map((part, index) => [place(part), part[1] - part[0], width, target(index)]),
    );
    for (let at = 0; at < partial.length; at++) gram[at % gram.length] += partial[at];
  });
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < row; column++) gram[row * width + column] = gram[column * width + row];
  }
  report('gram');
  const { values, vectors } = diagonalise(gram, width);
  rotation.set(vectors);
  for (let at = 0; at < width; at++) spectrum[at] = weight * Math.max(0, values[at]);
  report('diagonalise');
  kernels.run(
    'rotateRows',
    parts.map((part, index) => [
      place(part),
      part[1] - part[0],
      width,
      rotation.byteOffset,
      scratch.byteOffset + 4 * index * scratchNumbers * width,
    ]),
  );
  dropFaded(side, width, values);
  report('rotate');
}

/** Sum of squares below which a dimension has faded away. */
const fadedLength = 1e-24;

/** Too strong a regularisation lets dimensions fade; numbers near the least of float32 take many times as long as others. */
function dropFaded({ factors: all }: Side, width: number, sums: ArrayLike<number>): void {
  for (let at = 0; at < width; at++) {
    if (sums[at] > fadedLength) continue;
    for (let cell = at; cell < all.length; cell += width) all[cell] = 0;
  }
}

function solveSide(
  kernels: Kernels,
  solved: Side,
  fixed: Side,
  width: number,
  spectrum: Float32Array,
  scratch: Float32Array,
): void {
  kernels.run(
    'solveRows',
    solved.parts.map(([first, end], index) => [
      solved.offsets.byteOffset,
      solved.indices.byteOffset,
      solved.values.byteOffset,
      first,
      end,
      fixed.factors.byteOffset,
      width,
      spectrum.byteOffset,
      solved.penalties.byteOffset,
      solved.factors.byteOffset,
      solverTolerance,
      mostSteps(width),
      scratch.byteOffset + 4 * index * scratchNumbers * width,
    ]),
  );
}

function cutEvenly(rows: number): [number, number][] {
  const length = Math.max(4, Math.ceil(rows / workParts / 4) * 4);
  const parts: [number, number][] = [];
  for (let first = 0; first < rows; first += length) parts.push([first, Math.min(rows, first + length)]);
  return parts;
}

/** At most workParts ranges of rows: a row costs something by itself, and each of its cells up to `width` meets all others. */
function cutByWork(offsets: Uint32Array, width: number): [number, number][] {
  const workOf = (row: number) => {
    const count = offsets[row + 1] - offsets[row];
    return width + count * (32 + Math.min(count, width));
  };
  let total = 0;
  for (let row = 0; row < offsets.length - 1; row++) total += workOf(row);
  const parts: [number, number][] = [];
  let first = 0;
  let work = 0;
  for (let row = 0; row < offsets.length - 1; row++) {
    work += workOf(row);
    if (work * workParts >= total * (parts.length + 1) || row === offsets.length - 2) {
      parts.push([first, row + 1]);
      first = row + 1;
    }
  }
  return parts;
}

/** Normal numbers by Box and Muller in the first `dimensions` of each row. */
function drawNormal(target: Float32Array, { dimensions, initialDeviation }: IalsRecipe, seed: number): void {
  const width = paddedWidth(dimensions);
  const draw = seededRandom(seed);
  const deviation = initialDeviation / Math.sqrt(dimensions);
  for (let start = 0; start < target.length; start += width) {
    for (let at = 0; at < dimensions; at++) {
      target[start + at] = deviation * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    }
  }
}
