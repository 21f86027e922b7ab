import type { BasketParts } from '../../../models/association-rules/index.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import type { Snapshot } from './snapshot.ts';

/** Orders × items; orders of services alone are baskets too, empty ones. */
export function toBaskets({ lines, isProduct, orderCount, itemKeys }: Snapshot): SparseMatrix {
  const offsets = new Uint32Array(orderCount + 1);
  const indices = new Uint32Array(lines.orders.length);
  let end = 0;
  for (let line = 0; line < lines.orders.length; ) {
    const order = lines.orders[line];
    const start = end;
    for (; line < lines.orders.length && lines.orders[line] === order; line++) {
      if (isProduct[lines.items[line]]) indices[end++] = lines.items[line];
    }
    indices.subarray(start, end).sort();
    end = dropRepeats(indices, start, end);
    offsets[order + 1] = end;
  }
  return { rows: orderCount, columns: itemKeys.length, offsets, indices: indices.slice(0, end) };
}

/** @returns where the distinct ones of the ascending values `start .. end` end */
export function dropRepeats(values: Uint32Array, start: number, end: number): number {
  let kept = start;
  for (let place = start; place < end; place++) {
    if (place === start || values[place] !== values[place - 1]) values[kept++] = values[place];
  }
  return kept;
}

/** The name of the season in which a line was bought. */
export function seasonsOf(
  { lines }: Snapshot,
  season: 'quarter' | 'month',
  timeZone: string,
): (line: number) => string {
  const format = new Intl.DateTimeFormat('en', { timeZone, month: 'numeric' });
  const names = new Map<number, string>();
  return (line) => {
    // Clocks of all zones agree on the quarters of an hour.
    const quarter = Math.floor(lines.times[line] / 900_000);
    let name = names.get(quarter);
    if (name === undefined) {
      const month = Number(format.format(quarter * 900_000));
      name = season === 'month' ? `month-${String(month).padStart(2, '0')}` : `quarter-${Math.ceil(month / 3)}`;
      names.set(quarter, name);
    }
    return name;
  };
}

/** The group of the customer of a line; undefined: nobody was named. */
export function groupsOf({ lines }: Snapshot, groupOf: (customer: number) => string | undefined) {
  return (line: number) => (lines.customers[line] < 0 ? undefined : groupOf(lines.customers[line]));
}

/** Parts the orders by what is said of their first line; parts are in order of name. */
export function partOrders({ lines, orderCount }: Snapshot, nameOf: (line: number) => string | undefined): BasketParts {
  const nameOfOrder: (string | undefined)[] = new Array(orderCount);
  for (let line = 0; line < lines.orders.length; line++) {
    if (line === 0 || lines.orders[line] !== lines.orders[line - 1]) nameOfOrder[lines.orders[line]] = nameOf(line);
  }
  const names = [...new Set(nameOfOrder.filter((name) => name !== undefined))].sort();
  const numbers = new Map<string | undefined, number>(names.map((name, part) => [name, part]));
  return { names, parts: Int32Array.from(nameOfOrder, (name) => numbers.get(name) ?? -1) };
}
