import type { Examination } from '../../../models/examination/index.ts';
import type { Lines, Sales } from './sales.ts';

/** Behaviours, one a position, in order of time. */
export interface Events {
  customers: Uint32Array;
  items: Uint32Array;
  /** places in `tasteEventTypes` */
  types: Uint8Array;
  /** on the list that it came from, from 1, 255 for all beyond; 0: it came from none */
  places: Uint8Array;
  times: Float64Array;
}

/** Categories or brands: a number for each name, in the order in which items have them. */
export interface ItemNames {
  /** by item: a place in `names`, -1 for none */
  numbers: Int32Array;
  names: readonly string[];
}

/**
 * The facts before `asOf`, in typed arrays. Customers and items are dense indices in ascending key order. `lines` are what is
 * left of the sales as of then, and what models learn from; earlier times are looked at by `linesAsOf`.
 */
export interface Snapshot extends Sales {
  asOf: number;
  watermark: Date;
  customerKeys: Int32Array;
  itemKeys: Int32Array;
  /** by item: 1 for goods, 0 for services and adjustments, which are never recommended */
  isProduct: Uint8Array;
  categories: ItemNames;
  brands: ItemNames;
  /** by item: what a piece costs the shop, in the shop's currency; NaN: not known */
  unitCosts: Float64Array;
  /** of those of which something is left */
  orderCount: number;
  lines: Lines;
  events: Events;
  /** how often each place of a list is looked at, as what was put there by chance was clicked */
  examination: Examination;
  /** by place of an event, and its last for all beyond: what the event weighs for having been made there; undefined: all alike */
  placeWeights?: readonly number[] | undefined;
}

/** Numbers names from 0 on as they first come; null has none and is -1. */
export function numberNames(names: readonly (string | null)[]): ItemNames {
  const numbered = new Map<string, number>();
  const numbers = Int32Array.from(names, (name) => {
    if (name === null) return -1;
    if (!numbered.has(name)) numbered.set(name, numbered.size);
    return numbered.get(name)!;
  });
  return { numbers, names: [...numbered.keys()] };
}
