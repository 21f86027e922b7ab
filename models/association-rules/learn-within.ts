import type { SparseMatrix } from '../sparse-matrix.ts';
import { type AssociationRules, learnAssociationRules } from './learn-rules.ts';
import type { AssociationRulesRecipe } from './recipe.ts';

/** Baskets in parts: by season, by who bought, or by anything else. */
export interface BasketParts {
  /** of the parts */
  readonly names: readonly string[];
  /** by basket: the number of its part, -1 for none */
  readonly parts: Int32Array;
}

/** The rules of one part of the baskets, such as a season. */
export interface ContextRules extends Omit<AssociationRules, 'itemsets'> {
  /** name of the part */
  readonly context: string;
}

/**
 * Rules within each part of a partition by itself: support, confidence, lift and significance are of that part's baskets.
 * Parts of fewer than `minimumBaskets` are left out.
 *
 * Memory: that of learning one part, and 4 bytes for each of its baskets and their items.
 *
 * @throws RangeError naming the recipe's field that is out of range, or when the partition is not of these baskets
 */
export function learnRulesWithin(
  baskets: SparseMatrix,
  { names, parts }: BasketParts,
  minimumBaskets: number,
  recipe: AssociationRulesRecipe,
): ContextRules[] {
  if (parts.length !== baskets.rows) throw new RangeError(`parts must be one for each basket: ${parts.length}`);
  const sizes = new Uint32Array(names.length);
  for (const part of parts) if (part >= 0) sizes[part]++;
  return names.flatMap((context, part) => {
    if (sizes[part] < minimumBaskets) return [];
    const { itemsets: _, ...learnt } = learnAssociationRules(selectBaskets(baskets, parts, part), recipe);
    return [{ context, ...learnt }];
  });
}

function selectBaskets({ columns, offsets, indices }: SparseMatrix, parts: Int32Array, part: number): SparseMatrix {
  let rows = 0;
  let length = 0;
  for (let basket = 0; basket < parts.length; basket++) {
    if (parts[basket] !== part) continue;
    rows++;
    length += offsets[basket + 1] - offsets[basket];
  }
  const selected = { rows, columns, offsets: new Uint32Array(rows + 1), indices: new Uint32Array(length) };
  let row = 0;
  let end = 0;
  for (let basket = 0; basket < parts.length; basket++) {
    if (parts[basket] !== part) continue;
    selected.indices.set(indices.subarray(offsets[basket], offsets[basket + 1]), end);
    end += offsets[basket + 1] - offsets[basket];
    selected.offsets[++row] = end;
  }
  return selected;
}
