import { type AssociationRules, learnAssociationRules } from '../../models/association-rules/index.ts';
import type { SparseMatrix } from '../../models/sparse-matrix.ts';
import type { Recipes } from './recipes.ts';
import type { Snapshot } from './snapshot.ts';

export interface LearntRules extends AssociationRules {
  baskets: SparseMatrix;
}

/** Mines the distinct goods of every order, as ordered: a refund does not undo that things were bought together. */
export function learnRules(snapshot: Snapshot, recipe: Recipes['association-rules']): LearntRules {
  const baskets = toBaskets(snapshot);
  return { baskets, ...learnAssociationRules(baskets, recipe) };
}

/** Orders × items; orders of services alone are baskets too, empty ones. */
export function toBaskets({ lines, isProduct, orderCount, itemKeys }: Snapshot): SparseMatrix {
  const offsets = new Uint32Array(orderCount + 1);
  const indices: number[] = [];
  for (let line = 0; line < lines.orders.length; ) {
    const order = lines.orders[line]!;
    const items = new Set<number>();
    for (; line < lines.orders.length && lines.orders[line] === order; line++) {
      if (isProduct[lines.items[line]!]) items.add(lines.items[line]!);
    }
    for (const item of [...items].sort((a, b) => a - b)) indices.push(item);
    offsets[order + 1] = indices.length;
  }
  return { rows: orderCount, columns: itemKeys.length, offsets, indices: Uint32Array.from(indices) };
}
