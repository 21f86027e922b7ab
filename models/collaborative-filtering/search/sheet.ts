import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { Fold } from './folds.ts';

/** Whose lists are judged by what, in plain data. */
export interface Sheet {
  readonly customers: Uint32Array;
  /** what was held out of customer n: items[offsets[n] .. offsets[n + 1]), ascending */
  readonly relevant: { readonly offsets: Uint32Array; readonly items: Uint32Array };
  /** by item: 1 where it may be in a list; all may if absent */
  readonly eligible: Uint8Array | undefined;
  readonly repurchase: 'allow' | 'exclude';
}

/** The sheet of a fold, its customers in the given order. @param order places among the fold's customers */
export function sheetOf(fold: Fold, repurchase: 'allow' | 'exclude', order: Uint32Array): Sheet {
  const offsets = new Uint32Array(order.length + 1);
  order.forEach((place, at) => {
    offsets[at + 1] = offsets[at] + fold.relevant[place].size;
  });
  const items = new Uint32Array(offsets[order.length]);
  order.forEach((place, at) => {
    items.set(Uint32Array.from(fold.relevant[place]).sort(), offsets[at]);
  });
  const customers = order.map((place) => fold.customers[place]);
  return { customers, relevant: { offsets, items }, eligible: fold.facts.eligible, repurchase };
}

/** Some of its customers, from `start` until before `end`. */
export function partOf(sheet: Sheet, start: number, end: number): Sheet {
  const { offsets, items } = sheet.relevant;
  return {
    ...sheet,
    customers: sheet.customers.subarray(start, end),
    relevant: { offsets: offsets.subarray(start, end + 1), items },
  };
}

/** By item: how many customers have it. */
export function countOwners({ columns, indices }: SparseMatrix): Uint32Array {
  const owners = new Uint32Array(columns);
  for (const item of indices) owners[item]++;
  return owners;
}
