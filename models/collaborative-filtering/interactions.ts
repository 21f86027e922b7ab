import type { SparseMatrix } from '../sparse-matrix.ts';

/** One behaviour a position: who, what, how long ago, how much it says (behaviour weight × quantity effect). */
export interface Behaviours {
  readonly customers: Uint32Array;
  readonly items: Uint32Array;
  /** days before the snapshot's moment, at least 0 */
  readonly ageDays: Float64Array;
  /** at least 0; behaviours of weight 0 leave no trace */
  readonly weights: Float32Array;
  readonly customerCount: number;
  readonly itemCount: number;
}

/**
 * Customers × items; a value is the sum of weight × 0.5^(age / halfLifeDays) over that customer's behaviours with that
 * item (halfLifeDays may be Infinity: nothing fades). Rows ascending and distinct, linear time. Sums follow the given
 * order of behaviours, so equal input in equal order gives equal bytes.
 *
 * @throws RangeError naming the field that is out of range
 */
export function buildInteractions(behaviours: Behaviours, options: { halfLifeDays: number }): SparseMatrix {
  checkBehaviours(behaviours, options.halfLifeDays);
  const { customers, items, ageDays, weights, customerCount, itemCount } = behaviours;
  const decay = -Math.LN2 / options.halfLifeDays;

  // A stable sort by item and then by customer leaves every row sorted by item.
  const byItem = sortStably(items, itemCount);
  const order = sortStably(customers, customerCount, byItem);

  const offsets = new Uint32Array(customerCount + 1);
  const indices = new Uint32Array(order.length);
  const sums = new Float64Array(order.length);
  let end = 0;
  let customer = 0;
  for (const position of order) {
    const weight = weights[position];
    if (weight === 0) continue;
    while (customer < customers[position]) offsets[++customer] = end;
    const item = items[position];
    const isNew = end === offsets[customer] || indices[end - 1] !== item;
    if (isNew) indices[end++] = item;
    sums[end - 1] += weight * Math.exp(decay * ageDays[position]);
  }
  while (customer < customerCount) offsets[++customer] = end;
  return {
    rows: customerCount,
    columns: itemCount,
    offsets,
    indices: indices.slice(0, end),
    values: Float32Array.from(sums.subarray(0, end)),
  };
}

/** Positions 0..n-1 (or those of `positions`, in their order) sorted stably by key, in linear time. */
function sortStably(keys: Uint32Array, keyCount: number, positions?: Uint32Array): Uint32Array {
  const next = new Uint32Array(keyCount + 1);
  for (const key of keys) next[key + 1]++;
  for (let key = 0; key < keyCount; key++) next[key + 1] += next[key];
  const sorted = new Uint32Array(keys.length);
  for (let rank = 0; rank < keys.length; rank++) {
    const position = positions === undefined ? rank : positions[rank];
    sorted[next[keys[position]]++] = position;
  }
  return sorted;
}

function checkBehaviours(behaviours: Behaviours, halfLifeDays: number): void {
  const { customers, items, ageDays, weights, customerCount, itemCount } = behaviours;
  if (!(halfLifeDays > 0)) throw new RangeError(`halfLifeDays must be above 0, not ${halfLifeDays}`);
  for (const [name, list] of Object.entries({ items, ageDays, weights })) {
    if (list.length !== customers.length) {
      throw new RangeError(`${name} has ${list.length} entries, customers has ${customers.length}`);
    }
  }
  for (let position = 0; position < customers.length; position++) {
    if (customers[position] >= customerCount) {
      throw new RangeError(`customers[${position}] is ${customers[position]}, customerCount is ${customerCount}`);
    }
    if (items[position] >= itemCount) {
      throw new RangeError(`items[${position}] is ${items[position]}, itemCount is ${itemCount}`);
    }
    if (!(ageDays[position] >= 0 && ageDays[position] < Infinity)) {
      throw new RangeError(`ageDays[${position}] must be at least 0, not ${ageDays[position]}`);
    }
    if (!(weights[position] >= 0 && weights[position] < Infinity)) {
      throw new RangeError(`weights[${position}] must be at least 0, not ${weights[position]}`);
    }
  }
}
