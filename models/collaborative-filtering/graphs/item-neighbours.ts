import { createKernels, type KernelOptions, type Kernels, mostKernelBytes } from '../../kernels/index.ts';
import { neighbours as kernelSet, keysBeyond } from '../../kernels/sets/neighbours.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { transpose, valuesOf } from '../transpose.ts';
import type { ItemKnnRecipe, NeighbourRecipe, Rp3betaRecipe } from './settings.ts';

/**
 * What having an item says about others: item i speaks for `neighbours[offsets[i] .. offsets[i + 1])`, best first (ties
 * by ascending index), never for itself, with `weights` above 0 beside them.
 */
export interface ItemNeighbours {
  readonly itemCount: number;
  /** length itemCount + 1 */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly weights: Float32Array;
}

/** How near j is to i, by the sum over customers of toCustomer(i, customer) × toItem(customer, j). */
interface Similarity {
  /** beside the cells of items × customers */
  readonly toCustomer: Float64Array;
  /** beside the cells of customers × items */
  readonly toItem: Float64Array;
  /** by item: what the sum is divided by together with the other's, or what j's is times */
  readonly factors: Float64Array;
  readonly isCosine: boolean;
  readonly shrinkage: number;
}

/**
 * Item-item weights from a customers × items matrix with positive values.
 *
 * `rp3beta` (Paudel et al. 2017): the probability of walking item -> customer -> candidate, each step raised to alpha,
 * divided by the candidate's popularity (sum of its values, plus `shrinkage`) raised to beta; each item keeps its
 * `neighbours` best candidates. `item-knn` (Sarwar et al. 2001): cosine with `shrinkage` added to its denominator; each
 * candidate is scored from the `neighbours` items nearest to it, so that one item may speak for fewer or more candidates
 * than that. `gf-cf`: the linear filter of a graph (see `trainGraphFilter`).
 *
 * Time: sum over customers of (items of the customer)², in kernels, on as many threads as are given. Memory: 40 bytes a cell, 16 a
 * kept neighbour, 12 an item and thread; 4 GiB at most. The same bytes in every build and with any number of threads.
 *
 * @throws RangeError when `neighbours` is no positive whole number
 */
export function trainItemNeighbours(
  matrix: SparseMatrix,
  recipe: NeighbourRecipe,
  options: Pick<KernelOptions, 'threads' | 'build'> = {},
): ItemNeighbours {
  const limit = limitOf(recipe, matrix);
  const customersOf = transpose(matrix);
  return withKernels(matrix, customersOf, { ...options, limit }, (kernels) => {
    const select = (similarity: Similarity) => selectNearest(kernels, matrix, customersOf, similarity, limit);
    if (recipe.method === 'rp3beta') return select(walk(matrix, customersOf, recipe));
    if (recipe.method === 'gf-cf') return select(walkEvenly(matrix, customersOf));
    return turnAround(kernels, select(cosine(matrix, customersOf, recipe)));
  });
}

/**
 * The same walk as rp3beta's where what leads from an item and what leads to it are different: from an item over rows to the items
 * of those rows.
 *
 * @param rowsOf items × rows, positive values
 * @param itemsOf rows × items, positive values
 * @throws RangeError when `neighbours` is no positive whole number
 */
export function trainDirectedNeighbours(
  rowsOf: SparseMatrix,
  itemsOf: SparseMatrix,
  recipe: Rp3betaRecipe,
  options: Pick<KernelOptions, 'threads' | 'build'> = {},
): ItemNeighbours {
  const limit = limitOf(recipe, itemsOf);
  const similarity = walk(itemsOf, rowsOf, recipe, sumRows(transpose(itemsOf), 1));
  return withKernels(itemsOf, rowsOf, { ...options, limit }, (kernels) =>
    selectNearest(kernels, itemsOf, rowsOf, similarity, limit),
  );
}

/** How many are kept of an item. @throws RangeError */
function limitOf({ neighbours }: Pick<NeighbourRecipe, 'neighbours'>, { columns }: SparseMatrix): number {
  if (!(Number.isInteger(neighbours) && neighbours > 0)) {
    throw new RangeError(`neighbours must be a positive whole number, not ${neighbours}`);
  }
  return Math.min(neighbours, columns);
}

function withKernels(
  itemsOf: SparseMatrix,
  customersOf: SparseMatrix,
  { limit, ...options }: { limit: number } & Pick<KernelOptions, 'threads' | 'build'>,
  find: (kernels: Kernels) => ItemNeighbours,
): ItemNeighbours {
  const bytes = bytesOf(itemsOf, customersOf.indices.length, limit, options.threads ?? 1);
  const kernels = createKernels(kernelSet, { ...options, bytes });
  try {
    return find(kernels);
  } finally {
    kernels.dispose();
  }
}

