import type { Catalogue } from '../../memory/catalogue/catalogue.ts';
import { type Bits, noBits, subtract } from '../../memory/item-sets/bits.ts';
import { listOf, ownOf } from '../../memory/item-sets/item-sets.ts';
import type { NumberColumn } from '../../memory/item-sets/number-column.ts';
import type { ValueColumn } from '../../memory/item-sets/value-column.ts';
import { withAttribute, withValues } from './attributes.ts';
import type { Comparison, Order } from './filter-types.ts';

/**
 * Items beside the one that is looked at, a set for each condition. Of what is not known of either nothing holds, be it that they
 * are the same or that they are not.
 */
export function compareTo(
  catalogue: Catalogue,
  looked: number,
  market: string | undefined,
  { price, brand, category, attributes = {} }: Comparison,
): Bits[] {
  const { sets, size } = catalogue;
  const record = catalogue.record(looked);
  const found: Bits[] = [];
  if (price) {
    const prices = sets.prices(market);
    found.push(inOrder(prices, price, prices.figureOf(looked), size));
  }
  if (brand) found.push(sameOrOther(sets.brands(), brand, record.brand === null ? undefined : [record.brand], size));
  if (category) found.push(besideCategory(catalogue, looked, category));
  for (const [name, order] of Object.entries(attributes)) {
    found.push(besideAttribute(catalogue, name, order, ownOf(record.attributes, name)));
  }
  return found;
}

function inOrder(figures: NumberColumn, order: Order, own: number, size: number): Bits {
  if (Number.isNaN(own)) return noBits(size);
  switch (order) {
    case 'lower':
      return figures.between({ below: own }, size);
    case 'not_higher':
      return figures.between({ max: own }, size);
    case 'same':
      return figures.between({ min: own, max: own }, size);
    case 'other': {
      const others = figures.between({}, size);
      subtract(others, figures.between({ min: own, max: own }, size));
      return others;
    }
    case 'not_lower':
      return figures.between({ min: own }, size);
    case 'higher':
      return figures.between({ above: own }, size);
  }
}

function sameOrOther(
  column: ValueColumn,
  wanted: 'same' | 'other',
  own: readonly unknown[] | undefined,
  size: number,
): Bits {
  const same = withValues(column, own ?? [], size);
  if (wanted === 'same' || own === undefined) return same;
  const others = noBits(size);
  column.uniteKnownInto(others);
  subtract(others, same);
  return others;
}

/** An item is of the same category where it lies in one of those of the item that is looked at, or below one. */
function besideCategory({ sets, size, record }: Catalogue, looked: number, wanted: 'same' | 'other'): Bits {
  const { category, moreCategories } = record(looked);
  const paths = category === null ? moreCategories : [category, ...moreCategories];
  const same = withValues(sets.categories(), paths, size);
  if (wanted === 'same' || paths.length === 0) return same;
  const others = noBits(size);
  sets.mainCategories().uniteKnownInto(others);
  subtract(others, same);
  return others;
}

/** Texts and truths are the same or others; of lists it is enough that they share one; only figures have an order. */
function besideAttribute({ sets, size }: Catalogue, name: string, order: Order, own: unknown): Bits {
  const figures = sets.attributeFigures(name);
  if (own === undefined || !figures) return noBits(size);
  if (order !== 'same' && order !== 'other') {
    return inOrder(figures, order, typeof own === 'number' ? own : Number.NaN, size);
  }
  const same = withAttribute(sets, name, listOf(own)!, size);
  if (order === 'same') return same;
  const others = figures.between({}, size);
  sets.attribute(name)!.uniteKnownInto(others);
  subtract(others, same);
  return others;
}
