/** Columns that the kernels see: a multiple of eight, the last ones always 0. */
export const paddedWidth = (dimensions: number) => Math.ceil(dimensions / 8) * 8;

/** Rows of `from` numbers as rows of `to`, cut or filled with zeros. */
export function reshapeRows(source: Float32Array, from: number, to: number, target: Float32Array): Float32Array {
  const kept = Math.min(from, to);
  for (let row = 0, rows = source.length / from; row < rows; row++) {
    target.set(source.subarray(row * from, row * from + kept), row * to);
  }
  return target;
}

/** A row is solved when its residual is so small beside its right side; float32 gives little more. */
export const solverTolerance = 1e-6;

/** Conjugate gradients end by themselves long before; exact arithmetic needs `width` steps at most. */
export const mostSteps = (width: number) => 2 * width;

/** Numbers of scratch memory that a part of the kernels' work needs for each column. */
export const scratchNumbers = 8;