/**
 * The first `count` neighbours of every item, which weigh most. Linear time; the source stays as it is.
 *
 * @param count 0 or more; an item with fewer keeps all
 */
export function truncateNeighbours(source: ItemNeighbours, count: number): ItemNeighbours {
  const offsets = new Uint32Array(source.itemCount + 1);
  for (let item = 0; item < source.itemCount; item++) {
    offsets[item + 1] = offsets[item] + Math.min(count, source.offsets[item + 1] - source.offsets[item]);
  }
  const neighbours = new Uint32Array(offsets[source.itemCount]);
  const weights = new Float32Array(offsets[source.itemCount]);
  for (let item = 0; item < source.itemCount; item++) {
    const start = source.offsets[item];
    const end = start + offsets[item + 1] - offsets[item];
    neighbours.set(source.neighbours.subarray(start, end), offsets[item]);
    weights.set(source.weights.subarray(start, end), offsets[item]);
  }
  return { itemCount: source.itemCount, offsets, neighbours, weights };
}

function walk(
  itemsOf: SparseMatrix,
  customersOf: SparseMatrix,
  { alpha, beta, shrinkage }: Rp3betaRecipe,
  popularities = sumRows(customersOf, 1),
): Similarity {
  return {
    toCustomer: stepProbabilities(customersOf, alpha),
    toItem: stepProbabilities(itemsOf, alpha),
    factors: popularities.map((popularity) => (popularity + shrinkage) ** -beta),
    ...{ isCosine: false, shrinkage: 0 },
  };
}

/** Both items' sums count alike: each by its root. */
function walkEvenly(itemsOf: SparseMatrix, customersOf: SparseMatrix): Similarity {
  const sums = sumRows(customersOf, 1);
  const toCustomer = stepProbabilities(customersOf, 1);
  for (let item = 0; item < customersOf.rows; item++) {
    for (let cell = customersOf.offsets[item]; cell < customersOf.offsets[item + 1]; cell++) {
      toCustomer[cell] *= Math.sqrt(sums[item]);
    }
  }
  const toItem = stepProbabilities(itemsOf, 1);
  return { toCustomer, toItem, factors: sums.map((sum) => sum ** -0.5), ...{ isCosine: false, shrinkage: 0 } };
}

function cosine(itemsOf: SparseMatrix, customersOf: SparseMatrix, { shrinkage }: ItemKnnRecipe): Similarity {
  return {
    toCustomer: new Float64Array(valuesOf(customersOf)),
    toItem: new Float64Array(valuesOf(itemsOf)),
    factors: sumRows(customersOf, 2).map(Math.sqrt),
    ...{ isCosine: true, shrinkage },
  };
}

function stepProbabilities(matrix: SparseMatrix, alpha: number): Float64Array {
  const values = valuesOf(matrix);
  const sums = sumRows(matrix, 1);
  const probabilities = new Float64Array(values.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      probabilities[cell] = (values[cell] / sums[row]) ** alpha;
    }
  }
  return probabilities;
}

function sumRows(matrix: SparseMatrix, power: number): Float64Array {
  const values = valuesOf(matrix);
  const sums = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) sums[row] += values[cell] ** power;
  }
  return sums;
}

/** Most bytes of neighbours that are found before they are copied out. */
const mostFoundBytes = 256 << 20;
/** Items that a thread takes at once. */
const stretch = 16;
const line = 64;

/** Items whose neighbours are found before they are copied out. */
const itemsAtOnce = (itemCount: number, limit: number) =>
  Math.max(1, Math.min(itemCount, Math.floor(mostFoundBytes / (8 * Math.max(1, limit)))));

/** Bytes of kernel memory that a cell takes, once by customer and once by item. */
const cellBytes = 12;

/** So many cells are more than the graph of items can be learnt from: kernels have no more memory. */
export const mostCells = Math.floor(mostKernelBytes / (2 * cellBytes));

/** Kernel memory: of finding, or of turning around what was found. */
function bytesOf({ rows, columns, indices }: SparseMatrix, turned: number, limit: number, threads: number): number {
  const cells = cellBytes * (indices.length + turned) + 4 * (rows + columns) + 8 * columns;
  const finding =
    cells +
    threads * (12 * columns + 8 * (limit + keysBeyond) + 4 * line) +
    itemsAtOnce(columns, limit) * (8 * limit + 4);
  const turning = 8 * Math.min(limit * columns, entriesAtOnce(columns)) + 4 * columns;
  return Math.max(finding, turning) + 16 * line;
}

