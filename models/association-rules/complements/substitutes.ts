import type { SparseMatrix } from '../../sparse-matrix.ts';
import { byItem, findCoOccurrences } from './co-occurrences.ts';

export interface SubstituteOptions {
  /** least sessions in which both were looked at */
  readonly minimumSessions: number;
  /** of each pair by itself: more often looked at, and bought, together than by chance */
  readonly maximumPValue: number;
  readonly perItem: number;
}

/** Of each item those that may stand in for it: item i has `items[offsets[i] .. offsets[i + 1])`. */
export interface Substitutes {
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
}

/** Sessions of more items are a walk through the shop. */
const longestSession = 100;

/**
 * Items that are compared and not combined: looked at in one session more often than by chance, but never bought together as
 * often as by chance.
 *
 * @param sessions rows = sessions, columns = items looked at
 * @param baskets rows = orders, columns = the same items
 */
export function findSubstitutes(
  sessions: SparseMatrix,
  baskets: SparseMatrix,
  options: SubstituteOptions,
): Substitutes {
  const { minimumSessions, maximumPValue, perItem } = options;
  const seen = findCoOccurrences(sessions, {
    minimumCount: minimumSessions,
    maximumPValue,
    perItem,
    largestBasket: longestSession,
  });
  const basketsOf = byItem(baskets);
  const holds = new Uint8Array(baskets.rows);
  const offsets = new Uint32Array(baskets.columns + 1);
  const items: number[] = [];
  for (let item = 0; item < baskets.columns; item++) {
    const own = basketsOf.indices.subarray(basketsOf.offsets[item], basketsOf.offsets[item + 1]);
    for (const basket of own) holds[basket] = 1;
    for (const other of seen.items.subarray(seen.offsets[item], seen.offsets[item + 1])) {
      const others = basketsOf.indices.subarray(basketsOf.offsets[other], basketsOf.offsets[other + 1]);
      const both = others.reduce((count, basket) => count + holds[basket], 0);
      if (both * baskets.rows <= own.length * others.length) items.push(other);
    }
    for (const basket of own) holds[basket] = 0;
    offsets[item + 1] = items.length;
  }
  return { offsets, items: Uint32Array.from(items) };
}
