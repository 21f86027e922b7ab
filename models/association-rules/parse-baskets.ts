import type { SparseMatrix } from '../sparse-matrix.ts';

/** Baskets × items of a text, and how the text numbers the items. */
export interface ParsedBaskets {
  readonly matrix: SparseMatrix;
  /** the number of each column in the text, in order of first appearance */
  readonly itemNumbers: Uint32Array;
}

const [ZERO, NINE, NEWLINE] = [0x30, 0x39, 0x0a];
const largestItem = 0xfffffff;

/**
 * Baskets of the FIMI repository's text format: a basket a line, item numbers of decimal digits with anything else between
 * them. An item named twice in a basket counts once; an empty line is an empty basket.
 *
 * Memory: 2 bytes for each byte of the text, 4 for each basket, and 4 for every number up to the largest.
 *
 * @param bytes the text in ASCII
 * @throws RangeError for an item number above 268,435,455
 */
export function parseBaskets(bytes: Uint8Array): ParsedBaskets {
  /** by number: its column, from 1; by column: the last basket that held it, from 1 */
  let columnOf = new Uint32Array(1 << 16);
  let lastBasket = new Uint32Array(1 << 16);
  const itemNumbers: number[] = [];
  // A number and what parts it from the next take two bytes or more.
  const indices = new Uint32Array((bytes.length + 1) >>> 1);
  let offsets = new Uint32Array(1 << 16);
  let baskets = 0;
  let length = 0;
  let number = -1;
  for (let place = 0; place <= bytes.length; place++) {
    const byte = place < bytes.length ? bytes[place] : NEWLINE;
    if (byte >= ZERO && byte <= NINE) {
      number = number < 0 ? byte - ZERO : 10 * number + byte - ZERO;
      if (number > largestItem) throw new RangeError(`items must be numbers up to ${largestItem}: line ${baskets + 1}`);
      continue;
    }
    if (number >= 0) {
      if (number >= columnOf.length) columnOf = lengthen(columnOf, Math.max(number + 1, 2 * columnOf.length));
      if (columnOf[number] === 0) {
        columnOf[number] = itemNumbers.push(number);
        if (itemNumbers.length > lastBasket.length) lastBasket = lengthen(lastBasket, 2 * lastBasket.length);
      }
      const column = columnOf[number] - 1;
      if (lastBasket[column] !== baskets + 1) indices[length++] = column;
      lastBasket[column] = baskets + 1;
      number = -1;
    }
    const isOver = place === bytes.length && (place === 0 || bytes[place - 1] === NEWLINE);
    if (byte !== NEWLINE || isOver) continue;
    sortRange(indices, offsets[baskets], length);
    if (++baskets === offsets.length) offsets = lengthen(offsets, 2 * offsets.length);
    offsets[baskets] = length;
  }
  return {
    matrix: {
      rows: baskets,
      columns: itemNumbers.length,
      offsets: offsets.slice(0, baskets + 1),
      indices: indices.slice(0, length),
    },
    itemNumbers: Uint32Array.from(itemNumbers),
  };
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

function lengthen(array: Uint32Array, length: number) {
  const longer = new Uint32Array(length);
  longer.set(array);
  return longer;
}