/** Every item's nearest others, best first, as many as the limit says. */
function selectNearest(
  kernels: Kernels,
  itemsOf: SparseMatrix,
  customersOf: SparseMatrix,
  similarity: Similarity,
  limit: number,
): ItemNeighbours {
  return kernels.scope(() => {
    const { columns: itemCount } = itemsOf;
    const { isCosine, shrinkage } = similarity;
    const cells = [
      kernels.keepUint32(customersOf.offsets),
      kernels.keepUint32(customersOf.indices),
      kernels.keepFloat64(similarity.toCustomer),
      kernels.keepUint32(itemsOf.offsets),
      kernels.keepUint32(itemsOf.indices),
      kernels.keepFloat64(similarity.toItem),
    ].map((array) => array.byteOffset);
    const factors = kernels.keepFloat64(similarity.factors);
    const scratch = Array.from({ length: kernels.threads }, () => [
      kernels.float64(itemCount).byteOffset,
      kernels.uint32(itemCount + 1).byteOffset,
      kernels.float64(limit + keysBeyond).byteOffset,
    ]);
    const atOnce = itemsAtOnce(itemCount, limit);
    const next = kernels.uint32(1);
    const [counts, nearest] = [kernels.uint32(atOnce), kernels.uint32(atOnce * limit)];
    const weights = kernels.float32(atOnce * limit);
    const collected = createCollector(itemCount);
    for (let first = 0; first < itemCount; first += atOnce) {
      const last = Math.min(itemCount, first + atOnce);
      next[0] = 0;
      kernels.run(
        'nearestItems',
        scratch.map((own) => [
          ...[next.byteOffset, first, last, stretch, itemCount, ...cells],
          ...[Number(isCosine), factors.byteOffset, shrinkage, limit, ...own],
          ...[counts.byteOffset, nearest.byteOffset, weights.byteOffset],
        ]),
      );
      collected.add(counts.subarray(0, last - first), nearest, weights, limit);
    }
    return collected.finish();
  });
}

/** Takes lists of so many items, and puts them one behind the other. */
function createCollector(itemCount: number) {
  const offsets = new Uint32Array(itemCount + 1);
  const found: { neighbours: Uint32Array; weights: Float32Array }[] = [];
  let items = 0;

  return {
    /** @param limit words from one list to the next */
    add(counts: Uint32Array, nearest: Uint32Array, values: Float32Array, limit: number): void {
      const start = offsets[items];
      for (const count of counts) offsets[items + 1] = offsets[items++] + count;
      const neighbours = new Uint32Array(offsets[items] - start);
      const weights = new Float32Array(neighbours.length);
      let end = 0;
      for (const [list, count] of counts.entries()) {
        neighbours.set(nearest.subarray(list * limit, list * limit + count), end);
        weights.set(values.subarray(list * limit, list * limit + count), end);
        end += count;
      }
      found.push({ neighbours, weights });
    },
    finish(): ItemNeighbours {
      if (found.length === 1) return { itemCount, offsets, ...found[0] };
      const neighbours = new Uint32Array(offsets[itemCount]);
      const weights = new Float32Array(offsets[itemCount]);
      let end = 0;
      for (const part of found) {
        neighbours.set(part.neighbours, end);
        weights.set(part.weights, end);
        end += part.weights.length;
      }
      return { itemCount, offsets, neighbours, weights };
    },
  };
}

/** Where j was among the nearest of i, i is now among those of j; best first again. */
function turnAround(kernels: Kernels, nearest: ItemNeighbours): ItemNeighbours {
  const { itemCount } = nearest;
  const turned = transpose({
    rows: itemCount,
    columns: itemCount,
    offsets: nearest.offsets,
    indices: nearest.neighbours,
    values: nearest.weights,
  });
  for (let first = 0, last = 0; first < itemCount; first = last) {
    const fits = (end: number) => turned.offsets[end] - turned.offsets[first] <= entriesAtOnce(itemCount);
    for (last = first + 1; last < itemCount && fits(last + 1); ) last++;
    sortLists(kernels, turned, first, last);
  }
  return { itemCount, offsets: turned.offsets, neighbours: turned.indices, weights: turned.values };
}

/** Entries of lists that are sorted together; those of one list at least. */
const entriesAtOnce = (itemCount: number) => Math.max(itemCount, mostFoundBytes / 8);

function sortLists(kernels: Kernels, lists: ReturnType<typeof transpose>, first: number, last: number): void {
  const [start, end] = [lists.offsets[first], lists.offsets[last]];
  kernels.scope(() => {
    const offsets = kernels.keepUint32(lists.offsets.subarray(first, last + 1).map((offset) => offset - start));
    const items = kernels.keepUint32(lists.indices.subarray(start, end));
    const weights = kernels.keepFloat32(lists.values.subarray(start, end));
    const addresses = [offsets, items, weights].map((array) => array.byteOffset);
    const parts = Array.from({ length: Math.ceil((last - first) / stretch) }, (_, part) => [
      ...[part * stretch, Math.min(last - first, (part + 1) * stretch)],
      ...addresses,
    ]);
    kernels.run('sortLists', parts);
    lists.indices.set(items, start);
    lists.values.set(weights, start);
  });
}
