import { createKernels, type Kernels } from '../kernels/index.ts';
import { greatestNumber, itemsets, stretchesOf } from '../kernels/sets/itemsets.ts';
import type { SparseMatrix } from '../sparse-matrix.ts';

/** Baskets × items of a text, and how the text numbers the items. */
export interface ParsedBaskets {
  readonly matrix: SparseMatrix;
  /** the number of each column in the text, ascending */
  readonly itemNumbers: Uint32Array;
}

const newline = 0x0a;

/**
 * Baskets of the FIMI repository's text format: a basket a line, item numbers of decimal digits with anything else between
 * them. An item named twice in a basket counts once; an empty line is an empty basket.
 *
 * Memory: 3 bytes for each byte of the text, 8 for each basket, and 4 for every number up to the largest; 4 GiB at most, of
 * which each byte is reckoned as 7.
 *
 * @param bytes the text in ASCII
 * @throws RangeError for an item number above 268,435,455, or for a text of more than 580 MB
 */
export function parseBaskets(bytes: Uint8Array): ParsedBaskets {
  const kernels = createKernels(itemsets, { bytes: 7 * bytes.length + 4096 });
  try {
    const { rows, largest, isAscending, offsets, numbers } = readText(kernels, bytes);
    if (!isAscending) sortRows(rows, offsets, numbers);
    return numberColumns(rows, largest, offsets, numbers);
  } finally {
    kernels.dispose();
  }
}

function readText(kernels: Kernels, bytes: Uint8Array) {
  const text = kernels.uint8(bytes.length + 1);
  text.set(bytes);
  const hasEnd = bytes.length === 0 || bytes[bytes.length - 1] === newline;
  if (!hasEnd) text[bytes.length] = newline;
  const length = hasEnd ? bytes.length : bytes.length + 1;
  // A number and what parts it from the next take two bytes or more.
  const numbers = kernels.uint32((length + 1) >>> 1);
  const offsets = kernels.uint32(length + 1);
  const state = kernels.uint32(7).fill(1, 5, 6);
  for (const [first, last] of stretchesOf(length, 1 << 16)) {
    const [from, to] = [text.byteOffset + first, text.byteOffset + last];
    kernels.run('readNumbers', [[from, to, numbers.byteOffset, offsets.byteOffset, state.byteOffset]]);
  }
  const [rows, count, , , largest, isAscending, isTooLarge] = state;
  if (isTooLarge) throw new RangeError(`items must be numbers up to ${greatestNumber}: line ${rows + 1}`);
  return {
    ...{ rows, largest: largest - 1, isAscending: isAscending === 1 },
    ...{ offsets: offsets.slice(0, rows + 1), numbers: numbers.slice(0, count) },
  };
}

/** Sorts each row, and keeps each number once. */
function sortRows(rows: number, offsets: Uint32Array, numbers: Uint32Array): void {
  let kept = 0;
  let start = 0;
  for (let row = 0; row < rows; row++) {
    const end = offsets[row + 1];
    sortRange(numbers, start, end);
    const first = kept;
    for (let cell = start; cell < end; cell++) {
      if (kept === first || numbers[cell] !== numbers[kept - 1]) numbers[kept++] = numbers[cell];
    }
    offsets[row + 1] = kept;
    start = end;
  }
}

const longestInserted = 32;

function sortRange(values: Uint32Array, start: number, end: number): void {
  if (end - start > longestInserted) {
    values.subarray(start, end).sort();
    return;
  }
  for (let place = start + 1; place < end; place++) {
    const value = values[place];
    let slot = place;
    for (; slot > start && values[slot - 1] > value; slot--) values[slot] = values[slot - 1];
    values[slot] = value;
  }
}

/** Columns for the numbers, which are exchanged for them in place. */
function numberColumns(rows: number, largest: number, offsets: Uint32Array, numbers: Uint32Array): ParsedBaskets {
  const cells = offsets[rows];
  const columnOf = new Uint32Array(largest + 1);
  for (let cell = 0; cell < cells; cell++) columnOf[numbers[cell]] = 1;
  let columns = 0;
  for (let number = 0; number <= largest; number++) if (columnOf[number] === 1) columnOf[number] = columns++;
  const itemNumbers = new Uint32Array(columns);
  for (let cell = 0; cell < cells; cell++) {
    const column = columnOf[numbers[cell]];
    itemNumbers[column] = numbers[cell];
    numbers[cell] = column;
  }
  const indices = cells < numbers.length ? numbers.slice(0, cells) : numbers;
  return { matrix: { rows, columns, offsets, indices }, itemNumbers };
}
