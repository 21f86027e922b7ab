import { pathSeparator } from '../memory/catalogue/categories.ts';
import type { CategoryComplementRow, ComplementRow } from './learnt-complements.ts';

/** What goes with items beyond their rules, in memory; items are dense indices. */
export interface ComplementTable {
  /** item i has the places `offsets[i] .. offsets[i + 1])` of what was bought with it, the most often first */
  readonly offsets: Uint32Array;
  readonly items: Int32Array;
  readonly counts: Int32Array;
  readonly confidences: Float64Array;
  readonly lifts: Float64Array;
  /** item i has `substitutes[substituteOffsets[i] .. substituteOffsets[i + 1])` */
  readonly substituteOffsets: Uint32Array;
  readonly substitutes: Int32Array;
  /** by path, those that are bought with the category, the best first */
  readonly categories: ReadonlyMap<string, readonly string[]>;
}

/** The table of a version; items that the catalogue does not know are left out. */
export function buildComplementTable(
  { size, indexOfKey }: { size: number; indexOfKey(key: number): number | undefined },
  rows: readonly ComplementRow[],
  categories: readonly CategoryComplementRow[],
): ComplementTable {
  const rowOf = new Map(rows.map((row) => [indexOfKey(row.itemKey), row]));
  const offsets = new Uint32Array(size + 1);
  const substituteOffsets = new Uint32Array(size + 1);
  const [items, counts, confidences, lifts, substitutes]: number[][] = [[], [], [], [], []];
  for (let item = 0; item < size; item++) {
    const row = rowOf.get(item);
    for (let place = 0; row && place < row.coBought.length; place++) {
      const other = indexOfKey(row.coBought[place]);
      if (other === undefined) continue;
      items.push(other);
      counts.push(row.counts[place]);
      confidences.push(row.confidences[place]);
      lifts.push(row.lifts[place]);
    }
    for (const key of Array.from(row?.substitutes ?? [])) {
      const other = indexOfKey(key);
      if (other !== undefined) substitutes.push(other);
    }
    offsets[item + 1] = items.length;
    substituteOffsets[item + 1] = substitutes.length;
  }
  return {
    offsets,
    items: Int32Array.from(items),
    counts: Int32Array.from(counts),
    confidences: Float64Array.from(confidences),
    lifts: Float64Array.from(lifts),
    substituteOffsets,
    substitutes: Int32Array.from(substitutes),
    categories: new Map(
      categories.map(({ category, complements }) => [category, complements.map((other) => other.category)]),
    ),
  };
}

/** What stands in for the item. */
export function substitutesOf(table: ComplementTable, item: number): Int32Array {
  if (item + 1 >= table.substituteOffsets.length) return new Int32Array();
  return table.substitutes.subarray(table.substituteOffsets[item], table.substituteOffsets[item + 1]);
}

/** The categories that are bought with the deepest part of this path of which any are known. */
export function categoriesBeside({ categories }: ComplementTable, path: string): readonly string[] {
  const names = path.split(pathSeparator);
  for (let depth = names.length; depth > 0; depth--) {
    const found = categories.get(names.slice(0, depth).join(pathSeparator));
    if (found) return found;
  }
  return [];
}
