import type { Build } from '../../kernels/index.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { BitmapMiner } from './bitmap-miner.ts';
import { ItemsetCollector, type Itemsets } from './itemsets.ts';
import { atLeast, emptyProjection, indexRows, type Projection, projectBaskets, rowEnd } from './projection.ts';

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
 * Eclat's depth-first search (Zaki 2000), the rarest items first. A prefix's baskets are kept as shortened rows, in
 * which one pass counts all pairs with the next item (occurrence deliver, Uno et al. 2004); where such rows are dense,
 * as bitmaps of baskets that are intersected (`kernels/bitmaps`).
 *
 * Memory: at most 128 MB of bitmaps, 12 bytes for each item of each basket, a fraction of it again for every further depth,
 * and at most 12 × (l + 2) bytes for each itemset of length l while the result is put in order (4 × (l + 2) remain).
 *
 * @param baskets rows = baskets, columns = items; `values` is ignored
 * @throws RangeError naming the option that is out of range, or `maximumItemsets` when there are more
 */
export function mineItemsets(baskets: SparseMatrix, options: MiningOptions): Itemsets {
  const { minimumCount, maximumLength, maximumItemsets = 20_000_000 } = options;
  for (const [name, value] of Object.entries({ minimumCount, maximumLength, maximumItemsets })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} must be an integer of 1 or more: ${value}`);
  }
  const collector = new ItemsetCollector(maximumItemsets);
  const root = projectBaskets(baskets, minimumCount);
  const single = new Uint32Array(1);
  for (let label = 0; label < root.size; label++) {
    single[0] = root.items[label];
    collector.add(single, 1, root.counts[label]);
  }
  if (maximumLength > 1) {
    const miner = new Miner(root, collector, options);
    try {
      miner.grow(root, 0);
    } finally {
      miner.dispose();
    }
  }
  return collector.finish(baskets.columns);
}

/** A pair counted in rows costs about as much as this many words of two bitmaps intersected. */
const wordsPerPair = 8;

/** Goes depth-first through prefixes whose baskets are rows. */
class Miner {
  private readonly minimumCount: number;
  private readonly maximumLength: number;
  private readonly build: Build | undefined;
  private readonly collector: ItemsetCollector;
  private readonly path: Uint32Array;
  /** by label of the projection that is being extended: baskets with prefix and label; the label in its extension */
  private readonly pairCounts: Uint32Array;
  private readonly newLabels: Uint32Array;
  /** scratch by depth, as only one prefix of each length is being extended at a time */
  private readonly projections: Projection[] = [];
  private bitmapMiner: BitmapMiner | undefined;

  constructor(root: Projection, collector: ItemsetCollector, { minimumCount, maximumLength, build }: MiningOptions) {
    this.minimumCount = minimumCount;
    this.maximumLength = maximumLength;
    this.build = build;
    this.collector = collector;
    this.path = new Uint32Array(Math.min(maximumLength, root.size));
    this.pairCounts = new Uint32Array(root.size);
    this.newLabels = new Uint32Array(root.size).fill(rowEnd);
  }

  /** Finds all itemsets that begin with `path[0 .. depth)` and go on with two labels or more of its projection. */
  grow(prefix: Projection, depth: number): void {
    this.projections[depth] ??= emptyProjection();
    const longer = this.projections[depth];
    for (let label = 0; label < prefix.size; label++) {
      this.path[depth] = prefix.items[label];
      this.countExtensions(prefix, label, longer);
      for (let next = 0; next < longer.size; next++) {
        this.path[depth + 1] = longer.items[next];
        this.collector.add(this.path, depth + 2, longer.counts[next]);
      }
      if (longer.size < 2 || depth + 2 === this.maximumLength) continue;
      const { baskets, length, pairs } = this.shortenRows(prefix, label, longer);
      if (BitmapMiner.wordsOf(longer.size, baskets) <= wordsPerPair * pairs) {
        this.bitmapMiner ??= new BitmapMiner(this.minimumCount, this.maximumLength, this.collector, this.build);
        this.bitmapMiner.mine(this.path, depth + 1, longer, baskets, length);
      } else {
        indexRows(longer, length);
        this.grow(longer, depth + 1);
      }
    }
  }

  dispose(): void {
    this.bitmapMiner?.dispose();
  }

  /** Counts the labels that follow `label`; the frequent ones become the items of `longer`. */
  private countExtensions(prefix: Projection, label: number, longer: Projection): void {
    const { pairCounts, minimumCount } = this;
    const { rows, starts } = prefix;
    pairCounts.fill(0, label + 1, prefix.size);
    const end = prefix.offsets[label + 1];
    for (let i = prefix.offsets[label]; i < end; i++) {
      for (let place = starts[i], next = rows[place]; next !== rowEnd; next = rows[++place]) pairCounts[next]++;
    }
    longer.items = atLeast(longer.items, prefix.size);
    longer.counts = atLeast(longer.counts, prefix.size);
    longer.size = 0;
    for (let next = label + 1; next < prefix.size; next++) {
      if (pairCounts[next] < minimumCount) {
        this.newLabels[next] = rowEnd;
        continue;
      }
      this.newLabels[next] = longer.size;
      longer.items[longer.size] = prefix.items[next];
      longer.counts[longer.size++] = pairCounts[next];
    }
  }

  /** Writes the rows of `longer`: what follows `label`, frequent items only, where that leaves two or more. */
  private shortenRows(prefix: Projection, label: number, longer: Projection) {
    const { newLabels } = this;
    const { rows, starts } = prefix;
    const first = prefix.offsets[label];
    const end = prefix.offsets[label + 1];
    let room = end - first;
    for (let next = 0; next < longer.size; next++) room += longer.counts[next];
    longer.rows = atLeast(longer.rows, room);
    const target = longer.rows;
    let length = 0;
    let baskets = 0;
    let pairs = 0;
    for (let i = first; i < end; i++) {
      const start = length;
      for (let place = starts[i], next = rows[place]; next !== rowEnd; next = rows[++place]) {
        const newLabel = newLabels[next];
        if (newLabel !== rowEnd) target[length++] = newLabel;
      }
      const kept = length - start;
      if (kept < 2) {
        length = start;
        continue;
      }
      target[length++] = rowEnd;
      baskets++;
      pairs += kept * (kept - 1) * 0.5;
    }
    return { baskets, length, pairs };
  }
}
