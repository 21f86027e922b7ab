import { factors } from '../../kernels/factors.ts';
import { type Build, createKernels } from '../../kernels/index.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { noItem } from '../graphs/score-history.ts';
import type { IalsModel } from './ials.ts';
import { paddedWidth, reshapeRows } from './numerics.ts';

export interface IalsListOptions {
  /** items of a list */
  readonly limit: number;
  /** customers × items: what must not be in a customer's list */
  readonly excluded?: SparseMatrix;
  /** 1 where not given; the lists do not depend on it */
  readonly threads?: number;
  readonly build?: Build;
}

/** `limit` positions a customer, best first, ties by ascending item; noItem where there are fewer items. */
export interface IalsLists {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
}

export interface IalsLister {
  /** Lists of the customers in [first, end), at most customersABatch of them. */
  list(first: number, end: number): IalsLists;
  /** Ends the worker threads. */
  dispose(): void;
}

/** Customers of one call. */
export const customersABatch = 1024;
/** Customers whose lists are made together, by one thread. */
const rowsTogether = 32;
/** Items that the kernel scores at a time. */
const blockItems = 256;

/**
 * Makes lists out of all items for many customers. Time: customers × items × dimensions multiply-adds; memory: the items'
 * factors and the excluded cells once, and per thread what one batch needs.
 *
 * @throws RangeError when the limit is no positive whole number
 */
export function createIalsLister(
  model: Pick<IalsModel, 'items' | 'customers' | 'dimensions'>,
  options: IalsListOptions,
): IalsLister {
  const { limit, excluded, threads, build } = options;
  if (!(Number.isInteger(limit) && limit > 0))
    throw new RangeError(`limit must be a positive whole number, not ${limit}`);
  const { dimensions } = model;
  const itemCount = model.items.length / dimensions;
  const width = paddedWidth(dimensions);
  const panels = Math.ceil(itemCount / 8);
  const share = 4 * blockItems + (rowsTogether + 4) * (width + 1);
  const excludedNumbers = excluded ? excluded.offsets.length + excluded.indices.length : 0;
  const kernels = createKernels(factors, {
    bytes:
      4 *
        (8 * panels * width +
          customersABatch * (width + 2 * limit) +
          (customersABatch / rowsTogether) * share +
          excludedNumbers) +
      4096,
    threads,
    build,
  });
  const packed = kernels.float32(8 * panels * width);
  for (let item = 0; item < itemCount; item++) {
    const start = (item & ~7) * width + (item & 7);
    for (let at = 0; at < dimensions; at++) packed[start + 8 * at] = model.items[item * dimensions + at];
  }
  const left = excluded && {
    offsets: kernels.keepUint32(excluded.offsets),
    items: kernels.keepUint32(excluded.indices),
  };
  const customers = kernels.float32(customersABatch * width);
  const items = kernels.uint32(customersABatch * limit);
  const scores = kernels.float32(customersABatch * limit);
  const scratch = kernels.float32((customersABatch / rowsTogether) * share);

  function list(first: number, end: number): IalsLists {
    const count = end - first;
    if (!(count >= 0 && count <= customersABatch))
      throw new RangeError(`at most ${customersABatch} customers at a time, not ${count}`);
    reshapeRows(model.customers.subarray(first * dimensions, end * dimensions), dimensions, width, customers);
    const parts: number[][] = [];
    for (let start = 0; start < count; start += rowsTogether) {
      parts.push([
        customers.byteOffset + 4 * start * width,
        Math.min(rowsTogether, count - start),
        width,
        packed.byteOffset,
        itemCount,
        limit,
        left ? left.offsets.byteOffset + 4 * (first + start) : 0,
        left ? left.items.byteOffset : 0,
        items.byteOffset + 4 * start * limit,
        scores.byteOffset + 4 * start * limit,
        scratch.byteOffset + 4 * parts.length * share,
      ]);
    }
    kernels.run('topItems', parts);
    return { items: items.slice(0, count * limit), scores: scores.slice(0, count * limit) };
  }

  return { list, dispose: kernels.dispose };
}

export { noItem };
