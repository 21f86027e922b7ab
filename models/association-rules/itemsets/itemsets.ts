import type { miningFailures } from '../../kernels/sets/itemsets.ts';

/**
 * Frequent itemsets in canonical order: by length, then lexicographically by item index. Itemset `s` holds
 * `items[offsets[s] .. offsets[s + 1])`, ascending, and lies in `counts[s]` baskets. Every subset of a listed itemset
 * is listed too.
 */
export interface Itemsets {
  readonly size: number;
  /** length size + 1 */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  /** length size */
  readonly counts: Uint32Array;
  /** `countsByLength[l - 1]` is how many itemsets have `l` items; its length is that of the longest itemset. */
  readonly countsByLength: Uint32Array;
}

/** Why a search was given up. */
export type MiningFailure = (typeof miningFailures)['tooMany' | 'noRoom'];
