import type { SparseMatrix } from '../sparse-matrix.ts';
import { sortStably } from './sort-stably.ts';

/** One behaviour a position: who, which item, how long ago, how much it says. */
export interface Behaviours {
  readonly customers: Uint32Array;
  readonly items: Uint32Array;
  /** days before the snapshot's `as of`, at least 0 */
  readonly ageDays: Float64Array;
  /** behaviour weight × quantity effect, at least 0; a behaviour of weight 0 leaves no trace */
  readonly weights: Float32Array;
  readonly customerCount: number;
  readonly itemCount: number;
}

/** One purchased line a position. */
export interface Purchases {
  readonly customers: Uint32Array;
  readonly items: Uint32Array;
  /** order number of the line, below orderCount */
  readonly orders: Uint32Array;
  /** days before the snapshot's `as of`, at least 0 */
  readonly ageDays: Float64Array;
  readonly customerCount: number;
  readonly itemCount: number;
  readonly orderCount: number;
}

/** halfLifeDays: age at which something counts half; above 0, Infinity for no decay. */
export interface Decay {
  readonly halfLifeDays: number;
}

/**
 * Customers × items; a value is the sum of weight × 0.5^(age / half-life) over that customer's behaviours with that
 * item. Linear time. Sums follow the given order of behaviours, so equal input in equal order gives equal bytes.
 *
 * @throws RangeError naming the field that is out of range
 */
export function buildInteractions(behaviours: Behaviours, decay: Decay): SparseMatrix {
  return arrangeInteractions(behaviours)(decay);
}

/** `buildInteractions` at any half-life of the same behaviours, which are put in order once. */
export function arrangeInteractions(behaviours: Behaviours): (decay: Decay) => SparseMatrix {
  checkRows(behaviours);
  const { customers, items, ageDays, weights, customerCount, itemCount } = behaviours;
  checkLength('weights', weights, customers);
  checkAtLeastZero('weights', weights);
  const sorted = sortStably(customers, customerCount, sortStably(items, itemCount));
  const weighed = keepLines(sorted, (line) => weights[line] > 0);
  return (decay) => {
    const fade = fadeOf(decay);
    return sumCells(behaviours, weighed, (line) => weights[line] * Math.exp(fade * ageDays[line]));
  };
}

/**
 * Customers × items; a value is the sum of 0.5^(age / half-life) over the distinct orders in which that customer bought
 * that item (personal purchase frequency that fades). Linear time; several lines of one item in one order count once,
 * with the age of the first.
 *
 * @throws RangeError naming the field that is out of range
 */
export function buildRepurchases(purchases: Purchases, decay: Decay): SparseMatrix {
  return arrangeRepurchases(purchases)(decay);
}

/** `buildRepurchases` at any half-life of the same purchases, which are put in order once. */
export function arrangeRepurchases(purchases: Purchases): (decay: Decay) => SparseMatrix {
  checkRows(purchases);
  const { customers, items, orders, ageDays, customerCount, itemCount, orderCount } = purchases;
  checkLength('orders', orders, customers);
  checkBelow('orders', orders, 'orderCount', orderCount);
  const byOrder = sortStably(orders, orderCount);
  const sorted = sortStably(customers, customerCount, sortStably(items, itemCount, byOrder));
  const distinct = keepLines(sorted, (line, before) => {
    const isRepeat =
      before !== undefined &&
      orders[line] === orders[before] &&
      items[line] === items[before] &&
      customers[line] === customers[before];
    return !isRepeat;
  });
  return (decay) => {
    const fade = fadeOf(decay);
    return sumCells(purchases, distinct, (line) => Math.exp(fade * ageDays[line]));
  };
}

/** By how much the logarithm of a value changes in a day. */
function fadeOf({ halfLifeDays }: Decay): number {
  if (!(halfLifeDays > 0)) throw new RangeError(`halfLifeDays must be above 0, not ${halfLifeDays}`);
  return -Math.LN2 / halfLifeDays;
}

/** The least normal float32: what has faded away entirely must still be there, because an owned item stays owned. */
const leastValue = 2 ** -126;

/** Sums the lines of each cell; `sorted` holds lines by customer, then item. */
function sumCells(
  rows: { customers: Uint32Array; items: Uint32Array; customerCount: number; itemCount: number },
  sorted: Uint32Array,
  worth: (line: number) => number,
): SparseMatrix {
  const { customers, items, customerCount, itemCount } = rows;
  const offsets = new Uint32Array(customerCount + 1);
  const indices = new Uint32Array(sorted.length);
  const values = new Float32Array(sorted.length);
  let end = 0;
  for (let rank = 0; rank < sorted.length; ) {
    const customer = customers[sorted[rank]];
    const item = items[sorted[rank]];
    let sum = 0;
    for (; rank < sorted.length; rank++) {
      const line = sorted[rank];
      if (customers[line] !== customer || items[line] !== item) break;
      sum += worth(line);
    }
    indices[end] = item;
    values[end] = Math.max(sum, leastValue);
    end++;
    offsets[customer + 1]++;
  }
  for (let customer = 0; customer < customerCount; customer++) offsets[customer + 1] += offsets[customer];
  return {
    rows: customerCount,
    columns: itemCount,
    offsets,
    indices: indices.slice(0, end),
    values: values.slice(0, end),
  };
}

/** Those of the lines that are wanted, in the same memory; `isWanted` sees them all as they were. */
function keepLines(lines: Uint32Array, isWanted: (line: number, before: number | undefined) => boolean): Uint32Array {
  let end = 0;
  let before: number | undefined;
  for (const line of lines) {
    if (isWanted(line, before)) lines[end++] = line;
    before = line;
  }
  return lines.subarray(0, end);
}

function checkRows(rows: Omit<Behaviours, 'weights'>): void {
  checkLength('items', rows.items, rows.customers);
  checkLength('ageDays', rows.ageDays, rows.customers);
  checkBelow('customers', rows.customers, 'customerCount', rows.customerCount);
  checkBelow('items', rows.items, 'itemCount', rows.itemCount);
  checkAtLeastZero('ageDays', rows.ageDays);
}

function checkLength(name: string, list: ArrayLike<number>, customers: Uint32Array): void {
  if (list.length === customers.length) return;
  throw new RangeError(`${name} has ${list.length} entries, customers has ${customers.length}`);
}

function checkBelow(name: string, list: Uint32Array, limitName: string, limit: number): void {
  const at = list.findIndex((value) => value >= limit);
  if (at >= 0) throw new RangeError(`${name}[${at}] is ${list[at]}, ${limitName} is ${limit}`);
}

function checkAtLeastZero(name: string, list: Float64Array | Float32Array): void {
  const at = list.findIndex((value: number) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  if (at >= 0) throw new RangeError(`${name}[${at}] must be a finite number of at least 0, not ${list[at]}`);
}
