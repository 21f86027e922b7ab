import { type Bits, noBits, unite } from '../../memory/item-sets/bits.ts';
import type { ItemSets } from '../../memory/item-sets/item-sets.ts';
import type { ValueColumn } from '../../memory/item-sets/value-column.ts';

/** Items that have one of these values; undefined: no item has any. */
export function withValues(column: ValueColumn | undefined, values: readonly unknown[], size: number): Bits {
  const bits = noBits(size);
  column?.uniteInto(bits, values);
  return bits;
}

/** Items whose attribute is one of these values, or a list that has one. */
export function withAttribute(sets: ItemSets, name: string, values: readonly unknown[], size: number): Bits {
  const bits = withValues(sets.attribute(name), values, size);
  const wanted = new Set(values.filter((value) => typeof value === 'number'));
  if (wanted.size === 0) return bits;
  const figures = sets.attributeFigures(name);
  if (figures) for (const figure of wanted) unite(bits, figures.between({ min: figure, max: figure }, size));
  return bits;
}
