import { type Build, createKernels, type Kernels } from '../../kernels/index.ts';
import { factors } from '../../kernels/sets/factors.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { noItem } from '../graphs/score-history.ts';
import type { IalsModel } from './ials.ts';
import { paddedWidth, reshapeRows } from './numerics.ts';

export interface IalsListOptions {
  /** items of a list */
  readonly limit: number;
  /** by item: 1 where it may be in a list; all may if absent */
  readonly eligible?: Uint8Array | undefined;
  /** customers × items: what must not be in a customer's list */
  readonly excluded?: SparseMatrix | undefined;
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
  /** Lists of these customers, at most customersABatch of them: views that hold until the next call. */
  list(customers: Uint32Array): IalsLists;
  /** Writes what the customer at this place of the last call scores these items, at most all, beside them. */
  scoreItems(place: number, items: Uint32Array, scores: Float64Array): void;
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
 * factors twice, and per thread what one batch needs.
 *
 * @throws RangeError when the limit is no positive whole number
 */
export function createIalsLister(
  model: Pick<IalsModel, 'items' | 'customers' | 'dimensions'>,
  options: IalsListOptions,
): IalsLister {
  const { limit, threads, build } = options;
  if (!(Number.isInteger(limit) && limit > 0))
    throw new RangeError(`limit must be a positive whole number, not ${limit}`);
  const { dimensions } = model;
  const itemCount = model.items.length / dimensions;
  const width = paddedWidth(dimensions);
  const listed = Uint32Array.from({ length: itemCount }, (_, item) => item).filter(
    (item) => options.eligible?.[item] !== 0,
  );
  const share = 4 * blockItems + (rowsTogether + 4) * (width + 1);
  const mostExcluded = options.excluded ? longestRows(options.excluded, customersABatch) : 0;
  const kernels = createKernels(factors, {
    bytes:
      4 *
        (8 * Math.ceil(listed.length / 8) * width +
          itemCount * (width + 2) +
          customersABatch * (width + 2 * limit + 1) +
          (customersABatch / rowsTogether) * share +
          mostExcluded) +
      4096,
    threads,
    build,
  });
  const rows = reshapeRows(model.items, dimensions, width, kernels.float32(itemCount * width));
  const packed = pack(kernels, rows, listed, width);
  const exclude = options.excluded && createExclusion(kernels, options.excluded, listed, mostExcluded);
  const customers = kernels.float32(customersABatch * width);
  const items = kernels.uint32(customersABatch * limit);
  const scores = kernels.float32(customersABatch * limit);
  const scratch = kernels.float32((customersABatch / rowsTogether) * share);
  const asked = kernels.uint32(itemCount);
  const answered = kernels.float32(itemCount);

  function list(those: Uint32Array): IalsLists {
    const count = those.length;
    if (!(count <= customersABatch)) {
      throw new RangeError(`at most ${customersABatch} customers at a time, not ${count}`);
    }
    those.forEach((customer, place) => {
      customers.set(model.customers.subarray(customer * dimensions, (customer + 1) * dimensions), place * width);
    });
    const excluded = exclude?.(those);
    const parts: number[][] = [];
    for (let start = 0; start < count; start += rowsTogether) {
      parts.push([
        customers.byteOffset + 4 * start * width,
        Math.min(rowsTogether, count - start),
        width,
        packed.byteOffset,
        listed.length,
        limit,
        excluded ? excluded.offsets.byteOffset + 4 * start : 0,
        excluded ? excluded.items.byteOffset : 0,
        items.byteOffset + 4 * start * limit,
        scores.byteOffset + 4 * start * limit,
        scratch.byteOffset + 4 * parts.length * share,
      ]);
    }
    kernels.run('topItems', parts);
    const made = { items: items.subarray(0, count * limit), scores: scores.subarray(0, count * limit) };
    if (listed.length < itemCount) {
      made.items.forEach((item, place) => {
        if (item !== noItem) made.items[place] = listed[item];
      });
    }
    return made;
  }

  function scoreItems(place: number, those: Uint32Array, into: Float64Array): void {
    asked.set(those);
    const customer = customers.byteOffset + 4 * place * width;
    kernels.run('scoreItems', [
      [rows.byteOffset, width, asked.byteOffset, those.length, customer, answered.byteOffset],
    ]);
    into.set(answered.subarray(0, those.length));
  }

  return { list, scoreItems, dispose: kernels.dispose };
}

/** The factors of these items as `topItems` reads them: by panels of eight. */
function pack(kernels: Kernels, rows: Float32Array, listed: Uint32Array, width: number): Float32Array {
  const packed = kernels.float32(8 * Math.ceil(listed.length / 8) * width);
  listed.forEach((item, place) => {
    const start = (place & ~7) * width + (place & 7);
    for (let at = 0; at < width; at++) packed[start + 8 * at] = rows[item * width + at];
  });
  return packed;
}

/** Cells of the `count` longest rows: so many are excluded of as many customers at most. */
function longestRows({ offsets }: SparseMatrix, count: number): number {
  const lengths = offsets.subarray(1).map((end, row) => end - offsets[row]);
  return lengths
    .sort()
    .subarray(-count)
    .reduce((sum, length) => sum + length, 0);
}

/** Writes what is excluded of some customers as `topItems` reads it: numbered among the listed items. */
function createExclusion(kernels: Kernels, excluded: SparseMatrix, listed: Uint32Array, most: number) {
  const places = new Int32Array(excluded.columns).fill(-1);
  listed.forEach((item, place) => {
    places[item] = place;
  });
  const offsets = kernels.uint32(customersABatch + 1);
  const items = kernels.uint32(most);
  return (customers: Uint32Array) => {
    let end = 0;
    customers.forEach((customer, at) => {
      for (let cell = excluded.offsets[customer]; cell < excluded.offsets[customer + 1]; cell++) {
        const place = places[excluded.indices[cell]];
        if (place >= 0) items[end++] = place;
      }
      offsets[at + 1] = end;
    });
    return { offsets, items };
  };
}

export { noItem };
