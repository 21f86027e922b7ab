import type { SparseMatrix } from '../../sparse-matrix.ts';
import { type CoOccurrences, findCoOccurrences } from './co-occurrences.ts';

/** A category and what is bought with it; categories by their paths from the root. */
export interface CategoryComplements {
  readonly category: string;
  /** other categories of the same depth, those in most of its baskets first */
  readonly complements: readonly string[];
  /** over what chance would give, beside them */
  readonly lifts: readonly number[];
}

export interface CategoryComplementOptions {
  /** least baskets that hold goods of both */
  readonly minimumCount: number;
  /** of one pair of categories, divided by how many pairs there are (Bonferroni) */
  readonly maximumPValue: number;
  /** most that are kept of a category */
  readonly perCategory: number;
  readonly largestBasket: number;
}

/** Between the names of a path. */
const separator = ' > ';

/**
 * Which categories are bought together more often than by chance, at every depth of their paths: where a leaf is bought too
 * rarely to say, what it lies in may.
 *
 * @param categoryOf by item: a place in `names`, -1 for none
 */
export function findCategoryComplements(
  baskets: SparseMatrix,
  { numbers: categoryOf, names }: { numbers: Int32Array; names: readonly string[] },
  options: CategoryComplementOptions,
): CategoryComplements[] {
  const paths = names.map((name) => name.split(separator));
  const deepest = paths.reduce((most, path) => Math.max(most, path.length), 0);
  const found: CategoryComplements[] = [];
  for (let depth = deepest; depth >= 1; depth--) {
    const numbered = new Map<string, number>();
    const nodeOf = paths.map((path) => {
      if (path.length < depth) return -1;
      const node = path.slice(0, depth).join(separator);
      if (!numbered.has(node)) numbered.set(node, numbered.size);
      return numbered.get(node)!;
    });
    const nodes = [...numbered.keys()];
    const pairs = Math.max(1, (nodes.length * (nodes.length - 1)) / 2);
    const together = findCoOccurrences(
      toCategories(baskets, (item) => (categoryOf[item] < 0 ? -1 : nodeOf[categoryOf[item]]), nodes.length),
      { ...options, maximumPValue: options.maximumPValue / pairs, perItem: options.perCategory },
    );
    found.push(...describe(nodes, together));
  }
  return found;
}

function describe(nodes: readonly string[], together: CoOccurrences): CategoryComplements[] {
  return nodes.flatMap((category, node) => {
    const [start, end] = [together.offsets[node], together.offsets[node + 1]];
    if (start === end) return [];
    const complements = Array.from(together.items.subarray(start, end), (other) => nodes[other]);
    return [{ category, complements, lifts: Array.from(together.lifts.subarray(start, end)) }];
  });
}

/** The distinct categories of each basket. */
function toCategories(baskets: SparseMatrix, nodeOf: (item: number) => number, columns: number): SparseMatrix {
  const offsets = new Uint32Array(baskets.rows + 1);
  const indices: number[] = [];
  for (let basket = 0; basket < baskets.rows; basket++) {
    const nodes = new Set<number>();
    for (let cell = baskets.offsets[basket]; cell < baskets.offsets[basket + 1]; cell++) {
      const node = nodeOf(baskets.indices[cell]);
      if (node >= 0) nodes.add(node);
    }
    for (const node of [...nodes].sort((a, b) => a - b)) indices.push(node);
    offsets[basket + 1] = indices.length;
  }
  return { rows: baskets.rows, columns, offsets, indices: Uint32Array.from(indices) };
}
