import { type Build, createKernels } from '../../kernels/index.ts';
import { deepest, itemsets as kernelSet, miningFailures, mostFew } from '../../kernels/sets/itemsets.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { type LabelledBaskets, labelBaskets } from './index-baskets.ts';
import type { Itemsets } from './itemsets.ts';
import { mineFew } from './mine-few.ts';
import { mineRows } from './mine-rows.ts';

/** What counts as frequent, and how far the search goes. */
export interface MiningOptions {
  /** an itemset is frequent when at least this many baskets hold it; integer, 1 or more */
  readonly minimumCount: number;
  /** longest itemset to look for; integer, 1 or more */
  readonly maximumLength: number;
  /** the most itemsets to find before giving up with a RangeError, which bounds memory; default 20,000,000 */
  readonly maximumItemsets?: number;
  /** of the kernels; default the fastest. The result is the same. */
  readonly build?: Build;
}

/**
 * All itemsets that lie in at least `minimumCount` baskets and have at most `maximumLength` items, exactly.
 *
 * Eclat's depth-first search (Zaki 2000), the rarest items first, in WebAssembly (`kernels/itemsets`). A prefix's baskets are
 * kept as shortened rows, in which one pass counts all pairs with the next item (occurrence deliver, Uno et al. 2004); where
 * such rows are dense, as bitmaps of baskets that are intersected. What lies in all baskets of a prefix is searched no further,
 * but joined to everything found below it (perfect extensions, Borgelt 2012).
 *
 * Memory: 16 bytes for each item of each basket, a fraction of it again for every further depth, and at most
 * 12 × (l + 2) bytes for each itemset of length l while the result is put in order (4 × (l + 2) remain); 4 GiB at most.
 *
 * @param baskets rows = baskets, columns = items; `values` is ignored
 * @throws RangeError naming the option that is out of range, or `maximumItemsets` when there are more
 */
export function mineItemsets(baskets: SparseMatrix, options: MiningOptions): Itemsets {
  const { minimumCount, maximumLength, maximumItemsets = 20_000_000, build } = options;
  for (const [name, value] of Object.entries({ minimumCount, maximumLength, maximumItemsets })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} must be an integer of 1 or more: ${value}`);
  }
  const kernels = createKernels(kernelSet, { bytes: mostBytes, ...(build && { build }) });
  try {
    const labelled = labelBaskets(kernels, baskets, minimumCount);
    const bounds = [minimumCount, Math.min(maximumLength, deepest + 1), Math.min(maximumItemsets, greatestCount)];
    const found = isDense(labelled) ? mineFew(kernels, labelled, bounds) : mineRows(kernels, labelled, bounds);
    if (typeof found === 'object') return found;
    const what =
      found === miningFailures.noRoom
        ? 'the frequent itemsets take more than 4 GiB'
        : `there are more than ${maximumItemsets} frequent itemsets`;
    throw new RangeError(`maximumItemsets: ${what}; raise the minimum support or lower maximumLength`);
  } finally {
    kernels.dispose();
  }
}

/** All that can be addressed, but for the end, whose address takes more than 32 bits; what of it is never used costs nothing. */
const mostBytes = 2 ** 32 - 2 ** 17;
/** The kernels count in 32 bits. */
const greatestCount = 0xfffffffe;
/** A pair counted in rows costs about as much as so many 32-bit words of two bitmaps intersected. */
const wordsPerPair = 8;

/** Whether bitmaps of whole baskets are worth it: few labels, of which the baskets hold many. */
function isDense({ baskets, counts }: LabelledBaskets): boolean {
  const labels = counts.length;
  const each = counts.reduce((sum, count) => sum + count, 0) / baskets;
  const pairs = baskets * each * (each - 1) * 0.5;
  return labels <= mostFew && labels * (labels - 1) * 0.5 * (baskets / 32) <= wordsPerPair * pairs;
}
