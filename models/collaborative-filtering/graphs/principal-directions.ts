import { createKernels, type KernelOptions, type Kernels } from '../../kernels/index.ts';
import { blockStep, blocks as kernelSet } from '../../kernels/sets/blocks.ts';
import { seededRandom } from '../../random.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { diagonalise } from '../ials/diagonalise.ts';
import { whyNoRoom } from '../kernel-room.ts';
import { transpose, valuesOf } from '../transpose.ts';

/** Directions that are sought beside those that are wanted, so that the last of these are found, too. */
const spare = 8;

/** How often the matrix is applied before the directions are made orthonormal again: at first soon, for they all turn to the strongest. */
const rounds = [1, 2, 2, 2];

/**
 * The right singular vectors of a matrix that belong to its greatest singular values, by randomised subspace iteration (Halko, Martinsson
 * and Tropp 2011). Where singular values lie close together their vectors are found as a space, not each by itself.
 *
 * Time: fifteen passes of cells × rank, and five of columns × rank², in kernels, on as many threads as are given. Memory: 8 bytes a column
 * and direction, and a row and direction, 24 a cell; 4 GiB at most. The same bytes in every build and with any number of threads.
 *
 * @returns columns × count, row-major, orthonormal columns in descending order of their singular values; fewer than wanted where the
 *   matrix has fewer
 */
export function findPrincipalDirections(
  matrix: SparseMatrix,
  { rank, seed, ...options }: { rank: number; seed: number } & Pick<KernelOptions, 'threads' | 'build'>,
): { vectors: Float64Array; count: number } {
  const { rows, columns } = matrix;
  const { directions, width } = sizeOf(matrix, rank);
  const kernels = createKernels(kernelSet, { ...options, bytes: bytesOf(matrix, width) });
  try {
    const forth = keepSparse(kernels, matrix);
    const back = keepSparse(kernels, transpose(matrix));
    const basis = kernels.float64(columns * width);
    const images = kernels.float64(rows * width);
    const random = seededRandom(seed);
    for (let row = 0; row < columns; row++) {
      for (let at = 0; at < directions; at++) basis[row * width + at] = random() - 0.5;
    }
    for (const applications of rounds) {
      for (let time = 0; time < applications; time++) {
        multiply(kernels, forth, basis, images, width);
        multiply(kernels, back, images, basis, width);
      }
      orthonormalise(kernels, basis, width);
    }
    multiply(kernels, forth, basis, images, width);
    const { values, vectors } = diagonalise(gramOf(kernels, images, width), width);
    const order = Array.from(values.keys()).sort((one, other) => values[other] - values[one] || one - other);
    const kept = order.slice(0, rank).filter((at) => values[at] > negligibleShare * values[order[0]]);
    return { vectors: turn(basis, vectors, { rows: columns, width, kept }), count: kept.length };
  } finally {
    kernels.dispose();
  }
}

/** Why the kernels have no room to find so many directions; undefined: they have. */
export function whyNoDirections(matrix: SparseMatrix, rank: number): string | undefined {
  const bytes = bytesOf(matrix, sizeOf(matrix, rank).width);
  return whyNoRoom(`the graph filter of ${rank} dimensions`, bytes, matrix);
}

function sizeOf({ rows, columns }: SparseMatrix, rank: number) {
  const directions = Math.min(rank + spare, columns, rows);
  return { directions, width: Math.ceil(directions / blockStep) * blockStep };
}

/** Beside the greatest squared singular value: what is smaller is rounding. */
const negligibleShare = 1e-10;

/** A sparse matrix in the kernels' memory: addresses, and how many rows it has. */
interface KeptMatrix {
  readonly rows: number;
  readonly addresses: readonly number[];
}

function keepSparse(kernels: Kernels, matrix: SparseMatrix): KeptMatrix {
  const { rows, offsets, indices } = matrix;
  const kept = [kernels.keepUint32(offsets), kernels.keepUint32(indices), kernels.keepFloat64(valuesOf(matrix))];
  return { rows, addresses: kept.map(({ byteOffset }) => byteOffset) };
}

function bytesOf({ rows, columns, indices }: SparseMatrix, width: number): number {
  const sparse = 24 * indices.length + 4 * (rows + columns + 2);
  return sparse + 8 * width * (rows + columns + width + 1) + 16 * 64;
}

/** Rows that a thread takes at once. */
const rowsOfPart = 256;

function inParts(count: number, step: number): [first: number, last: number][] {
  return Array.from({ length: Math.ceil(count / step) }, (_, part) => [
    part * step,
    Math.min(count, (part + 1) * step),
  ]);
}

/** product = matrix × dense. */
function multiply(
  kernels: Kernels,
  { rows, addresses }: KeptMatrix,
  dense: Float64Array,
  product: Float64Array,
  width: number,
): void {
  const rest = [...addresses, dense.byteOffset, product.byteOffset, width];
  kernels.run(
    'multiplyRows',
    inParts(rows, rowsOfPart).map((part) => [...part, ...rest]),
  );
}

/** denseᵀ × dense. */
function gramOf(kernels: Kernels, dense: Float64Array, width: number): Float64Array {
  return kernels.scope(() => {
    const gram = kernels.float64(width * width);
    const rest = [dense.byteOffset, dense.length / width, width, gram.byteOffset];
    kernels.run(
      'addGram',
      inParts(width, blockStep).map((part) => [...part, ...rest]),
    );
    return Float64Array.from(gram, (value, at) => {
      const [one, other] = [Math.floor(at / width), at % width];
      return one <= other ? value : gram[other * width + one];
    });
  });
}

/** Makes the columns orthonormal, in place, by the Cholesky factor of their Gram matrix; those that others span become 0. */
function orthonormalise(kernels: Kernels, dense: Float64Array, width: number): void {
  const lower = gramOf(kernels, dense, width);
  kernels.scope(() => {
    const reciprocals = kernels.float64(width);
    const upper = kernels.float64(width * width);
    for (let one = 0; one < width; one++) {
      const length = lower[one * width + one];
      for (let other = 0; other <= one; other++) {
        let sum = lower[one * width + other];
        for (let at = 0; at < other; at++) sum -= lower[one * width + at] * lower[other * width + at];
        if (other < one) {
          lower[one * width + other] = sum * reciprocals[other];
          upper[other * width + one] = lower[one * width + other];
        } else reciprocals[one] = sum > spannedShare * length ? 1 / Math.sqrt(sum) : 0;
      }
    }
    const rest = [dense.byteOffset, width, upper.byteOffset, reciprocals.byteOffset];
    kernels.run(
      'solveRows',
      inParts(dense.length / width, rowsOfPart).map((part) => [...part, ...rest]),
    );
  });
}

/** What is left of a column's squared length once the others are taken off; less is rounding. */
const spannedShare = 1e-13;

/** dense × the kept columns of a rotation. */
function turn(
  dense: Float64Array,
  rotation: Float64Array,
  { rows, width, kept }: { rows: number; width: number; kept: readonly number[] },
): Float64Array {
  const count = kept.length;
  const turned = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let from = 0; from < width; from++) {
      const value = dense[row * width + from];
      for (let at = 0; at < count; at++) turned[row * count + at] += value * rotation[from * width + kept[at]];
    }
  }
  return turned;
}
