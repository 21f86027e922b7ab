import { mostKernelBytes } from '../kernels/index.ts';
import type { SparseMatrix } from '../sparse-matrix.ts';

/**
 * Why kernels have no room for something that is learnt of a matrix, in words; undefined: they have.
 *
 * @param what is learnt, with its size
 * @param bytes that it takes of the kernels' memory
 * @param matrix customers × items
 */
export function whyNoRoom(what: string, bytes: number, { rows, columns, indices }: SparseMatrix): string | undefined {
  if (bytes <= mostKernelBytes) return undefined;
  const megabytes = Math.ceil(bytes / 2 ** 20);
  return `${what} needs ${megabytes} MB in one piece for ${rows} customers, ${columns} items and ${indices.length} pairs of them; more than 4096 MB cannot be addressed`;
}
